/* SPDX-License-Identifier: EUPL-1.2
 *
 * The count against a clock of our own, in ms.
 */
#include "sample_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"

#define MS    NS_PER_MS
#define BEGUN (1000 * MS)

/* Ticks from `from_ms` on, each at its time. The last one's time. */
static int64_t run(struct sample_time *time, int64_t from_ms, int ticks)
{
	int64_t last_ns = 0;

	for (int i = 0; i < ticks; i++)
		last_ns = sample_time_next(time, BEGUN + (from_ms + 10 * i) * MS);
	return (last_ns - BEGUN) / MS;
}

static void begins_at_the_clock(void **state)
{
	struct sample_time time = {0};

	(void)state;
	assert_int_equal(run(&time, 0, 1), 0);
	assert_int_equal(run(&time, 10, 1000), 10000);
}

static void late_ticks_have_even_times(void **state)
{
	struct sample_time time = {0};

	(void)state;
	run(&time, 0, 100);
	/* Nothing for 50 ms, then all at once. */
	for (int64_t due_ms = 1000; due_ms <= 1050; due_ms += 10)
		assert_int_equal((sample_time_next(&time, BEGUN + 1050 * MS) - BEGUN) / MS, due_ms);
	assert_int_equal(run(&time, 1060, 1000), 11050);
}

/* Ticks that come 40 ms late for good are none that were left out. */
static void a_tick_that_stays_late_is_no_gap(void **state)
{
	struct sample_time time = {0};

	(void)state;
	run(&time, 0, 100);
	assert_int_equal(run(&time, 1040, 1000), 10990);
}

static void catches_up_a_second_after_ticks_were_left_out(void **state)
{
	struct sample_time time = {0};

	(void)state;
	run(&time, 0, 100);
	assert_int_equal(run(&time, 1150, 90),
			 1890); /* 150 ms behind, and perhaps they still come */
	assert_int_equal(run(&time, 2050, 20), 2240);
	assert_int_equal(run(&time, 2250, 1000), 12240);
}

static void made_up_for_within_the_second_nothing_jumps(void **state)
{
	struct sample_time time = {0};

	(void)state;
	run(&time, 0, 100);
	run(&time, 1150, 80);
	for (int i = 0; i < 15; i++)
		sample_time_next(&time, BEGUN + 1950 * MS);
	assert_int_equal(run(&time, 1950, 1), 1950);
}

static void begins_anew_after_a_pause(void **state)
{
	struct sample_time time = {0};

	(void)state;
	run(&time, 0, 100);
	assert_int_equal(run(&time, 5000, 1), 5000);
}

static void never_goes_back(void **state)
{
	struct sample_time time = {0};
	int64_t last_ns = 0, now_ns = BEGUN;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		int64_t pts_ns = sample_time_next(&time, now_ns);

		assert_true(pts_ns > last_ns);
		last_ns = pts_ns;
		now_ns += i % 700 == 699 ? 130 * MS : i % 7 ? 10 * MS : 12 * MS;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_at_the_clock),
		cmocka_unit_test(late_ticks_have_even_times),
		cmocka_unit_test(a_tick_that_stays_late_is_no_gap),
		cmocka_unit_test(catches_up_a_second_after_ticks_were_left_out),
		cmocka_unit_test(made_up_for_within_the_second_nothing_jumps),
		cmocka_unit_test(begins_anew_after_a_pause),
		cmocka_unit_test(never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
