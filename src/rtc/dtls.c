/* SPDX-License-Identifier: EUPL-1.2 */
#include "dtls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "error.h"
#include "records.h"

#define MTU		 1200
#define FIRST_TIMEOUT_US 150000
#define LAST_TIMEOUT_US	 1000000
#define FINGERPRINT_TEXT (32 * 3)
#define KEY_BYTES	 16

struct dtls_identity {
	SSL_CTX *context;
	BIO_METHOD *method;
	char fingerprint[FINGERPRINT_TEXT];
};

struct dtls {
	SSL *ssl;
	struct records *records; /* instead of it, when settled */
	enum dtls_state state;
	uint8_t fingerprint[32];
	void (*send)(const void *bytes, size_t length, void *data);
	void *data;
	const uint8_t *waiting; /* the datagram that is being read */
	size_t n_waiting;
};

static int bio_write(BIO *bio, const char *bytes, int length)
{
	struct dtls *dtls = BIO_get_data(bio);

	if (length > 0)
		dtls->send(bytes, (size_t)length, dtls->data);
	return length;
}

static int bio_read(BIO *bio, char *out, int size)
{
	struct dtls *dtls = BIO_get_data(bio);
	size_t length = MIN(dtls->n_waiting, (size_t)MAX(size, 0));

	BIO_clear_retry_flags(bio);
	if (length == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	memcpy(out, dtls->waiting, length);
	dtls->n_waiting = 0; /* a read takes a whole datagram */
	return (int)length;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	switch (command) {
	case BIO_CTRL_FLUSH:
		return 1;
	case BIO_CTRL_DGRAM_QUERY_MTU:
	case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
		return MTU;
	default:
		return 0;
	}
}

/* Instead of a chain of trust: the certificate is the one the SDP told of (RFC 8122 5). */
static int check_certificate(X509_STORE_CTX *store, void *data)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct dtls *dtls = SSL_get_app_data(ssl);
	X509 *certificate = X509_STORE_CTX_get0_cert(store);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	(void)data;
	if (certificate && X509_digest(certificate, EVP_sha256(), digest, &length) &&
	    length == sizeof(dtls->fingerprint) && memcmp(digest, dtls->fingerprint, length) == 0)
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
	return 0;
}

static X509 *make_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);

	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), g_random_int_range(1, G_MAXINT));
	X509_gmtime_adj(X509_getm_notBefore(certificate), -24 * 3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 10L * 365 * 24 * 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"twinstage", -1,
				   -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	if (X509_sign(certificate, key, EVP_sha256()))
		return certificate;
	X509_free(certificate);
	return NULL;
}

static void write_fingerprint(X509 *certificate, char out[FINGERPRINT_TEXT])
{
	uint8_t digest[EVP_MAX_MD_SIZE];

	X509_digest(certificate, EVP_sha256(), digest, NULL);
	for (int i = 0; i < 32; i++)
		g_snprintf(out + i * 3, 4, i < 31 ? "%02X:" : "%02X", digest[i]);
}

static SSL_CTX *make_context(EVP_PKEY *key, X509 *certificate)
{
	SSL_CTX *context = SSL_CTX_new(DTLS_server_method());

	if (!context)
		return NULL;
	SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
	SSL_CTX_set_options(context,
			    SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(context, check_certificate, NULL);
	/* GCM first: it costs a fifth of the other. This call returns 0 for success. */
	if (SSL_CTX_use_certificate(context, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey(context, key) != 1 ||
	    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES") != 1 ||
	    SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") !=
		    0) {
		SSL_CTX_free(context);
		return NULL;
	}
	return context;
}

static BIO_METHOD *make_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram");

	BIO_meth_set_write(method, bio_write);
	BIO_meth_set_read(method, bio_read);
	BIO_meth_set_ctrl(method, bio_control);
	return method;
}

struct dtls_identity *dtls_identity_create(GError **error)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = key ? make_certificate(key) : NULL;
	SSL_CTX *context = certificate ? make_context(key, certificate) : NULL;
	struct dtls_identity *identity = NULL;

	if (context) {
		identity = g_new0(struct dtls_identity, 1);
		identity->context = context;
		identity->method = make_method();
		write_fingerprint(certificate, identity->fingerprint);
	} else {
		fail(error, ERROR_INTERNAL, "no certificate for browsers: %s",
		     ERR_reason_error_string(ERR_peek_last_error()));
		ERR_clear_error();
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
	return identity;
}

const char *dtls_identity_fingerprint(const struct dtls_identity *identity)
{
	return identity->fingerprint;
}

void dtls_identity_destroy(struct dtls_identity *identity)
{
	if (!identity)
		return;
	SSL_CTX_free(identity->context);
	BIO_meth_free(identity->method);
	g_free(identity);
}

static unsigned next_timeout(SSL *ssl, unsigned last_us)
{
	(void)ssl;
	return last_us ? MIN(last_us * 2, LAST_TIMEOUT_US) : FIRST_TIMEOUT_US;
}

struct dtls *dtls_create(struct dtls_identity *identity, const uint8_t fingerprint[32],
			 void (*send)(const void *bytes, size_t length, void *data), void *data)
{
	struct dtls *dtls = g_new0(struct dtls, 1);
	BIO *bio = BIO_new(identity->method);

	dtls->state = DTLS_HANDSHAKE;
	dtls->send = send;
	dtls->data = data;
	memcpy(dtls->fingerprint, fingerprint, sizeof(dtls->fingerprint));
	BIO_set_data(bio, dtls);
	BIO_set_init(bio, 1);
	dtls->ssl = SSL_new(identity->context);
	SSL_set_app_data(dtls->ssl, dtls);
	SSL_set_bio(dtls->ssl, bio, bio);
	SSL_set_mtu(dtls->ssl, MTU);
	SSL_set_accept_state(dtls->ssl);
	DTLS_set_timer_cb(dtls->ssl, next_timeout);
	return dtls;
}

static bool is_fatal(const struct dtls *dtls, int result)
{
	int reason = SSL_get_error(dtls->ssl, result);

	ERR_clear_error();
	return reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE;
}

static void read_records(struct dtls *dtls)
{
	uint8_t ignored[2048];
	int result = 0;

	if (dtls->state == DTLS_HANDSHAKE) {
		result = SSL_do_handshake(dtls->ssl);
		if (result == 1 && SSL_get_selected_srtp_profile(dtls->ssl))
			dtls->state = DTLS_UP;
		else if (result == 1 || is_fatal(dtls, result))
			dtls->state = DTLS_REFUSED;
	}
	if (dtls->state != DTLS_UP)
		return;
	do {
		result = SSL_read(dtls->ssl, ignored, sizeof(ignored));
	} while (result > 0);
	if (SSL_get_shutdown(dtls->ssl) & SSL_RECEIVED_SHUTDOWN || is_fatal(dtls, result))
		dtls->state = DTLS_CLOSED;
	ERR_clear_error();
}

enum dtls_state dtls_receive(struct dtls *dtls, const uint8_t *bytes, size_t length)
{
	if (dtls->state != DTLS_HANDSHAKE && dtls->state != DTLS_UP)
		return dtls->state;
	if (dtls->records) {
		if (records_end(dtls->records, bytes, length))
			dtls->state = DTLS_CLOSED;
		return dtls->state;
	}
	dtls->waiting = bytes;
	dtls->n_waiting = length;
	ERR_clear_error();
	read_records(dtls);
	dtls->waiting = NULL;
	dtls->n_waiting = 0;
	return dtls->state;
}

enum dtls_state dtls_tick(struct dtls *dtls)
{
	if (dtls->state != DTLS_HANDSHAKE)
		return dtls->state;
	ERR_clear_error();
	if (DTLSv1_handle_timeout(dtls->ssl) < 0)
		dtls->state = DTLS_REFUSED;
	ERR_clear_error();
	return dtls->state;
}

bool dtls_read_keys(struct dtls *dtls, struct dtls_keys *keys)
{
	static const char label[] = "EXTRACTOR-dtls_srtp";
	const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(dtls->ssl);
	uint8_t raw[2 * 30];

	if (!profile)
		return false;
	keys->is_gcm = profile->id == SRTP_AEAD_AES_128_GCM;
	size_t salt = keys->is_gcm ? 12 : 14;

	if (SSL_export_keying_material(dtls->ssl, raw, 2 * (KEY_BYTES + salt), label, strlen(label),
				       NULL, 0, 0) != 1)
		return false;
	/* Client's key, server's key, client's salt, server's salt. */
	memcpy(keys->remote, raw, KEY_BYTES);
	memcpy(keys->local, raw + KEY_BYTES, KEY_BYTES);
	memcpy(keys->remote + KEY_BYTES, raw + (size_t)2 * KEY_BYTES, salt);
	memcpy(keys->local + KEY_BYTES, raw + (size_t)2 * KEY_BYTES + salt, salt);
	OPENSSL_cleanse(raw, sizeof(raw));
	return true;
}

void dtls_settle(struct dtls *dtls)
{
	if (dtls->state != DTLS_UP || dtls->records)
		return;
	dtls->records = records_create(dtls->ssl);
	ERR_clear_error();
	if (!dtls->records)
		return;
	SSL_free(dtls->ssl);
	dtls->ssl = NULL;
}

static void say_close(struct dtls *dtls)
{
	uint8_t bytes[RECORDS_CLOSE_MAX];
	size_t length = 0;

	if (dtls->records)
		length = records_write_close(dtls->records, bytes);
	else
		SSL_shutdown(dtls->ssl);
	if (length)
		dtls->send(bytes, length, dtls->data);
}

void dtls_destroy(struct dtls *dtls)
{
	if (!dtls)
		return;
	if (dtls->state == DTLS_UP)
		say_close(dtls);
	SSL_free(dtls->ssl);
	records_destroy(dtls->records);
	ERR_clear_error();
	g_free(dtls);
}
