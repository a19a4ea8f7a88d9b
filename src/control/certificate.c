/* SPDX-License-Identifier: EUPL-1.2 */
#include "certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "address.h"
#include "error.h"
#include "show_file.h"

#define VALID_DAYS 3650

/* "DNS:stage,DNS:localhost,IP:10.0.0.5,.." */
static char *alternative_names(void)
{
	g_autoptr(GPtrArray) addresses = address_list();
	GString *names = g_string_new("DNS:localhost");

	g_string_append_printf(names, ",DNS:%s", g_get_host_name());
	for (guint i = 0; i < addresses->len; i++)
		g_string_append_printf(names, ",IP:%s", (const char *)addresses->pdata[i]);
	return g_string_free(names, FALSE);
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
	X509V3_CTX context;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	bool is_added = extension && X509_add_ext(cert, extension, -1);

	X509_EXTENSION_free(extension);
	return is_added;
}

static bool fill(X509 *cert, EVP_PKEY *key)
{
	g_autofree char *names = alternative_names();
	X509_NAME *name = X509_get_subject_name(cert);
	uint64_t serial;

	if (RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
		return false;
	return X509_set_version(cert, X509_VERSION_3) &&
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1) &&
	       X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
	       X509_gmtime_adj(X509_getm_notAfter(cert), (long)VALID_DAYS * 86400) &&
	       X509_set_pubkey(cert, key) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
					  (const unsigned char *)"Twinstage", -1, -1, 0) &&
	       X509_set_issuer_name(cert, name) &&
	       add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(cert, NID_ext_key_usage, "serverAuth") &&
	       add_extension(cert, NID_subject_alt_name, names) &&
	       X509_sign(cert, key, EVP_sha256());
}

static bool write_pem(const char *path, X509 *cert, EVP_PKEY *key, GError **error)
{
	BIO *memory = BIO_new(BIO_s_mem());
	bool is_written = cert ? PEM_write_bio_X509(memory, cert)
			       : PEM_write_bio_PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL);
	char *text;
	long length = BIO_get_mem_data(memory, &text);
	g_autofree char *copy = g_strndup(text, (gsize)length);

	BIO_free(memory);
	return is_written ? show_file_write(path, copy, error)
			  : fail(error, ERROR_INTERNAL, "%s: no PEM can be made", path);
}

bool certificate_make(const char *cert_path, const char *key_path, GError **error)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	bool is_made = key && cert && fill(cert, key);

	if (!is_made)
		fail(error, ERROR_INTERNAL, "no self-signed certificate can be made: %s",
		     ERR_reason_error_string(ERR_peek_last_error()));
	is_made = is_made && write_pem(key_path, NULL, key, error) &&
		  write_pem(cert_path, cert, NULL, error);
	X509_free(cert);
	EVP_PKEY_free(key);
	return is_made;
}

/* OpenSSL's time in seconds since 1970 UTC. */
static bool seconds_of(const ASN1_TIME *time, int64_t *seconds)
{
	int days, rest;
	ASN1_TIME *beginning = ASN1_TIME_set(NULL, 0);
	bool is_known = beginning && ASN1_TIME_diff(&days, &rest, beginning, time);

	ASN1_TIME_free(beginning);
	if (is_known)
		*seconds = (int64_t)days * 86400 + rest;
	return is_known;
}

bool certificate_read(const char *path, int64_t *until_s, bool *is_self_signed)
{
	BIO *file = path ? BIO_new_file(path, "r") : NULL;
	X509 *cert = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
	bool is_read = cert && seconds_of(X509_get0_notAfter(cert), until_s);

	if (is_read)
		*is_self_signed =
			X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert)) == 0;
	X509_free(cert);
	BIO_free(file);
	ERR_clear_error();
	return is_read;
}
