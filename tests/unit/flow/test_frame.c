/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "frame.h"

static void test_pool_grows_to_its_limit(void **state)
{
	struct frame_pool *pool = frame_pool_create(64, 36, 3);
	struct frame *frames[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		frames[i] = frame_pool_take(pool);
		assert_non_null(frames[i]);
		memset(frames[i]->plane[0], i, (size_t)frames[i]->stride[0] * 36);
	}
	assert_null(frame_pool_take(pool));
	assert_int_equal(frames[0]->plane[0][0], 0);
	assert_int_equal(frames[2]->plane[0][0], 2);
	frame_unref(frames[1]);
	struct frame *again = frame_pool_take(pool);

	assert_ptr_equal(again, frames[1]);
	assert_null(frame_pool_take(pool));
	frame_unref(frames[0]);
	frame_unref(frames[2]);
	frame_unref(again);
	frame_pool_destroy(pool);
	frame_pool_destroy(NULL);
}

/* A pool makes no more frames than are in use at one time. */
static void test_pool_reuses(void **state)
{
	struct frame_pool *pool = frame_pool_create(64, 36, 8);
	struct frame *first = frame_pool_take(pool);

	(void)state;
	frame_unref(first);
	for (int i = 0; i < 20; i++) {
		struct frame *frame = frame_pool_take(pool);

		assert_ptr_equal(frame, first);
		assert_true(frame->pts_ns == 0 && frame->arrived_ns == 0);
		frame->pts_ns = frame->arrived_ns = 7;
		frame_unref(frame);
	}
	frame_pool_destroy(pool);
}

static void test_references(void **state)
{
	struct frame_pool *pool = frame_pool_create(64, 36, 1);
	struct frame *frame = frame_pool_take(pool);

	(void)state;
	assert_ptr_equal(frame_ref(frame), frame);
	frame_unref(frame);
	assert_null(frame_pool_take(pool)); /* one reference is left */
	frame_unref(frame);
	frame_unref(NULL);
	frame = frame_pool_take(pool);
	assert_non_null(frame);
	frame_unref(frame);
	frame_pool_destroy(pool);
}

/* The last frame frees the pool: the address sanitizer and the leak checker are the judges. */
static void test_pool_goes_first(void **state)
{
	struct frame_pool *pool = frame_pool_create(64, 36, 2);
	struct frame *a = frame_pool_take(pool), *b = frame_pool_take(pool);

	(void)state;
	frame_pool_destroy(pool);
	memset(a->plane[2], 1, (size_t)a->stride[2] * 18);
	frame_unref(a);
	memset(b->plane[2], 1, (size_t)b->stride[2] * 18);
	frame_unref(b);
}

static void test_serials_differ(void **state)
{
	struct frame_pool *pool = frame_pool_create(64, 36, 1);
	struct frame *frame = frame_pool_take(pool);
	uint64_t first = frame->serial;

	(void)state;
	frame_unref(frame);
	frame = frame_pool_take(pool);
	assert_true(frame->serial != first && first != 0);
	struct frame *colour = frame_create_colour(4, 4, 1, 2, 3);

	assert_true(colour->serial != frame->serial);
	frame_unref(colour);
	frame_unref(frame);
	frame_pool_destroy(pool);
}

static void test_odd_size(void **state)
{
	struct frame *frame = frame_create_colour(33, 7, 40, 100, 200);

	(void)state;
	assert_true(frame->stride[0] >= 33 && frame->stride[1] >= 17);
	assert_int_equal(frame->plane[0][6 * frame->stride[0] + 32], 40);
	assert_int_equal(frame->plane[1][3 * frame->stride[1] + 16], 100);
	assert_int_equal(frame->plane[2][3 * frame->stride[2] + 16], 200);
	frame_unref(frame);
}

static void count(void *data)
{
	(*(int *)data)++;
}

static void test_wrap(void **state)
{
	uint8_t memory[16 * 16] = {0};
	uint8_t *const planes[3] = {memory, memory + 64, memory + 128};
	const int strides[3] = {8, 4, 4};
	int released = 0;
	struct frame *frame = frame_wrap(planes, strides, 8, 8, count, &released);

	(void)state;
	assert_ptr_equal(frame->plane[2], memory + 128);
	assert_int_equal(frame->stride[1], 4);
	assert_true(frame->serial != 0);
	frame_unref(frame_ref(frame));
	assert_int_equal(released, 0);
	frame_unref(frame);
	assert_int_equal(released, 1);
}

/* One thread takes and draws, another looks and lets go. */
#define PASSED 20000

struct passing {
	_Atomic(struct frame *) hand;
	bool is_spoilt;
};

static void *let_go(void *data)
{
	struct passing *passing = data;

	for (int n = 0; n < PASSED;) {
		struct frame *frame = atomic_exchange(&passing->hand, NULL);

		if (!frame) {
			sched_yield();
			continue;
		}
		passing->is_spoilt |= frame->plane[0][0] != (uint8_t)n ||
				      frame->plane[0][frame->stride[0]] != (uint8_t)n;
		frame_unref(frame);
		n++;
	}
	return NULL;
}

static void test_two_threads(void **state)
{
	struct frame_pool *pool = frame_pool_create(16, 2, 3);
	struct passing passing = {NULL, false};
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, let_go, &passing), 0);
	for (int n = 0; n < PASSED;) {
		struct frame *none = NULL;
		struct frame *frame = frame_pool_take(pool);

		if (frame) {
			memset(frame->plane[0], n, (size_t)frame->stride[0] * 2);
			while (!atomic_compare_exchange_strong(&passing.hand, &none, frame)) {
				none = NULL;
				sched_yield();
			}
			n++;
		}
	}
	frame_pool_destroy(pool); /* while frames are out */
	pthread_join(thread, NULL);
	assert_false(passing.is_spoilt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool_grows_to_its_limit),
		cmocka_unit_test(test_pool_reuses),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_pool_goes_first),
		cmocka_unit_test(test_serials_differ),
		cmocka_unit_test(test_odd_size),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
