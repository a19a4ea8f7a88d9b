/* SPDX-License-Identifier: EUPL-1.2 */
#include "sound_budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"

/* Table of contents (RFC 6716 3.1): CELT, fullband, stereo; its number of frames in what follows. */
#define OPUS_2_5_MS 0xe4 /* one frame */
#define OPUS_10_MS  0xf4
#define OPUS_20_MS  0xfc
#define OPUS_20_N   0xff /* the next byte says how many: 6 are 120 ms */

#define BEGUN (50 * NS_PER_S)

/* How many of `n` packets at a distance may go on. */
static int allowed(struct sound_budget *budget, const uint8_t *opus, size_t length, int n,
		   int64_t from_ms, double distance_ms)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += sound_budget_allows(budget, opus, length,
					     BEGUN + from_ms * NS_PER_MS +
						     (int64_t)(i * distance_ms * NS_PER_MS));
	return count;
}

static void what_a_browser_sends_goes_on(void **state)
{
	const uint8_t shortest[] = {OPUS_2_5_MS, 1}, ours[] = {OPUS_10_MS, 1},
		      usual[] = {OPUS_20_MS, 1}, longest[] = {OPUS_20_N, 6};
	struct sound_budget budget = {0};

	(void)state;
	assert_int_equal(allowed(&budget, shortest, 2, 4000, 0, 2.5), 4000);
	assert_int_equal(allowed(&budget, ours, 2, 1000, 10000, 10), 1000);
	assert_int_equal(allowed(&budget, usual, 2, 500, 20000, 20), 500);
	assert_int_equal(allowed(&budget, longest, 2, 80, 30000, 120), 80);
}

static void what_waited_in_the_network_goes_on(void **state)
{
	const uint8_t usual[] = {OPUS_20_MS, 1};
	struct sound_budget budget = {0};

	(void)state;
	assert_int_equal(allowed(&budget, usual, 2, 50, 0, 20), 50);
	assert_int_equal(allowed(&budget, usual, 2, 300, 7000, 0), 300); /* 6 s at once */
	assert_int_equal(allowed(&budget, usual, 2, 500, 7020, 20), 500);
}

/* Ten seconds: what is there at first, and two seconds each second. */
static void a_flood_is_cut_off_by_its_length(void **state)
{
	const uint8_t usual[] = {OPUS_20_MS, 1}, longest[] = {OPUS_20_N, 6},
		      shortest[] = {OPUS_2_5_MS, 1};
	struct sound_budget of_usual = {0}, of_longest = {0}, of_shortest = {0};

	(void)state;
	assert_in_range(allowed(&of_usual, usual, 2, 10000, 0, 1), 1390, 1400);
	assert_in_range(allowed(&of_longest, longest, 2, 10000, 0, 1), 231, 234);
	assert_in_range(allowed(&of_shortest, shortest, 2, 10000, 0, 1), 5590, 5600);
}

static void what_is_no_opus_is_the_longest(void **state)
{
	const uint8_t too_long[] = {OPUS_20_N, 7}, no_count[] = {OPUS_20_N},
		      ours[] = {OPUS_10_MS, 1};
	struct sound_budget of_long = {0}, of_none = {0}, of_empty = {0};

	(void)state;
	assert_int_equal(allowed(&of_long, too_long, 2, 100, 0, 0), 66);
	assert_int_equal(allowed(&of_none, no_count, 1, 100, 0, 0), 66);
	assert_int_equal(allowed(&of_empty, ours, 0, 100, 0, 0), 66);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_browser_sends_goes_on),
		cmocka_unit_test(what_waited_in_the_network_goes_on),
		cmocka_unit_test(a_flood_is_cut_off_by_its_length),
		cmocka_unit_test(what_is_no_opus_is_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
