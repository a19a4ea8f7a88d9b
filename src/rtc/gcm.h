/* SPDX-License-Identifier: EUPL-1.2
 *
 * gcm: SRTP and SRTCP that we send under AEAD_AES_128_GCM (RFC 7714), in place, with OpenSSL. Only
 * this direction of this one profile, because it is what the fan-out does all the time: Debian's
 * libsrtp calls NSS, which looks for each packet's key in one table of the whole process, behind a
 * lock (a packet of 1150 bytes: 1.6 us with 300 peers, 5.5 us with 1500; here 0.5 us, and 3 KB a
 * peer instead of 19). All else is libsrtp's (srtp.h).
 *
 * A nonce is never used twice under a key: packets of an SSRC are protected in the order of their
 * numbers, each once, or refused. Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GCM_KEY_BYTES  16
#define GCM_SALT_BYTES 12
/* What a packet grows by: the tag; SRTCP also its number. */
#define GCM_TAG_BYTES  16
#define GCM_RTCP_BYTES (GCM_TAG_BYTES + 4)

struct gcm;

/* `master`: key, then salt. NULL if OpenSSL has no AES-GCM. */
struct gcm *gcm_create(const uint8_t master[GCM_KEY_BYTES + GCM_SALT_BYTES]);

/* False for what is no RTP (or RTCP), comes out of order, is of more SSRCs than a peer has, or
 * after 2^47 packets; then nothing was changed. */
bool gcm_protect_rtp(struct gcm *gcm, uint8_t *bytes, size_t *length);
bool gcm_protect_rtcp(struct gcm *gcm, uint8_t *bytes, size_t *length);

/* NULL is allowed. */
void gcm_destroy(struct gcm *gcm);
