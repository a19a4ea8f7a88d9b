/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "hall.h"
#include "steer.h"

#define MINUTE 60000.0

static struct ring_stats stats_of(const struct hall *hall)
{
	struct ring_stats stats;

	ring_read_stats(hall->ring, &stats);
	return stats;
}

static void assert_near(double value, double wanted, double by)
{
	if (!(fabs(value - wanted) <= by))
		fail_msg("%g is not %g +-%g", value, wanted, by);
}

/* A camera (AAC: chunks of 1024 samples). */
static void drift(double ppm, double minutes)
{
	struct hall hall;

	hall_init(&hall, 35, ppm, 1024 / 48.0);
	hall_run(&hall, 1000);
	hall_look_anew(&hall);
	hall_run(&hall, minutes * MINUTE);
	struct ring_stats stats = stats_of(&hall);

	assert_int_equal(stats.underruns, 0);
	assert_int_equal(stats.resyncs, 0);
	assert_int_equal(stats.dropped, 0);
	assert_true(hall.worst < CLICK / 10); /* -80 dB */
	assert_true(hall.silent_ms == 0);
	assert_near(stats.ratio_ppm, -ppm, 30);
	assert_near(stats.drift_ppm, -ppm, 50); /* it is learned slower */
	assert_near(stats.fill_ms, 35, 1);
	assert_true(hall.least_ms > 8 && hall.most_ms < 45);
	hall_finish(&hall);
}

static void test_even(void **state)
{
	(void)state;
	drift(0, 1);
}

static void test_fast(void **state)
{
	(void)state;
	drift(300, 3.2);
}

static void test_slow(void **state)
{
	(void)state;
	drift(-300, 3.2);
}

/* What the ring does about a burst is not the source's clock. */
static void test_burst_is_no_drift(void **state)
{
	static const float silence[SOUND_TICK_FRAMES * 2];
	struct hall hall;

	(void)state;
	hall_init(&hall, 35, 0, 10);
	hall_run(&hall, MINUTE);
	double before_ppm = stats_of(&hall).drift_ppm;

	ring_write(hall.ring, silence, SOUND_TICK_FRAMES);
	hall_run(&hall, 2000);
	struct ring_stats stats = stats_of(&hall);

	assert_true(stats.ratio_ppm < -300);
	assert_near(stats.drift_ppm, before_ppm, 80);
	hall_finish(&hall);
}

/* Up to 40 ms late each, in order: what was held up comes in one burst of 20 to 60 ms. */
static double late(struct hall *hall)
{
	return 40 * hall_random(hall);
}

/* The ring learns what the jitter needs, with a few fades at first; then there are none. */
static void test_jitter(void **state)
{
	struct hall hall;

	(void)state;
	hall_init(&hall, 15, 100, 20);
	hall.late_ms = late;
	hall_run(&hall, 1.5 * MINUTE);
	struct ring_stats learned = stats_of(&hall);

	assert_in_range(learned.underruns, 1, 5);
	hall_look_anew(&hall);
	hall_run(&hall, 2 * MINUTE);
	struct ring_stats stats = stats_of(&hall);

	assert_int_equal(stats.underruns, learned.underruns);
	assert_int_equal(stats.resyncs, 0);
	assert_true(hall.worst < CLICK / 10);
	/* no more than the jitter and a chunk */
	assert_true(stats.target_ms <= 65);
	assert_true(hall.most_ms < 100);
	hall_finish(&hall);
}

/* The control alone, with a source of even chunks: the fill that it sees and moves. */
static double steer(struct steering *steering, double fill_ms, double ppm, double ms)
{
	for (double now_ms = 0; now_ms < ms; now_ms += 10) {
		double ratio = steering_follow(steering, fill_ms, steering->target_ms);

		fill_ms += 10 * (ratio + ppm * 1e-6);
		steering_relax(steering, fill_ms - 10);
	}
	return fill_ms;
}

/* What jitter has raised comes down again when the network has calmed, and no further than it
 * began. */
static void test_target_comes_down(void **state)
{
	struct steering steering;

	(void)state;
	steering_init(&steering, 15);
	double fill_ms = steer(&steering, 15, 100, MINUTE / 3);

	for (int i = 0; i < 3; i++) {
		steering_rise(&steering);
		fill_ms = steer(&steering, steering.target_ms, 100, MINUTE / 3);
	}
	assert_near(steering.target_ms, 45, 0);
	fill_ms = steer(&steering, fill_ms, 100, MINUTE);

	/* not at once: it was needed three times */
	assert_near(steering.target_ms, 45, 0);
	fill_ms = steer(&steering, fill_ms, 100, 60 * MINUTE);
	assert_true(steering.target_ms >= 15 && steering.target_ms <= 25);
	assert_near(fill_ms, steering.target_ms, 2);
}

/* One trouble of many underruns is one: what it raised is not kept for the evening. */
static void test_hiccup(void **state)
{
	struct steering steering;

	(void)state;
	steering_init(&steering, 15);
	for (int i = 0; i < 9; i++)
		steering_rise(&steering);
	assert_near(steering.target_ms, 105, 0);
	steer(&steering, 105, 0, 5 * MINUTE);
	assert_true(steering.target_ms <= 35);
}

/* What a browser's first seconds raised goes as soon as it runs evenly; later the same is kept for longer. */
static void test_hiccups_of_the_start(void **state)
{
	struct steering steering;

	(void)state;
	steering_init(&steering, 15);
	for (int i = 0; i < 6; i++) {
		steer(&steering, steering.target_ms, 0, 1000);
		steering_rise(&steering);
	}
	assert_near(steering.target_ms, 75, 0);
	steer(&steering, 75, 0, MINUTE / 5);
	assert_near(steering.target_ms, 22, 1);

	steering_rise(&steering);
	steer(&steering, 32, 0, MINUTE / 5);
	assert_near(steering.target_ms, 32, 1);
}

static void test_target_has_limits(void **state)
{
	struct steering steering;

	(void)state;
	steering_init(&steering, 35);
	for (int i = 0; i < 100; i++)
		steering_rise(&steering);
	assert_near(steering.target_ms, 250, 0);
	steering_init(&steering, 35);
	steering_rise(&steering);
	steering_excuse(&steering);
	steering_excuse(&steering);
	assert_near(steering.target_ms, 35, 0);
}

/* Far too much for minutes teaches no drift that was not there. */
static void test_no_windup(void **state)
{
	struct steering steering;
	double least_ms = 1e9;

	(void)state;
	steering_init(&steering, 35);
	double fill_ms = 150;

	for (int s = 0; s < 300; s++) {
		fill_ms = steer(&steering, fill_ms, 0, 1000);
		least_ms = fmin(least_ms, fill_ms);
	}
	assert_near(fill_ms, 35, 4);
	assert_true(least_ms > 25);
}

/* Less than what is skipped at once would be a minute's work for the steering. It waits for what
 * stays, then skips that, once. */
static void test_small_burst(void **state)
{
	struct hall hall;

	(void)state;
	hall_init(&hall, 35, 50, 20);
	hall_run(&hall, MINUTE / 3);
	hall_look_anew(&hall);
	hall_burst(&hall, 100);
	hall_run(&hall, 8000);
	assert_near(stats_of(&hall).fill_ms, 35, 4);
	hall_run(&hall, 2 * MINUTE);
	struct ring_stats stats = stats_of(&hall);

	assert_int_equal(stats.underruns, 0);
	assert_int_equal(stats.resyncs, 1);
	assert_true(hall.worst < 2 * CLICK); /* two sines in a crossfade */
	assert_true(hall.least_ms > 8);
	assert_near(stats.fill_ms, 35, 4);
	hall_finish(&hall);
}

/* What is less than the reader's own tick is left to the steering. */
static void test_smaller_burst(void **state)
{
	struct hall hall;

	(void)state;
	hall_init(&hall, 35, 50, 20);
	hall_run(&hall, MINUTE / 3);
	hall_look_anew(&hall);
	hall_burst(&hall, 8);
	hall_run(&hall, MINUTE);
	assert_int_equal(stats_of(&hall).resyncs, 0);
	assert_true(hall.worst < CLICK);
	assert_near(stats_of(&hall).fill_ms, 35, 4);
	hall_finish(&hall);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_fast),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_burst_is_no_drift),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_target_comes_down),
		cmocka_unit_test(test_hiccup),
		cmocka_unit_test(test_hiccups_of_the_start),
		cmocka_unit_test(test_target_has_limits),
		cmocka_unit_test(test_no_windup),
		cmocka_unit_test(test_small_burst),
		cmocka_unit_test(test_smaller_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
