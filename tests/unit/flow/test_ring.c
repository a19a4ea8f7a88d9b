/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "hall.h"

/* Of a sound that ends without notice only the corner may be heard: nothing steeper than the sine
 * itself, and its rule not broken by more than twice the sine's own curvature. */
#define SINE_STEP  (AMPLITUDE * 2 * M_PI * SINE_HZ / SOUND_RATE_HZ)
#define SINE_CURVE (SINE_STEP * 2 * M_PI * SINE_HZ / SOUND_RATE_HZ)

static struct ring_stats stats_of(const struct hall *hall)
{
	struct ring_stats stats;

	ring_read_stats(hall->ring, &stats);
	return stats;
}

static int set_up(void **state)
{
	static struct hall hall;

	hall_init(&hall, 35, 100, 20);
	hall_run(&hall, 30000);
	hall_look_anew(&hall);
	*state = &hall;
	return 0;
}

static int tear_down(void **state)
{
	hall_finish(*state);
	return 0;
}

/* The resampler must not hoard what the steering then cannot see. */
static void test_hides_nothing(void **state)
{
	struct hall hall;

	(void)state;
	hall_init(&hall, 20, 0, 10);
	hall_burst(&hall, 2000);
	float out[SOUND_TICK_FRAMES * 2];

	ring_set_delay_ms(hall.ring, 1800);
	for (int n = 0; n < 150; n++) {
		size_t before = ring_waiting(hall.ring);

		ring_read_steered(hall.ring, out, SOUND_TICK_FRAMES);
		size_t used = before - ring_waiting(hall.ring);

		if (n > 0) /* the first one drops what is too much */
			assert_in_range(used, 470, 490);
	}
	hall_finish(&hall);
}

static void test_first_sound_fades_in(void **state)
{
	struct hall hall;

	(void)state;
	hall_init(&hall, 35, 0, 10);
	hall_run(&hall, 30);
	assert_true(hall.loudest == 0);
	hall_run(&hall, 500);
	assert_true(hall.loudest > 0.49);
	assert_true(hall.worst < CLICK);
	hall_finish(&hall);
}

static void test_pause_and_return(void **state)
{
	struct hall *hall = *state;
	double fill_ms = stats_of(hall).fill_ms;

	hall->is_stopped = true;
	hall_run(hall, 2000);
	assert_true(hall->silent_ms > 1900);
	assert_true(hall->step < SINE_STEP * 1.01);
	assert_true(hall->worst < SINE_CURVE * 2.1);
	hall->is_stopped = false;
	hall_look_anew(hall);
	hall_run(hall, 200);
	assert_true(hall->loudest > 0.49);
	assert_true(hall->worst < CLICK); /* in again: no click at all */
	hall_run(hall, 20000);
	struct ring_stats stats = stats_of(hall);

	assert_int_equal(stats.underruns, 1);
	assert_true(stats.target_ms == 35); /* no target would have bridged that */
	assert_true(fabs(stats.fill_ms - fill_ms) < 12);
}

/* The fade out is as long where the last samples lie near the end of a tick. */
static void test_pause_anywhere(void **state)
{
	(void)state;
	for (int frames = 1; frames < SOUND_TICK_FRAMES; frames += 37) {
		struct hall hall;

		hall_init(&hall, 35, 0, 10);
		hall_run(&hall, 1000);
		hall_burst(&hall, frames / 48.0);
		hall.is_stopped = true;
		hall_run(&hall, 300);
		assert_true(hall.step < SINE_STEP * 1.01);
		assert_true(hall.worst < SINE_CURVE * 2.1);
		assert_true(hall.heard[0] == 0 && hall.heard[1] == 0);
		hall_finish(&hall);
	}
}

/* Held up for 90 ms, then all of it at once: the target rises, for next time it shall be enough. */
static void test_underrun_teaches(void **state)
{
	struct hall *hall = *state;

	hall->is_stopped = true;
	hall_run(hall, 90);
	hall->is_stopped = false;
	hall_burst(hall, 90);
	hall_run(hall, 2000);
	assert_int_equal(stats_of(hall).underruns, 1);
	assert_true(stats_of(hall).target_ms == 45);
}

/* What came too late to be of use does not become delay. */
static void test_burst_after_a_stall(void **state)
{
	struct hall *hall = *state;

	hall->is_stopped = true;
	hall_run(hall, 1000);
	hall->is_stopped = false;
	hall_burst(hall, 1000);
	hall_look_anew(hall);
	hall_run(hall, 3000);
	assert_true(hall->most_ms < 75);
	assert_true(hall->worst < CLICK);
	assert_true(hall->silent_ms == 0);
}

static void test_burst_while_playing(void **state)
{
	struct hall *hall = *state;

	hall_burst(hall, 700);
	hall_run(hall, 3000);
	struct ring_stats stats = stats_of(hall);

	assert_int_equal(stats.resyncs, 1);
	assert_int_equal(stats.underruns, 0);
	assert_true(hall->most_ms < 75);
	/* two sines in a crossfade of 10 ms */
	assert_true(hall->worst < 2 * CLICK);
	assert_true(hall->silent_ms == 0);
}

static void test_delay(void **state)
{
	struct hall *hall = *state;
	double before_ms = hall_waiting_ms(hall);

	ring_set_delay_ms(hall->ring, 300);
	hall_run(hall, 3000);
	assert_true(hall->worst < CLICK);
	assert_true(fabs(hall_waiting_ms(hall) - before_ms - 300) < 25);
	ring_set_delay_ms(hall->ring, 220); /* less than a burst would have to be */
	hall_run(hall, 500);
	assert_true(fabs(hall_waiting_ms(hall) - before_ms - 220) < 25);
	ring_set_delay_ms(hall->ring, 0);
	hall_run(hall, 3000);
	assert_true(hall->worst < 2 * CLICK);
	assert_true(fabs(hall_waiting_ms(hall) - before_ms) < 25);
	assert_int_equal(stats_of(hall).underruns, 0);
	assert_int_equal(stats_of(hall).resyncs, 0);
}

static void test_delay_has_limits(void **state)
{
	struct hall *hall = *state;

	ring_set_delay_ms(hall->ring, 100000);
	hall_run(hall, 5000);
	assert_true(hall_waiting_ms(hall) < 2100);
	assert_true(hall->loudest > 0.49);
	ring_set_delay_ms(hall->ring, -5);
	hall_run(hall, 1000);
	assert_true(hall_waiting_ms(hall) < 75);
	assert_int_equal(stats_of(hall).underruns, 0);
}

/* The new connection's sound begins where the old one's has faded out, not in its middle. */
static void test_restart(void **state)
{
	struct hall *hall = *state;

	ring_restart(hall->ring);
	hall->phase += 2; /* another time */
	hall->ppm = -200;
	hall_run(hall, 1000);
	assert_true(hall->step < SINE_STEP * 1.01);
	assert_true(hall->worst < SINE_CURVE * 2.1);
	assert_true(hall->loudest > 0.49);
	/* it ended, it did not starve */
	assert_int_equal(stats_of(hall).underruns, 0);
	assert_true(fabs(stats_of(hall).ratio_ppm) < 500);
	hall_run(hall, 30000);
	assert_int_equal(stats_of(hall).underruns, 0);
}

/* While nothing plays, what is left of the older connection is not heard at all. */
static void test_restart_in_silence(void **state)
{
	struct hall hall;

	(void)state;
	hall_init(&hall, 35, 0, 10);
	hall.offset = 0.3;
	hall_burst(&hall, 20); /* too little to begin */
	hall.offset = 0;
	ring_restart(hall.ring);
	hall_run(&hall, 1000);
	assert_true(hall.worst < CLICK);
	assert_true(hall.loudest > 0.49 && hall.loudest < 0.52);
	hall_finish(&hall);
}

/* Whatever a source's chunks are, no underrun has to teach it first; one that is larger than the others says nothing. */
static void test_holds_chunks(void **state)
{
	static const double chunks_ms[] = {10, 20, 1024 / 48.0, 32, 85};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(chunks_ms); i++) {
		struct hall hall;

		hall_init(&hall, 15, 100, chunks_ms[i]);
		hall_run(&hall, 60000);
		assert_int_equal(stats_of(&hall).underruns, 0);
		assert_true(fabs(stats_of(&hall).target_ms - chunks_ms[i] - 5) < 1);
		hall_burst(&hall, 95);
		hall_run(&hall, 1000);
		assert_true(fabs(stats_of(&hall).target_ms - chunks_ms[i] - 5) < 1);
		hall_finish(&hall);
	}
}

static void test_not_finite(void **state)
{
	static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 0.25f, -0.25f};
	struct ring *ring = ring_create(100, 10);
	float out[8];

	(void)state;
	ring_write(ring, bad, 4);
	assert_int_equal(ring_drain(ring, out, 4), 4);
	for (int i = 0; i < 6; i++)
		assert_true(out[i] == 0);
	assert_true(out[6] == 0.25f && out[7] == -0.25f);
	ring_unref(ring);
}

static void count(void *data)
{
	(*(int *)data)++;
}

static void test_drain(void **state)
{
	struct ring *ring = ring_create(100, 10);
	float in[1000 * 2], out[1000 * 2];
	int rung = 0, released = 0;
	unsigned written = 0, read = 0;

	(void)state;
	ring_hang_bell(ring, (struct bell){count, &rung, NULL});
	assert_int_equal(ring_drain(ring, out, 480), 0);
	for (int round = 0; round < 100; round++) { /* a few times around the buffer */
		for (int i = 0; i < 1000; i++)
			in[2 * i] = in[2 * i + 1] = (float)(written++ % 50);
		ring_write(ring, in, 1000);
		for (size_t got; (got = ring_drain(ring, out, 333)) > 0;)
			for (size_t i = 0; i < got; i++)
				assert_true(out[2 * i] == (float)(read++ % 50));
	}
	assert_int_equal(read, written);
	assert_int_equal(rung, 100);
	ring_hang_bell(ring, (struct bell){NULL, &released, count});
	ring_unref(ring_ref(ring));
	assert_int_equal(released, 0);
	ring_unref(ring);
	ring_unref(NULL);
	assert_int_equal(released, 1);
}

static void test_full(void **state)
{
	struct ring *ring = ring_create(100, 10);
	static float in[10000 * 2];
	struct ring_stats stats;

	(void)state;
	ring_write(ring, in, 10000);
	ring_read_stats(ring, &stats);
	assert_int_equal(stats.written + stats.dropped, 10000);
	assert_true(stats.written >= 4800 && stats.dropped > 0);
	assert_int_equal(ring_waiting(ring), stats.written);
	assert_true(ring_is_wanted(ring));
	ring_set_wanted(ring, false);
	assert_false(ring_is_wanted(ring));
	ring_unref(ring);
}

/* More than a steered reader ever waits for (its target and its delay), less than the ring holds. */
#define ENOUGH	20000
#define ROOM_MS 1000

/* A writer and a reader at full speed: what comes out is what went in, in order. */
static void *write_ramp(void *data)
{
	float in[96 * 2];
	unsigned n = 0;

	while (n < 480000) {
		if (ring_waiting(data) > ENOUGH) {
			sched_yield();
			continue;
		}
		for (int i = 0; i < 96; i++, n++)
			in[2 * i] = in[2 * i + 1] = (float)(n % 90);
		ring_write(data, in, 96);
		if (n % 96000 == 0)
			ring_restart(data);
	}
	return NULL;
}

static void test_two_threads_drain(void **state)
{
	struct ring *ring = ring_create(ROOM_MS, 10);
	float out[200 * 2];
	unsigned n = 0;
	bool is_whole = true;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, write_ramp, ring), 0);
	while (n < 480000) {
		size_t got = ring_drain(ring, out, 200);

		is_whole &= got <= 200;
		for (size_t i = 0; i < got; i++, n++)
			is_whole &= out[2 * i + 1] == (float)(n % 90);
		if (!got)
			sched_yield();
	}
	pthread_join(thread, NULL);
	assert_true(is_whole);
	ring_unref(ring);
}

/* The same for the steered end, with delays and questions from a third side. */
static void test_two_threads_steered(void **state)
{
	struct ring *ring = ring_create(ROOM_MS, 10);
	float out[SOUND_TICK_FRAMES * 2];
	struct ring_stats stats = {0};
	bool is_finite = true;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, write_ramp, ring), 0);
	for (int n = 0; stats.written < 480000; n++) {
		if (!ring_read_steered(ring, out, SOUND_TICK_FRAMES))
			sched_yield();
		for (size_t i = 0; i < SOUND_TICK_FRAMES * 2; i++)
			is_finite &= fabsf(out[i]) < 1000;
		ring_set_delay_ms(ring, n % 20);
		ring_read_stats(ring, &stats);
	}
	pthread_join(thread, NULL);
	assert_true(is_finite);
	ring_unref(ring);
}

#define IN_HALL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hides_nothing),
		cmocka_unit_test(test_first_sound_fades_in),
		IN_HALL(test_pause_and_return),
		cmocka_unit_test(test_pause_anywhere),
		IN_HALL(test_underrun_teaches),
		IN_HALL(test_burst_after_a_stall),
		IN_HALL(test_burst_while_playing),
		IN_HALL(test_delay),
		IN_HALL(test_delay_has_limits),
		IN_HALL(test_restart),
		cmocka_unit_test(test_restart_in_silence),
		cmocka_unit_test(test_holds_chunks),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_two_threads_drain),
		cmocka_unit_test(test_two_threads_steered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
