/* SPDX-License-Identifier: EUPL-1.2
 *
 * The anchor by a clock of our own: pictures each 40 ms, sound each 20 ms, whose PTS count from anywhere.
 */
#include "anchor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"

#define MS NS_PER_MS

struct feed {
	struct anchor anchor;
	int64_t now_ns;		      /* of the sender's clock: PTS + what the test chooses */
	int64_t picture_ns, sound_ns; /* arrival - PTS of each */
	int64_t jump_ns;	      /* the last one told */
	int jumps;
};

static void see(struct feed *feed, enum anchor_stream stream, int64_t need_ns)
{
	int64_t jump_ns = anchor_see(&feed->anchor, stream, feed->now_ns - need_ns, feed->now_ns);

	if (jump_ns) {
		feed->jump_ns = jump_ns;
		feed->jumps++;
	}
}

static void run(struct feed *feed, int64_t ms)
{
	for (int64_t end_ns = feed->now_ns + ms * MS; feed->now_ns < end_ns;
	     feed->now_ns += 20 * MS) {
		if (feed->now_ns / (20 * MS) % 2 == 0)
			see(feed, ANCHOR_PICTURE, feed->picture_ns);
		see(feed, ANCHOR_SOUND, feed->sound_ns);
	}
}

static void the_later_of_the_two_rules(void **state)
{
	struct feed feed = {
		.now_ns = 1000 * NS_PER_S, .picture_ns = 300 * MS, .sound_ns = 120 * MS};

	(void)state;
	run(&feed, 5000);
	assert_int_equal(feed.anchor.offset_ns, 300 * MS);
	feed = (struct feed){.now_ns = 1000 * NS_PER_S, .picture_ns = 20 * MS, .sound_ns = 90 * MS};
	run(&feed, 5000);
	assert_int_equal(feed.anchor.offset_ns, 90 * MS);
	assert_int_equal(feed.jumps, 0);
}

/* ffmpeg's muxer gives PTS 0.7 s ahead of the clock that it sends by. */
static void a_lead_is_taken_back(void **state)
{
	struct feed feed = {
		.now_ns = 50 * NS_PER_S, .picture_ns = -580 * MS, .sound_ns = -640 * MS};

	(void)state;
	run(&feed, 100);
	assert_int_equal(feed.anchor.offset_ns, -580 * MS);
	run(&feed, 10000);
	assert_int_equal(feed.anchor.offset_ns, -580 * MS);
}

/* A decoder that starts slowly must not leave its start-up time in the offset. */
static void the_first_two_seconds_are_measured_anew(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S, .picture_ns = 400 * MS, .sound_ns = 400 * MS};

	(void)state;
	run(&feed, 200);
	feed.picture_ns = feed.sound_ns = 50 * MS;
	run(&feed, 900);
	assert_int_equal(feed.anchor.offset_ns, 400 * MS);
	run(&feed, 1200);
	assert_int_equal(feed.anchor.offset_ns, 50 * MS);
}

static void what_is_late_counts_at_once(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S, .picture_ns = 50 * MS, .sound_ns = 50 * MS};

	(void)state;
	run(&feed, 5000);
	see(&feed, ANCHOR_PICTURE, 110 * MS);
	assert_int_equal(feed.anchor.offset_ns, 110 * MS);
	assert_int_equal(feed.jumps, 0);
}

static void lasting_slack_goes_slowly(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S, .picture_ns = 50 * MS, .sound_ns = 50 * MS};

	(void)state;
	run(&feed, 3000);
	see(&feed, ANCHOR_PICTURE, 250 * MS); /* a burst */
	run(&feed, 8000);
	assert_int_equal(feed.anchor.offset_ns, 250 * MS);
	run(&feed, 10000);
	assert_in_range(feed.anchor.offset_ns, 190 * MS, 230 * MS);
	run(&feed, 60000);
	assert_in_range(feed.anchor.offset_ns, 50 * MS, 85 * MS);
}

static void small_slack_stays(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S, .picture_ns = 50 * MS, .sound_ns = 50 * MS};

	(void)state;
	run(&feed, 3000);
	see(&feed, ANCHOR_SOUND, 75 * MS);
	run(&feed, 60000);
	assert_int_equal(feed.anchor.offset_ns, 75 * MS);
}

static void a_jump_begins_anew(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S, .picture_ns = 50 * MS, .sound_ns = 40 * MS};

	(void)state;
	run(&feed, 5000);
	/* The PTS go back by ten seconds: what is sent needs ten seconds more. */
	feed.picture_ns += 10 * NS_PER_S;
	feed.sound_ns += 10 * NS_PER_S;
	run(&feed, 3000);
	assert_int_equal(feed.jump_ns, -10 * NS_PER_S);
	assert_int_equal(feed.jumps, 1);
	assert_int_equal(feed.anchor.offset_ns, 10 * NS_PER_S + 50 * MS);
	feed.picture_ns -= 30 * NS_PER_S;
	feed.sound_ns -= 30 * NS_PER_S;
	run(&feed, 3000);
	assert_int_equal(feed.jump_ns, 30 * NS_PER_S);
	assert_int_equal(feed.jumps, 2);
	assert_int_equal(feed.anchor.offset_ns, -20 * NS_PER_S + 50 * MS);
}

/* Picture and sound do not jump in the same instant: what is still of the old time must not bring the old offset back. */
static void the_two_may_jump_one_after_the_other(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S, .picture_ns = 50 * MS, .sound_ns = 40 * MS};

	(void)state;
	run(&feed, 5000);
	feed.picture_ns -= 10 * NS_PER_S;
	run(&feed, 300);
	feed.sound_ns -= 10 * NS_PER_S;
	run(&feed, 5000);
	assert_int_equal(feed.anchor.offset_ns, -10 * NS_PER_S + 50 * MS);
	assert_in_range(feed.jumps, 1, 2);
}

static void one_stream_alone_is_enough(void **state)
{
	struct feed feed = {.now_ns = 7 * NS_PER_S};

	(void)state;
	for (int i = 0; i < 200; i++, feed.now_ns += 40 * MS)
		see(&feed, ANCHOR_PICTURE, 33 * MS);
	assert_int_equal(feed.anchor.offset_ns, 33 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_later_of_the_two_rules),
		cmocka_unit_test(a_lead_is_taken_back),
		cmocka_unit_test(the_first_two_seconds_are_measured_anew),
		cmocka_unit_test(what_is_late_counts_at_once),
		cmocka_unit_test(lasting_slack_goes_slowly),
		cmocka_unit_test(small_slack_stays),
		cmocka_unit_test(a_jump_begins_anew),
		cmocka_unit_test(the_two_may_jump_one_after_the_other),
		cmocka_unit_test(one_stream_alone_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
