/* SPDX-License-Identifier: EUPL-1.2 */
#include "srtp.h"

#include <glib.h>
#include <srtp2/srtp.h>

#include "dtls.h"
#include "gcm.h"

G_STATIC_ASSERT(SRTP_ROOM >= SRTP_MAX_TRAILER_LEN + 4);

/* The window is 4 s of a 2.5 Mbit/s stream: a packet sent again comes late. */
#define WINDOW_PACKETS 1024

G_STATIC_ASSERT(SRTP_ROOM >= GCM_RTCP_BYTES);

struct srtp_pair {
	srtp_t out, in; /* of out and gcm there is one */
	struct gcm *gcm;
};

/* It refuses a second start by another part of the process, and works all the same; if it did not,
 * srtp_create() would say so. */
static void start_library(void)
{
	static gsize is_started;

	if (g_once_init_enter(&is_started)) {
		srtp_init();
		g_once_init_leave(&is_started, 1);
	}
}

static bool make(srtp_t *session, const struct dtls_keys *keys, bool is_out)
{
	uint8_t key[sizeof(keys->local)];
	srtp_policy_t policy = {
		.ssrc.type = is_out ? ssrc_any_outbound : ssrc_any_inbound,
		.key = key,
		.window_size = WINDOW_PACKETS,
		.allow_repeat_tx = 1,
	};

	memcpy(key, is_out ? keys->local : keys->remote, sizeof(key));
	if (keys->is_gcm) {
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	} else {
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	}
	return srtp_create(session, &policy) == srtp_err_status_ok;
}

struct srtp_pair *srtp_pair_create(const struct dtls_keys *keys)
{
	struct srtp_pair *pair = g_new0(struct srtp_pair, 1);

	start_library();
	if (keys->is_gcm)
		pair->gcm = gcm_create(keys->local);
	if ((pair->gcm || make(&pair->out, keys, true)) && make(&pair->in, keys, false))
		return pair;
	srtp_pair_destroy(pair);
	return NULL;
}

typedef srtp_err_status_t transform(srtp_t session, void *bytes, int *length);

static bool apply(transform *change, srtp_t session, uint8_t *bytes, size_t *length)
{
	int size = (int)*length;

	if (change(session, bytes, &size) != srtp_err_status_ok)
		return false;
	*length = (size_t)size;
	return true;
}

bool srtp_pair_protect(struct srtp_pair *pair, uint8_t *bytes, size_t *length)
{
	return pair->gcm ? gcm_protect_rtp(pair->gcm, bytes, length)
			 : apply(srtp_protect, pair->out, bytes, length);
}

bool srtp_pair_protect_rtcp(struct srtp_pair *pair, uint8_t *bytes, size_t *length)
{
	return pair->gcm ? gcm_protect_rtcp(pair->gcm, bytes, length)
			 : apply(srtp_protect_rtcp, pair->out, bytes, length);
}

bool srtp_pair_open(struct srtp_pair *pair, uint8_t *bytes, size_t *length)
{
	return *length >= 12 && apply(srtp_unprotect, pair->in, bytes, length);
}

bool srtp_pair_open_rtcp(struct srtp_pair *pair, uint8_t *bytes, size_t *length)
{
	return *length >= 12 && apply(srtp_unprotect_rtcp, pair->in, bytes, length);
}

void srtp_pair_destroy(struct srtp_pair *pair)
{
	if (!pair)
		return;
	if (pair->out)
		srtp_dealloc(pair->out);
	if (pair->in)
		srtp_dealloc(pair->in);
	gcm_destroy(pair->gcm);
	g_free(pair);
}
