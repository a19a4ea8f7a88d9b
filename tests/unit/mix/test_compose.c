/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "compose.h"
#include "picture.h"

#define WIDTH  128
#define HEIGHT 72

/* Three sources and a canvas; sources without a frame show the slate. */
struct bench {
	struct held held;
	struct plan_scene scene;
	struct composer composer;
	struct frame_pool *pool;
};

static int set_up(void **state)
{
	static struct bench bench;

	memset(&bench, 0, sizeof(bench));
	bench.held.n_sources = 3;
	bench.scene.still = -1;
	memcpy(bench.scene.background, (uint8_t[]){60, 100, 150}, 3);
	bench.pool = frame_pool_create(WIDTH, HEIGHT, 2);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	held_finish(&bench->held);
	composer_finish(&bench->composer);
	frame_pool_destroy(bench->pool);
	return 0;
}

static void hold(struct bench *bench, int source, struct frame *frame)
{
	frame_unref(bench->held.sources[source].frame);
	bench->held.sources[source].frame = frame;
}

static void add_box(struct bench *bench, int source, int x, int y, int width, int height)
{
	bench->scene.boxes[bench->scene.n_boxes++] =
		(struct plan_box){source, x, y, width, height, FIT_FIT};
}

static struct frame *compose(struct bench *bench)
{
	return compose_scene(&bench->composer, &bench->held, &bench->scene, bench->pool, WIDTH,
			     HEIGHT);
}

static void test_empty(void **state)
{
	struct bench *bench = *state;
	struct frame *picture = compose(bench);

	assert_true(is_grey(picture, 0, 0, WIDTH, HEIGHT, 60));
	assert_int_equal(pixel(picture, 1, 3, 3), 100);
	assert_int_equal(pixel(picture, 2, 3, 3), 150);
	frame_unref(picture);
}

static void test_full_goes_through(void **state)
{
	struct bench *bench = *state;

	hold(bench, 0, picture_lockable(WIDTH, HEIGHT, 99));
	hold(bench, 1, picture_lockable(WIDTH, HEIGHT, 33));
	picture_lock(bench->held.sources[0].frame, true);
	picture_lock(bench->held.sources[1].frame, true);
	add_box(bench, 0, 0, 0, WIDTH, HEIGHT);
	add_box(bench, 1, 0, 0, WIDTH, HEIGHT);
	struct frame *picture = compose(bench);

	assert_ptr_equal(picture, bench->held.sources[1].frame);
	frame_unref(picture);
}

/* What lies under a box that hides all is not even read; what lies over it is drawn. */
static void test_covered_is_not_drawn(void **state)
{
	struct bench *bench = *state;

	hold(bench, 0, picture_lockable(WIDTH, HEIGHT, 10));
	hold(bench, 1, picture_lockable(2 * WIDTH, 2 * HEIGHT, 20));
	hold(bench, 2, picture_lockable(32, 18, 30));
	picture_lock(bench->held.sources[0].frame, true);
	bench->scene.still = 0;
	add_box(bench, 0, 0, 0, 64, 36);
	add_box(bench, 1, 0, 0, WIDTH, HEIGHT);
	add_box(bench, 2, 90, 50, 32, 18);
	struct frame *picture = compose(bench);

	assert_true(is_grey(picture, 0, 0, WIDTH, 50, 20));
	assert_true(is_grey(picture, 90, 50, 32, 18, 30));
	assert_true(is_grey(picture, 0, 68, WIDTH, 4, 20));
	frame_unref(picture);
}

/* A full box whose picture has another shape does not hide what is behind its bars, unless it
 * fills. */
static void test_bars_show_what_is_behind(void **state)
{
	struct bench *bench = *state;

	hold(bench, 0, picture_lockable(WIDTH, HEIGHT, 10));
	hold(bench, 1, picture_lockable(96, HEIGHT, 20));
	bench->scene.still = 0;
	add_box(bench, 1, 0, 0, WIDTH, HEIGHT);
	struct frame *picture = compose(bench);

	assert_true(is_grey(picture, 0, 0, 16, HEIGHT, 10));
	assert_true(is_grey(picture, 16, 0, 96, HEIGHT, 20));
	frame_unref(picture);
	bench->scene.boxes[0].fit = FIT_FILL;
	picture_lock(bench->held.sources[0].frame, true);
	picture = compose(bench);
	assert_true(is_grey(picture, 0, 0, WIDTH, HEIGHT, 20));
	frame_unref(picture);
}

static void test_slate_in_a_box(void **state)
{
	struct bench *bench = *state;

	add_box(bench, 0, 0, 0, 64, 36); /* no frame, and no slate either */
	add_box(bench, -1, 64, 36, 64, 36);
	struct frame *picture = compose(bench);

	assert_true(is_grey(picture, 0, 0, 64, 36, 40));
	assert_true(is_grey(picture, 64, 36, 64, 36, 40));
	assert_true(is_grey(picture, 64, 0, 64, 36, 60));
	frame_unref(picture);
	bench->held.slate = frame_create_colour(300, 100, 77, 128, 128);
	picture = compose(bench);
	/* fills, whatever its shape */
	assert_true(is_grey(picture, 0, 0, 64, 36, 77));
	assert_true(is_grey(picture, 64, 36, 64, 36, 77));
	frame_unref(picture);
}

/* After some ticks a picture that stays is not scaled any more: its memory may be gone for all it
 * matters. */
static void test_still_is_scaled_once(void **state)
{
	struct bench *bench = *state;
	struct frame *still = picture_lockable(300, 170, 80);

	hold(bench, 0, still);
	hold(bench, 1, picture_lockable(640, 360, 50));
	bench->scene.still = 0;
	add_box(bench, 1, 32, 18, 64, 36);
	for (int tick = 0; tick < 10; tick++)
		frame_unref(compose(bench));
	picture_lock(still, true);
	picture_lock(bench->held.sources[1].frame, true);
	struct frame *picture = compose(bench);

	assert_true(is_grey(picture, 0, 0, WIDTH, 18, 80));
	assert_true(is_grey(picture, 32, 18, 64, 36, 50));
	frame_unref(picture);
	/* and a newer one is seen at once */
	hold(bench, 1, picture_lockable(640, 360, 51));
	picture = compose(bench);
	assert_true(is_grey(picture, 32, 18, 64, 36, 51));
	frame_unref(picture);
	picture_lock(still, false);
	bench->scene.boxes[0].width = 32; /* as is another place */
	picture = compose(bench);
	assert_true(is_grey(picture, 32, 26, 32, 18, 51));
	assert_true(is_grey(picture, 66, 18, 30, 36, 80));
	frame_unref(picture);
}

/* 15 pictures a second at 30 ticks: each is drawn twice, which is cheaper than keeping it. */
static void test_slow_camera_is_not_kept(void **state)
{
	struct bench *bench = *state;

	add_box(bench, 0, 0, 0, 64, 36);
	for (int tick = 0; tick < 20; tick++) {
		if (tick % 2 == 0)
			hold(bench, 0,
			     frame_create_colour(640, 360, (uint8_t)(10 + 10 * tick), 128, 128));
		struct frame *picture = compose(bench);

		assert_true(is_grey(picture, 0, 0, 64, 36, (uint8_t)(10 + 20 * (tick / 2))));
		frame_unref(picture);
		assert_null(bench->composer.boxes[0].frame);
	}
}

static void test_no_canvas_left(void **state)
{
	struct bench *bench = *state;
	struct frame *a = compose(bench), *b = compose(bench);

	assert_true(a && b);
	assert_null(compose(bench));
	assert_null(compose_slate(&bench->composer, &bench->held, bench->pool, WIDTH, HEIGHT));
	frame_unref(a);
	frame_unref(b);
}

static void test_whole_slate(void **state)
{
	struct bench *bench = *state;
	struct frame *picture =
		compose_slate(&bench->composer, &bench->held, bench->pool, WIDTH, HEIGHT);

	assert_true(is_grey(picture, 0, 0, WIDTH, HEIGHT, 40));
	frame_unref(picture);
	bench->held.slate = frame_create_colour(WIDTH, HEIGHT, 77, 128, 128);
	picture = compose_slate(&bench->composer, &bench->held, bench->pool, WIDTH, HEIGHT);
	assert_ptr_equal(picture, bench->held.slate);
	frame_unref(picture);
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_empty),
		BENCHED(test_full_goes_through),
		BENCHED(test_covered_is_not_drawn),
		BENCHED(test_bars_show_what_is_behind),
		BENCHED(test_slate_in_a_box),
		BENCHED(test_still_is_scaled_once),
		BENCHED(test_slow_camera_is_not_kept),
		BENCHED(test_no_canvas_left),
		BENCHED(test_whole_slate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
