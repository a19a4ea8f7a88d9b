/* SPDX-License-Identifier: EUPL-1.2
 *
 * The painter's thread, and the files that a logo may turn out to be.
 */
#include "error.h" /* its fail() before cmocka's */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cairo.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <twinstage/note.h>
#include <uv.h>

#include "clock.h"
#include "easel.h"
#include "graphic.h"
#include "logo.h"
#include "mailbox.h"
#include "painter.h"
#include "stamp.h"

#define PATIENCE_NS (20 * NS_PER_S)

struct bench {
	uv_loop_t loop;
	struct mailbox *up;
	struct painter *painter;
	struct easel *easel;
	uint64_t failed; /* the overlay of the last note */
	char why[192];
	char *directory;
};

static void take_note(void *message, void *data)
{
	struct note *note = message;
	struct bench *bench = data;

	assert_int_equal(note->kind, NOTE_OVERLAY_FAILED);
	bench->failed = note->id;
	g_strlcpy(bench->why, note->text, sizeof(bench->why));
	g_free(note);
}

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	uv_loop_init(&bench->loop);
	bench->up = mailbox_create(&bench->loop, take_note, g_free, bench);
	bench->painter = painter_create(bench->up);
	bench->easel = easel_create();
	bench->directory = g_dir_make_tmp("painter-XXXXXX", NULL);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	painter_destroy(bench->painter);
	painter_destroy(NULL);
	easel_unref(bench->easel);
	easel_unref(NULL);
	mailbox_destroy(bench->up);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench->loop), 0);
	g_rmdir(bench->directory);
	g_free(bench->directory);
	g_free(bench);
	return 0;
}

static struct graphic graphic_of(enum overlay_kind kind, char *text)
{
	static char none[] = "", font[] = "Sans";

	return (struct graphic){.kind = kind,
				.text = text,
				.more = none,
				.width = 1280,
				.height = 720,
				.font = font,
				.colour = 0xffffffff,
				.background = 0x000000ff,
				.accent = 0xff0000ff};
}

static void paint(struct bench *bench, uint64_t id, enum overlay_kind kind, const char *text)
{
	g_autofree char *copy = g_strdup(text);
	struct graphic graphic = graphic_of(kind, copy);

	painter_paint(bench->painter, id, bench->easel, &graphic);
}

/* The serial of the first stamp that is not this one. */
static uint64_t wait_for_stamp(struct bench *bench, uint64_t serial)
{
	int64_t end_ns = clock_now_ns() + PATIENCE_NS;

	while (clock_now_ns() < end_ns) {
		const struct stamp *stamp = easel_look(bench->easel);

		if (stamp && stamp->serial != serial)
			return stamp->serial;
		clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
	}
	fail_msg("nothing was painted");
	return 0;
}

static void test_paints(void **state)
{
	struct bench *bench = *state;

	assert_null(easel_look(bench->easel));
	paint(bench, 1, OVERLAY_TITLE, "Ada Lovelace");
	wait_for_stamp(bench, 0);
	assert_true(easel_look(bench->easel)->width > 200);
}

/* Every second anew; when stopped, no more. */
static void test_clock_goes_on(void **state)
{
	struct bench *bench = *state;
	uint64_t serial = 0;

	paint(bench, 1, OVERLAY_CLOCK, "");
	for (int i = 0; i < 3; i++)
		serial = wait_for_stamp(bench, serial);
	painter_stop(bench->painter, 1);
	/* What is painted later is there: the stop has been read. */
	struct easel *clock_easel = bench->easel;

	bench->easel = easel_create();
	paint(bench, 2, OVERLAY_TITLE, "Ada");
	wait_for_stamp(bench, 0);
	serial = easel_look(clock_easel)->serial;
	clock_sleep_until(clock_now_ns() + 22 * NS_PER_S / 10);
	assert_int_equal(easel_look(clock_easel)->serial, serial);
	easel_unref(clock_easel);
}

/* Jobs that nobody waits for any more are let go of. */
static void test_ends_in_the_middle(void **state)
{
	struct bench *bench = *state;

	for (uint64_t id = 1; id < 40; id++)
		paint(bench, id, id % 2 ? OVERLAY_CLOCK : OVERLAY_TICKER, "Pause");
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
	stamp_unref(stamp);
	stamp = logo_read(path, 1000, 1000, NULL);
	assert_int_equal(stamp->width, 400); /* never larger */
	stamp_unref(stamp);
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

	refuse("/no/such.png", ERROR_IO, "/no/such.png");
	refuse(text, ERROR_BAD_INPUT, "no PNG");
	refuse(empty, ERROR_BAD_INPUT, "no PNG");
	refuse(cut, ERROR_BAD_INPUT, "broken");
	refuse(huge, ERROR_TOO_LARGE, "8192x8192");
	const char *const paths[] = {good, text, empty, cut, huge};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		g_unlink(paths[i]);
}

static void test_tells_of_a_bad_logo(void **state)
{
	struct bench *bench = *state;
	int64_t end_ns = clock_now_ns() + PATIENCE_NS;

	paint(bench, 7, OVERLAY_LOGO, "README.md");
	while (!bench->failed && clock_now_ns() < end_ns) {
		uv_run(&bench->loop, UV_RUN_NOWAIT);
		clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
	}
	assert_int_equal(bench->failed, 7);
	assert_string_equal(bench->why, "README.md is no PNG file");
	assert_null(easel_look(bench->easel));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_paints), TEST(test_clock_goes_on), TEST(test_ends_in_the_middle),
		TEST(test_logo),   TEST(test_bad_logos),     TEST(test_tells_of_a_bad_logo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
