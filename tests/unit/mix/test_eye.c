/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "clock.h"
#include "eye.h"
#include "frame.h"

#define TICK_NS (NS_PER_S / 30)

static int64_t now_ns;
static struct eye_sight sight;

/* A picture of one luma with noise of +-`noise` that is another each time. */
static struct frame *picture(int luma, int noise)
{
	struct frame *frame = frame_create_colour(320, 180, (uint8_t)luma, 128, 128);

	for (int i = 0; noise && i < frame->stride[0] * frame->height; i++)
		frame->plane[0][i] =
			(uint8_t)(luma + (int)((unsigned)rand() % (2 * (unsigned)noise + 1)) -
				  noise);
	return frame;
}

static void show(struct eye *eye, int luma, int noise, double seconds)
{
	for (int64_t end_ns = now_ns + (int64_t)(seconds * NS_PER_S); now_ns < end_ns;
	     now_ns += TICK_NS) {
		struct frame *frame = picture(luma, noise);

		eye_look(eye, frame, now_ns);
		frame_unref(frame);
	}
	eye_read(eye, now_ns, &sight);
}

static struct eye *begin(void)
{
	now_ns = 100 * NS_PER_S;
	srand(1);
	return eye_create();
}

static void test_nothing_seen(void **state)
{
	struct eye *eye = begin();

	(void)state;
	eye_read(eye, now_ns, &sight);
	assert_false(sight.is_open);
	assert_true(sight.seen_s == 0 && sight.black_s == 0 && sight.frozen_s == 0);
	eye_unref(eye_ref(eye));
	eye_unref(eye);
	eye_unref(NULL);
}

static void test_black_with_noise(void **state)
{
	struct eye *eye = begin();

	(void)state;
	show(eye, 18, 14, 4);
	assert_true(sight.is_open && sight.black_s > 3 && sight.black_s < 4.1);
	assert_in_range(sight.luma, 15, 21);
	assert_true(sight.frozen_s < 1); /* noise moves */
	show(eye, 60, 4, 1);
	assert_true(sight.black_s == 0);
	eye_unref(eye);
}

/* A dark stage with one lamp in it is not black. */
static void test_one_lamp(void **state)
{
	struct eye *eye = begin();
	struct frame *frame = picture(17, 0);

	(void)state;
	for (int y = 60; y < 90; y++)
		for (int x = 100; x < 130; x++)
			frame->plane[0][y * frame->stride[0] + x] = 200;
	eye_look(eye, frame, now_ns);
	eye_look(eye, frame, now_ns + NS_PER_S);
	eye_read(eye, now_ns + NS_PER_S, &sight);
	assert_true(sight.black_s == 0);
	assert_true(sight.luma <= 24); /* on the whole it is dark enough */
	frame_unref(frame);
	eye_unref(eye);
}

static void test_frozen(void **state)
{
	struct eye *eye = begin();

	(void)state;
	show(eye, 90, 20, 3);
	assert_true(sight.frozen_s < 1 && sight.seen_s > 2);
	show(eye, 90, 0, 6);
	assert_true(sight.frozen_s > 5 && sight.frozen_s < 6.5);
	assert_true(sight.black_s == 0);
	/* A coder's rounding is no movement. */
	show(eye, 92, 0, 1);
	assert_true(sight.frozen_s > 6);
	/* A camera's noise is one, though it is small. */
	show(eye, 92, 12, 1);
	assert_true(sight.frozen_s < 1);
	eye_unref(eye);
}

/* A frozen camera's encoder makes it a little otherwise at each key frame. */
static void test_key_frames(void **state)
{
	struct eye *eye = begin();

	(void)state;
	for (int i = 0; i < 6; i++)
		show(eye, 90 + i % 2, i % 2, 2);
	show(eye, 91, 0, 1);
	assert_true(sight.frozen_s > 12);
	/* Little noise in each picture is a camera that lives. */
	show(eye, 91, 9, 4);
	assert_true(sight.frozen_s < 2.1);
	eye_unref(eye);
}

/* A slow fade is never two grades from one look to the next. */
static void test_creeping(void **state)
{
	struct eye *eye = begin();

	(void)state;
	for (int luma = 60; luma < 80; luma++) {
		show(eye, luma, 0, 0.5);
		assert_true(sight.frozen_s < 2.5);
	}
	eye_unref(eye);
}

/* What came before a gap is over. */
static void test_gap(void **state)
{
	struct eye *eye = begin();

	(void)state;
	show(eye, 16, 0, 5);
	assert_true(sight.black_s > 4);
	now_ns += 3 * NS_PER_S;
	eye_read(eye, now_ns, &sight);
	assert_false(sight.is_open);
	assert_true(sight.black_s == 0);
	show(eye, 16, 0, 1);
	assert_true(sight.is_open && sight.seen_s < 1 && sight.black_s < 1 && sight.frozen_s < 1);
	eye_unref(eye);
}

/* The grid stays inside of a picture that is smaller than itself. */
static void test_small_pictures(void **state)
{
	struct eye *eye = begin();

	(void)state;
	for (int size = 1; size < 40; size++) {
		struct frame *frame = frame_create_colour(size, size, 16, 128, 128);

		eye_look(eye, frame, now_ns += NS_PER_S);
		frame_unref(frame);
	}
	eye_read(eye, now_ns, &sight);
	assert_true(sight.black_s > 37);
	eye_unref(eye);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_seen), cmocka_unit_test(test_black_with_noise),
		cmocka_unit_test(test_one_lamp),     cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_key_frames),   cmocka_unit_test(test_creeping),
		cmocka_unit_test(test_gap),	     cmocka_unit_test(test_small_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
