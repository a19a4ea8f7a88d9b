/* SPDX-License-Identifier: EUPL-1.2 */
#include "records.h"

#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <string.h>

#define HEAD	  13
#define TAG	  16
#define NONCE	  12
#define ALERT	  21
#define KEYS_MAX  (2 * (32 + NONCE))
#define ALERT_MAX 2

/* AES-GCM has its nonce's last 8 bytes in front of the text (RFC 5288 3); ChaCha20 has none there,
 * but the number mixed into a whole one (RFC 7905 2). */
#define GCM_FIXED    4
#define GCM_EXPLICIT 8

struct side {
	uint8_t key[32], iv[NONCE];
};

struct records {
	const EVP_CIPHER *cipher;
	size_t fixed; /* of the nonce */
	struct side theirs, ours;
};

static bool expand_keys(SSL *ssl, uint8_t *out, size_t size)
{
	uint8_t secret[SSL_MAX_MASTER_KEY_LENGTH], seed[2 * SSL3_RANDOM_SIZE];
	const EVP_MD *digest = SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
	size_t n = SSL_SESSION_get_master_key(SSL_get_session(ssl), secret, sizeof(secret));
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;

	SSL_get_server_random(ssl, seed, SSL3_RANDOM_SIZE);
	SSL_get_client_random(ssl, seed + SSL3_RANDOM_SIZE, SSL3_RANDOM_SIZE);
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
						 (char *)(uintptr_t)EVP_MD_get0_name(digest), 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret, n),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (char[]){"key expansion"},
						  strlen("key expansion")),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof(seed)),
		OSSL_PARAM_construct_end(),
	};
	bool is_good = context && EVP_KDF_derive(context, out, size, params) == 1;

	OPENSSL_cleanse(secret, sizeof(secret));
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return is_good;
}

struct records *records_create(SSL *ssl)
{
	int nid = SSL_CIPHER_get_cipher_nid(SSL_get_current_cipher(ssl));
	bool is_gcm = nid == NID_aes_128_gcm || nid == NID_aes_256_gcm;
	const EVP_CIPHER *cipher = nid == NID_undef ? NULL : EVP_get_cipherbynid(nid);
	uint8_t block[KEYS_MAX];

	if (!cipher || (!is_gcm && nid != NID_chacha20_poly1305))
		return NULL;
	size_t key = (size_t)EVP_CIPHER_get_key_length(cipher), fixed = is_gcm ? GCM_FIXED : NONCE;

	if (!expand_keys(ssl, block, 2 * (key + fixed)))
		return NULL;
	struct records *records = g_new0(struct records, 1);

	records->cipher = cipher;
	records->fixed = fixed;
	/* Client's key, server's key, client's nonce, server's nonce. */
	memcpy(records->theirs.key, block, key);
	memcpy(records->ours.key, block + key, key);
	memcpy(records->theirs.iv, block + 2 * key, fixed);
	memcpy(records->ours.iv, block + 2 * key + fixed, fixed);
	OPENSSL_cleanse(block, sizeof(block));
	return records;
}

static size_t explicit_bytes(const struct records *records)
{
	return records->fixed == GCM_FIXED ? GCM_EXPLICIT : 0;
}

/* `record`: epoch and number at 3 to 10, and what follows the head. */
static void make_nonce(const struct records *records, const struct side *side,
		       const uint8_t *record, uint8_t nonce[NONCE])
{
	memcpy(nonce, side->iv, records->fixed);
	if (records->fixed == GCM_FIXED) {
		memcpy(nonce + GCM_FIXED, record + HEAD, GCM_EXPLICIT);
		return;
	}
	for (int i = 0; i < 8; i++)
		nonce[4 + i] ^= record[3 + i];
}

/* RFC 5246 6.2.3.3: number (epoch first), type, version, length of the plain text. */
static void make_extra(const uint8_t *record, size_t length, uint8_t extra[HEAD])
{
	memcpy(extra, record + 3, 8);
	memcpy(extra + 8, record, 3);
	extra[11] = (uint8_t)(length >> 8);
	extra[12] = (uint8_t)length;
}

static EVP_CIPHER_CTX *start(const struct records *records, const struct side *side,
			     const uint8_t *record, size_t length, bool seals)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t nonce[NONCE], extra[HEAD];
	int n;

	make_nonce(records, side, record, nonce);
	make_extra(record, length, extra);
	if (EVP_CipherInit_ex(context, records->cipher, NULL, side->key, nonce, seals) == 1 &&
	    EVP_CipherUpdate(context, NULL, &n, extra, sizeof(extra)) == 1)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

/* An alert's two bytes out of its record. */
static bool open_alert(const struct records *records, const uint8_t *record, size_t size,
		       uint8_t alert[ALERT_MAX])
{
	size_t before = explicit_bytes(records);
	const uint8_t *text = record + HEAD + before;
	uint8_t tag[TAG];
	int n;

	if (size != HEAD + before + ALERT_MAX + TAG)
		return false;
	EVP_CIPHER_CTX *context = start(records, &records->theirs, record, ALERT_MAX, false);

	memcpy(tag, text + ALERT_MAX, TAG);
	bool is_good = context && EVP_CipherUpdate(context, alert, &n, text, ALERT_MAX) == 1 &&
		       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
		       EVP_CipherFinal_ex(context, alert + ALERT_MAX, &n) == 1;

	EVP_CIPHER_CTX_free(context);
	return is_good;
}

bool records_end(const struct records *records, const uint8_t *bytes, size_t length)
{
	while (length >= HEAD) {
		size_t size = HEAD + ((size_t)bytes[11] << 8 | bytes[12]);
		bool is_protected = bytes[3] == 0 && bytes[4] == 1; /* the epoch after the first */
		uint8_t alert[ALERT_MAX + 16];

		if (size > length)
			return false;
		/* Level 2 is fatal; number 0 is close_notify. */
		if (bytes[0] == ALERT && is_protected && open_alert(records, bytes, size, alert) &&
		    (alert[0] == 2 || alert[1] == 0))
			return true;
		bytes += size;
		length -= size;
	}
	return false;
}

size_t records_write_close(const struct records *records, uint8_t out[RECORDS_CLOSE_MAX])
{
	/* DTLS 1.2, epoch 1, a number that the handshake's few records did not reach. */
	static const uint8_t head[HEAD] = {ALERT, 0xfe, 0xfd, 0, 1, 0, 0, 1};
	static const uint8_t alert[ALERT_MAX] = {1, 0};
	size_t before = explicit_bytes(records);
	uint8_t *text = out + HEAD + before;
	int n;

	memcpy(out, head, HEAD);
	out[12] = (uint8_t)(before + ALERT_MAX + TAG);
	/* OpenSSL began at a random one, too, and counted up from there. */
	if (before && RAND_bytes(out + HEAD, (int)before) != 1)
		return 0;
	EVP_CIPHER_CTX *context = start(records, &records->ours, out, ALERT_MAX, true);
	bool is_good =
		context && EVP_CipherUpdate(context, text, &n, alert, ALERT_MAX) == 1 &&
		EVP_CipherFinal_ex(context, text + ALERT_MAX, &n) == 1 &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG, text + ALERT_MAX) == 1;

	EVP_CIPHER_CTX_free(context);
	return is_good ? HEAD + before + ALERT_MAX + TAG : 0;
}

void records_destroy(struct records *records)
{
	if (records)
		OPENSSL_cleanse(records, sizeof(*records));
	g_free(records);
}
