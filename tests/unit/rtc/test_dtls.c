/* SPDX-License-Identifier: EUPL-1.2
 *
 * The server's side against OpenSSL's client, without a net between: with each kind of cipher it
 * hears and says close_notify, also when it has let go of the handshake's state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "dtls.h"

struct bench {
	struct dtls_identity *identity;
	struct dtls *dtls;
	enum dtls_state state;
	SSL_CTX *context;
	SSL *ssl;
	BIO *in, *out;
	GQueue *sent; /* by the server, GBytes */
	uint8_t fingerprint[32];
};

static void send_record(const void *bytes, size_t length, void *data)
{
	g_queue_push_tail(data, g_bytes_new(bytes, length));
}

static int accept_any(int is_good, X509_STORE_CTX *store)
{
	(void)is_good;
	(void)store;
	return 1;
}

static void make_client(struct bench *bench)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();

	X509_set_version(certificate, 2);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_set_pubkey(certificate, key);
	X509_sign(certificate, key, EVP_sha256());
	X509_digest(certificate, EVP_sha256(), bench->fingerprint, NULL);
	bench->context = SSL_CTX_new(DTLS_client_method());
	SSL_CTX_use_certificate(bench->context, certificate);
	SSL_CTX_use_PrivateKey(bench->context, key);
	SSL_CTX_set_verify(bench->context, SSL_VERIFY_PEER, accept_any);
	SSL_CTX_set_options(bench->context, SSL_OP_NO_QUERY_MTU);
	SSL_CTX_set_tlsext_use_srtp(bench->context, "SRTP_AEAD_AES_128_GCM");
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	bench->identity = dtls_identity_create(NULL);
	assert_non_null(bench->identity);
	bench->sent = g_queue_new();
	make_client(bench);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	dtls_destroy(bench->dtls);
	dtls_identity_destroy(bench->identity);
	SSL_free(bench->ssl);
	SSL_CTX_free(bench->context);
	g_queue_free_full(bench->sent, (GDestroyNotify)g_bytes_unref);
	g_free(bench);
	return 0;
}

/* What the client has written, a record a datagram. */
static void carry_up(struct bench *bench)
{
	uint8_t bytes[16384];
	int length = BIO_read(bench->out, bytes, sizeof(bytes));

	for (int at = 0; at + 13 <= length;) {
		int size = 13 + (bytes[at + 11] << 8 | bytes[at + 12]);

		bench->state = dtls_receive(bench->dtls, bytes + at, (size_t)size);
		at += size;
	}
}

static void carry_down(struct bench *bench)
{
	GBytes *record;

	while ((record = g_queue_pop_head(bench->sent))) {
		gsize size;
		const void *bytes = g_bytes_get_data(record, &size);

		BIO_write(bench->in, bytes, (int)size);
		g_bytes_unref(record);
		if (SSL_is_init_finished(bench->ssl))
			SSL_read(bench->ssl, &(char){0}, 1);
		else
			SSL_do_handshake(bench->ssl);
		ERR_clear_error();
	}
}

static void connect_with(struct bench *bench, const char *cipher)
{
	dtls_destroy(bench->dtls);
	SSL_free(bench->ssl);
	bench->dtls = dtls_create(bench->identity, bench->fingerprint, send_record, bench->sent);
	bench->state = DTLS_HANDSHAKE;
	g_queue_clear_full(bench->sent, (GDestroyNotify)g_bytes_unref);
	bench->ssl = SSL_new(bench->context);
	bench->in = BIO_new(BIO_s_mem());
	bench->out = BIO_new(BIO_s_mem());
	BIO_set_mem_eof_return(bench->in, -1);
	SSL_set_bio(bench->ssl, bench->in, bench->out);
	SSL_set_mtu(bench->ssl, 1200);
	assert_int_equal(SSL_set_cipher_list(bench->ssl, cipher), 1);
	SSL_set_connect_state(bench->ssl);
	for (int i = 0; i < 20 && bench->state != DTLS_UP; i++) {
		SSL_do_handshake(bench->ssl);
		ERR_clear_error();
		carry_up(bench);
		carry_down(bench);
	}
	assert_int_equal(bench->state, DTLS_UP);
	assert_true(SSL_is_init_finished(bench->ssl));
}

/* The last cannot be settled, and is served by OpenSSL to the end. */
static const char *const ciphers[] = {"ECDHE-ECDSA-AES128-GCM-SHA256",
				      "ECDHE-ECDSA-AES256-GCM-SHA384",
				      "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA"};

static void test_they_close(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++) {
		connect_with(bench, ciphers[i]);
		dtls_settle(bench->dtls);
		SSL_shutdown(bench->ssl);
		carry_up(bench);
		assert_int_equal(bench->state, DTLS_CLOSED);
	}
}

static void test_we_close(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(ciphers); i++) {
		connect_with(bench, ciphers[i / 2]);
		if (i % 2)
			dtls_settle(bench->dtls);
		assert_int_equal(SSL_get_shutdown(bench->ssl), 0);
		dtls_destroy(bench->dtls);
		bench->dtls = NULL;
		carry_down(bench);
		assert_int_equal(SSL_get_shutdown(bench->ssl), SSL_RECEIVED_SHUTDOWN);
	}
}

/* Each bit of the record counts, and so does each byte of its length. */
static void test_forged(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < 3; i++) {
		uint8_t bytes[256];

		connect_with(bench, ciphers[i]);
		dtls_settle(bench->dtls);
		SSL_shutdown(bench->ssl);
		int length = BIO_read(bench->out, bytes, sizeof(bytes));

		assert_in_range(length, 30, 60);
		for (int bit = 0; bit < 8 * length; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(dtls_receive(bench->dtls, bytes, (size_t)length), DTLS_UP);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (int cut = 0; cut < length; cut++) {
			uint8_t *copy = g_memdup2(bytes, (gsize)cut + 1);

			assert_int_equal(dtls_receive(bench->dtls, copy, (size_t)cut), DTLS_UP);
			g_free(copy);
		}
		assert_int_equal(dtls_receive(bench->dtls, bytes, (size_t)length), DTLS_CLOSED);
	}
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_they_close),
		BENCHED(test_we_close),
		BENCHED(test_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
