/* SPDX-License-Identifier: EUPL-1.2
 *
 * Where overlays lie, how they come and go, and that nobody else's picture is drawn on. What they
 * look like stands in build/artefacts afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cairo.h>
#include <glib.h>
#include <string.h>

#include "clock.h"
#include "easel.h"
#include "graphic.h"
#include "logo.h"
#include "overlays.h"
#include "picture.h"
#include "png.h"
#include "stamp.h"

#define WIDTH	1280
#define HEIGHT	720
#define FPS	30
#define TICK_NS (NS_PER_S / FPS)
#define SAFE_X	64
#define SAFE_Y	36
#define LOGO	"build/artefacts/logo.png"
#define NOON_S	1900000800 /* any moment */

static const struct mixer_config config = {.width = WIDTH, .height = HEIGHT, .fps = FPS};

struct bench {
	struct picture_plan plan;
	struct overlays overlays;
	struct overlay_poses poses;
	struct frame_pool *pool;
	int64_t now_ns;
};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	bench->pool = frame_pool_create(WIDTH, HEIGHT, 2);
	bench->now_ns = 1000 * NS_PER_S;
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < bench->plan.n_overlays; i++)
		easel_unref(bench->plan.overlays[i].easel);
	frame_pool_destroy(bench->pool);
	g_free(bench);
	return 0;
}

static struct graphic graphic_of(enum overlay_kind kind, const char *text, const char *more)
{
	return (struct graphic){
		.kind = kind,
		.text = (char *)(uintptr_t)text,
		.more = (char *)(uintptr_t)more,
		.until_s = NOON_S + 754,
		.width = WIDTH,
		.height = HEIGHT,
		.font = (char *)(uintptr_t) "Sans",
		.colour = 0xffffffff,
		.background = 0x101820e6,
		.accent = 0xf2a900ff,
	};
}

static struct stamp *paint(enum overlay_kind kind, const char *text, const char *more)
{
	struct graphic graphic = graphic_of(kind, text, more);
	struct stamp *stamp = kind == OVERLAY_LOGO
				      ? logo_read(text, WIDTH * 22 / 100, HEIGHT * 14 / 100, NULL)
				      : graphic_paint(&graphic, NOON_S);

	assert_non_null(stamp);
	return stamp;
}

/* One more overlay, not painted yet. */
static struct plan_overlay *plan_one(struct bench *bench, enum overlay_kind kind)
{
	struct plan_overlay *overlay = &bench->plan.overlays[bench->plan.n_overlays++];

	overlay->id = (uint64_t)bench->plan.n_overlays;
	overlay->kind = kind;
	overlay->easel = easel_create();
	overlay->corner = CORNER_TOP_RIGHT;
	return overlay;
}

static struct plan_overlay *show(struct bench *bench, enum overlay_kind kind, const char *text,
				 const char *more)
{
	struct plan_overlay *overlay = plan_one(bench, kind);

	easel_put(overlay->easel, paint(kind, text, more));
	return overlay;
}

static void tick(struct bench *bench, int n)
{
	while (n--) {
		bench->now_ns += TICK_NS;
		overlays_pose(&bench->overlays, &bench->plan, &config, bench->now_ns,
			      &bench->poses);
	}
}

/* A hall with a stage, more or less: something to lay overlays over. */
static struct frame *hall(void)
{
	struct frame *frame = frame_create_colour(WIDTH, HEIGHT, 70, 128, 128);

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			frame->plane[0][y * frame->stride[0] + x] =
				(uint8_t)(50 + 120 * x / WIDTH + 40 * y / HEIGHT);
			frame->plane[1][y / 2 * frame->stride[1] + x / 2] =
				(uint8_t)(140 - 30 * y / HEIGHT);
			frame->plane[2][y / 2 * frame->stride[2] + x / 2] =
				(uint8_t)(110 + 40 * x / WIDTH);
		}
	return frame;
}

/* A ring with a hole that one sees through, twice as large as there is room for. */
static int make_logo(void **state)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 400, 200);
	cairo_t *cairo = cairo_create(surface);

	(void)state;
	cairo_set_source_rgba(cairo, 0.1, 0.5, 0.9, 1);
	cairo_set_line_width(cairo, 40);
	cairo_arc(cairo, 100, 100, 75, 0, 7);
	cairo_stroke(cairo);
	cairo_set_source_rgba(cairo, 1, 1, 1, 0.9);
	cairo_rectangle(cairo, 210, 60, 180, 80);
	cairo_fill(cairo);
	cairo_destroy(cairo);
	g_mkdir_with_parents("build/artefacts", 0755);
	assert_int_equal(cairo_surface_write_to_png(surface, LOGO), CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(surface);
	return 0;
}

static void save(struct bench *bench, const char *name)
{
	struct frame *frame = overlays_lay(hall(), &bench->poses, bench->pool);

	assert_non_null(frame);
	png_write(frame, name);
	frame_unref(frame);
}

static const struct overlay_pose *pose(const struct bench *bench, int index)
{
	assert_true(index < bench->poses.n);
	return &bench->poses.poses[index];
}

/* ---- places ---- */

static void test_title_lies_in_the_safe_area(void **state)
{
	struct bench *bench = *state;

	show(bench, OVERLAY_TITLE, "Zoë Müller-Lüdenscheidt", "Präsidentin, Größenwahn e. V.");
	tick(bench, 10);
	assert_int_equal(bench->poses.n, 1);
	assert_int_equal(pose(bench, 0)->x, SAFE_X);
	assert_int_equal(pose(bench, 0)->y + pose(bench, 0)->area.height, HEIGHT - SAFE_Y);
	assert_int_equal(pose(bench, 0)->opacity, 256);
	save(bench, "overlay-title");
}

static void test_title_from_right_to_left(void **state)
{
	struct bench *bench = *state;

	show(bench, OVERLAY_TITLE, "محمد عبد الله", "رئيس المؤتمر");
	tick(bench, 10);
	const struct stamp *stamp = pose(bench, 0)->stamp;

	assert_true(stamp->is_rtl);
	assert_int_equal(pose(bench, 0)->x + stamp->width, WIDTH - SAFE_X);
	/* The accent bar is at the text's beginning; its chroma is far from the plate's. */
	assert_true(stamp->plane[1][stamp->width / 2 - 2] < 50);
	assert_in_range(stamp->plane[1][0], 120, 140);
	save(bench, "overlay-title-arabic");
}

static void test_corners(void **state)
{
	static const enum corner corners[] = {CORNER_TOP_LEFT, CORNER_TOP_RIGHT, CORNER_BOTTOM_LEFT,
					      CORNER_BOTTOM_RIGHT};
	struct bench *bench = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(corners); i++)
		show(bench, OVERLAY_CLOCK, "", "")->corner = corners[i];
	tick(bench, 10);
	int width = pose(bench, 0)->area.width, height = pose(bench, 0)->area.height;

	for (int i = 0; i < 4; i++) {
		assert_int_equal(pose(bench, i)->x, i % 2 ? WIDTH - SAFE_X - width : SAFE_X);
		assert_int_equal(pose(bench, i)->y, i / 2 ? HEIGHT - SAFE_Y - height : SAFE_Y);
	}
}

static bool is_apart(const struct overlay_pose *a, const struct overlay_pose *b)
{
	return a->y + a->area.height < b->y || b->y + b->area.height < a->y ||
	       a->x + a->area.width < b->x || b->x + b->area.width < a->x;
}

/* All of them at once: nothing lies over another, everything is inside. */
static void test_all_at_once(void **state)
{
	struct bench *bench = *state;

	show(bench, OVERLAY_TITLE, "Grace Hopper", "Rear Admiral, United States Navy");
	show(bench, OVERLAY_LOGO, LOGO, "")->corner = CORNER_TOP_RIGHT;
	show(bench, OVERLAY_CLOCK, "", "")->corner = CORNER_TOP_LEFT;
	show(bench, OVERLAY_COUNTDOWN, "Weiter in", "")->corner = CORNER_BOTTOM_RIGHT;
	show(bench, OVERLAY_TICKER,
	     "Mittagspause bis 13:30 Uhr im Foyer. Fragen an die Bühne bitte "
	     "im Chat stellen.",
	     "");
	tick(bench, 40);
	for (int i = 0; i < bench->poses.n; i++) {
		const struct overlay_pose *one = pose(bench, i);

		assert_true(one->x >= SAFE_X && one->x + one->area.width <= WIDTH - SAFE_X);
		assert_true(one->y >= SAFE_Y && one->y + one->area.height <= HEIGHT - SAFE_Y);
		for (int k = MAX(i + 1, 2); k < bench->poses.n; k++)
			assert_true(is_apart(one, pose(bench, k)));
	}
	save(bench, "overlay-all");
}

static void test_two_in_one_corner(void **state)
{
	struct bench *bench = *state;

	show(bench, OVERLAY_CLOCK, "", "");
	show(bench, OVERLAY_LOGO, LOGO, "");
	tick(bench, 10);
	assert_int_equal(pose(bench, 0)->y, SAFE_Y); /* the logo */
	assert_int_equal(pose(bench, 1)->y, SAFE_Y + pose(bench, 0)->area.height + 16);
	save(bench, "overlay-logo-clock");
}

/* ---- coming and going ---- */

static void test_the_middle_of_coming_in(void **state)
{
	struct bench *bench = *state;
	struct stamp *stamp = paint(OVERLAY_TITLE, "Grace Hopper", "");
	int width = stamp->width;

	easel_put(plan_one(bench, OVERLAY_TITLE)->easel, stamp);
	/* 4.5 of 9 ticks of 1/30 s: half of the time, 7/8 of the way. */
	bench->now_ns += TICK_NS;
	overlays_pose(&bench->overlays, &bench->plan, &config, bench->now_ns, &bench->poses);
	assert_in_range(pose(bench, 0)->area.width, width * 0.29, width * 0.31);
	bench->now_ns += 7 * TICK_NS / 2;
	overlays_pose(&bench->overlays, &bench->plan, &config, bench->now_ns, &bench->poses);
	assert_in_range(pose(bench, 0)->area.width, width * 7 / 8 - 2, width * 7 / 8 + 2);
	assert_int_equal(pose(bench, 0)->x, SAFE_X);
	save(bench, "overlay-title-middle");
	bench->now_ns += 9 * TICK_NS / 2 + 1000;
	overlays_pose(&bench->overlays, &bench->plan, &config, bench->now_ns, &bench->poses);
	assert_int_equal(pose(bench, 0)->area.width, width);
}

static void test_going_out(void **state)
{
	struct bench *bench = *state;
	struct plan_overlay *clock = show(bench, OVERLAY_CLOCK, "", "");
	int opacity = 256;

	tick(bench, 20);
	clock->is_leaving = true;
	for (int i = 0; i < 8; i++) {
		tick(bench, 1);
		assert_true(pose(bench, 0)->opacity < opacity + (i == 0));
		opacity = pose(bench, 0)->opacity;
	}
	assert_in_range(opacity, 75, 77); /* 1 - (8 / 9) ^ 3 of 256: soft at first, then quick */
	tick(bench, 2);
	assert_int_equal(bench->poses.n, 0);
}

/* A title that takes another's place waits until that one is gone. */
static void test_one_after_the_other(void **state)
{
	struct bench *bench = *state;
	struct plan_overlay *first = show(bench, OVERLAY_TITLE, "Ada Lovelace", "");

	tick(bench, 10);
	uint64_t serial = pose(bench, 0)->serial;

	first->is_leaving = true;
	show(bench, OVERLAY_TITLE, "Grace Hopper", "");
	for (int i = 0; i < 25; i++) {
		tick(bench, 1);
		assert_true(bench->poses.n <= 1);
	}
	assert_true(pose(bench, 0)->serial != serial);
	assert_int_equal(pose(bench, 0)->opacity, 256);
}

/* Its fonts take their time: it comes in from when it is there, and whoever left before is no
 * hindrance. */
static void test_painted_late(void **state)
{
	struct bench *bench = *state;
	struct plan_overlay *never = plan_one(bench, OVERLAY_TITLE);
	struct plan_overlay *late = plan_one(bench, OVERLAY_TITLE);

	never->is_leaving = true;
	tick(bench, 30);
	assert_int_equal(bench->poses.n, 0);
	easel_put(late->easel, paint(OVERLAY_TITLE, "Grace Hopper", ""));
	tick(bench, 1);
	assert_true(pose(bench, 0)->area.width < 100);
}

/* ---- ticker ---- */

static void test_ticker_scrolls_round(void **state)
{
	struct bench *bench = *state;
	struct stamp *strip = paint(OVERLAY_TICKER, "kurz", "");
	int width = strip->width, band = WIDTH - 2 * SAFE_X;

	assert_true(width >= band);
	easel_put(plan_one(bench, OVERLAY_TICKER)->easel, strip);
	tick(bench, 10);
	for (int i = 0; i < 2000; i++) {
		int before = pose(bench, 0)->area.x, covered = 0;

		tick(bench, 1);
		assert_int_equal((pose(bench, 0)->area.x - before + width) % width, 4);
		for (int k = 0; k < bench->poses.n; k++) {
			assert_int_equal(pose(bench, k)->x, SAFE_X + covered);
			covered += pose(bench, k)->area.width;
		}
		assert_int_equal(covered, band);
	}
	save(bench, "overlay-ticker");
}

static void test_ticker_from_right_to_left(void **state)
{
	struct bench *bench = *state;
	struct stamp *strip = paint(OVERLAY_TICKER, "שלום לכולם, ההפסקה עד אחת וחצי", "");
	int width = strip->width;

	easel_put(plan_one(bench, OVERLAY_TICKER)->easel, strip);
	tick(bench, 10);
	int before = pose(bench, 0)->area.x;

	tick(bench, 1);
	assert_int_equal((before - pose(bench, 0)->area.x + width) % width, 4);
	save(bench, "overlay-ticker-hebrew");
}

/* A long one is painted in pieces: no seam, no hole. */
static void test_long_ticker(void **state)
{
	g_autofree char *text = g_strnfill(900, 'M');
	struct stamp *strip = paint(OVERLAY_TICKER, text, "");

	(void)state;
	assert_true(strip->width > 2 * 8192);
	for (int x = 200; x < 900 * 18; x += 18) {
		int brightest = 0;

		for (int y = 0; y < strip->height; y++)
			for (int i = 0; i < 40; i++)
				brightest = MAX(brightest,
						strip->plane[0][y * strip->stride[0] + x + i]);
		assert_true(brightest > 200);
	}
	stamp_destroy(strip);
}

/* ---- drawing ---- */

static void test_nothing_to_draw(void **state)
{
	struct bench *bench = *state;
	struct frame *frame = hall();

	tick(bench, 3);
	assert_ptr_equal(overlays_lay(frame, &bench->poses, bench->pool), frame);
	assert_null(overlays_lay(NULL, &bench->poses, bench->pool));
	frame_unref(frame);
}

/* A picture that somebody else has, too, stays as it is; our own is drawn on without a copy. */
static void test_copied_once(void **state)
{
	struct bench *bench = *state;
	struct frame *shared = hall(), *before = hall();

	show(bench, OVERLAY_CLOCK, "", "");
	tick(bench, 10);
	struct frame *drawn = overlays_lay(frame_ref(shared), &bench->poses, bench->pool);

	assert_true(drawn != shared);
	assert_true(is_same_picture(shared, before));
	assert_false(is_same_picture(drawn, before));
	assert_ptr_equal(overlays_lay(drawn, &bench->poses, bench->pool), drawn);
	frame_unref(drawn);
	frame_unref(shared);
	frame_unref(before);
}

static void test_no_canvas_left(void **state)
{
	struct bench *bench = *state;
	struct frame *all[] = {frame_pool_take(bench->pool), frame_pool_take(bench->pool)};

	show(bench, OVERLAY_CLOCK, "", "");
	tick(bench, 10);
	assert_null(overlays_lay(hall(), &bench->poses, bench->pool));
	frame_unref(all[0]);
	frame_unref(all[1]);
}

/* Poses are compared byte by byte: the same picture gives the same bytes. */
static void test_poses_are_comparable(void **state)
{
	struct bench *bench = *state;
	struct overlay_poses before;
	struct plan_overlay *clock = show(bench, OVERLAY_CLOCK, "", "");

	memset(&bench->poses, 0xff, sizeof(bench->poses));
	tick(bench, 10);
	before = bench->poses;
	tick(bench, 1);
	assert_memory_equal(&before, &bench->poses, sizeof(before));
	easel_put(clock->easel, paint(OVERLAY_CLOCK, "", ""));
	tick(bench, 1);
	assert_memory_not_equal(&before, &bench->poses, sizeof(before));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_title_lies_in_the_safe_area),
		TEST(test_title_from_right_to_left),
		TEST(test_corners),
		TEST(test_all_at_once),
		TEST(test_two_in_one_corner),
		TEST(test_the_middle_of_coming_in),
		TEST(test_going_out),
		TEST(test_one_after_the_other),
		TEST(test_painted_late),
		TEST(test_ticker_scrolls_round),
		TEST(test_ticker_from_right_to_left),
		TEST(test_long_ticker),
		TEST(test_nothing_to_draw),
		TEST(test_copied_once),
		TEST(test_no_canvas_left),
		TEST(test_poses_are_comparable),
	};

	return cmocka_run_group_tests(tests, make_logo, NULL);
}
