/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

#include "paint.h"
#include "stamp.h"

static struct paint_text plain(const char *text)
{
	return (struct paint_text){
		.text = text, .font = "Sans", .size_px = 40, .colour = 0xffffffff};
}

/* How much is painted in this part of a stamp: alpha, in whole pixels. */
static int ink(const struct stamp *stamp, int x, int y, int width, int height)
{
	int sum = 0;

	for (int row = y; row < y + height; row++)
		for (int column = x; column < x + width; column++)
			sum += stamp->plane[3][row * stamp->stride[3] + column];
	return sum / 255;
}

static int all_ink(const struct stamp *stamp)
{
	return ink(stamp, 0, 0, stamp->width, stamp->height);
}

static void test_text_is_there(void **state)
{
	struct paint_text text = plain("Grace");
	struct stamp *stamp = paint_text(&text);

	(void)state;
	assert_in_range(stamp->height, 40, 60);
	assert_in_range(stamp->width, 80, 200);
	assert_in_range(all_ink(stamp), 300, stamp->width * stamp->height / 2);
	stamp_destroy(stamp);
}

/* The dots of an umlaut lie above the letter. */
static void test_umlauts(void **state)
{
	static const char *const pairs[][2] = {{"u", "ü"}, {"o", "ö"}, {"a", "ä"}, {"O", "Ö"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		struct paint_text bare = plain(pairs[i][0]), dotted = plain(pairs[i][1]);
		struct stamp *without = paint_text(&bare), *with = paint_text(&dotted);
		int top = 0;

		assert_int_equal(with->height, without->height);
		while (!ink(without, 0, top, without->width, 1))
			top++;
		assert_int_equal(ink(without, 0, 0, without->width, top), 0);
		assert_true(ink(with, 0, 0, with->width, top) > 8);
		stamp_destroy(without);
		stamp_destroy(with);
	}
}

/* In the left and the right third of a stamp. */
static void sides(const char *string, int top_part, int *left, int *right)
{
	struct paint_text text = plain(string);
	struct stamp *stamp = paint_text(&text);
	int third = stamp->width / 3, height = stamp->height / top_part;

	*left = ink(stamp, 0, 0, third, height);
	*right = ink(stamp, stamp->width - third, 0, third, height);
	stamp_destroy(stamp);
}

/* The letter that is written first stands on the right: shin is much wider and darker than yod, and
 * of Arabic's letters alef is tall and seen is low. */
static void test_right_to_left(void **state)
{
	int left, right;

	(void)state;
	sides("שיי", 1, &left, &right);
	assert_true(right > left);
	sides("ייש", 1, &left, &right);
	assert_true(left > right);
	sides("ساا", 2, &left, &right);
	assert_true(left > 2 * right);
	sides("ااس", 2, &left, &right);
	assert_true(right > 2 * left);
}

static void test_ellipsis(void **state)
{
	struct paint_text text = plain("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk");

	(void)state;
	text.padding_px = 10;
	text.max_width_px = 300;
	struct stamp *stamp = paint_text(&text);

	assert_int_equal(stamp->width, 300);
	assert_int_equal(ink(stamp, 0, 0, 10, stamp->height), 0);
	assert_int_equal(ink(stamp, 290, 0, 10, stamp->height), 0);
	assert_true(ink(stamp, 200, 0, 90, stamp->height) > 100);
	stamp_destroy(stamp);
}

static void test_plate(void **state)
{
	struct paint_text text = plain("A");

	(void)state;
	text.background = 0x00000080;
	text.padding_px = 8;
	struct stamp *stamp = paint_text(&text);

	assert_int_equal(stamp->plane[3][0], 0x80);
	assert_int_equal(stamp->plane[0][0], 16);
	stamp_destroy(stamp);
}

/* Neither markup nor bytes that are no text do anything. */
static void test_text_is_text(void **state)
{
	struct paint_text bold = plain("<b>x</b>"), bare = plain("x"), broken = plain("x\xff\xfe"),
			  empty = plain("");
	struct stamp *stamps[] = {paint_text(&bold), paint_text(&bare), paint_text(&broken),
				  paint_text(&empty)};

	(void)state;
	assert_true(stamps[0]->width > 3 * stamps[1]->width);
	assert_true(stamps[2]->width > stamps[1]->width);
	assert_int_equal(all_ink(stamps[3]), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(stamps); i++)
		stamp_destroy(stamps[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_there), cmocka_unit_test(test_umlauts),
		cmocka_unit_test(test_right_to_left), cmocka_unit_test(test_ellipsis),
		cmocka_unit_test(test_plate),	      cmocka_unit_test(test_text_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
