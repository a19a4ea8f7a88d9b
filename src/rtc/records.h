/* SPDX-License-Identifier: EUPL-1.2
 *
 * records: what is left to do of DTLS 1.2 when both sides are through: to hear and to say
 * close_notify. OpenSSL keeps 70 KB a connection for that; two keys are enough (RFC 5246 6.3,
 * RFC 6347 4.1, RFC 5288, RFC 7905). Not a record layer: whatever is no alert is not even opened.
 * Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDS_CLOSE_MAX 64

struct ssl_st;
struct records;

/* The keys of a server's connection that is up. NULL for a cipher that is not AEAD. */
struct records *records_create(struct ssl_st *ssl);

/* Whether the datagram has an authentic alert in it that ends the connection: close_notify, or a
 * fatal one. */
bool records_end(const struct records *records, const uint8_t *bytes, size_t length);

/* Writes close_notify; once at most. Its length, 0 if it failed. */
size_t records_write_close(const struct records *records, uint8_t out[RECORDS_CLOSE_MAX]);

/* NULL is allowed. */
void records_destroy(struct records *records);
