/* SPDX-License-Identifier: EUPL-1.2
 *
 * The multiview's picture, sample by sample; the whole of it is left in build/artefacts for people
 * to look at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "easel.h"
#include "clock.h"
#include "frame.h"
#include "held.h"
#include "level.h"
#include "meter.h"
#include "multiview.h"
#include "paint.h"
#include "painter.h"
#include "picture.h"
#include "picture_file.h"
#include "slot.h"
#include "stamp.h"

#define WIDTH	960
#define HEIGHT	540
#define SOURCES 5
#define TICK_NS (100 * NS_PER_MS)

static const uint8_t red[3] = {78, 112, 219}, green[3] = {142, 98, 59};

/* Program, preview, four sources in eight places. */
struct wall {
	struct multiview *multiview;
	struct plan_multiview plan;
	struct held held;
	struct frame *pictures[2];
	struct meter *meter;
	int64_t now_ns;
};

static void place(struct plan_tile *tile, uint64_t id, int x, int y, int width, int height)
{
	*tile = (struct plan_tile){id, -1, -1, x, y, width, height, LIGHT_OFF, NULL, NULL};
}

static int set_up(void **state)
{
	struct wall *wall = g_new0(struct wall, 1);

	wall->multiview = multiview_create();
	wall->plan = (struct plan_multiview){
		.out = slot_create(), .width = WIDTH, .height = HEIGHT, .every_ticks = 3};
	place(&wall->plan.tiles[0], 100, 0, 0, 480, 270);
	place(&wall->plan.tiles[1], 101, 480, 0, 480, 270);
	wall->plan.tiles[0].bus = 0;
	wall->plan.tiles[1].bus = 1;
	for (int i = 0; i < 8; i++)
		place(&wall->plan.tiles[2 + i], i < SOURCES ? 1 + (uint64_t)i : 0, i % 4 * 240,
		      270 + i / 4 * 134, 240, 134);
	wall->plan.n_tiles = 10;
	wall->held.n_sources = SOURCES;
	for (int i = 0; i < SOURCES; i++) {
		wall->plan.tiles[2 + i].source = i;
		wall->held.sources[i].id = 1 + (uint64_t)i;
		wall->held.sources[i].frame =
			frame_create_colour(1280, 720, (uint8_t)(60 + 30 * i), 128, 128);
	}
	wall->held.slate = frame_create_colour(320, 180, 90, 128, 128);
	wall->pictures[0] = frame_create_colour(1280, 720, 200, 128, 128);
	wall->pictures[1] = frame_create_colour(1280, 720, 220, 128, 128);
	wall->meter = meter_create();
	wall->now_ns = NS_PER_S;
	multiview_follow(wall->multiview, &wall->plan);
	*state = wall;
	return 0;
}

static int tear_down(void **state)
{
	struct wall *wall = *state;

	multiview_destroy(wall->multiview);
	held_finish(&wall->held);
	frame_unref(wall->pictures[0]);
	frame_unref(wall->pictures[1]);
	meter_unref(wall->meter);
	slot_unref(wall->plan.out);
	g_free(wall);
	return 0;
}

static struct frame *make(struct wall *wall)
{
	struct frame *frame = multiview_make(wall->multiview, &wall->plan, &wall->held,
					     wall->pictures, wall->now_ns);

	assert_non_null(frame);
	assert_int_equal(frame->width, WIDTH);
	assert_int_equal(frame->height, HEIGHT);
	wall->now_ns += TICK_NS;
	return frame;
}

static bool is_colour(const struct frame *frame, int x, int y, const uint8_t yuv[3])
{
	return pixel(frame, 0, x, y) == yuv[0] && pixel(frame, 1, x / 2, y / 2) == yuv[1] &&
	       pixel(frame, 2, x / 2, y / 2) == yuv[2];
}

static void check_light(const struct frame *frame, const struct plan_tile *tile,
			const uint8_t yuv[3], bool is_lit)
{
	struct tile_parts parts;
	int right = tile->x + tile->width - 1, bottom = tile->y + tile->height - 1;

	multiview_parts(tile, WIDTH, &parts);
	assert_int_equal(parts.edge, 4);
	for (int i = 0; i < parts.edge; i++) {
		assert_true(is_colour(frame, tile->x + tile->width / 2, tile->y + i, yuv) ==
			    is_lit);
		assert_true(is_colour(frame, tile->x + tile->width / 2, bottom - i, yuv) == is_lit);
		assert_true(is_colour(frame, tile->x + i, tile->y + tile->height / 2, yuv) ==
			    is_lit);
		assert_true(is_colour(frame, right - i, tile->y + tile->height / 2, yuv) == is_lit);
	}
	/* The light does not lie over the picture. */
	assert_false(is_colour(frame, tile->x + tile->width / 2, tile->y + parts.edge, yuv));
}

static int middle_of(const struct frame *frame, const struct plan_tile *tile)
{
	return pixel(frame, 0, tile->x + tile->width / 2, tile->y + tile->height / 2);
}

static void test_pictures(void **state)
{
	struct wall *wall = *state;
	struct frame *frame = make(wall);

	assert_in_range(middle_of(frame, &wall->plan.tiles[0]), 199, 200);
	assert_in_range(middle_of(frame, &wall->plan.tiles[1]), 219, 220);
	for (int i = 0; i < SOURCES; i++)
		assert_in_range(middle_of(frame, &wall->plan.tiles[2 + i]), 59 + 30 * i,
				60 + 30 * i);
	/* An empty place has a colour of its own, that is no picture's. */
	assert_int_equal(middle_of(frame, &wall->plan.tiles[9]), 36);
	frame_unref(frame);
}

static void test_lights(void **state)
{
	struct wall *wall = *state;

	wall->plan.tiles[0].light = wall->plan.tiles[3].light = LIGHT_PROGRAM;
	wall->plan.tiles[1].light = wall->plan.tiles[4].light = LIGHT_PREVIEW;
	struct frame *frame = make(wall);

	check_light(frame, &wall->plan.tiles[0], red, true);
	check_light(frame, &wall->plan.tiles[1], green, true);
	check_light(frame, &wall->plan.tiles[2], red, false);
	check_light(frame, &wall->plan.tiles[2], green, false);
	check_light(frame, &wall->plan.tiles[3], red, true);
	check_light(frame, &wall->plan.tiles[4], green, true);
	frame_unref(frame);

	/* It goes out again. */
	wall->plan.tiles[3].light = LIGHT_OFF;
	frame = make(wall);
	check_light(frame, &wall->plan.tiles[3], red, false);
	frame_unref(frame);
}

/* ---- levels ---- */

/* 100 ms of a sine whose RMS is at rms_db, one side 20 dB lower. */
static void play(struct meter *meter, double rms_db)
{
	static float samples[4800 * 2];
	double peak = pow(10, rms_db / 20) * sqrt(2);

	for (int i = 0; i < 4800; i++) {
		double sample = peak * sin(2 * G_PI * 1000 * i / 48000);

		samples[2 * i] = (float)sample;
		samples[2 * i + 1] = (float)(sample / 10);
	}
	meter_feed(meter, samples, 4800);
}

/* How many rows of a bar are as bright as RMS is: the zones' brightest colours. */
static int bright_rows(const struct frame *frame, const struct plan_tile *tile, int side)
{
	struct tile_parts parts;
	int n = 0;

	multiview_parts(tile, WIDTH, &parts);
	for (int y = parts.level.y; y < parts.level.y + parts.level.height; y++) {
		int x = parts.level.x + 2 + side * (parts.level.width / 2);
		int luma = pixel(frame, 0, x, y);

		n += luma == 153 || luma == 176 || luma == 102;
	}
	return n;
}

static void test_levels(void **state)
{
	struct wall *wall = *state;
	struct plan_tile *tile = &wall->plan.tiles[2];
	struct tile_parts parts;

	tile->meter = wall->meter;
	multiview_parts(tile, WIDTH, &parts);
	struct frame *silent = make(wall);

	assert_int_equal(bright_rows(silent, tile, 0), 0);
	play(wall->meter, -30);
	struct frame *half = make(wall);
	int height = parts.level.height;

	/* -30 of -60 dB is half of the bar; the other side's -50 a sixth (and the line at the
	 * peak). */
	assert_in_range(bright_rows(half, tile, 0), height / 2 - 2, height / 2 + 4);
	assert_in_range(bright_rows(half, tile, 1), height / 6 - 2, height / 6 + 4);
	play(wall->meter, -6);
	struct frame *loud = make(wall);

	assert_in_range(bright_rows(loud, tile, 0), height * 9 / 10 - 2, height * 9 / 10 + 4);
	/* Red above -6: the peak is 3 dB higher. */
	assert_true(pixel(loud, 2, (parts.level.x + 2) / 2, (parts.level.y + height / 12) / 2) >
		    160);
	/* Silence: RMS falls at once, the peak takes its time, its line stays. */
	play(wall->meter, -120);
	struct frame *falling = make(wall);

	assert_in_range(bright_rows(falling, tile, 0), 1, 4);
	assert_int_equal(pixel(falling, 0, parts.level.x + 2, parts.level.y + height / 2), 96);
	wall->now_ns += 10 * NS_PER_S;
	struct frame *fallen = make(wall);

	assert_int_equal(bright_rows(fallen, tile, 0), 0);
	assert_int_equal(pixel(fallen, 0, parts.level.x + 2, parts.level.y + height / 2), 40);
	frame_unref(silent);
	frame_unref(half);
	frame_unref(loud);
	frame_unref(falling);
	frame_unref(fallen);
}

/* ---- what is not there ---- */

static void test_lost_source(void **state)
{
	struct wall *wall = *state;
	struct plan_tile *tile = &wall->plan.tiles[6];
	struct frame *before = make(wall);
	int light = middle_of(before, tile);

	frame_unref(wall->held.sources[4].frame);
	wall->held.sources[4].frame = NULL;
	struct frame *lost = make(wall), *still_lost = make(wall);

	/* Its last picture, darker, and not darker each time. */
	assert_int_equal(middle_of(lost, tile), 16 + (light - 16) * 96 / 256);
	assert_int_equal(middle_of(still_lost, tile), middle_of(lost, tile));
	wall->held.sources[4].frame = frame_create_colour(1280, 720, 235, 128, 128);
	struct frame *back = make(wall);

	assert_in_range(middle_of(back, tile), 234, 235);
	frame_unref(before);
	frame_unref(lost);
	frame_unref(still_lost);
	frame_unref(back);
}

static void test_source_that_never_came(void **state)
{
	struct wall *wall = *state;

	frame_unref(wall->held.sources[0].frame);
	wall->held.sources[0].frame = NULL;
	struct frame *frame = make(wall);

	/* The slate, darker. */
	assert_in_range(middle_of(frame, &wall->plan.tiles[2]), 42, 16 + (90 - 16) * 96 / 256);
	frame_unref(frame);
}

/* ---- work that is not done ---- */

static void test_scaled_once(void **state)
{
	struct wall *wall = *state;
	struct frame *locked = picture_lockable(1280, 720, 123);

	frame_unref(wall->held.sources[1].frame);
	wall->held.sources[1].frame = locked;
	frame_unref(make(wall));
	picture_lock(locked, true); /* who reads it crashes */
	struct frame *frame = make(wall);

	assert_in_range(middle_of(frame, &wall->plan.tiles[3]), 122, 123);
	picture_lock(locked, false);
	frame_unref(frame);
}

static void test_every_third_tick(void **state)
{
	struct wall *wall = *state;
	int n = 0;

	for (int i = 0; i < 30; i++)
		n += multiview_is_due(wall->multiview, &wall->plan, false);
	assert_int_equal(n, 10);
	slot_set_wanted(wall->plan.out, false);
	for (int i = 0; i < 30; i++)
		assert_false(multiview_is_due(wall->multiview, &wall->plan, false));
	assert_true(multiview_is_due(wall->multiview, &wall->plan, true));
	assert_true(multiview_shows(&wall->plan, 0));
	assert_true(multiview_shows(&wall->plan, 1));
	assert_false(multiview_shows(&wall->plan, 2));
}

/* Another arrangement: what was drawn elsewhere is gone. */
static void test_rearranged(void **state)
{
	struct wall *wall = *state;

	frame_unref(make(wall));
	wall->plan.n_tiles = 3;
	place(&wall->plan.tiles[2], 3, 0, 270, 480, 270);
	wall->plan.tiles[2].source = 2;
	multiview_follow(wall->multiview, &wall->plan);
	struct frame *frame = make(wall);

	assert_in_range(middle_of(frame, &wall->plan.tiles[2]), 119, 120);
	assert_int_equal(pixel(frame, 0, 720, 400), 28);
	wall->plan.width = 640;
	wall->plan.height = 360;
	for (int i = 0; i < 3; i++)
		place(&wall->plan.tiles[i], 1 + (uint64_t)i, 0, 120 * i, 640, 120);
	multiview_follow(wall->multiview, &wall->plan);
	frame_unref(frame);
	frame = multiview_make(wall->multiview, &wall->plan, &wall->held, wall->pictures, 0);
	assert_int_equal(frame->width, 640);
	assert_int_equal(frame->height, 360);
	frame_unref(frame);
}

/* ---- all of it, to be looked at ---- */

/* A landscape of sorts: sky, ground, a sun. */
static struct frame *scenery(int width, int height, int hue)
{
	struct frame *frame = frame_create_colour(width, height, 0, 128, 128);

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			int dx = x - width * (2 + hue % 5) / 8, dy = y - height / 3;
			bool is_sun = dx * dx + dy * dy < height * height / 40;
			bool is_ground = y > height * 2 / 3 + (int)(20 * sin(x / 90.0 + hue));
			int luma = is_sun      ? 220
				   : is_ground ? 70 + (x / 8 + y / 8) % 2 * 12
					       : 110 + y / 12;

			frame->plane[0][y * frame->stride[0] + x] = (uint8_t)luma;
		}
	for (int y = 0; y < height / 2; y++) {
		memset(frame->plane[1] + y * frame->stride[1], 108 + hue * 23 % 60,
		       (size_t)width / 2);
		memset(frame->plane[2] + y * frame->stride[2], 150 - hue * 31 % 60,
		       (size_t)width / 2);
	}
	return frame;
}

static struct easel *name_tile(struct painter *painter, const struct plan_tile *tile,
			       const char *text, uint32_t colour, uint32_t plate)
{
	const struct paint_text wanted = {
		.text = text,
		.font = "Sans Bold",
		.size_px = tile->height > 200 ? 18 : 13,
		.colour = colour,
		.background = plate,
		.padding_px = 7,
		.max_width_px = tile->width - 32,
	};

	struct easel *easel = easel_create();

	painter_write(painter, easel, &wanted);
	return easel;
}

static void fill_wall(struct wall *wall)
{
	for (int i = 0; i < SOURCES; i++) {
		frame_unref(wall->held.sources[i].frame);
		wall->held.sources[i].frame = scenery(1280, i == 3 ? 960 : 720, i);
	}
	frame_unref(wall->pictures[0]);
	frame_unref(wall->pictures[1]);
	wall->pictures[0] = frame_ref(wall->held.sources[0].frame);
	wall->pictures[1] = frame_ref(wall->held.sources[1].frame);
	wall->plan.tiles[0].light = wall->plan.tiles[2].light = LIGHT_PROGRAM;
	wall->plan.tiles[1].light = wall->plan.tiles[3].light = LIGHT_PREVIEW;
}

static void test_whole(void **state)
{
	static const struct {
		const char *text;
		uint32_t colour, plate;
	} names[] = {
		{"PROGRAM  stage", 0xffffffff, 0xc8141ee6},
		{"PREVIEW  panel", 0xffffffff, 0x0f7a36e6},
		{"cam-a", 0xffffffff, 0xc8141ee6},
		{"Anna Müller", 0xffffffff, 0x0f7a36e6},
		{"slides", 0xffffffff, 0x0b0e14cc},
		{"دانا", 0xffffffff, 0x0b0e14cc},
		{"cam-b  lost", 0x161004ff, 0xffb800f0},
	};
	struct wall *wall = *state;
	struct painter *painter = painter_create();
	g_autoptr(GError) error = NULL;

	fill_wall(wall);
	for (int i = 0; i < 7; i++) {
		struct plan_tile *tile = &wall->plan.tiles[i];

		tile->name =
			name_tile(painter, tile, names[i].text, names[i].colour, names[i].plate);
		if (i != 1 && i != 4 && i != 6)
			tile->meter = wall->meter;
	}
	painter_destroy(painter); /* all are painted */
	play(wall->meter, -9);
	frame_unref(make(wall));
	play(wall->meter, -14);
	frame_unref(wall->held.sources[4].frame);
	wall->held.sources[4].frame = NULL;
	struct frame *frame = make(wall);
	const struct stamp *name = easel_look(wall->plan.tiles[0].name);

	/* The name's plate is where it belongs: below the middle, over the picture. */
	assert_non_null(name);
	assert_in_range(pixel(frame, 2, 234 / 2, (4 + 262 - 4 - 4) / 2), 180, 230);
	if (g_file_test("build/artefacts", G_FILE_TEST_IS_DIR))
		assert_true(picture_file_write(frame, "build/artefacts/multiview.png", &error));
	frame_unref(frame);
	for (int i = 0; i < 7; i++)
		easel_unref(wall->plan.tiles[i].name);
}

/* The line of the quietest peak that is shown lies in its column, not on the light below it. */
static void test_a_quiet_line_stays_inside(void **state)
{
	struct frame *frame = frame_create_colour(64, 160, 10, 128, 128);
	struct level level = {.rms_db = {-120, -120},
			      .peak_db = {-120, -120},
			      .hold_db = {LEVEL_BOTTOM_DB + 0.1, LEVEL_BOTTOM_DB + 0.1}};

	(void)state;
	level_draw(&level, frame, (struct area){20, 20, level_width(4), 100});
	for (int x = 0; x < 64; x++)
		for (int y = 120; y < 160; y++)
			assert_int_equal(pixel(frame, 0, x, y), 10);
	frame_unref(frame);
}

/* ---- files ---- */

static void test_png(void **state)
{
	g_autofree char *directory = g_dir_make_tmp("twinstage-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "a.png", NULL);
	g_autofree char *nowhere = g_build_filename(directory, "none", "a.png", NULL);
	struct frame *frame = frame_create_colour(64, 36, 63, 102, 240);
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	gsize length;

	(void)state;
	assert_true(picture_file_write(frame, path, &error));
	assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
	assert_memory_equal(bytes + 16, "\0\0\0\x40\0\0\0\x24", 8); /* width and height */
	assert_false(picture_file_write(frame, nowhere, &error));
	assert_non_null(strstr(error->message, nowhere));
	/* Nothing else is left. */
	assert_int_equal(remove(path), 0);
	assert_int_equal(remove(directory), 0);
	frame_unref(frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pictures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lights, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_levels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lost_source, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_that_never_came, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_scaled_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_third_tick, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rearranged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_whole, set_up, tear_down),
		cmocka_unit_test(test_png),
		cmocka_unit_test(test_a_quiet_line_stays_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
