/* SPDX-License-Identifier: EUPL-1.2
 *
 * The grid by a clock of our own: a source whose frames come when the test says, and the ticks as
 * the mixer makes them.
 */
#include "phase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"

#define MS    NS_PER_MS
#define TICK  (NS_PER_S / 30)
#define START (100 * NS_PER_S)

struct play {
	struct phase phase;
	uint64_t source_id;
	double fps;	   /* the source's */
	int64_t offset_ns; /* of its frames against the grid as it was */
	int64_t jitter_ns; /* at most, late */
	int64_t late_ns;   /* so long after its moment a frame may be there */
	uint32_t seed;
	int64_t n;		   /* ticks so far */
	int64_t wait_ns;	   /* of the last frame */
	int64_t least_ns, most_ns; /* shifts seen */
	int repeats;		   /* ticks that found nothing new */
	int64_t came_ns;
	int turns; /* of the grid's way */
	int way;
};

static struct play play_of(double fps, int64_t offset_ns, int64_t jitter_ns)
{
	struct play play = {.source_id = 7,
			    .fps = fps,
			    .offset_ns = offset_ns,
			    .jitter_ns = jitter_ns,
			    .seed = 1};

	phase_init(&play.phase, 30);
	return play;
}

/* The moment of a frame; its jitter is its own, whenever it is asked for. */
static int64_t frame_time(const struct play *play, int64_t frame)
{
	uint32_t random = ((uint32_t)frame + play->seed) * 2654435761U;

	return START + play->offset_ns + (int64_t)((double)frame * (double)NS_PER_S / play->fps) +
	       (play->jitter_ns ? (int64_t)(random >> 8) % play->jitter_ns : 0);
}

static int64_t lateness(const struct play *play, int64_t frame)
{
	uint32_t random = ((uint32_t)frame + 77) * 2246822519U;

	return play->late_ns ? (int64_t)(random >> 8) % play->late_ns : 0;
}

static int64_t newest(const struct play *play, int64_t now_ns)
{
	int64_t frame = (int64_t)((double)(now_ns - START - play->offset_ns) * play->fps /
				  (double)NS_PER_S) +
			1;

	while (frame_time(play, frame) + lateness(play, frame) > now_ns)
		frame--;
	return frame_time(play, frame);
}

static void note_shift(struct play *play, int64_t before_ns)
{
	int64_t moved_ns = play->phase.shift_ns - before_ns;
	int way = (moved_ns > 0) - (moved_ns < 0);

	assert_in_range(moved_ns + PHASE_STEP_NS, 0, 2 * PHASE_STEP_NS);
	assert_in_range(play->phase.shift_ns + TICK, TICK / 2, TICK + TICK / 2 + 1);
	play->turns += way && play->way && way != play->way;
	play->way = way ? way : play->way;
	play->least_ns =
		play->phase.shift_ns < play->least_ns ? play->phase.shift_ns : play->least_ns;
	play->most_ns = play->phase.shift_ns > play->most_ns ? play->phase.shift_ns : play->most_ns;
}

static void run(struct play *play, int seconds)
{
	for (int i = 0; i < seconds * 30; i++) {
		int64_t before_ns = play->phase.shift_ns;
		int64_t due_ns = START + before_ns + ++play->n * NS_PER_S / 30;
		int64_t came_ns = newest(play, due_ns);

		play->wait_ns = due_ns - came_ns;
		play->repeats += came_ns == play->came_ns;
		play->came_ns = came_ns;
		phase_follow(&play->phase, play->source_id, play->source_id ? came_ns : 0, due_ns);
		note_shift(play, before_ns);
	}
}

static void assert_near(const struct play *play)
{
	assert_in_range(play->wait_ns, PHASE_WAIT_NS - 4 * MS, PHASE_WAIT_NS + 4 * MS);
}

static void from_wherever_it_is_it_comes_near(void **state)
{
	(void)state;
	for (int64_t offset_ns = 0; offset_ns < TICK; offset_ns += MS) {
		struct play play = play_of(30, offset_ns, 0);

		run(&play, 8);
		assert_near(&play);
		assert_int_equal(play.turns, 0);
		int64_t shift_ns = play.phase.shift_ns;

		run(&play, 60);
		assert_int_equal(play.phase.shift_ns, shift_ns);
	}
}

/* The mean is what is put in place; a frame now and then waits for a tick more. */
static void jitter_does_not_move_it(void **state)
{
	(void)state;
	for (int64_t offset_ns = 0; offset_ns < TICK; offset_ns += 3 * MS) {
		struct play play = play_of(30, offset_ns, 6 * MS);

		run(&play, 12);
		int64_t shift_ns = play.phase.shift_ns;

		run(&play, 120);
		assert_in_range(play.phase.shift_ns + TICK, shift_ns + TICK - 3 * MS,
				shift_ns + TICK + 3 * MS);
		assert_true(play.turns <= 1);
	}
}

static void wild_jitter_is_no_pace(void **state)
{
	struct play play = play_of(30, 20 * MS, 30 * MS);

	(void)state;
	run(&play, 120);
	assert_int_equal(play.most_ns, 0);
	assert_int_equal(play.least_ns, 0);
}

static void other_rates_are_left_alone(void **state)
{
	const double rates[] = {25, 29.97, 24, 30.03, 23.976, 20, 15, 10};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		struct play play = play_of(rates[i], 20 * MS, 2 * MS);

		run(&play, 300);
		assert_int_equal(play.most_ns, 0);
		assert_int_equal(play.least_ns, 0);
	}
}

static void twice_the_rate_has_a_place_too(void **state)
{
	struct play play = play_of(60, 4 * MS, 0);

	(void)state;
	run(&play, 10);
	assert_near(&play);
}

/* Decoded some ms after their time, frames that were taken 2 ms after it are missed now and then. */
static void off_the_edge_of_frames_that_come_late(void **state)
{
	struct play play = play_of(30, TICK - 2 * MS, 0);

	(void)state;
	play.late_ns = 5 * MS;
	run(&play, 1);
	assert_true(play.repeats > 5);
	run(&play, 12);
	play.repeats = 0;
	run(&play, 120);
	assert_int_equal(play.repeats, 0);
	assert_true(play.turns <= 1);
}

/* A clock 50 ppm off goes round the grid in eleven minutes; so does the grid, by half a frame
 * either way. */
static void a_slow_clock_is_followed_within_half_a_frame(void **state)
{
	struct play play = play_of(30 * (1 - 50e-6), 12 * MS, MS);

	(void)state;
	for (int minute = 0; minute < 30; minute++) {
		int64_t made = play.n;

		run(&play, 60);
		assert_int_equal(play.n - made, 1800);
	}
	assert_true(play.turns <= 8);
}

static void one_source_after_the_other(void **state)
{
	struct play play = play_of(30, 20 * MS, 0);

	(void)state;
	run(&play, 8);
	assert_near(&play);
	play.source_id = 8;
	play.offset_ns = 9 * MS;
	run(&play, 8);
	assert_near(&play);
	int64_t shift_ns = play.phase.shift_ns;

	play.source_id = 0;
	play.offset_ns = 25 * MS;
	run(&play, 60);
	assert_int_equal(play.phase.shift_ns, shift_ns);
}

/* What goes while the grid moves is not followed any further. */
static void a_move_ends_with_its_source(void **state)
{
	struct play play = play_of(30, 20 * MS, 0);

	(void)state;
	while (play.phase.shift_ns == play.phase.target_ns)
		run(&play, 1);
	play.source_id = 0;
	int64_t shift_ns = play.phase.shift_ns;

	run(&play, 10);
	assert_int_equal(play.phase.shift_ns, shift_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_wherever_it_is_it_comes_near),
		cmocka_unit_test(jitter_does_not_move_it),
		cmocka_unit_test(wild_jitter_is_no_pace),
		cmocka_unit_test(other_rates_are_left_alone),
		cmocka_unit_test(twice_the_rate_has_a_place_too),
		cmocka_unit_test(off_the_edge_of_frames_that_come_late),
		cmocka_unit_test(a_slow_clock_is_followed_within_half_a_frame),
		cmocka_unit_test(one_source_after_the_other),
		cmocka_unit_test(a_move_ends_with_its_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
