/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shrink.h"

static const int sizes[][4] = {
	{1920, 1080, 1280, 720}, {1920, 1080, 608, 342}, {960, 540, 304, 171},
	{96, 54, 32, 18},	 {100, 100, 99, 51},	 {33, 17, 33, 16},
	{641, 481, 250, 200},	 {64, 64, 20, 20},	 {2000, 40, 601, 40},
};

#define N_SIZES (sizeof(sizes) / sizeof(*sizes))

/* Samples that end with their block, so that a sanitizer sees any that is read beyond. */
static struct plane make_plane(int width, int height, int stride)
{
	size_t size = (size_t)stride * (size_t)(height - 1) + (size_t)width;

	return (struct plane){malloc(size), stride, width, height};
}

static void fill(const struct plane *plane, int value)
{
	for (int y = 0; y < plane->height; y++)
		for (int x = 0; x < plane->width; x++)
			plane->samples[y * plane->stride + x] =
				(uint8_t)(value < 0 ? (x * 7 + y * 13 + x * y % 31) % 256 : value);
}

static bool is_available(void)
{
	struct plane from = make_plane(96, 54, 96), to = make_plane(64, 36, 64);

	fill(&from, 0);
	bool is_done = shrink_plane(&from, &to);

	free(from.samples);
	free(to.samples);
	return is_done;
}

static double shared(double begin, double end, int at)
{
	return fmax(0, fmin(end, at + 1) - fmax(begin, at));
}

/* The mean of the area that a sample stands for. */
static double exact(const struct plane *from, const struct plane *to, int x, int y)
{
	double across = (double)from->width / to->width, down = (double)from->height / to->height;
	double sum = 0;

	for (int j = (int)(y * down); j < from->height && j < (y + 1) * down; j++)
		for (int i = (int)(x * across); i < from->width && i < (x + 1) * across; i++)
			sum += from->samples[j * from->stride + i] *
			       shared(x * across, (x + 1) * across, i) *
			       shared(y * down, (y + 1) * down, j);
	return sum / (across * down);
}

/* Weights are of 1/128, and a fifth input (beyond 3:1) counts as its neighbour. */
static void check_means(const int size[4])
{
	struct plane from = make_plane(size[0], size[1], size[0] + 5);
	struct plane to = make_plane(size[2], size[3], size[2] + 3);
	double sum = 0;

	fill(&from, -1);
	assert_true(shrink_plane(&from, &to));
	for (int y = 0; y < to.height; y++)
		for (int x = 0; x < to.width; x++) {
			double off = to.samples[y * to.stride + x] - exact(&from, &to, x, y);

			assert_true(fabs(off) < 14);
			sum += off * off;
		}
	assert_true(sqrt(sum / (to.width * to.height)) < 1.5);
	free(from.samples);
	free(to.samples);
}

static void test_means(void **state)
{
	(void)state;
	if (!is_available())
		skip();
	for (size_t i = 0; i < N_SIZES; i++)
		check_means(sizes[i]);
}

/* One grey stays that grey, whatever the sizes, and nothing beside the plane is written. */
static void check_flat(const int size[4], int value)
{
	struct plane from = make_plane(size[0], size[1], size[0]);
	struct plane to = make_plane(size[2], size[3], size[2] + 8);

	fill(&from, value);
	memset(to.samples, 77, (size_t)to.stride * (size_t)(to.height - 1) + (size_t)to.width);
	assert_true(shrink_plane(&from, &to));
	for (int y = 0; y < to.height; y++)
		for (int x = 0; x < (y < to.height - 1 ? to.stride : to.width); x++)
			assert_int_equal(to.samples[y * to.stride + x], x < to.width ? value : 77);
	free(from.samples);
	free(to.samples);
}

static void test_flat(void **state)
{
	static const int greys[] = {0, 1, 16, 128, 235, 255};

	(void)state;
	if (!is_available())
		skip();
	for (size_t i = 0; i < N_SIZES; i++)
		for (size_t g = 0; g < sizeof(greys) / sizeof(*greys); g++)
			check_flat(sizes[i], greys[g]);
}

/* What is libyuv's is not touched. */
static void test_left_to_libyuv(void **state)
{
	static const int others[][4] = {
		{64, 64, 64, 64}, {64, 64, 32, 32},   {64, 64, 96, 96},
		{64, 64, 64, 96}, {31, 31, 20, 20},   {64, 64, 16, 16},
		{64, 64, 19, 40}, {64, 400, 40, 100}, {640, 360, 2, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct plane from = make_plane(others[i][0], others[i][1], others[i][0]);
		struct plane to = make_plane(others[i][2], others[i][3], others[i][2]);

		fill(&from, 200);
		fill(&to, 9);
		assert_false(shrink_plane(&from, &to));
		assert_int_equal(to.samples[0], 9);
		free(from.samples);
		free(to.samples);
	}
}

/* A larger row than the shuffle reaches, and every size up to there: done or left, never beyond. */
static void test_every_size(void **state)
{
	struct plane from = make_plane(200, 9, 200);

	(void)state;
	fill(&from, 100);
	for (int width = 1; width <= 200; width++) {
		struct plane to = make_plane(width, 8, width);

		if (shrink_plane(&from, &to))
			for (int x = 0; x < width; x++)
				assert_int_equal(to.samples[x], 100);
		free(to.samples);
	}
	free(from.samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_means),
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_left_to_libyuv),
		cmocka_unit_test(test_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
