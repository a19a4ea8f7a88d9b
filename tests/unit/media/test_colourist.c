/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "colourist.h"
#include "frame.h"

#define MANY 64

static GstCaps *caps_of(const char *colorimetry)
{
	GstCaps *caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420", NULL);

	if (colorimetry)
		gst_caps_set_simple(caps, "colorimetry", G_TYPE_STRING, colorimetry, NULL);
	return caps;
}

static void count(void *data)
{
	++*(int *)data;
}

/* BT.601's red, as a decoder's buffer. */
static struct frame *red(int width, int height, int *released)
{
	static uint8_t y[64 * 64], u[32 * 32], v[32 * 32];
	uint8_t *const planes[3] = {y, u, v};
	const int strides[3] = {64, 32, 32};

	for (size_t i = 0; i < sizeof(y); i++)
		y[i] = 81;
	for (size_t i = 0; i < sizeof(u); i++) {
		u[i] = 90;
		v[i] = 240;
	}
	return frame_wrap(planes, strides, width, height, count, released);
}

static struct frame *bring(struct colourist *colourist, struct frame *frame,
			   const char *colorimetry)
{
	GstCaps *caps = caps_of(colorimetry);
	struct frame *brought = colourist_bring(colourist, frame, caps);

	gst_caps_unref(caps);
	return brought;
}

static void check_is_red_of_709(const struct frame *frame)
{
	assert_true(abs(frame->plane[0][0] - 63) <= 1);
	assert_true(abs(frame->plane[1][0] - 102) <= 1);
	assert_true(abs(frame->plane[2][0] - 240) <= 1);
}

/* And the decoder has its buffer again before anybody sees the picture. */
static void unsaid_is_bt601(void **state)
{
	static const char *const unsaid[] = {NULL, "2:0:0:0", "0:0:0:1", "bt601", "0:4:0:0", "?"};
	struct colourist colourist = {0};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(unsaid); i++) {
		int released = 0;
		struct frame *frame = bring(&colourist, red(64, 64, &released), unsaid[i]);

		assert_int_equal(released, 1);
		check_is_red_of_709(frame);
		frame_unref(frame);
	}
	colourist_finish(&colourist);
}

static void bt709_goes_on_as_it_is(void **state)
{
	/* Whatever its transfer and primaries, and if only the matrix is said. */
	static const char *const said[] = {"bt709", "2:3:0:0", "0:3:0:0", "2:3:7:1"};
	struct colourist colourist = {0};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
		int released = 0;
		struct frame *frame = red(64, 64, &released);

		assert_ptr_equal(bring(&colourist, frame, said[i]), frame);
		assert_int_equal(released, 0);
		assert_int_equal(frame->plane[0][0], 81);
		frame_unref(frame);
	}
	assert_null(colourist.pool);
	colourist_finish(&colourist);
}

static void sizes_are_followed(void **state)
{
	struct colourist colourist = {0};
	int released = 0;
	struct frame *large = bring(&colourist, red(64, 64, &released), NULL);
	struct frame *small = bring(&colourist, red(33, 17, &released), NULL);

	(void)state;
	colourist_finish(&colourist);
	assert_int_equal(large->width, 64);
	assert_int_equal(small->width, 33);
	assert_int_equal(small->height, 17);
	check_is_red_of_709(large);
	check_is_red_of_709(small);
	frame_unref(large);
	frame_unref(small);
}

/* Pictures that are held run out; what comes then is left out, and after one is let go of it goes
 * on. */
static void too_many_held_leave_out(void **state)
{
	struct colourist colourist = {0};
	struct frame *held[MANY];
	int n = 0, released = 0;

	(void)state;
	while (n < MANY && (held[n] = bring(&colourist, red(64, 64, &released), NULL)))
		n++;
	assert_in_range(n, 8, MANY - 1);
	assert_int_equal(released, n + 1);
	frame_unref(held[--n]);
	held[n] = bring(&colourist, red(64, 64, &released), NULL);
	assert_non_null(held[n++]);
	colourist_finish(&colourist);
	while (n)
		frame_unref(held[--n]);
}

static int open_house(void **state)
{
	(void)state;
	gst_init(NULL, NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsaid_is_bt601),
		cmocka_unit_test(bt709_goes_on_as_it_is),
		cmocka_unit_test(sizes_are_followed),
		cmocka_unit_test(too_many_held_leave_out),
	};

	return cmocka_run_group_tests(tests, open_house, NULL);
}
