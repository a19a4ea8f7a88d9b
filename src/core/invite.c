/* SPDX-License-Identifier: EUPL-1.2
 *
 * A token is base64url(expiry, 8 bytes | serial, 4 bytes | HMAC's first 16 bytes | name), numbers
 * big-endian; the HMAC is over all but itself.
 */
#include "invite.h"

#include <string.h>

#include "error.h"

#define MAC_BYTES	16
#define HEAD_BYTES	12
#define NAME_AT		(HEAD_BYTES + MAC_BYTES)
#define MOST_CHARACTERS 256

static void sign(const uint8_t *head, const char *name, const uint8_t *key, size_t key_length,
		 uint8_t *mac)
{
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key, key_length);
	uint8_t digest[32];
	gsize length = sizeof(digest);

	g_hmac_update(hmac, head, HEAD_BYTES);
	g_hmac_update(hmac, (const guchar *)name, (gssize)strlen(name));
	g_hmac_get_digest(hmac, digest, &length);
	g_hmac_unref(hmac);
	memcpy(mac, digest, MAC_BYTES);
}

static void write_head(const struct invite *invite, uint8_t *head)
{
	for (int i = 0; i < 8; i++)
		head[i] = (uint8_t)((uint64_t)invite->expires_s >> (56 - 8 * i));
	for (int i = 0; i < 4; i++)
		head[8 + i] = (uint8_t)(invite->serial >> (24 - 8 * i));
}

static void read_head(const uint8_t *head, struct invite *invite)
{
	uint64_t expires = 0;

	for (int i = 0; i < 8; i++)
		expires = expires << 8 | head[i];
	invite->expires_s = (int64_t)expires;
	invite->serial = 0;
	for (int i = 0; i < 4; i++)
		invite->serial = invite->serial << 8 | head[8 + i];
}

char *invite_sign(const struct invite *invite, const uint8_t *key, size_t key_length)
{
	uint8_t bytes[NAME_AT + sizeof(invite->name)];
	size_t name = strlen(invite->name);

	write_head(invite, bytes);
	sign(bytes, invite->name, key, key_length, bytes + HEAD_BYTES);
	memcpy(bytes + NAME_AT, invite->name, name);
	char *token = g_base64_encode(bytes, NAME_AT + name);

	g_strdelimit(token, "+", '-');
	g_strdelimit(token, "/", '_');
	char *padding = strchr(token, '=');

	if (padding)
		*padding = '\0';
	return token;
}

/* base64url to bytes; NULL if it is not that. */
static uint8_t *decode(const char *token, size_t *length)
{
	size_t characters = strnlen(token, MOST_CHARACTERS + 1);

	if (characters > MOST_CHARACTERS ||
	    strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") !=
		    characters)
		return NULL;
	g_autofree char *padded =
		g_strdup_printf("%s%.*s", token, (int)((4 - characters % 4) % 4), "===");

	g_strdelimit(padded, "-", '+');
	g_strdelimit(padded, "_", '/');
	return g_base64_decode(padded, length);
}

static bool is_equal(const char *a, const char *b, size_t length)
{
	unsigned difference = 0;

	for (size_t i = 0; i < length; i++)
		difference |= (unsigned char)a[i] ^ (unsigned char)b[i];
	return difference == 0;
}

bool invite_check(const char *token, const uint8_t *key, size_t key_length, int64_t now_s,
		  struct invite *invite, GError **error)
{
	size_t length = 0;
	g_autofree uint8_t *bytes = decode(token, &length);
	struct invite read = {0};

	if (!bytes || length <= NAME_AT || length - NAME_AT >= sizeof(read.name))
		return fail(error, ERROR_BAD_TOKEN,
			    "this is not an invite (the link may have been cut off)");
	memcpy(read.name, bytes + NAME_AT, length - NAME_AT);
	read_head(bytes, &read);
	/* The whole token is made again and compared: base64 has other spellings of the same bytes.
	 */
	g_autofree char *made = invite_sign(&read, key, key_length);

	if (strlen(made) != strlen(token) || !is_equal(made, token, strlen(made)))
		return fail(error, ERROR_BAD_TOKEN, "this invite was not made by this server");
	if (now_s >= read.expires_s)
		return fail(error, ERROR_BAD_TOKEN,
			    "the invite of %s has run out; ask for a new link", read.name);
	*invite = read;
	return true;
}
