/* SPDX-License-Identifier: EUPL-1.2
 *
 * The ladder on a line of a given width, on a clock of the test's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"
#include "ladder.h"

#define STEP_MS 250

struct walk {
	struct ladder ladder;
	struct ladder_facts facts;
	int64_t now_ms;
	int moves;
};

static void begin(struct walk *walk)
{
	*walk = (struct walk){
		.facts = {.has_small = true, .full_kbps = 2600, .small_kbps = 700},
		.now_ms = 1000000,
	};
}

static int sent_kbps(const struct walk *walk)
{
	switch (walk->ladder.rung) {
	case RENDITION_FULL:
		return walk->facts.full_kbps;
	case RENDITION_SMALL:
		return walk->facts.small_kbps;
	default:
		return 100;
	}
}

/* As estimate.h would tell of a line that wide. */
static void step(struct walk *walk, int line_kbps)
{
	enum rendition before = walk->ladder.rung;
	bool is_congested = sent_kbps(walk) > line_kbps;

	walk->now_ms += STEP_MS;
	walk->facts.congested_ms = is_congested ? walk->facts.congested_ms + STEP_MS : 0;
	walk->facts.calm_ms = is_congested ? 0 : walk->facts.calm_ms + STEP_MS;
	walk->facts.queue_ms = is_congested ? 200 : 0;
	walk->facts.estimate_kbps = is_congested ? line_kbps : sent_kbps(walk);
	walk->moves +=
		ladder_judge(&walk->ladder, &walk->facts, walk->now_ms * NS_PER_MS) != before;
}

/* The milliseconds until it stands there; -1: not within `most_ms`. */
static int64_t until(struct walk *walk, enum rendition rung, int line_kbps, int64_t most_ms)
{
	int64_t begun_ms = walk->now_ms;

	while (walk->ladder.rung != rung && walk->now_ms - begun_ms < most_ms)
		step(walk, line_kbps);
	return walk->ladder.rung == rung ? walk->now_ms - begun_ms : -1;
}

static void pass(struct walk *walk, int line_kbps, int64_t ms)
{
	for (int64_t end_ms = walk->now_ms + ms; walk->now_ms < end_ms;)
		step(walk, line_kbps);
}

static void test_down_quickly_and_back(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	pass(&walk, 10000, 60000);
	assert_int_equal(walk.moves, 0);
	int64_t down_ms = until(&walk, RENDITION_SMALL, 1000, 5000);

	assert_in_range(down_ms, 1, 1000);
	walk.facts.capacity_kbps = 1000;
	pass(&walk, 1000, 20000);
	assert_int_equal(walk.ladder.rung, RENDITION_SMALL);
	assert_int_equal(walk.moves, 1);
	/* Lifted, and the next key frames show it. */
	walk.facts.capacity_kbps = 10000;
	assert_in_range(until(&walk, RENDITION_FULL, 10000, 30000), 1, 10000);
	pass(&walk, 10000, 120000);
	assert_int_equal(walk.moves, 2);
}

static void test_not_up_before_ten_seconds(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	until(&walk, RENDITION_SMALL, 1000, 5000);
	int64_t up_ms = until(&walk, RENDITION_FULL, 10000, 30000);

	assert_in_range(up_ms, 9000, 11000);
}

/* Trains that say nothing, as of a still picture: tries, fewer and fewer. */
static void test_tries_back_off(void **state)
{
	struct walk walk;
	int tries = 0;

	(void)state;
	begin(&walk);
	until(&walk, RENDITION_SMALL, 1000, 5000);
	for (int64_t waited_ms, least_ms = 9000; tries < 5; tries++, least_ms *= 2) {
		waited_ms = until(&walk, RENDITION_FULL, 1000, 200000);
		assert_in_range(waited_ms, least_ms, 11 * least_ms / 9 + 500);
		assert_in_range(until(&walk, RENDITION_SMALL, 1000, 5000), 1, 1000);
	}
	/* In an hour more: once in five minutes. */
	walk.moves = 0;
	pass(&walk, 1000, 3600000);
	assert_in_range(walk.moves / 2, 10, 14);
}

static void test_a_try_that_holds_forgets_the_failures(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	until(&walk, RENDITION_SMALL, 1000, 5000);
	for (int i = 0; i < 4; i++) {
		until(&walk, RENDITION_FULL, 1000, 200000);
		until(&walk, RENDITION_SMALL, 1000, 5000);
	}
	assert_true(until(&walk, RENDITION_FULL, 10000, 400000) > 100000);
	pass(&walk, 10000, 70000);
	until(&walk, RENDITION_SMALL, 1000, 5000);
	assert_in_range(until(&walk, RENDITION_FULL, 10000, 30000), 9000, 11000);
}

static void test_trains_keep_it_from_trying_for_a_minute(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	until(&walk, RENDITION_SMALL, 1000, 5000);
	walk.facts.capacity_kbps = 1000;
	assert_in_range(until(&walk, RENDITION_FULL, 10000, 200000), 69000, 72000);
}

static void test_sound_alone_where_no_picture_fits(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	assert_in_range(until(&walk, RENDITION_SOUND, 300, 20000), 3000, 6000);
	assert_int_equal(walk.moves, 2);
	/* Up by one rung at a time. */
	assert_in_range(until(&walk, RENDITION_SMALL, 10000, 60000), 9000, 11000);
	assert_in_range(until(&walk, RENDITION_FULL, 10000, 60000), 9000, 11000);
}

static void test_almost_nothing_left_skips_the_small_one(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	assert_true(until(&walk, RENDITION_SOUND, 120, 20000) > 0);
	assert_int_equal(walk.moves, 1);
}

/* No small one, or no time to make it: a full picture that does not fit is worse than none. */
static void test_without_a_small_rendition(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	walk.facts.has_small = false;
	assert_in_range(until(&walk, RENDITION_SOUND, 1000, 20000), 3000, 6000);
	assert_in_range(until(&walk, RENDITION_FULL, 10000, 60000), 9000, 11000);
}

/* 15 % lost by a bad radio link, whatever is sent: repaired, and no reason to show nothing. */
static void test_loss_alone_does_not_end_the_picture(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	for (int i = 0; i < 240; i++) {
		walk.now_ms += STEP_MS;
		walk.facts.congested_ms += STEP_MS;
		walk.facts.loss_percent = 15;
		walk.facts.estimate_kbps = 0.85 * sent_kbps(&walk);
		ladder_judge(&walk.ladder, &walk.facts, walk.now_ms * NS_PER_MS);
	}
	assert_int_equal(walk.ladder.rung, RENDITION_SMALL);
}

static void test_a_blip_is_nothing(void **state)
{
	struct walk walk;

	(void)state;
	begin(&walk);
	pass(&walk, 10000, 10000);
	walk.facts.congested_ms = 100;
	walk.facts.calm_ms = 0;
	assert_int_equal(ladder_judge(&walk.ladder, &walk.facts, walk.now_ms * NS_PER_MS),
			 RENDITION_FULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_down_quickly_and_back),
		cmocka_unit_test(test_not_up_before_ten_seconds),
		cmocka_unit_test(test_tries_back_off),
		cmocka_unit_test(test_a_try_that_holds_forgets_the_failures),
		cmocka_unit_test(test_trains_keep_it_from_trying_for_a_minute),
		cmocka_unit_test(test_sound_alone_where_no_picture_fits),
		cmocka_unit_test(test_almost_nothing_left_skips_the_small_one),
		cmocka_unit_test(test_without_a_small_rendition),
		cmocka_unit_test(test_loss_alone_does_not_end_the_picture),
		cmocka_unit_test(test_a_blip_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
