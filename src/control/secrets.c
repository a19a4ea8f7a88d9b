/* SPDX-License-Identifier: EUPL-1.2 */
#include "secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certificate.h"
#include "error.h"
#include "settings.h"
#include "show_file.h"

#define TOKEN_BYTES 24

static bool open_directory(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0700) == 0)
		return true;
	return fail(error, ERROR_IO, "state_dir %s: %s", path, g_strerror(errno));
}

static bool lock_directory(struct secrets *secrets, const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "lock", NULL);

	secrets->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (secrets->lock < 0)
		return fail(error, ERROR_IO, "%s: %s", path, g_strerror(errno));
	if (flock(secrets->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	return fail(error, ERROR_CONFLICT,
		    "another twinstaged runs on %s (end it, or give this one its own state_dir)",
		    directory);
}

/* The file's one line: as it is, or made of `n` random bytes. */
static char *read_or_make(const char *directory, const char *name, size_t n, GError **error)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	GError *cause = NULL;
	uint8_t bytes[64];
	char *text;

	if (g_file_get_contents(path, &text, NULL, &cause))
		return g_strchomp(text);
	bool is_absent = g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT);

	if (!is_absent)
		fail(error, ERROR_IO, "%s", cause->message);
	g_clear_error(&cause);
	if (!is_absent)
		return NULL;
	if (getrandom(bytes, n, 0) != (ssize_t)n) {
		fail(error, ERROR_IO, "the kernel gives no random bytes");
		return NULL;
	}
	text = g_strdelimit(g_strdelimit(g_base64_encode(bytes, n), "+", '-'), "/", '_');
	if (!show_file_write(path, text, error))
		g_clear_pointer(&text, g_free);
	return text;
}

static bool open_key(struct secrets *secrets, const char *directory, GError **error)
{
	g_autofree char *text = read_or_make(directory, "invite.key", SECRETS_KEY_BYTES, error);
	gsize length;

	if (!text)
		return false;
	g_autofree guchar *key =
		g_base64_decode(g_strdelimit(g_strdelimit(text, "-", '+'), "_", '/'), &length);

	if (length != SECRETS_KEY_BYTES)
		return fail(error, ERROR_IO,
			    "%s/invite.key is damaged (remove it to make a new one; every invite "
			    "then ends)",
			    directory);
	memcpy(secrets->key, key, length);
	return true;
}

static bool open_token(struct secrets *secrets, const char *directory, GError **error)
{
	secrets->crew_token = read_or_make(directory, "crew.token", TOKEN_BYTES, error);
	if (!secrets->crew_token)
		return false;
	if (strlen(secrets->crew_token) >= 16)
		return true;
	return fail(error, ERROR_IO,
		    "%s/crew.token is shorter than 16 characters (remove it to make a new one)",
		    directory);
}

static bool open_certificate(struct secrets *secrets, const struct settings *settings,
			     GError **error)
{
	bool is_own = *settings->tls_cert != '\0';

	secrets->cert_path = is_own ? g_strdup(settings->tls_cert)
				    : g_build_filename(settings->state_dir, "cert.pem", NULL);
	secrets->key_path = is_own ? g_strdup(settings->tls_key)
				   : g_build_filename(settings->state_dir, "cert.key", NULL);
	if (is_own || !settings->https_port)
		return true;
	if (g_file_test(secrets->cert_path, G_FILE_TEST_EXISTS) &&
	    g_file_test(secrets->key_path, G_FILE_TEST_EXISTS))
		return true;
	return certificate_make(secrets->cert_path, secrets->key_path, error);
}

bool secrets_open(struct secrets *secrets, const struct settings *settings, GError **error)
{
	const char *directory = settings->state_dir;

	*secrets = (struct secrets){.lock = -1};
	return open_directory(directory, error) && lock_directory(secrets, directory, error) &&
	       open_key(secrets, directory, error) && open_token(secrets, directory, error) &&
	       open_certificate(secrets, settings, error);
}

void secrets_finish(struct secrets *secrets)
{
	if (secrets->lock > 0)
		close(secrets->lock);
	g_free(secrets->crew_token);
	g_free(secrets->cert_path);
	g_free(secrets->key_path);
	explicit_bzero(secrets, sizeof(*secrets));
	secrets->lock = -1;
}
