/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "layout.h"

#define MOST 32

static const struct {
	int width, height;
} sizes[] = {{160, 90},	  {320, 180},	{202, 118},   {640, 360},  {720, 576},
	     {1280, 720}, {1920, 1080}, {1080, 1920}, {3840, 2160}};

#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void check_tidy(const struct rect *rect, int width, int height)
{
	assert_int_equal((rect->x | rect->y | rect->width | rect->height) & 1, 0);
	assert_true(rect->x >= 0 && rect->y >= 0);
	assert_true(rect->width >= 16 && rect->height >= 16);
	assert_true(rect->x + rect->width <= width);
	assert_true(rect->y + rect->height <= height);
}

static bool overlap(const struct rect *a, const struct rect *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
	       b->y < a->y + a->height;
}

static void check_apart(const struct rect *rects, int n)
{
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++)
			assert_false(overlap(&rects[i], &rects[j]));
}

static void check_layout(enum layout layout, bool is_apart, int most)
{
	struct rect rects[MOST];

	for (size_t s = 0; s < N_SIZES; s++)
		for (int n = 0; n <= most; n++) {
			layout_boxes(layout, n, sizes[s].width, sizes[s].height, rects);
			for (int i = 0; i < n; i++)
				check_tidy(&rects[i], sizes[s].width, sizes[s].height);
			if (is_apart)
				check_apart(rects, n);
		}
}

static void test_all_are_even_and_inside(void **state)
{
	(void)state;
	for (enum layout layout = LAYOUT_UNSET; layout <= LAYOUT_GRID; layout++)
		check_layout(layout, false, MOST);
}

static void test_places_are_apart(void **state)
{
	(void)state;
	check_layout(LAYOUT_SIDE, true, 16);
	check_layout(LAYOUT_STAGE_SLIDES, true, 16);
	check_layout(LAYOUT_GRID, true, 16);
}

static void check_rect(const struct rect *rect, int x, int y, int width, int height)
{
	assert_int_equal(rect->x, x);
	assert_int_equal(rect->y, y);
	assert_int_equal(rect->width, width);
	assert_int_equal(rect->height, height);
}

static void test_full(void **state)
{
	struct rect rects[2];

	(void)state;
	layout_boxes(LAYOUT_FULL, 2, 1280, 720, rects);
	check_rect(&rects[0], 0, 0, 1280, 720);
	check_rect(&rects[1], 0, 0, 1280, 720);
}

static void test_pip(void **state)
{
	struct rect rects[4];

	(void)state;
	layout_boxes(LAYOUT_PIP, 4, 1280, 720, rects);
	check_rect(&rects[0], 0, 0, 1280, 720);
	check_rect(&rects[1], 936, 516, 320, 180); /* lower right, 24 from both edges */
	assert_true(rects[2].x + rects[2].width < rects[1].x);
	check_apart(rects + 1, 3);
}

static void test_side(void **state)
{
	struct rect rects[3];

	(void)state;
	layout_boxes(LAYOUT_SIDE, 2, 1280, 720, rects);
	check_rect(&rects[0], 12, 12, 622, 696);
	check_rect(&rects[1], 646, 12, 622, 696);
	layout_boxes(LAYOUT_SIDE, 3, 1280, 720, rects);
	assert_true(rects[2].y >= rects[0].y + rects[0].height);
}

static void test_stage_slides(void **state)
{
	struct rect rects[3];

	(void)state;
	layout_boxes(LAYOUT_STAGE_SLIDES, 3, 1280, 720, rects);
	check_rect(&rects[0], 12, 12, 320, 180);
	check_rect(&rects[1], 344, 12, 924, 696); /* the slides */
	check_rect(&rects[2], 12, 204, 320, 180);
}

static void test_grid(void **state)
{
	struct rect rects[5];

	(void)state;
	layout_boxes(LAYOUT_GRID, 1, 1280, 720, rects);
	check_rect(&rects[0], 12, 12, 1256, 696);
	layout_boxes(LAYOUT_GRID, 2, 1280, 720, rects);
	assert_int_equal(rects[0].y, rects[1].y);
	layout_boxes(LAYOUT_GRID, 5, 1280, 720, rects);
	assert_int_equal(rects[2].y, rects[0].y);
	assert_int_equal(rects[3].y, rects[4].y);
	assert_true(rects[3].y > rects[0].y);
	/* The last row stands in the middle. */
	int left = rects[3].x, right = 1280 - rects[4].x - rects[4].width;

	assert_true(left > rects[0].x && left - right <= 2 && right - left <= 2);
}

static void test_fit(void **state)
{
	(void)state;
	assert_int_equal(layout_fit(LAYOUT_FULL, 0), FIT_FIT);
	assert_int_equal(layout_fit(LAYOUT_GRID, 3), FIT_FILL);
	assert_int_equal(layout_fit(LAYOUT_SIDE, 0), FIT_FILL);
	assert_int_equal(layout_fit(LAYOUT_PIP, 0), FIT_FIT);
	assert_int_equal(layout_fit(LAYOUT_PIP, 1), FIT_FILL);
	assert_int_equal(layout_fit(LAYOUT_STAGE_SLIDES, 0), FIT_FILL);
	assert_int_equal(layout_fit(LAYOUT_STAGE_SLIDES, 1), FIT_FIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_even_and_inside),
		cmocka_unit_test(test_places_are_apart),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_pip),
		cmocka_unit_test(test_side),
		cmocka_unit_test(test_stage_slides),
		cmocka_unit_test(test_grid),
		cmocka_unit_test(test_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
