/* SPDX-License-Identifier: EUPL-1.2
 *
 * The thread for files: what a logo may turn out to be, and a disk that hangs.
 */
#include "error.h" /* its fail() before cmocka's */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cairo.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <twinstage/note.h>
#include <unistd.h>
#include <uv.h>

#include "backstage.h"
#include "clock.h"
#include "easel.h"
#include "frame.h"
#include "logo.h"
#include "mailbox.h"
#include "stamp.h"

#define PATIENCE_NS (20 * NS_PER_S)

struct bench {
	uv_loop_t loop;
	struct mailbox *up;
	struct backstage *backstage;
	struct easel *easel;
	int notes;
	struct note last;
	char *directory;
};

static void take_note(void *message, void *data)
{
	struct bench *bench = data;

	bench->last = *(const struct note *)message;
	bench->notes++;
	g_free(message);
}

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	uv_loop_init(&bench->loop);
	bench->up = mailbox_create(&bench->loop, take_note, g_free, bench);
	bench->backstage = backstage_create(bench->up);
	bench->easel = easel_create();
	bench->directory = g_dir_make_tmp("backstage-XXXXXX", NULL);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	backstage_destroy(bench->backstage);
	backstage_destroy(NULL);
	easel_unref(bench->easel);
	mailbox_destroy(bench->up);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench->loop), 0);
	g_rmdir(bench->directory);
	g_free(bench->directory);
	g_free(bench);
	return 0;
}

static void wait_for_note(struct bench *bench, enum note_kind kind, uint64_t id)
{
	int64_t end_ns = clock_now_ns() + PATIENCE_NS;
	int before = bench->notes;

	while (bench->notes == before && clock_now_ns() < end_ns) {
		uv_run(&bench->loop, UV_RUN_NOWAIT);
		clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
	}
	assert_int_equal(bench->notes, before + 1);
	assert_int_equal(bench->last.kind, kind);
	assert_int_equal(bench->last.id, id);
}

/* ---- logos ---- */

static char *write_file(struct bench *bench, const char *name, const void *bytes, size_t length)
{
	char *path = g_build_filename(bench->directory, name, NULL);

	assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
	return path;
}

static void refuse(const char *path, enum error_code code, const char *part)
{
	GError *error = NULL;

	assert_null(logo_read(path, 200, 100, &error));
	assert_non_null(error);
	if (error_code_of(error) != code || !strstr(error->message, part))
		fail_msg("%s: %s", error_name(error_code_of(error)), error->message);
	g_error_free(error);
}

static char *make_png(struct bench *bench, int width, int height)
{
	char *path = g_build_filename(bench->directory, "logo.png", NULL);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	cairo_t *cairo = cairo_create(surface);

	cairo_set_source_rgba(cairo, 1, 1, 1, 0.5);
	cairo_rectangle(cairo, 0, 0, width / 2.0, height);
	cairo_fill(cairo);
	cairo_destroy(cairo);
	assert_int_equal(cairo_surface_write_to_png(surface, path), CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(surface);
	return path;
}

static void test_logo(void **state)
{
	struct bench *bench = *state;
	g_autofree char *path = make_png(bench, 400, 100);
	struct stamp *stamp = logo_read(path, 200, 100, NULL);

	assert_int_equal(stamp->width, 200); /* made smaller, its shape kept */
	assert_int_equal(stamp->height, 50);
	assert_in_range(stamp->plane[3][20 * stamp->stride[3] + 40], 126, 129);
	assert_int_equal(stamp->plane[0][20 * stamp->stride[0] + 40], 235);
	assert_int_equal(stamp->plane[3][20 * stamp->stride[3] + 160], 0);
	stamp_destroy(stamp);
	stamp = logo_read(path, 1000, 1000, NULL);
	assert_int_equal(stamp->width, 400); /* never larger */
	stamp_destroy(stamp);
	g_unlink(path);
}

static void test_bad_logos(void **state)
{
	struct bench *bench = *state;
	g_autofree char *good = make_png(bench, 400, 100), *bytes = NULL;
	size_t length;

	assert_true(g_file_get_contents(good, &bytes, &length, NULL));
	g_autofree char *text = write_file(bench, "text.png", "not a picture", 13);
	g_autofree char *empty = write_file(bench, "empty.png", "", 0);
	g_autofree char *cut = write_file(bench, "cut.png", bytes, length / 2);

	memcpy(bytes + 16, "\0\0\x20\0\0\0\x20\0", 8); /* it says 8192 x 8192 */
	g_autofree char *huge = write_file(bench, "huge.png", bytes, length);

	refuse("/no/such.png", ERROR_IO, "no file /no/such.png");
	refuse("/dev/zero", ERROR_IO, "no file /dev/zero"); /* and nobody waits for it */
	refuse(text, ERROR_BAD_INPUT, "no PNG");
	refuse(empty, ERROR_BAD_INPUT, "no PNG");
	refuse(cut, ERROR_BAD_INPUT, "broken");
	refuse(huge, ERROR_TOO_LARGE, "8192x8192");
	const char *const paths[] = {good, text, empty, cut, huge};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		g_unlink(paths[i]);
}

static void test_reads(void **state)
{
	struct bench *bench = *state;
	g_autofree char *path = make_png(bench, 400, 100);

	backstage_read(bench->backstage, 6, bench->easel, path, 200, 100);
	wait_for_note(bench, NOTE_OVERLAY_READY, 6);
	assert_int_equal(easel_look(bench->easel)->width, 200);
	g_unlink(path);
}

static void test_tells_of_a_bad_logo(void **state)
{
	struct bench *bench = *state;

	backstage_read(bench->backstage, 7, bench->easel, "README.md", 200, 100);
	wait_for_note(bench, NOTE_OVERLAY_FAILED, 7);
	assert_string_equal(bench->last.text, "README.md is no PNG file");
	assert_int_equal(bench->last.value, ERROR_BAD_INPUT);
	assert_null(easel_look(bench->easel));
}

/* ---- a disk that hangs ---- */

/* Whoever opens this file waits until it is closed here, or 45 s. */
static int lease(const char *path)
{
	int file = open(path, O_RDWR | O_CLOEXEC);

	signal(SIGIO, SIG_IGN);
	return file >= 0 && fcntl(file, F_SETLEASE, F_WRLCK) == 0 ? file : -1;
}

/* It is left behind; what waits behind it is not done, and nobody is told. */
static void test_ends_before_a_disk_does(void **state)
{
	struct bench *bench = *state;
	g_autofree char *path = make_png(bench, 400, 100);
	int file = lease(path);

	if (file < 0)
		skip(); /* not on every file system */
	backstage_read(bench->backstage, 8, bench->easel, path, 200, 100);
	int64_t begun_ns = clock_now_ns();

	backstage_destroy(bench->backstage);
	bench->backstage = NULL;
	assert_in_range((clock_now_ns() - begun_ns) / NS_PER_MS, 1900, 20000);
	uv_run(&bench->loop, UV_RUN_NOWAIT);
	assert_int_equal(bench->notes, 0);
	close(file);
	begun_ns = clock_now_ns();
	/* It goes on and finds nobody: not even the sanitizers. */
	while (!easel_look(bench->easel) && clock_now_ns() < begun_ns + PATIENCE_NS)
		clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
	assert_non_null(easel_look(bench->easel));
	uv_run(&bench->loop, UV_RUN_NOWAIT);
	assert_int_equal(bench->notes, 0);
	g_unlink(path);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_logo),
		TEST(test_bad_logos),
		TEST(test_reads),
		TEST(test_tells_of_a_bad_logo),
		TEST(test_ends_before_a_disk_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
