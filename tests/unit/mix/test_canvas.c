/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "canvas.h"
#include "picture.h"

static bool is_even(struct area area)
{
	return area.x % 2 == 0 && area.y % 2 == 0 && area.width % 2 == 0 && area.height % 2 == 0;
}

static bool is_inside(struct area area, struct area room)
{
	return area.width > 0 && area.height > 0 && area.x >= room.x && area.y >= room.y &&
	       area.x + area.width <= room.x + room.width &&
	       area.y + area.height <= room.y + room.height;
}

static void assert_area(struct area area, int x, int y, int width, int height)
{
	if (area.x != x || area.y != y || area.width != width || area.height != height)
		fail_msg("%d,%d %dx%d is not %d,%d %dx%d", area.x, area.y, area.width, area.height,
			 x, y, width, height);
}

static void test_place(void **state)
{
	struct area wide = {0, 0, 1280, 720}, square = {100, 50, 400, 400};
	struct area from, to;

	(void)state;
	canvas_place(1920, 1080, wide, FIT_FIT, &from, &to);
	assert_area(from, 0, 0, 1920, 1080);
	assert_area(to, 0, 0, 1280, 720);
	canvas_place(1024, 768, wide, FIT_FIT, &from, &to); /* bars at the sides */
	assert_area(to, 160, 0, 960, 720);
	canvas_place(1920, 1080, square, FIT_FIT, &from, &to); /* above and below */
	assert_area(to, 100, 50 + 86, 400, 226);
	canvas_place(1920, 1080, square, FIT_FILL, &from, &to); /* the middle */
	assert_area(from, 420, 0, 1080, 1080);
	assert_area(to, 100, 50, 400, 400);
	canvas_place(640, 480, wide, FIT_FILL, &from, &to);
	assert_area(from, 0, 60, 640, 360);
}

/* Whatever the sizes: even, inside, and square pixels stay nearly square where there are enough of
 * them. */
static void check_place(int width, int height, struct area box, enum fit fit)
{
	struct area picture = {0, 0, width, height}, from, to;

	canvas_place(width, height, box, fit, &from, &to);
	assert_true(is_inside(from, picture));
	assert_true(is_inside(to, box));
	assert_true(is_even(to));
	assert_true(from.x % 2 == 0 && from.y % 2 == 0);
	double x = (double)to.width / from.width, y = (double)to.height / from.height;
	int least = fit == FIT_FIT ? (to.width < to.height ? to.width : to.height)
				   : (from.width < from.height ? from.width : from.height);

	if (least >= 8)
		assert_true(fabs(x / y - 1) < 2.5 / least);
}

static void test_place_anything(void **state)
{
	static const int sizes[] = {1, 2, 3, 5, 16, 17, 99, 360, 719, 1081, 1920, 8191, 8192};
	static const struct area boxes[] = {{0, 0, 1280, 720},	{2, 4, 2, 2},
					    {10, 20, 2, 720},	{0, 0, 1280, 2},
					    {640, 0, 640, 360}, {8, 8, 322, 578}};
	const size_t n = sizeof(sizes) / sizeof(*sizes);

	(void)state;
	for (size_t i = 0; i < n * n; i++)
		for (size_t b = 0; b < sizeof(boxes) / sizeof(*boxes); b++) {
			check_place(sizes[i / n], sizes[i % n], boxes[b], FIT_FIT);
			check_place(sizes[i / n], sizes[i % n], boxes[b], FIT_FILL);
		}
}

static void test_clear(void **state)
{
	struct frame *canvas = frame_create_colour(64, 36, 16, 128, 128);
	static const uint8_t colour[3] = {90, 30, 200};

	(void)state;
	canvas_clear(canvas, (struct area){10, 4, 20, 6}, colour);
	assert_true(is_grey(canvas, 10, 4, 20, 6, 90));
	assert_true(is_grey(canvas, 0, 0, 64, 4, 16) && is_grey(canvas, 30, 0, 34, 36, 16));
	assert_int_equal(pixel(canvas, 1, 5, 2), 30);
	assert_int_equal(pixel(canvas, 2, 14, 4), 200);
	assert_int_equal(pixel(canvas, 1, 15, 4), 128);
	frame_unref(canvas);
}

/* Half size is the exact mean of each four. */
static void test_half(void **state)
{
	struct frame *picture = picture_noise(128, 64, 1);
	struct frame *canvas = frame_create_colour(100, 60, 16, 128, 128);

	(void)state;
	canvas_draw(canvas, picture, (struct area){0, 0, 128, 64}, (struct area){20, 10, 64, 32});
	for (int plane = 0; plane < 3; plane++) {
		int left = plane ? 10 : 20, top = plane ? 5 : 10;

		for (int y = 0; y < (plane ? 16 : 32); y++)
			for (int x = 0; x < (plane ? 32 : 64); x++) {
				int sum = pixel(picture, plane, 2 * x, 2 * y) +
					  pixel(picture, plane, 2 * x + 1, 2 * y) +
					  pixel(picture, plane, 2 * x, 2 * y + 1) +
					  pixel(picture, plane, 2 * x + 1, 2 * y + 1);

				assert_int_equal(pixel(canvas, plane, left + x, top + y),
						 (sum + 2) / 4);
			}
	}
	assert_true(is_grey(canvas, 0, 0, 100, 10, 16) && is_grey(canvas, 84, 0, 16, 60, 16));
	frame_unref(picture);
	frame_unref(canvas);
}

static void test_copy(void **state)
{
	struct frame *picture = picture_noise(64, 36, 2);
	struct frame *canvas = frame_create_colour(64, 36, 0, 0, 0);
	struct area all = {0, 0, 64, 36};

	(void)state;
	canvas_draw(canvas, picture, all, all);
	assert_true(is_same_picture(canvas, picture));
	frame_unref(picture);
	frame_unref(canvas);
}

/* Large pictures become small without letting single lines through; odd and tiny ones do not
 * crash. */
static void test_draw_sizes(void **state)
{
	static const int sizes[][2] = {{1, 1}, {1, 9}, {3, 3}, {33, 17}, {1000, 2}, {641, 481}};
	struct frame *canvas = frame_create_colour(64, 36, 0, 128, 128);
	struct area box = {4, 4, 40, 20}, from, to;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (int fit = FIT_FIT; fit <= FIT_FILL; fit++) {
			struct frame *picture =
				frame_create_colour(sizes[i][0], sizes[i][1], 100, 50, 60);

			canvas_clear(canvas, (struct area){0, 0, 64, 36}, (uint8_t[]){7, 7, 7});
			canvas_place(picture->width, picture->height, box, (enum fit)fit, &from,
				     &to);
			canvas_draw(canvas, picture, from, to);
			assert_true(is_grey(canvas, to.x, to.y, to.width, to.height, 100));
			assert_in_range(pixel(canvas, 1, to.x / 2, to.y / 2), 49, 50);
			assert_true(is_grey(canvas, 0, 0, 64, 4, 7));
			assert_true(is_grey(canvas, 44, 0, 20, 36, 7));
			frame_unref(picture);
		}
	frame_unref(canvas);
}

static void test_blend(void **state)
{
	struct frame *a = picture_noise(66, 38, 3), *b = picture_noise(66, 38, 4);
	struct frame *canvas = frame_create_colour(66, 38, 0, 0, 0);

	(void)state;
	canvas_blend(canvas, a, b, 0);
	assert_true(is_same_picture(canvas, a));
	canvas_blend(canvas, a, b, 1);
	assert_true(is_same_picture(canvas, b));
	canvas_blend(canvas, a, b, 0.5);
	for (int i = 0; i < 33; i++) {
		int mean = (pixel(a, 0, i, i) + pixel(b, 0, i, i) + 1) / 2;

		assert_true(abs(pixel(canvas, 0, i, i) - mean) <= 1);
	}
	canvas_blend(canvas, a, b, 0.25);
	assert_true(abs(pixel(canvas, 2, 9, 9) - (3 * pixel(a, 2, 9, 9) + pixel(b, 2, 9, 9)) / 4) <=
		    1);
	frame_unref(a);
	frame_unref(b);
	frame_unref(canvas);
}

static void test_wipe(void **state)
{
	struct frame *a = frame_create_colour(100, 10, 10, 11, 12);
	struct frame *b = frame_create_colour(100, 10, 20, 21, 22);
	struct frame *canvas = frame_create_colour(100, 10, 0, 0, 0);

	(void)state;
	for (int part = 0; part <= 100; part += 10) {
		canvas_wipe(canvas, a, b, part / 100.0);
		assert_true(is_grey(canvas, 0, 0, part, 10, 20));
		assert_true(is_grey(canvas, part, 0, 100 - part, 10, 10));
		assert_int_equal(pixel(canvas, 1, 0, 0), part ? 21 : 11);
	}
	canvas_wipe(canvas, a, b, 0.001);
	assert_true(is_grey(canvas, 0, 0, 100, 10, 10));
	frame_unref(a);
	frame_unref(b);
	frame_unref(canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place), cmocka_unit_test(test_place_anything),
		cmocka_unit_test(test_clear), cmocka_unit_test(test_half),
		cmocka_unit_test(test_copy),  cmocka_unit_test(test_draw_sizes),
		cmocka_unit_test(test_blend), cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
