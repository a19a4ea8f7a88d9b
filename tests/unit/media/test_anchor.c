/* SPDX-License-Identifier: EUPL-1.2
 *
 * The anchor by a clock of our own: pictures each 40 ms, sound each 20 ms, whose PTS count from
 * anywhere.
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

#define PICTURE feed.anchor.offset_ns[ANCHOR_PICTURE]
#define SOUND	feed.anchor.offset_ns[ANCHOR_SOUND]
#define MARGIN	(2 * MS)

static struct feed feed_of(int64_t picture_ns, int64_t sound_ns)
{
	return (struct feed){
		.now_ns = 1000 * NS_PER_S, .picture_ns = picture_ns, .sound_ns = sound_ns};
}

/* Both have the same way to go behind their sinks. */
static void the_picture_waits_for_late_sound(void **state)
{
	struct feed feed = feed_of(20 * MS, 90 * MS);

	(void)state;
	run(&feed, 5000);
	assert_int_equal(PICTURE, 90 * MS - ANCHOR_AFTER_NS);
	assert_int_equal(SOUND, 90 * MS);
	assert_int_equal(feed.jumps, 0);
}

static void sound_waits_for_a_late_picture(void **state)
{
	struct feed feed = feed_of(300 * MS, 120 * MS);

	(void)state;
	run(&feed, 5000);
	assert_int_equal(PICTURE, 300 * MS + MARGIN);
	assert_int_equal(SOUND, 300 * MS + MARGIN + ANCHOR_SOON_NS);
}

/* Neither waits for more than it must: of two that are a little apart each goes its own way. */
static void who_is_near_enough_does_not_wait(void **state)
{
	struct feed feed = feed_of(50 * MS, 55 * MS);

	(void)state;
	run(&feed, 5000);
	assert_int_equal(PICTURE, 50 * MS + MARGIN);
	assert_int_equal(SOUND, 55 * MS);
}

static void what_sound_still_waits_for_counts(void **state)
{
	struct feed feed = feed_of(50 * MS, 60 * MS);

	(void)state;
	feed.anchor.behind_ns[ANCHOR_PICTURE] = 5 * MS;
	feed.anchor.behind_ns[ANCHOR_SOUND] = 45 * MS;
	run(&feed, 5000);
	assert_int_equal(PICTURE, 60 * MS + 40 * MS - ANCHOR_AFTER_NS);
	assert_int_equal(SOUND, 60 * MS);
	/* The sound leaves early where it is early. */
	feed = feed_of(150 * MS, 20 * MS);
	feed.anchor.behind_ns[ANCHOR_SOUND] = 40 * MS;
	run(&feed, 5000);
	assert_int_equal(PICTURE, 150 * MS + MARGIN);
	assert_int_equal(SOUND, 150 * MS + MARGIN - 40 * MS + ANCHOR_SOON_NS);
}

/* The ring behind the sink has come down: the picture follows within seconds, the sound stays as soon as it was. */
static void less_that_sound_waits_for_holds_no_sound_up(void **state)
{
	struct feed feed = feed_of(50 * MS, 60 * MS);

	(void)state;
	feed.anchor.behind_ns[ANCHOR_SOUND] = 90 * MS;
	run(&feed, 10000);
	assert_int_equal(PICTURE, 150 * MS - ANCHOR_AFTER_NS);
	feed.anchor.behind_ns[ANCHOR_SOUND] = 30 * MS;
	for (int i = 0; i < 50; i++) {
		run(&feed, 100);
		assert_int_equal(SOUND, 60 * MS);
	}
	assert_int_equal(PICTURE, 90 * MS - ANCHOR_AFTER_NS);
}

/* ffmpeg's muxer gives PTS 0.7 s ahead of the clock that it sends by. */
static void a_lead_is_taken_back(void **state)
{
	struct feed feed = feed_of(-580 * MS, -640 * MS);

	(void)state;
	run(&feed, 100);
	assert_int_equal(PICTURE, -580 * MS);
	run(&feed, 10000);
	assert_int_equal(PICTURE, -580 * MS + MARGIN);
	assert_int_equal(SOUND, -580 * MS + MARGIN + ANCHOR_SOON_NS);
}

/* A decoder that starts slowly must not leave its start-up time in the offset. */
static void the_first_two_seconds_are_measured_anew(void **state)
{
	struct feed feed = feed_of(400 * MS, 400 * MS);

	(void)state;
	run(&feed, 200);
	feed.picture_ns = feed.sound_ns = 50 * MS;
	run(&feed, 700);
	assert_int_equal(PICTURE, 400 * MS);
	run(&feed, 1200);
	assert_int_equal(PICTURE, 50 * MS + MARGIN);
	run(&feed, 10000);
	assert_int_equal(PICTURE, 50 * MS + MARGIN);
}

/* Two of a second may come as late as they like. */
static void hiccups_pass(void **state)
{
	struct feed feed = feed_of(50 * MS, 50 * MS);

	(void)state;
	run(&feed, 5000);
	for (int i = 0; i < 20; i++) {
		see(&feed, ANCHOR_PICTURE, 110 * MS);
		see(&feed, ANCHOR_SOUND, 150 * MS);
		see(&feed, ANCHOR_SOUND, 250 * MS);
		run(&feed, 1020);
	}
	assert_int_equal(PICTURE, 50 * MS + MARGIN);
	assert_in_range(SOUND, 50 * MS, 50 * MS + MARGIN + ANCHOR_SOON_NS);
	assert_int_equal(feed.jumps, 0);
}

/* A machine that stood still for half a second. */
static void one_late_second_passes(void **state)
{
	struct feed feed = feed_of(50 * MS, 50 * MS);

	(void)state;
	run(&feed, 5000);
	int64_t picture_ns = PICTURE, sound_ns = SOUND;

	feed.picture_ns = feed.sound_ns = 400 * MS;
	run(&feed, 500);
	feed.picture_ns = feed.sound_ns = 50 * MS;
	for (int i = 0; i < 10; i++) {
		run(&feed, 1000);
		assert_int_equal(PICTURE, picture_ns);
		assert_int_equal(SOUND, sound_ns);
	}
}

static void lasting_lateness_counts_after_two_seconds(void **state)
{
	struct feed feed = feed_of(50 * MS, 50 * MS);

	(void)state;
	run(&feed, 5000);
	feed.picture_ns = 110 * MS;
	run(&feed, 900);
	assert_int_equal(PICTURE, 50 * MS + MARGIN);
	run(&feed, 1300);
	assert_int_equal(PICTURE, 110 * MS + MARGIN);
	assert_int_equal(SOUND, 110 * MS + MARGIN + ANCHOR_SOON_NS);
}

static void slack_goes_after_four_seconds(void **state)
{
	struct feed feed = feed_of(50 * MS, 50 * MS);

	(void)state;
	run(&feed, 3000);
	feed.picture_ns = 250 * MS;
	run(&feed, 3000);
	feed.picture_ns = 50 * MS;
	run(&feed, 3000);
	assert_int_equal(PICTURE, 250 * MS + MARGIN);
	int64_t before_ns = PICTURE;

	for (int i = 0; i < 4; i++) {
		run(&feed, 1000);
		assert_in_range(before_ns - PICTURE, 0, 20 * MS);
		before_ns = PICTURE;
	}
	assert_in_range(PICTURE, 172 * MS, 232 * MS);
	run(&feed, 12000);
	assert_in_range(PICTURE, 50 * MS, 56 * MS);
	assert_in_range(SOUND, 50 * MS, 60 * MS);
}

/* Small differences from second to second do not move anything. */
static void small_slack_stays(void **state)
{
	struct feed feed = feed_of(50 * MS, 50 * MS);

	(void)state;
	run(&feed, 3000);
	int64_t picture_ns = PICTURE, sound_ns = SOUND;

	for (int i = 0; i < 30; i++) {
		feed.picture_ns = 50 * MS + i % 3 * MS;
		feed.sound_ns = 50 * MS - i % 4 * MS;
		run(&feed, 1000);
		assert_int_equal(PICTURE, picture_ns);
		assert_int_equal(SOUND, sound_ns);
	}
}

static void a_jump_begins_anew(void **state)
{
	struct feed feed = feed_of(50 * MS, 40 * MS);

	(void)state;
	run(&feed, 5000);
	/* The PTS go back by ten seconds: what is sent needs ten seconds more. */
	feed.picture_ns += 10 * NS_PER_S;
	feed.sound_ns += 10 * NS_PER_S;
	run(&feed, 3000);
	assert_int_equal(feed.jump_ns, -10 * NS_PER_S);
	assert_int_equal(feed.jumps, 1);
	assert_int_equal(PICTURE, 10 * NS_PER_S + 50 * MS + MARGIN);
	feed.picture_ns -= 30 * NS_PER_S;
	feed.sound_ns -= 30 * NS_PER_S;
	run(&feed, 3000);
	assert_int_equal(feed.jump_ns, 30 * NS_PER_S);
	assert_int_equal(feed.jumps, 2);
	assert_int_equal(PICTURE, -20 * NS_PER_S + 50 * MS + MARGIN);
}

/* Picture and sound do not jump in the same instant: what is still of the old time must not bring
 * the old offset back. */
static void the_two_may_jump_one_after_the_other(void **state)
{
	struct feed feed = feed_of(50 * MS, 40 * MS);

	(void)state;
	run(&feed, 5000);
	feed.picture_ns -= 10 * NS_PER_S;
	run(&feed, 300);
	feed.sound_ns -= 10 * NS_PER_S;
	run(&feed, 5000);
	assert_int_equal(PICTURE, -10 * NS_PER_S + 50 * MS + MARGIN);
	assert_in_range(feed.jumps, 1, 2);
}

static void one_stream_alone_waits_for_nothing(void **state)
{
	struct feed feed = feed_of(33 * MS, 0);

	(void)state;
	feed.anchor.behind_ns[ANCHOR_SOUND] = 40 * MS;
	for (int i = 0; i < 200; i++, feed.now_ns += 40 * MS)
		see(&feed, ANCHOR_PICTURE, 33 * MS);
	assert_int_equal(PICTURE, 33 * MS + MARGIN);
	feed = feed_of(0, 70 * MS);
	for (int i = 0; i < 200; i++, feed.now_ns += 20 * MS)
		see(&feed, ANCHOR_SOUND, 70 * MS);
	assert_int_equal(SOUND, 70 * MS);
}

/* Sound that has gone is not waited for any more; when it comes again, it is. */
static void sound_may_go_and_come(void **state)
{
	struct feed feed = feed_of(20 * MS, 60 * MS);

	(void)state;
	run(&feed, 4000);
	assert_int_equal(PICTURE, 60 * MS - ANCHOR_AFTER_NS);
	for (int i = 0; i < 250; i++, feed.now_ns += 40 * MS)
		see(&feed, ANCHOR_PICTURE, 20 * MS);
	assert_in_range(PICTURE, 20 * MS, 26 * MS);
	run(&feed, 2000);
	assert_int_equal(PICTURE, 60 * MS - ANCHOR_AFTER_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_waits_for_late_sound),
		cmocka_unit_test(sound_waits_for_a_late_picture),
		cmocka_unit_test(who_is_near_enough_does_not_wait),
		cmocka_unit_test(what_sound_still_waits_for_counts),
		cmocka_unit_test(less_that_sound_waits_for_holds_no_sound_up),
		cmocka_unit_test(a_lead_is_taken_back),
		cmocka_unit_test(the_first_two_seconds_are_measured_anew),
		cmocka_unit_test(hiccups_pass),
		cmocka_unit_test(one_late_second_passes),
		cmocka_unit_test(lasting_lateness_counts_after_two_seconds),
		cmocka_unit_test(slack_goes_after_four_seconds),
		cmocka_unit_test(small_slack_stays),
		cmocka_unit_test(a_jump_begins_anew),
		cmocka_unit_test(the_two_may_jump_one_after_the_other),
		cmocka_unit_test(one_stream_alone_waits_for_nothing),
		cmocka_unit_test(sound_may_go_and_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
