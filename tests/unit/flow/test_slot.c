/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "clock.h"
#include "slot.h"

static void count(void *data)
{
	(*(int *)data)++;
}

static struct frame *grey(int n)
{
	return frame_create_colour(2, 2, (uint8_t)n, 128, 128);
}

static void test_newest_wins(void **state)
{
	struct slot *slot = slot_create();
	struct slot_stats stats;

	(void)state;
	slot_read_stats(slot, &stats);
	assert_true(stats.written == 0 && stats.last_ns == 0);
	assert_null(slot_take(slot));
	slot_put(slot, grey(1));
	slot_put(slot, grey(2));
	struct frame *frame = slot_take(slot);

	assert_int_equal(frame->plane[0][0], 2);
	assert_null(slot_take(slot)); /* taken once */
	slot_read_stats(slot, &stats);
	assert_true(stats.written == 2 && stats.replaced == 1 && stats.last_ns > 0);
	slot_put(slot, grey(3)); /* freed with the slot */
	slot_unref(slot);
	assert_int_equal(frame->plane[0][0], 2);
	frame_unref(frame);
	slot_unref(NULL);
}

static void test_clocks(void **state)
{
	struct slot *slot = slot_create();
	struct slot_stats stats;

	(void)state;
	assert_null(slot_take(slot));
	slot_read_stats(slot, &stats);
	/* Nothing ever came, so nothing was repeated. */
	assert_true(stats.is_looked_at && stats.repeated == 0 && stats.waited.count == 0);
	for (int n = 0; n < 2; n++) {
		struct frame *frame = grey(n);

		frame->arrived_ns = clock_now_ns() - 7 * NS_PER_MS;
		slot_put(slot, frame);
	}
	slot_put(slot, grey(3)); /* nobody knows when it arrived */
	frame_unref(slot_take(slot));
	assert_null(slot_take(slot));
	slot_read_stats(slot, &stats);
	assert_int_equal(stats.arrived.count, 2);
	assert_true(stats.arrived.sum_ms >= 14 && stats.arrived.recent_ms >= 7);
	assert_int_equal(stats.waited.count, 1);
	assert_int_equal(stats.repeated, 1);
	assert_true(stats.dropped <= stats.replaced && stats.replaced == 2);
	slot_unref(slot);
}

/* What is replaced where nobody looks is no loss. */
static void test_unseen(void **state)
{
	struct slot *slot = slot_create();
	struct slot_stats stats;

	(void)state;
	slot_put(slot, grey(1));
	slot_put(slot, grey(2));
	slot_read_stats(slot, &stats);
	assert_true(stats.replaced == 1 && stats.dropped == 0 && !stats.is_looked_at);
	slot_unref(slot);
}

static void test_bell_and_want(void **state)
{
	struct slot *slot = slot_create();
	int rung = 0;

	(void)state;
	assert_true(slot_is_wanted(slot));
	slot_set_wanted(slot, false);
	assert_false(slot_is_wanted(slot));
	slot_hang_bell(slot, (struct bell){count, &rung, count});
	slot_put(slot, grey(1));
	slot_put(slot, grey(2));
	assert_int_equal(rung, 2);
	slot_unref(slot_ref(slot));
	assert_int_equal(rung, 2);
	slot_unref(slot);
	assert_int_equal(rung, 3); /* released, once */
}

#define PUT 20000

static void *put_all(void *data)
{
	struct slot *slot = data;
	struct frame_pool *pool = frame_pool_create(16, 2, 8);

	for (int64_t n = 1; n <= PUT; n++) {
		struct frame *frame = frame_pool_take(pool);

		memset(frame->plane[0], (int)(n & 0xff), (size_t)frame->stride[0] * 2);
		frame->pts_ns = n;
		slot_put(slot, frame);
	}
	frame_pool_destroy(pool);
	slot_unref(slot);
	return NULL;
}

/* In order, never twice, whole, and the last one always comes through. */
static void test_two_threads(void **state)
{
	struct slot *slot = slot_create();
	struct slot_stats stats;
	int64_t last = 0, taken = 0;
	bool is_spoilt = false;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, put_all, slot_ref(slot)), 0);
	while (last < PUT) {
		struct frame *frame = slot_take(slot);

		if (!frame) {
			sched_yield();
			continue;
		}
		is_spoilt |= frame->pts_ns <= last ||
			     frame->plane[0][0] != (uint8_t)frame->pts_ns ||
			     frame->plane[0][frame->stride[0]] != (uint8_t)frame->pts_ns;
		last = frame->pts_ns;
		taken++;
		frame_unref(frame);
	}
	pthread_join(thread, NULL);
	assert_false(is_spoilt);
	slot_read_stats(slot, &stats);
	assert_int_equal(stats.written, PUT);
	assert_int_equal(stats.replaced, PUT - taken);
	slot_unref(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest_wins), cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_unseen),	    cmocka_unit_test(test_bell_and_want),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
