/* SPDX-License-Identifier: EUPL-1.2 */
#include "error.h" /* before cmocka.h, which has a macro fail() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"

struct bench {
	struct settings *settings;
	char *path;
	GError *error;
};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);
	int file = g_file_open_tmp("settings-XXXXXX", &bench->path, NULL);

	assert_true(file >= 0);
	close(file);
	bench->settings = settings_create();
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	g_unlink(bench->path);
	g_free(bench->path);
	settings_destroy(bench->settings);
	settings_destroy(NULL);
	g_clear_error(&bench->error);
	g_free(bench);
	return 0;
}

static bool read_bytes(struct bench *bench, const char *bytes, size_t length)
{
	assert_true(g_file_set_contents(bench->path, bytes, (gssize)length, NULL));
	g_clear_error(&bench->error);
	return settings_read(bench->settings, bench->path, &bench->error);
}

static bool read_text(struct bench *bench, const char *text)
{
	return read_bytes(bench, text, strlen(text));
}

/* The message begins with the file and the line, and holds this. */
static void assert_blames(const struct bench *bench, int line, const char *what)
{
	g_autofree char *place = g_strdup_printf("%s:%d: ", bench->path, line);

	assert_true(error_code_of(bench->error) == ERROR_USAGE);
	if (!g_str_has_prefix(bench->error->message, place) || !strstr(bench->error->message, what))
		fail_msg("\"%s\" is not about line %d, %s", bench->error->message, line, what);
}

static void test_presets(void **state)
{
	const struct bench *bench = *state;

	assert_int_equal(bench->settings->width, 1280);
	assert_int_equal(bench->settings->fps, 30);
	assert_string_equal(bench->settings->x264_preset, "superfast");
	assert_string_equal(bench->settings->tls_cert, "");
}

static void test_file(void **state)
{
	struct bench *bench = *state;

	assert_true(read_text(bench, "# a comment\n\n  fps=25\r\nwidth =1920 \n"
				     "public_url = https://stage.example.org/#talk\n"
				     "hold_ms = 700 # a slow camera\n"
				     "slate_picture =\t/srv/our slate.png\t# the new one\n"
				     "tls_key = \nfps = 50"));
	assert_int_equal(bench->settings->fps, 50); /* the last one counts */
	assert_int_equal(bench->settings->width, 1920);
	assert_int_equal(bench->settings->hold_ms, 700);
	assert_string_equal(bench->settings->public_url, "https://stage.example.org/#talk");
	assert_string_equal(bench->settings->slate_picture, "/srv/our slate.png");
	assert_string_equal(bench->settings->tls_key, "");
	assert_true(read_text(bench, ""));
}

static void test_bad_lines(void **state)
{
	struct bench *bench = *state;

	assert_false(read_text(bench, "fps = 25\n\nwidht = 1280\n"));
	assert_blames(bench, 3, "no setting \"widht\" (did you mean width?)");
	assert_false(read_text(bench, "colour = red"));
	assert_blames(bench, 1, "no setting \"colour\" (twinstaged.conf lists them)");
	assert_false(read_text(bench, "fps 25"));
	assert_blames(bench, 1, "name = value");
	assert_false(read_text(bench, "= 25"));
	assert_blames(bench, 1, "name = value");
	assert_false(read_text(bench, "\nweb_dir = \xff\xfe\n"));
	assert_blames(bench, 2, "web_dir: not UTF-8");
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {
		"9", "61", "-30", "99999999999999999999", "30.5", "30fps", "0x1e", "", "thirty"};
	struct bench *bench = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_clear_error(&bench->error);
		assert_false(settings_set(bench->settings, "fps", bad[i], &bench->error));
		assert_true(error_code_of(bench->error) == ERROR_USAGE);
		assert_non_null(strstr(bench->error->message, "10 to 60"));
		assert_int_equal(bench->settings->fps, 30); /* untouched */
	}
	assert_true(settings_set(bench->settings, "fps", "10", NULL));
	assert_true(settings_set(bench->settings, "fps", "60", NULL));
	assert_int_equal(bench->settings->fps, 60);
	assert_false(settings_set(bench->settings, "fps", "61", NULL));
}

/* What stands behind a NUL would be left out without a word. */
static void test_binary_file(void **state)
{
	struct bench *bench = *state;
	static const char bytes[] = "fps = 25\0\nwidth = 640\n";

	assert_false(read_bytes(bench, bytes, sizeof(bytes) - 1));
	assert_non_null(strstr(bench->error->message, bench->path));
	assert_int_equal(bench->settings->width, 1280);
}

static void test_no_file(void **state)
{
	struct bench *bench = *state;

	assert_false(settings_read(bench->settings, "/nowhere/twinstaged.conf", &bench->error));
	assert_true(error_code_of(bench->error) == ERROR_IO);
	assert_non_null(strstr(bench->error->message, "/nowhere/twinstaged.conf"));
}

static void assert_refused(struct bench *bench, const char *name, const char *value,
			   const char *what)
{
	struct settings *settings = settings_create();

	g_clear_error(&bench->error);
	assert_true(settings_set(settings, name, value, NULL));
	assert_false(settings_finish(settings, &bench->error));
	assert_true(error_code_of(bench->error) == ERROR_USAGE);
	assert_non_null(strstr(bench->error->message, what));
	settings_destroy(settings);
}

/* A colour begins with the sign of a comment. */
static void test_colours(void **state)
{
	struct bench *bench = *state;
	struct settings *settings = bench->settings;

	assert_true(read_text(bench, "overlay_accent = #102030 # a comment\n"
				     "overlay_background=#10203040\n"
				     "state_dir = /tmp #102030\n"
				     "overlay_font = # none\n"
				     "#overlay_text_colour = #000000\n"));
	assert_string_equal(settings->overlay_accent, "#102030");
	assert_string_equal(settings->overlay_background, "#10203040");
	assert_string_equal(settings->state_dir, "/tmp");
	assert_string_equal(settings->overlay_font, "");
	assert_string_equal(settings->overlay_text_colour, "#ffffff");
}

static void test_finish(void **state)
{
	struct bench *bench = *state;

	assert_refused(bench, "width", "1281", "1281x720");
	assert_refused(bench, "height", "721", "1280x721");
	assert_refused(bench, "tls_cert", "/etc/cert.pem", "tls_key");
	assert_refused(bench, "tls_key", "/etc/key.pem", "tls_cert");
	assert_refused(bench, "https_port", "0", "http_port");
	assert_refused(bench, "x264_preset", "slow", "superfast");
	assert_refused(bench, "h264_profile", "baseline", "constrained-baseline");
	assert_refused(bench, "overlays_on", "program hall", "no \"hall\" (have: program");
	assert_refused(bench, "overlay_accent", "#12345", "as #101820");
	assert_refused(bench, "overlay_text_colour", "white", "as #101820");
	assert_refused(bench, "overlay_background", "#1018200", "as #101820");
	assert_refused(bench, "state_dir", "", "state_dir");
	assert_true(settings_set(bench->settings, "state_dir", "/tmp/state", NULL));
	assert_true(settings_finish(bench->settings, &bench->error));
	assert_string_equal(bench->settings->socket_path, "/tmp/state/twinstage.sock");
}

static void test_socket_of_ones_own(void **state)
{
	struct bench *bench = *state;

	assert_true(settings_set(bench->settings, "socket_path", "/run/x.sock", NULL));
	assert_true(settings_finish(bench->settings, NULL));
	assert_string_equal(bench->settings->socket_path, "/run/x.sock");
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_presets), BENCHED(test_file),	  BENCHED(test_bad_lines),
		BENCHED(test_numbers), BENCHED(test_binary_file), BENCHED(test_no_file),
		BENCHED(test_finish),  BENCHED(test_colours),	  BENCHED(test_socket_of_ones_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
