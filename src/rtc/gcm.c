/* SPDX-License-Identifier: EUPL-1.2 */
#include "gcm.h"

#include <glib.h>
#include <openssl/evp.h>
#include <string.h>

#define RTP_HEAD  12
#define RTCP_HEAD 8
/* Pictures, those sent again, sound. */
#define SSRCS_MAX 4
#define RTCP_LAST UINT32_C(0x7fffffff)

/* RFC 3711 4.3.2 */
enum { LABEL_RTP_KEY = 0, LABEL_RTP_SALT = 2, LABEL_RTCP_KEY = 3, LABEL_RTCP_SALT = 5 };

struct session {
	EVP_CIPHER_CTX *context; /* with its key */
	uint8_t salt[GCM_SALT_BYTES];
};

struct source {
	uint32_t ssrc;
	uint64_t index; /* of its last packet: roll-over counter and number (RFC 3711 3.3.1) */
};

struct gcm {
	struct session rtp, rtcp;
	struct source sources[SSRCS_MAX];
	unsigned n_sources;
	uint32_t rtcp_index;
};

/* RFC 3711 4.3.3: the keystream of AES in counter mode, from the label and the master salt. */
static bool derive(const uint8_t *master, uint8_t label, uint8_t *out, int size)
{
	uint8_t start[16] = {0};
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int n;

	memcpy(start, master + GCM_KEY_BYTES, GCM_SALT_BYTES);
	start[7] ^= label;
	memset(out, 0, (size_t)size);
	bool is_good = EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, master, start) == 1 &&
		       EVP_EncryptUpdate(context, out, &n, out, size) == 1;

	EVP_CIPHER_CTX_free(context);
	return is_good;
}

static bool start(struct session *session, const uint8_t *master, uint8_t key_label,
		  uint8_t salt_label)
{
	uint8_t key[GCM_KEY_BYTES];
	bool is_good = derive(master, key_label, key, sizeof(key)) &&
		       derive(master, salt_label, session->salt, sizeof(session->salt));

	session->context = EVP_CIPHER_CTX_new();
	is_good = is_good &&
		  EVP_EncryptInit_ex(session->context, EVP_aes_128_gcm(), NULL, key, NULL) == 1;
	OPENSSL_cleanse(key, sizeof(key));
	return is_good;
}

struct gcm *gcm_create(const uint8_t master[GCM_KEY_BYTES + GCM_SALT_BYTES])
{
	struct gcm *gcm = g_new0(struct gcm, 1);

	if (start(&gcm->rtp, master, LABEL_RTP_KEY, LABEL_RTP_SALT) &&
	    start(&gcm->rtcp, master, LABEL_RTCP_KEY, LABEL_RTCP_SALT))
		return gcm;
	gcm_destroy(gcm);
	return NULL;
}

static uint32_t read32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void write32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* The nonce of RFC 7714 8.1 and 9.1: the SSRC and 48 bits of index, under the salt. */
static void write_nonce(const struct session *session, uint32_t ssrc, uint64_t index,
			uint8_t nonce[GCM_SALT_BYTES])
{
	memset(nonce, 0, 2);
	write32(nonce + 2, ssrc);
	write32(nonce + 6, (uint32_t)(index >> 16));
	nonce[10] = (uint8_t)(index >> 8);
	nonce[11] = (uint8_t)index;
	for (int i = 0; i < GCM_SALT_BYTES; i++)
		nonce[i] ^= session->salt[i];
}

/* Begins with the nonce and what is authentic only. */
static bool begin(const struct session *session, const uint8_t *nonce, const uint8_t *head,
		  size_t size)
{
	int n;

	return EVP_EncryptInit_ex(session->context, NULL, NULL, NULL, nonce) == 1 &&
	       EVP_EncryptUpdate(session->context, NULL, &n, head, (int)size) == 1;
}

/* Encrypts in place and writes the tag behind. */
static bool finish(const struct session *session, uint8_t *text, size_t size)
{
	int n;

	return (size == 0 || EVP_EncryptUpdate(session->context, text, &n, text, (int)size) == 1) &&
	       EVP_EncryptFinal_ex(session->context, text + size, &n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(session->context, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_BYTES,
				   text + size) == 1;
}

static size_t rtp_head(const uint8_t *bytes, size_t length)
{
	size_t head = length < RTP_HEAD ? 0 : RTP_HEAD + (size_t)4 * (bytes[0] & 15);

	if (head && bytes[0] & 0x10)
		head = length < head + 4
			       ? 0
			       : head + 4 + 4 * ((size_t)bytes[head + 2] << 8 | bytes[head + 3]);
	return head <= length ? head : 0;
}

/* The place to count the packet's SSRC, and in *index its number in full; NULL if there is none, or
 * it would not be the next. */
static struct source *find_source(struct gcm *gcm, uint32_t ssrc, uint16_t seq, uint64_t *index)
{
	unsigned i = 0;

	while (i < gcm->n_sources && gcm->sources[i].ssrc != ssrc)
		i++;
	if (i == SSRCS_MAX)
		return NULL;
	struct source *source = &gcm->sources[i];

	if (i == gcm->n_sources) {
		*index = seq;
		return source;
	}
	/* RFC 3711 3.3.1: as the receiver guesses it, less than half a round ahead. */
	uint16_t step = (uint16_t)(seq - (uint16_t)source->index);

	*index = source->index + step;
	return step > 0 && step < 0x8000 && *index < UINT64_C(1) << 47 ? source : NULL;
}

bool gcm_protect_rtp(struct gcm *gcm, uint8_t *bytes, size_t *length)
{
	size_t head = rtp_head(bytes, *length);
	uint8_t nonce[GCM_SALT_BYTES];
	uint64_t index;

	if (!head)
		return false;
	uint32_t ssrc = read32(bytes + 8);
	struct source *source =
		find_source(gcm, ssrc, (uint16_t)(bytes[2] << 8 | bytes[3]), &index);

	if (!source)
		return false;
	/* Counted before it is used: whatever happens, it is not used again. */
	if (source == &gcm->sources[gcm->n_sources])
		gcm->n_sources++;
	source->ssrc = ssrc;
	source->index = index;
	write_nonce(&gcm->rtp, ssrc, index, nonce);
	if (!begin(&gcm->rtp, nonce, bytes, head) ||
	    !finish(&gcm->rtp, bytes + head, *length - head))
		return false;
	*length += GCM_TAG_BYTES;
	return true;
}

bool gcm_protect_rtcp(struct gcm *gcm, uint8_t *bytes, size_t *length)
{
	uint8_t nonce[GCM_SALT_BYTES], number[4];
	int n;

	if (*length < RTCP_HEAD || gcm->rtcp_index == RTCP_LAST)
		return false;
	gcm->rtcp_index++;
	write_nonce(&gcm->rtcp, read32(bytes + 4), gcm->rtcp_index, nonce);
	/* With the E flag (RFC 7714 9.2). */
	write32(number, gcm->rtcp_index | UINT32_C(1) << 31);
	if (!begin(&gcm->rtcp, nonce, bytes, RTCP_HEAD) ||
	    EVP_EncryptUpdate(gcm->rtcp.context, NULL, &n, number, sizeof(number)) != 1 ||
	    !finish(&gcm->rtcp, bytes + RTCP_HEAD, *length - RTCP_HEAD))
		return false;
	memcpy(bytes + *length + GCM_TAG_BYTES, number, sizeof(number));
	*length += GCM_RTCP_BYTES;
	return true;
}

void gcm_destroy(struct gcm *gcm)
{
	if (!gcm)
		return;
	EVP_CIPHER_CTX_free(gcm->rtp.context);
	EVP_CIPHER_CTX_free(gcm->rtcp.context);
	OPENSSL_cleanse(gcm, sizeof(*gcm));
	g_free(gcm);
}
