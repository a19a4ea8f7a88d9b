/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

#include "picture.h"
#include "stamp.h"

/* One colour all over, premultiplied ARGB. */
static struct stamp *plain(int width, int height, uint32_t argb)
{
	uint32_t pixels[64 * 64];

	assert_true(width * height <= 64 * 64);
	for (int i = 0; i < width * height; i++)
		pixels[i] = argb;
	return stamp_from_argb((const uint8_t *)pixels, width * 4, width, height);
}

static void assert_colour(const struct frame *frame, int x, int y, int luma, int u, int v)
{
	assert_int_equal(pixel(frame, 0, x, y), luma);
	assert_int_equal(pixel(frame, 1, x / 2, y / 2), u);
	assert_int_equal(pixel(frame, 2, x / 2, y / 2), v);
}

static void test_colours(void **state)
{
	/* BT.709 limited range: red's Y is 16 + 219 * 0.2126, its V is at the end. */
	static const struct {
		uint32_t argb;
		int y, u, v;
	} colours[] = {
		{0xffffffff, 235, 128, 128}, {0xff000000, 16, 128, 128}, {0xffff0000, 63, 102, 240},
		{0xff00ff00, 173, 42, 26},   {0xff0000ff, 32, 240, 118},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++) {
		struct frame *canvas = frame_create_colour(16, 16, 90, 90, 90);
		struct stamp *stamp = plain(16, 16, colours[i].argb);

		stamp_blend(canvas, stamp, 0, 0, 1);
		assert_colour(canvas, 7, 7, colours[i].y, colours[i].u, colours[i].v);
		stamp_destroy(stamp);
		frame_unref(canvas);
	}
}

static void test_half_transparent(void **state)
{
	struct frame *canvas = frame_create_colour(16, 16, 16, 128, 128);
	struct stamp *stamp = plain(16, 16, 0x80808080); /* white, half there */

	(void)state;
	assert_int_equal(stamp->plane[0][0], 235);
	stamp_blend(canvas, stamp, 0, 0, 1);
	assert_in_range(pixel(canvas, 0, 5, 5), 125, 127);
	stamp_destroy(stamp);
	frame_unref(canvas);
}

/* What cannot be seen has no say in the colour of its neighbour: no dark or grey edges. */
static void test_edge_keeps_its_colour(void **state)
{
	const uint32_t pixels[4] = {0xffff0000, 0, 0, 0};
	struct stamp *stamp = stamp_from_argb((const uint8_t *)pixels, 8, 2, 2);

	(void)state;
	assert_int_equal(stamp->plane[2][0], 240);
	assert_int_equal(stamp->plane[3][0], 255);
	assert_int_equal(stamp->plane[3][1], 0);
	stamp_destroy(stamp);
}

static void test_opacity_is_exact_at_its_ends(void **state)
{
	struct frame *canvas = picture_noise(64, 64, 1), *before = picture_noise(64, 64, 1);
	struct stamp *nothing = plain(64, 64, 0), *white = plain(64, 64, 0xffffffff);

	(void)state;
	stamp_blend(canvas, white, 0, 0, 0);
	assert_true(is_same_picture(canvas, before));
	stamp_blend(canvas, nothing, 0, 0, 1);
	assert_true(is_same_picture(canvas, before));
	stamp_blend(canvas, white, 0, 0, 1);
	assert_true(is_grey(canvas, 0, 0, 64, 64, 235));
	assert_int_equal(pixel(canvas, 0, 63, 63), 235);
	stamp_destroy(nothing);
	stamp_destroy(white);
	frame_unref(canvas);
	frame_unref(before);
}

static void test_opacity_between(void **state)
{
	struct frame *canvas = frame_create_colour(64, 64, 16, 128, 128);
	struct stamp *white = plain(64, 64, 0xffffffff);

	(void)state;
	stamp_blend(canvas, white, 0, 0, 0.25);
	assert_in_range(pixel(canvas, 0, 30, 30), 16 + 219 / 4 - 1, 16 + 219 / 4 + 2);
	stamp_destroy(white);
	frame_unref(canvas);
}

/* Red, so that chroma shows where it went, too. */
static void check_clipping(int x, int y)
{
	struct frame *canvas = frame_create_colour(32, 32, 16, 128, 128);
	struct stamp *red = plain(16, 16, 0xffff0000);

	stamp_blend(canvas, red, x, y, 1);
	for (int row = 0; row < 32; row++)
		for (int column = 0; column < 32; column++) {
			bool is_inside = column >= x && column < x + 16 && row >= y && row < y + 16;

			assert_int_equal(pixel(canvas, 0, column, row), is_inside ? 63 : 16);
			assert_int_equal(pixel(canvas, 2, column / 2, row / 2),
					 is_inside ? 240 : 128);
		}
	stamp_destroy(red);
	frame_unref(canvas);
}

static void test_clipping(void **state)
{
	(void)state;
	for (int y = -18; y <= 34; y += 4)
		for (int x = -18; x <= 34; x += 4)
			check_clipping(x, y);
}

static void test_odd_becomes_even(void **state)
{
	struct frame *canvas = frame_create_colour(32, 32, 16, 128, 128);
	struct stamp *white = plain(7, 5, 0xffffffff);

	(void)state;
	assert_int_equal(white->width, 8);
	assert_int_equal(white->height, 6);
	stamp_blend(canvas, white, 5, 3, 1);
	assert_true(is_grey(canvas, 4, 2, 7, 5, 235));
	assert_int_equal(pixel(canvas, 0, 11, 2), 16);
	assert_int_equal(pixel(canvas, 0, 4, 7), 16);
	stamp_destroy(white);
	frame_unref(canvas);
}

static void test_part(void **state)
{
	struct frame *canvas = frame_create_colour(32, 32, 16, 128, 128);
	uint32_t pixels[16 * 2] = {0};

	(void)state;
	for (int i = 0; i < 16 * 2; i++)
		pixels[i] = i % 16 < 8 ? 0xffffffff : 0xff000000 | 0x808080;
	struct stamp *strip = stamp_from_argb((const uint8_t *)pixels, 64, 16, 2);

	stamp_blend_part(canvas, strip, (struct area){6, 0, 4, 2}, 30, 10, 1);
	assert_int_equal(pixel(canvas, 0, 29, 10), 16);
	assert_int_equal(pixel(canvas, 0, 30, 10), 235);
	stamp_blend_part(canvas, strip, (struct area){6, 0, 4, 2}, 10, 10, 1);
	assert_int_equal(pixel(canvas, 0, 11, 11), 235);
	assert_int_equal(pixel(canvas, 0, 12, 11), 126);
	assert_int_equal(pixel(canvas, 0, 14, 11), 16);
	stamp_destroy(strip);
	frame_unref(canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_half_transparent),
		cmocka_unit_test(test_edge_keeps_its_colour),
		cmocka_unit_test(test_opacity_is_exact_at_its_ends),
		cmocka_unit_test(test_opacity_between),
		cmocka_unit_test(test_clipping),
		cmocka_unit_test(test_odd_becomes_even),
		cmocka_unit_test(test_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
