/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "clock.h"
#include "stage.h"

static void test_nothing(void **state)
{
	struct stage stage = {0};
	struct stage_stats stats;

	(void)state;
	stage_read(&stage, &stats);
	assert_true(stats.count == 0 && stats.sum_ms == 0 && stats.recent_ms == 0);
}

static void test_buckets(void **state)
{
	static const int limits_ms[] = STAGE_LIMITS_MS;
	struct stage stage = {0};
	struct stage_stats stats;

	(void)state;
	assert_int_equal(sizeof(limits_ms) / sizeof(limits_ms[0]), STAGE_BUCKETS - 1);
	/* A limit belongs to its own bucket; a nanosecond more is the next one's. */
	for (int i = 0; i < STAGE_BUCKETS - 1; i++) {
		stage_record(&stage, limits_ms[i] * NS_PER_MS);
		stage_record(&stage, limits_ms[i] * NS_PER_MS + 1);
	}
	stage_read(&stage, &stats);
	assert_int_equal(stats.count, 2 * (STAGE_BUCKETS - 1));
	assert_int_equal(stats.buckets[0], 1);
	for (int i = 1; i < STAGE_BUCKETS - 1; i++)
		assert_int_equal(stats.buckets[i], 2);
	assert_int_equal(stats.buckets[STAGE_BUCKETS - 1], 1);
}

static void test_means(void **state)
{
	struct stage stage = {0};
	struct stage_stats stats;

	(void)state;
	stage_record(&stage, 8 * NS_PER_MS);
	stage_read(&stage, &stats);
	assert_true(stats.sum_ms == 8 && stats.recent_ms == 8);
	stage_record(&stage, -5);
	stage_read(&stage, &stats);
	assert_true(stats.count == 2 && stats.sum_ms == 8 && stats.recent_ms == 7.5);
	for (int i = 0; i < 500; i++)
		stage_record(&stage, 40 * NS_PER_MS);
	stage_read(&stage, &stats);
	assert_float_equal(stats.recent_ms, 40, 0.01);
	assert_float_equal(stats.sum_ms, 8 + 500 * 40, 0.01);
}

#define WRITERS 4
#define RECORDS 50000

static void *record_all(void *data)
{
	struct stage *stage = data;

	for (int i = 0; i < RECORDS; i++)
		stage_record(stage, (i % 2 ? 3 : 4) * NS_PER_MS);
	return NULL;
}

/* No record is lost, and what is read meanwhile only grows. */
static void test_threads(void **state)
{
	struct stage stage = {0};
	struct stage_stats stats;
	pthread_t threads[WRITERS];
	uint64_t last = 0;

	(void)state;
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, record_all, &stage), 0);
	do {
		uint64_t before = last;

		stage_read(&stage, &stats);
		last = stats.count;
		assert_true(last >= before && last <= WRITERS * RECORDS);
	} while (last < WRITERS * RECORDS);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	stage_read(&stage, &stats);
	assert_int_equal(stats.buckets[2], WRITERS * RECORDS); /* 2 to 5 ms */
	assert_float_equal(stats.sum_ms, WRITERS * RECORDS * 3.5, 0.001);
	assert_true(stats.recent_ms >= 3 && stats.recent_ms <= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_means),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
