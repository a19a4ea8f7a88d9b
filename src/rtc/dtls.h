/* SPDX-License-Identifier: EUPL-1.2
 *
 * dtls: the server's side of one peer's DTLS 1.2 (RFC 8842, RFC 5764), for its keys only. Records
 * come and go as datagrams through functions; no socket here.
 *
 * Flights are repeated after 150 ms, doubling to 1 s (OpenSSL's own first second made joins over a
 * lossy path take three). The peer's certificate is what its SDP's fingerprint says, or the
 * handshake fails. Thread: the worker; an identity is made on the control loop and then shared.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dtls_identity;
struct dtls;

enum dtls_state {
	DTLS_UNSET,
	DTLS_HANDSHAKE,
	DTLS_UP,
	DTLS_CLOSED,  /* the peer said close_notify */
	DTLS_REFUSED, /* wrong certificate, no common profile, or nonsense */
};

/* SRTP master key and salt of each direction (RFC 5764 4.2). */
struct dtls_keys {
	/* AEAD_AES_128_GCM (RFC 7714: salt of 12 bytes), else AES128_CM_SHA1_80 (14). */
	bool is_gcm;
	uint8_t local[30], remote[30]; /* key (16), then salt */
};

/* A P-256 key and a self-signed certificate, new. ERROR_INTERNAL with OpenSSL's reason. */
struct dtls_identity *dtls_identity_create(GError **error);

/* "AB:CD:..", the certificate's SHA-256, for a=fingerprint. */
const char *dtls_identity_fingerprint(const struct dtls_identity *identity);
void dtls_identity_destroy(struct dtls_identity *identity); /* NULL is allowed */

/* Waits for a ClientHello. `send` is called from inside the functions below. */
struct dtls *dtls_create(struct dtls_identity *identity, const uint8_t fingerprint[32],
			 void (*send)(const void *bytes, size_t length, void *data), void *data);

/* One datagram that begins like DTLS (first byte 20 to 63). */
enum dtls_state dtls_receive(struct dtls *dtls, const uint8_t *bytes, size_t length);

/* Some 20 times a second while the handshake lasts: repeats what got lost. */
enum dtls_state dtls_tick(struct dtls *dtls);

/* When up. */
bool dtls_read_keys(struct dtls *dtls, struct dtls_keys *keys);

/* When up, and the peer has shown that it is, too (its first packet under the new keys): lets go of
 * all that only the handshake needed. */
void dtls_settle(struct dtls *dtls);

/* Says close_notify if it is up, and frees. NULL is allowed. */
void dtls_destroy(struct dtls *dtls);
