/* SPDX-License-Identifier: EUPL-1.2
 *
 * invite: the token in a speaker's link: base64url of "name NUL expiry serial" and an HMAC-SHA-256
 * over it. Pure: whoever has the key can check it without any list; the serial makes an older
 * invite of the same person invalid. No I/O.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct invite {
	char name[129];	   /* UTF-8, NUL-terminated: 32 characters of up to 4 bytes */
	int64_t expires_s; /* seconds since 1970 UTC */
	uint32_t serial;
};

/* The token, g_free(). Characters: A-Z a-z 0-9 - _ only. The same input gives the same token. */
char *invite_sign(const struct invite *invite, const uint8_t *key, size_t key_length);

/* Fails with ERROR_BAD_TOKEN: not a token, wrong signature (compared in constant time), or expired
 * at now_s. Exactly the text that was signed passes, no other spelling of the same bytes. */
bool invite_check(const char *token, const uint8_t *key, size_t key_length, int64_t now_s,
		  struct invite *invite, GError **error);
