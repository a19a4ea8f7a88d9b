/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <string.h>

#include "colour_matrix.h"
#include "frame.h"

#define KR_601 0.299
#define KB_601 0.114

static const struct {
	double kr, kb;
	bool is_full_range;
} standards[] = {
	{KR_601, KB_601, false}, {KR_601, KB_601, true},
	{0.2126, 0.0722, true},	 {0.2627, 0.0593, false}, /* BT.2020 */
	{0.212, 0.087, false},				  /* SMPTE 240M */
};

/* Widths below, at and beside a step; odd ones have a chroma sample of one column, odd heights of
 * one row. */
static const int sizes[][2] = {{2, 2},	 {3, 3},   {31, 5},  {32, 2},  {33, 7},	 {34, 4},
			       {63, 63}, {64, 36}, {65, 37}, {97, 11}, {640, 36}};

static int rows_of(const struct frame *frame, int plane)
{
	return plane ? (frame->height + 1) / 2 : frame->height;
}

static int columns_of(const struct frame *frame, int plane)
{
	return plane ? (frame->width + 1) / 2 : frame->width;
}

/* All values, the forbidden ones too. */
static void fill(const struct frame *frame, GRand *rand)
{
	for (int i = 0; i < 3; i++)
		for (int at = 0; at < rows_of(frame, i) * frame->stride[i]; at++)
			frame->plane[i][at] = (uint8_t)g_rand_int(rand);
}

/* What lies beside a row, up to its stride, is compared as well: nobody may write there. */
static void check_same(const struct frame *a, const struct frame *b)
{
	for (int i = 0; i < 3; i++)
		assert_memory_equal(a->plane[i], b->plane[i],
				    (size_t)(rows_of(a, i) * a->stride[i]));
}

static void check_both_ways(const struct colour_matrix *matrix, int width, int height, GRand *rand)
{
	struct frame *from = frame_create_colour(width, height, 0, 0, 0);
	struct frame *fast = frame_create_colour(width, height, 77, 77, 77);
	struct frame *plain = frame_create_colour(width, height, 77, 77, 77);

	fill(from, rand);
	colour_matrix_apply(matrix, from, fast);
	colour_matrix_apply_plain(matrix, from, plain);
	check_same(fast, plain);
	for (int i = 0; i < 3; i++)
		for (int x = columns_of(fast, i); x < fast->stride[i]; x++)
			assert_int_equal(fast->plane[i][x], 77);
	frame_unref(from);
	frame_unref(fast);
	frame_unref(plain);
}

static void both_ways_are_the_same(void **state)
{
	GRand *rand = g_rand_new_with_seed(709);

	(void)state;
	for (size_t k = 0; k < G_N_ELEMENTS(standards); k++) {
		struct colour_matrix matrix;

		colour_matrix_init(&matrix, standards[k].kr, standards[k].kb,
				   standards[k].is_full_range);
		for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++)
			check_both_ways(&matrix, sizes[i][0], sizes[i][1], rand);
	}
	g_rand_free(rand);
}

/* ---- against the standards' own formulas ---- */

static void encode(const double rgb[3], double kr, double kb, bool is_full, double yuv[3])
{
	double y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];

	yuv[0] = is_full ? 255 * y : 16 + 219 * y;
	yuv[1] = 128 + (is_full ? 255 : 224) * (rgb[2] - y) / (2 - 2 * kb);
	yuv[2] = 128 + (is_full ? 255 : 224) * (rgb[0] - y) / (2 - 2 * kr);
}

static uint8_t rounded(double value)
{
	return (uint8_t)CLAMP(lrint(value), 0, 255);
}

/* Rounding of the samples that come in is passed on: up to 1.1 of V's error, and our own. */
static void check_colour(size_t standard, const double rgb[3])
{
	struct colour_matrix matrix;
	double in[3], wanted[3];

	encode(rgb, standards[standard].kr, standards[standard].kb,
	       standards[standard].is_full_range, in);
	encode(rgb, 0.2126, 0.0722, false, wanted);
	struct frame *from =
		frame_create_colour(34, 3, rounded(in[0]), rounded(in[1]), rounded(in[2]));
	struct frame *to = frame_create_colour(34, 3, 0, 0, 0);

	colour_matrix_init(&matrix, standards[standard].kr, standards[standard].kb,
			   standards[standard].is_full_range);
	colour_matrix_apply(&matrix, from, to);
	for (int i = 0; i < 3; i++) {
		assert_true(fabs(to->plane[i][0] - wanted[i]) < 1.6);
		for (int at = 0; at < columns_of(to, i); at++)
			assert_int_equal(to->plane[i][at], to->plane[i][0]);
	}
	frame_unref(from);
	frame_unref(to);
}

static void colours_are_those_of_709(void **state)
{
	(void)state;
	for (size_t k = 0; k < G_N_ELEMENTS(standards); k++)
		for (int n = 0; n < 6 * 6 * 6; n++) {
			const double rgb[3] = {n % 6 / 5.0, n / 6 % 6 / 5.0, n / 36 / 5.0};

			check_colour(k, rgb);
		}
}

/* Black, white and every grey between, and beyond, stay what they are. */
static void greys_stay(void **state)
{
	struct colour_matrix matrix;
	struct frame *to = frame_create_colour(128, 4, 0, 0, 0);

	(void)state;
	colour_matrix_init(&matrix, KR_601, KB_601, false);
	for (int grey = 0; grey < 256; grey++) {
		struct frame *from = frame_create_colour(128, 4, (uint8_t)grey, 128, 128);

		colour_matrix_apply(&matrix, from, to);
		check_same(from, to);
		frame_unref(from);
	}
	frame_unref(to);
}

/* A colour changes where its chroma sample lies, and nowhere else. */
static void nothing_moves(void **state)
{
	struct colour_matrix matrix;
	struct frame *from = frame_create_colour(66, 6, 100, 128, 128);
	struct frame *to = frame_create_colour(66, 6, 0, 0, 0);

	(void)state;
	from->plane[2][from->stride[2] + 17] = 220;
	colour_matrix_init(&matrix, KR_601, KB_601, false);
	colour_matrix_apply(&matrix, from, to);
	for (int y = 0; y < 6; y++)
		for (int x = 0; x < 66; x++)
			assert_int_equal(to->plane[0][y * to->stride[0] + x] != 100,
					 y / 2 == 1 && x / 2 == 17);
	frame_unref(from);
	frame_unref(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_are_the_same),
		cmocka_unit_test(colours_are_those_of_709),
		cmocka_unit_test(greys_stay),
		cmocka_unit_test(nothing_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
