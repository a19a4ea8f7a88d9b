/* SPDX-License-Identifier: EUPL-1.2
 *
 * Every transition at its middle, as a picture to look at (build/artefacts/transition-*.png) and by
 * its pixels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "png.h"
#include "transition.h"

#define WIDTH	 1280
#define HEIGHT	 720
#define CANVASES 8

enum { HALL, SLIDES, ANNA, BELA, SOURCES };

static const uint8_t colours[SOURCES][3] = {
	{80, 160, 110}, {220, 128, 128}, {90, 100, 190}, {140, 70, 90}};
static const uint8_t backgrounds[2][3] = {{30, 140, 120}, {60, 110, 140}};

struct bench {
	struct held held;
	struct plan_scene from, to;
	struct composer from_composer, to_composer;
	struct frame_pool *pool;
};

/* One colour, and somebody in the middle: to see what is cropped. */
static struct frame *picture_of(int width, int height, const uint8_t colour[3])
{
	struct frame *frame = frame_create_colour(width, height, colour[0], colour[1], colour[2]);
	const uint8_t face[3] = {(uint8_t)(colour[0] - 30), colour[1], colour[2]};

	canvas_clear(frame, (struct area){width / 8 * 3, height / 4, width / 4, height / 2}, face);
	return frame;
}

static int set_up(void **state)
{
	static struct bench bench;

	memset(&bench, 0, sizeof(bench));
	bench.held.n_sources = SOURCES;
	for (int i = 0; i < SOURCES; i++)
		bench.held.sources[i].frame =
			picture_of(i == SLIDES ? 1280 : 640, i == SLIDES ? 720 : 360, colours[i]);
	bench.from.still = bench.to.still = -1;
	memcpy(bench.from.background, backgrounds[0], 3);
	memcpy(bench.to.background, backgrounds[1], 3);
	bench.pool = frame_pool_create(WIDTH, HEIGHT, CANVASES);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	held_finish(&bench->held);
	composer_finish(&bench->from_composer);
	composer_finish(&bench->to_composer);
	frame_pool_destroy(bench->pool);
	return 0;
}

static void place(struct plan_scene *scene, int source, int x, int y, int width, int height)
{
	scene->boxes[scene->n_boxes++] = (struct plan_box){source, x, y, width, height, FIT_FILL};
}

static void place_full(struct plan_scene *scene, int source)
{
	place(scene, source, 0, 0, WIDTH, HEIGHT);
}

static struct frame *make(struct bench *bench, enum transition_kind kind, double part)
{
	struct transition_job job = {
		.kind = kind,
		.part = part,
		.from = &bench->from,
		.to = &bench->to,
		.from_composer = &bench->from_composer,
		.to_composer = &bench->to_composer,
		.held = &bench->held,
		.pool = bench->pool,
		.width = WIDTH,
		.height = HEIGHT,
	};
	struct frame *picture = transition_make(&job);

	assert_non_null(picture);
	return picture;
}

static struct frame *make_middle(struct bench *bench, enum transition_kind kind, const char *name)
{
	g_autofree char *file = g_strconcat("transition-", name, NULL);
	struct frame *picture = make(bench, kind, 0.5);

	png_write(picture, file);
	return picture;
}

static void check_colour(const struct frame *picture, int x, int y, const uint8_t colour[3])
{
	for (int plane = 0; plane < 3; plane++) {
		int shift = plane > 0, is = pixel(picture, plane, x >> shift, y >> shift);

		if (abs(is - colour[plane]) > 2)
			fail_msg("plane %d at %d,%d is %d, not %d", plane, x, y, is, colour[plane]);
	}
}

/* A box of this source begins there: its corner inside, and what lies left of it is not of it. */
static void check_corner(const struct frame *picture, int x, int y, int source)
{
	check_colour(picture, x + 2, y + 2, colours[source]);
	assert_true(abs(pixel(picture, 0, x - 2, y + 2) - colours[source][0]) > 2);
	assert_true(abs(pixel(picture, 0, x + 2, y - 2) - colours[source][0]) > 2);
}

static void check_mean(const struct frame *picture, int x, int y, const uint8_t a[3],
		       const uint8_t b[3])
{
	const uint8_t mean[3] = {(uint8_t)((a[0] + b[0]) / 2), (uint8_t)((a[1] + b[1]) / 2),
				 (uint8_t)((a[2] + b[2]) / 2)};

	check_colour(picture, x, y, mean);
}

static void test_ease(void **state)
{
	(void)state;
	assert_float_equal(transition_ease(0), 0, 0);
	assert_float_equal(transition_ease(0.5), 0.5, 1e-9);
	assert_float_equal(transition_ease(1), 1, 0);
	assert_float_equal(transition_ease(0.25), 0.15625, 1e-9);
	assert_float_equal(transition_ease(0.75), 0.84375, 1e-9);
	assert_true(transition_ease(0.01) < 0.0004); /* it begins slowly */
}

static void test_mix(void **state)
{
	struct bench *bench = *state;

	place_full(&bench->from, HALL);
	place_full(&bench->to, SLIDES);
	struct frame *picture = make_middle(bench, TRANSITION_MIX, "mix");

	check_mean(picture, 10, 10, colours[HALL], colours[SLIDES]);
	check_mean(picture, 1270, 700, colours[HALL], colours[SLIDES]);
	frame_unref(picture);
}

static void test_wipe(void **state)
{
	struct bench *bench = *state;

	place_full(&bench->from, HALL);
	place_full(&bench->to, SLIDES);
	struct frame *picture = make_middle(bench, TRANSITION_WIPE, "wipe");

	check_colour(picture, 636, 10, colours[SLIDES]);
	check_colour(picture, 644, 10, colours[HALL]);
	frame_unref(picture);
	picture = make(bench, TRANSITION_WIPE, 0.25); /* 0.15625 of the way: 200 pixels */
	check_colour(picture, 196, 10, colours[SLIDES]);
	check_colour(picture, 204, 10, colours[HALL]);
	frame_unref(picture);
}

/* What is half out shows its right half at the left, and the one that comes its left half. */
static void test_slide(void **state)
{
	struct bench *bench = *state;

	place(&bench->from, HALL, 0, 0, 640, 720);
	place(&bench->from, ANNA, 640, 0, 640, 720);
	place(&bench->to, SLIDES, 0, 0, 640, 720);
	place(&bench->to, BELA, 640, 0, 640, 720);
	struct frame *picture = make_middle(bench, TRANSITION_SLIDE, "slide");

	check_colour(picture, 4, 4, colours[ANNA]);
	check_colour(picture, 636, 4, colours[ANNA]);
	check_colour(picture, 644, 4, colours[SLIDES]);
	check_colour(picture, 1276, 4, colours[SLIDES]);
	frame_unref(picture);
}

/* The hall goes from the whole picture to an inset; the slides it uncovers fade in below it. */
static void test_move_to_an_inset(void **state)
{
	struct bench *bench = *state;

	place_full(&bench->from, HALL);
	place_full(&bench->to, SLIDES);
	place(&bench->to, HALL, 928, 512, 320, 180);
	struct frame *picture = make_middle(bench, TRANSITION_MOVE, "move-inset");

	check_corner(picture, 464, 256, HALL);
	check_colour(picture, 464 + 796, 256 + 446, colours[HALL]); /* 800 x 450 */
	check_mean(picture, 100, 100, backgrounds[0], colours[SLIDES]);
	frame_unref(picture);
	/* and the other way it is the same picture, but for what lies below */
	struct plan_scene kept = bench->from;

	bench->from = bench->to;
	bench->to = kept;
	picture = make(bench, TRANSITION_MOVE, 0.5);
	check_corner(picture, 464, 256, HALL);
	check_mean(picture, 100, 100, backgrounds[0], colours[SLIDES]);
	frame_unref(picture);
}

/* Two of a panel stay and make room for a third. */
static void test_move_makes_room(void **state)
{
	struct bench *bench = *state;

	place(&bench->from, HALL, 0, 180, 640, 360);
	place(&bench->from, ANNA, 640, 180, 640, 360);
	place(&bench->to, HALL, 0, 0, 640, 360);
	place(&bench->to, BELA, 640, 0, 640, 360);
	place(&bench->to, ANNA, 320, 360, 640, 360);
	struct frame *picture = make_middle(bench, TRANSITION_MOVE, "move-room");

	check_colour(picture, 2, 92, colours[HALL]);
	check_colour(picture, 2, 448, colours[HALL]);
	check_corner(picture, 480, 270, ANNA); /* over the hall: it is later in the new scene */
	check_colour(picture, 1118, 628, colours[ANNA]);
	const uint8_t ground[3] = {45, 125, 130}; /* the mean of both backgrounds */

	check_mean(picture, 1270, 20, colours[BELA], ground);
	check_colour(picture, 20, 700, ground);
	frame_unref(picture);
}

/* Inset and whole picture change places: neither jumps over the other. */
static void test_move_swaps(void **state)
{
	struct bench *bench = *state;

	place_full(&bench->from, HALL);
	place(&bench->from, ANNA, 928, 512, 320, 180);
	place_full(&bench->to, ANNA);
	place(&bench->to, HALL, 928, 512, 320, 180);
	struct frame *picture = make(bench, TRANSITION_MOVE, 0.02);

	check_colour(picture, 940, 520, colours[ANNA]);
	frame_unref(picture);
	picture = make_middle(bench, TRANSITION_MOVE, "move-swap");
	check_mean(picture, 900, 262, colours[ANNA], colours[HALL]); /* both are at 464,256 */
	frame_unref(picture);
	picture = make(bench, TRANSITION_MOVE, 0.98);
	check_colour(picture, 940, 520, colours[HALL]);
	check_colour(picture, 100, 100, colours[ANNA]);
	frame_unref(picture);
}

/* An inset that goes fades above what it lay on, though that moves. */
static void test_move_insets_come_and_go(void **state)
{
	struct bench *bench = *state;

	place_full(&bench->from, HALL);
	place(&bench->from, ANNA, 928, 512, 320, 180);
	place_full(&bench->to, HALL);
	place(&bench->to, BELA, 32, 512, 320, 180);
	struct frame *picture = make_middle(bench, TRANSITION_MOVE, "move-fade");

	check_colour(picture, 10, 10, colours[HALL]);
	check_mean(picture, 932, 516, colours[ANNA], colours[HALL]);
	check_mean(picture, 36, 516, colours[BELA], colours[HALL]);
	frame_unref(picture);
}

/* The crop goes along: half way from all of the picture to its middle. */
static void test_move_crops(void **state)
{
	struct bench *bench = *state;

	place(&bench->from, HALL, 0, 0, 640, 360);
	place(&bench->to, HALL, 960, 0, 320, 720); /* its middle 160 of 640 columns */
	struct frame *picture = make_middle(bench, TRANSITION_MOVE, "move-crop");

	/* 480 x 540 at 480,0 of 400 columns: the face's 160 of these are 192 wide, in the middle. */
	check_colour(picture, 484, 4, colours[HALL]);
	check_mean(picture, 474, 4, backgrounds[0], backgrounds[1]);
	check_colour(picture, 956, 530, colours[HALL]);
	check_colour(picture, 720 - 90, 270, (uint8_t[]){50, 160, 110});
	check_colour(picture, 720 - 102, 270, colours[HALL]);
	check_colour(picture, 720 + 90, 270, (uint8_t[]){50, 160, 110});
	check_colour(picture, 720 + 102, 270, colours[HALL]);
	frame_unref(picture);
}

/* Nothing in both: it is a mix. */
static void test_move_of_strangers(void **state)
{
	struct bench *bench = *state;

	place_full(&bench->from, HALL);
	place(&bench->from, -1, 0, 0, 100, 100); /* the slate is nobody */
	place_full(&bench->to, ANNA);
	place(&bench->to, -1, 0, 0, 100, 100);
	struct frame *moved = make(bench, TRANSITION_MOVE, 0.3);
	struct frame *mixed = make(bench, TRANSITION_MIX, 0.3);

	assert_true(is_same_picture(moved, mixed));
	frame_unref(moved);
	frame_unref(mixed);
}

/* A source that is shown twice goes from its first place to its first, its second to its second. */
static void test_move_twice_the_same(void **state)
{
	struct bench *bench = *state;

	place(&bench->from, HALL, 0, 0, 320, 180);
	place(&bench->from, HALL, 960, 0, 320, 180);
	place(&bench->to, HALL, 0, 540, 320, 180);
	place(&bench->to, HALL, 960, 540, 320, 180);
	place(&bench->to, HALL, 480, 540, 320, 180); /* a third one fades in */
	struct frame *picture = make(bench, TRANSITION_MOVE, 0.5);
	const uint8_t ground[3] = {45, 125, 130};

	check_colour(picture, 4, 274, colours[HALL]);
	check_colour(picture, 964, 274, colours[HALL]);
	check_mean(picture, 484, 544, colours[HALL], ground);
	check_colour(picture, 4, 4, ground);
	frame_unref(picture);
}

static bool is_like(const struct frame *a, const struct frame *b)
{
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			if (abs(pixel(a, 0, x, y) - pixel(b, 0, x, y)) > 2)
				return false;
	return true;
}

static int pick(unsigned *seed, int n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (int)((*seed >> 8) % (unsigned)n);
}

static void place_any(struct plan_scene *scene, unsigned *seed)
{
	scene->still = pick(seed, 4) ? -1 : SLIDES;
	scene->n_boxes = pick(seed, 6);
	for (int i = 0; i < scene->n_boxes; i++) {
		int x = pick(seed, WIDTH / 2 - 8) * 2, y = pick(seed, HEIGHT / 2 - 8) * 2;
		bool is_full = !pick(seed, 4);

		scene->boxes[i] = (struct plan_box){
			.source = pick(seed, SOURCES + 1) - 1,
			.x = is_full ? 0 : x,
			.y = is_full ? 0 : y,
			.width = is_full ? WIDTH : 16 + pick(seed, (WIDTH - x - 14) / 2) * 2,
			.height = is_full ? HEIGHT : 16 + pick(seed, (HEIGHT - y - 14) / 2) * 2,
			.fit = pick(seed, 2) ? FIT_FIT : FIT_FILL,
		};
	}
}

/* Whatever the scenes: it begins with the one and ends with the other, and on the way nothing is
 * drawn outside (the sanitizers look). */
static void test_ends_of_any_two_scenes(void **state)
{
	static const enum transition_kind kinds[] = {TRANSITION_MIX, TRANSITION_WIPE,
						     TRANSITION_SLIDE, TRANSITION_MOVE};
	struct bench *bench = *state;
	unsigned seed = 7;

	frame_unref(bench->held.sources[BELA].frame);
	bench->held.sources[BELA].frame = NULL; /* gone */
	frame_unref(bench->held.sources[ANNA].frame);
	bench->held.sources[ANNA].frame = picture_of(99, 1, colours[ANNA]);
	for (int n = 0; n < 80; n++) {
		place_any(&bench->from, &seed);
		place_any(&bench->to, &seed);
		enum transition_kind kind = kinds[n % 4];
		struct frame *first = make(bench, kind, 0), *last = make(bench, kind, 1);
		struct frame *from = compose_scene(&bench->from_composer, &bench->held,
						   &bench->from, bench->pool, WIDTH, HEIGHT);
		struct frame *to = compose_scene(&bench->to_composer, &bench->held, &bench->to,
						 bench->pool, WIDTH, HEIGHT);

		assert_true(is_like(last, to));
		assert_true(is_like(first, from));
		for (int i = 1; i < 8; i++)
			frame_unref(make(bench, kind, pick(&seed, 1000) / 1000.0));
		frame_unref(first);
		frame_unref(last);
		frame_unref(from);
		frame_unref(to);
	}
}

/* No canvas is left: no picture, and nothing is lost. */
static void test_no_canvas(void **state)
{
	struct bench *bench = *state;
	struct frame *taken[CANVASES];

	place(&bench->from, HALL, 0, 0, 320, 180);
	place(&bench->to, HALL, 0, 0, 640, 360);
	place(&bench->to, ANNA, 640, 0, 640, 360);
	for (int free = 0; free < CANVASES; free++) {
		struct transition_job job = {TRANSITION_MOVE,
					     0.5,
					     &bench->from,
					     &bench->to,
					     &bench->from_composer,
					     &bench->to_composer,
					     &bench->held,
					     bench->pool,
					     WIDTH,
					     HEIGHT};

		for (int i = free; i < CANVASES; i++)
			taken[i] = frame_pool_take(bench->pool);
		frame_unref(transition_make(&job));
		for (int i = free; i < CANVASES; i++)
			frame_unref(taken[i]);
	}
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ease),
		BENCHED(test_mix),
		BENCHED(test_wipe),
		BENCHED(test_slide),
		BENCHED(test_move_to_an_inset),
		BENCHED(test_move_makes_room),
		BENCHED(test_move_swaps),
		BENCHED(test_move_insets_come_and_go),
		BENCHED(test_move_crops),
		BENCHED(test_move_of_strangers),
		BENCHED(test_move_twice_the_same),
		BENCHED(test_ends_of_any_two_scenes),
		BENCHED(test_no_canvas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
