/* SPDX-License-Identifier: EUPL-1.2
 *
 * The painter's thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

#include "clock.h"
#include "easel.h"
#include "graphic.h"
#include "paint.h"
#include "painter.h"
#include "stamp.h"

#define PATIENCE_NS (20 * NS_PER_S)

struct bench {
	struct painter *painter;
	struct easel *easel;
};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	bench->painter = painter_create();
	bench->easel = easel_create();
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

/* A line of text, and another in its place. */
static void test_writes(void **state)
{
	struct bench *bench = *state;
	struct paint_text text = {
		.text = "cam", .font = "Sans Bold", .size_px = 18, .colour = 0xffffffff};

	painter_write(bench->painter, bench->easel, &text);
	uint64_t serial = wait_for_stamp(bench, 0);
	int width = easel_look(bench->easel)->width;

	text.text = "cam  stalled";
	painter_write(bench->painter, bench->easel, &text);
	wait_for_stamp(bench, serial);
	assert_true(easel_look(bench->easel)->width > width);
}

/* Jobs that nobody waits for any more are let go of. */
static void test_ends_in_the_middle(void **state)
{
	struct bench *bench = *state;

	for (uint64_t id = 1; id < 40; id++)
		paint(bench, id, id % 2 ? OVERLAY_CLOCK : OVERLAY_TICKER, "Pause");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_paints),
		TEST(test_writes),
		TEST(test_clock_goes_on),
		TEST(test_ends_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
