/* SPDX-License-Identifier: EUPL-1.2
 *
 * srtp: one peer's two directions of SRTP and SRTCP (RFC 3711, RFC 7714), in place: libsrtp's, and
 * what is sent under AEAD_AES_128_GCM our own (gcm.h). Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room that protecting needs behind a packet. */
#define SRTP_ROOM 160

struct dtls_keys;
struct srtp_pair;

/* NULL if libsrtp refuses the keys. */
struct srtp_pair *srtp_pair_create(const struct dtls_keys *keys);

/* Protects what we send; `bytes` has SRTP_ROOM more than *length. */
bool srtp_pair_protect(struct srtp_pair *pair, uint8_t *bytes, size_t *length);
bool srtp_pair_protect_rtcp(struct srtp_pair *pair, uint8_t *bytes, size_t *length);

/* Checks and opens what we got; false for what is forged, damaged or was there before. */
bool srtp_pair_open(struct srtp_pair *pair, uint8_t *bytes, size_t *length);
bool srtp_pair_open_rtcp(struct srtp_pair *pair, uint8_t *bytes, size_t *length);

/* NULL is allowed. */
void srtp_pair_destroy(struct srtp_pair *pair);
