/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "audio.h"
#include "matrix.h"
#include "mixer.h"
#include "ring.h"

#define SOURCES 3
#define BUSES	2

/* Three voices, each with a frequency of its own, into two buses. */
static const double hz_of[SOURCES] = {997, 1499, 2503};

struct bench {
	struct audio *audio;
	struct ring *sources[SOURCES], *outs[BUSES];
	struct sound_plan plans[8];
	int n_plans;
	uint64_t written;
	bool is_muted[SOURCES];		  /* writes zeros */
	float heard[BUSES][48000 * 3][2]; /* of each bus */
	size_t n_heard;
};

static struct bench bench;

static struct sound_plan *newest(void)
{
	return &bench.plans[bench.n_plans - 1];
}

/* A copy of the last plan, to change; at first all voices at 0.25 in both buses. */
static struct sound_plan *new_plan(void)
{
	struct sound_plan *plan = &bench.plans[bench.n_plans++];

	if (bench.n_plans > 1) {
		*plan = bench.plans[bench.n_plans - 2];
		return plan;
	}
	plan->n_sources = SOURCES;
	plan->n_buses = BUSES;
	for (int i = 0; i < SOURCES; i++)
		plan->sources[i] =
			(struct plan_sound_source){10 + (uint64_t)i, bench.sources[i], NULL};
	for (int b = 0; b < BUSES; b++) {
		plan->buses[b] =
			(struct plan_sound_bus){.id = 100 + (uint64_t)b, .out = bench.outs[b]};
		for (int i = 0; i < SOURCES; i++)
			plan->buses[b].gain[i] = 0.25f;
	}
	return plan;
}

static int set_up(void **state)
{
	(void)state;
	memset(&bench, 0, sizeof(bench));
	bench.audio = audio_create();
	for (int i = 0; i < SOURCES; i++)
		bench.sources[i] = ring_create(500, 20);
	for (int b = 0; b < BUSES; b++)
		bench.outs[b] = ring_create(500, 10);
	new_plan();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	audio_destroy(bench.audio);
	for (int i = 0; i < SOURCES; i++)
		ring_unref(bench.sources[i]);
	for (int b = 0; b < BUSES; b++)
		ring_unref(bench.outs[b]);
	return 0;
}

static void speak(int source)
{
	float samples[SOUND_TICK_FRAMES * 2];

	for (size_t i = 0; i < SOUND_TICK_FRAMES; i++) {
		double wave = sin(2 * M_PI * hz_of[source] * (double)(bench.written + i) / 48000);

		samples[2 * i] = samples[2 * i + 1] = bench.is_muted[source] ? 0 : (float)wave;
	}
	ring_write(bench.sources[source], samples, SOUND_TICK_FRAMES);
}

static void run(int ticks)
{
	for (int n = 0; n < ticks; n++) {
		for (int i = 0; i < SOURCES; i++)
			speak(i);
		bench.written += SOUND_TICK_FRAMES;
		audio_tick(bench.audio, newest());
		size_t got = 0;

		for (int b = 0; b < BUSES; b++)
			got = ring_drain(bench.outs[b], bench.heard[b][bench.n_heard], 480);
		bench.n_heard += got;
	}
}

static void forget(void)
{
	bench.n_heard = 0;
}

/* How much of a frequency is in what a bus said, in dB of full scale, Hann-weighed so that the
 * others leak nothing in. The rings stretch by some hundred ppm at first: good to 0.2 dB for a
 * quarter of a second. */
static double level_db(int bus, double hz)
{
	double re = 0, im = 0;
	size_t n = bench.n_heard;

	for (size_t i = 0; i < n; i++) {
		double hann = 1 - cos(2 * M_PI * (double)i / (double)n);
		double phase = 2 * M_PI * hz * (double)i / 48000;

		re += hann * (double)bench.heard[bus][i][0] * cos(phase);
		im += hann * (double)bench.heard[bus][i][0] * sin(phase);
	}
	return 20 * log10(2 * sqrt(re * re + im * im) / (double)n + 1e-12);
}

/* The largest break of a sine's rule y[n+1] = 2 cos(w) y[n] - y[n-1]: a click breaks it by its
 * height. */
static double worst_break(int bus, double hz)
{
	double w = 2 * M_PI * hz / 48000, worst = 0;

	for (size_t i = 1; i + 1 < bench.n_heard; i++) {
		/* left of n; of n + 1 is y[2] */
		const float *y = bench.heard[bus][i];
		double rule = (double)y[2] - 2 * cos(w) * (double)y[0] + (double)y[-2];

		worst = fmax(worst, fabs(rule));
	}
	return worst;
}

static void test_matrix(void **state)
{
	static const float source[8] = {1, -1, 1, -1, 1, -1, 1, -1};
	float bus[8] = {0};

	(void)state;
	matrix_add(bus, source, 4, 0.5f, 0.5f);
	assert_true(bus[0] == 0.5f && bus[7] == -0.5f);
	matrix_add(bus, source, 4, 0, 1);
	assert_true(bus[0] == 0.75f && bus[3] == -1 && bus[6] == 1.5f);
	assert_true(matrix_ramp(0, 1, 0.25f) == 0.25f);
	assert_true(matrix_ramp(0.9f, 1, 0.25f) == 1);
	assert_true(matrix_ramp(1, 0, 0.75f) == 0.25f);
	assert_true(matrix_ramp(0.5f, 0.5f, 0) == 0.5f);
}

static void test_sum(void **state)
{
	(void)state;
	newest()->buses[0].gain[1] = 0.125f;
	run(20);
	forget();
	run(25);
	assert_true(bench.n_heard == 25 * 480);
	assert_true(fabs(level_db(0, 997) - 20 * log10(0.25)) < 0.2);
	assert_true(fabs(level_db(0, 1499) - 20 * log10(0.125)) < 0.2);
	assert_true(fabs(level_db(1, 2503) - 20 * log10(0.25)) < 0.2);
}

/* A speaker's return holds nothing of the speaker: not little, nothing. */
static void test_mix_minus_is_exact(void **state)
{
	(void)state;
	newest()->buses[1].gain[1] = 0;
	run(20);
	forget();
	run(25);
	assert_true(level_db(0, 1499) > -13);
	assert_true(level_db(1, 1499) < -100);
	assert_true(level_db(1, 997) > -13);
}

/* To the bit: a bus is the same whether the one who is not in it speaks or not. */
static void test_mix_minus_to_the_bit(void **state)
{
	static float with[48000][2];
	const size_t size = 100 * sizeof(with[0]) * 480;

	newest()->buses[1].gain[1] = 0;
	run(100);
	memcpy(with, bench.heard[1], size);
	tear_down(state);
	set_up(state);
	newest()->buses[1].gain[1] = 0;
	bench.is_muted[1] = true;
	run(100);
	assert_memory_equal(with, bench.heard[1], size);
}

static void test_mute_without_a_click(void **state)
{
	double change = 0.25 / 960 * 2; /* of a ramp of 20 ms: its slope twice, and its corners */

	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	forget();
	new_plan()->buses[0].gain[0] = 0;
	run(10);
	assert_true(worst_break(0, 997) < change);
	forget();
	run(10);
	assert_true(level_db(0, 997) < -200); /* silence */
	forget();
	new_plan()->buses[0].gain[0] = 0.25f;
	run(20);
	assert_true(worst_break(0, 997) < change);
	forget();
	run(25);
	assert_true(fabs(level_db(0, 997) - 20 * log10(0.25)) < 0.2);
}

/* 20 ms, from plan to plan; another plan in the middle turns it around from where it is. */
static void test_ramp_goes_on(void **state)
{
	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	forget();
	new_plan()->buses[0].gain[0] = 0;
	run(1);
	new_plan()->buses[0].gain[0] = 0.25f;
	run(10);
	assert_true(worst_break(0, 997) < 0.25 / 960 * 2);
	for (size_t i = 0; i + 96 < bench.n_heard; i++) { /* never nearer to silence than half */
		double peak = 0;

		for (size_t k = 0; k < 96; k++)
			peak = fmax(peak, fabs((double)bench.heard[0][i + k][0]));
		assert_true(peak > 0.11);
	}
}

/* The largest sample of a bus's 10 ms at that tick since forget(). */
static double peak_at(int bus, int tick)
{
	double peak = 0;

	for (size_t i = 0; i < 480; i++)
		peak = fmax(peak, fabs((double)bench.heard[bus][(size_t)tick * 480 + i][0]));
	return peak;
}

/* One voice on air in bus 0 alone. */
static void only(struct sound_plan *plan, int source)
{
	for (int i = 0; i < SOURCES; i++)
		plan->buses[0].is_off_air[i] = i != source;
}

/* A take over 400 ms: the one goes down in a straight line as the other comes up, whatever else the
 * plans say in between; the bus that follows no picture hears none of it. */
static void test_sound_follows_a_take(void **state)
{
	(void)state;
	only(newest(), 0);
	run(20);
	forget();
	only(new_plan(), 1);
	newest()->follow_serial++;
	newest()->follow_ms = 400;
	newest()->buses[0].gain[2] = 0; /* the third says nothing, in whatever way */
	run(10);
	new_plan()->follow_ms = 0; /* another change: no new take */
	run(10);
	forget();
	run(1);
	/* After 200 of 400 ms both are at a half. */
	assert_in_range((int)(1000 * peak_at(0, 0)), 150, 256); /* 0.25 / 2 twice, in some phase */
	run(19);
	forget();
	run(25);
	assert_true(level_db(0, 997) < -100);
	assert_true(fabs(level_db(0, 1499) - 20 * log10(0.25)) < 0.2);
	assert_true(fabs(level_db(1, 997) - 20 * log10(0.25)) < 0.2);
}

/* Alone, the way is a straight line: at each tick's end where it has to be. */
static void test_share_is_a_straight_line(void **state)
{
	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	forget();
	new_plan()->buses[0].is_off_air[0] = true;
	newest()->follow_serial++;
	newest()->follow_ms = 500;
	run(60);
	for (int tick = 2; tick < 50; tick++) {
		double before = 0.25 * (50 - tick) / 50, after = before - 0.25 / 50;

		/* The limiter holds it back by 1.5 ms. */
		assert_true(peak_at(0, tick) < before + 0.002 && peak_at(0, tick) > after - 0.001);
	}
	assert_true(peak_at(0, 52) == 0);
	assert_true(worst_break(0, 997) < 0.25 / 960 * 2);
}

/* A mute in the middle of a long take is there at once, and so is a cut. */
static void test_quick_things_stay_quick(void **state)
{
	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	struct sound_plan *plan = new_plan();

	plan->buses[0].is_off_air[0] = true;
	plan->follow_serial++;
	plan->follow_ms = 5000;
	run(10);
	forget();
	new_plan()->buses[0].gain[0] = 0; /* muted */
	run(5);
	assert_true(peak_at(0, 0) > 0.1 && peak_at(0, 3) == 0);
	forget();
	new_plan()->buses[0].gain[0] = 0.25f; /* on its way again, the first was not stopped */
	run(20);
	assert_in_range((int)(1000 * peak_at(0, 19)), 220, 240);
	forget();
	plan = new_plan(); /* a cut to the scene it was on the way to */
	plan->follow_serial++;
	plan->follow_ms = 0;
	run(5);
	assert_true(peak_at(0, 3) == 0);
	assert_true(worst_break(0, 997) < 0.25 / 960 * 2);
	forget();
	new_plan()->buses[0].is_off_air[0] = false; /* pinned: no take, so 20 ms */
	run(5);
	assert_in_range((int)(1000 * peak_at(0, 3)), 245, 251);
}

/* A bus as a whole, at its rate there and back; the other one does not. */
static void test_whole_bus_fades(void **state)
{
	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	forget();
	new_plan()->buses[0].is_faded = true;
	newest()->buses[0].fade_ms = 1000;
	run(50);
	assert_in_range((int)(1000 * peak_at(0, 49)), 124, 130);
	new_plan()->buses[0].is_faded = false; /* from half way: back in half the time */
	run(52);
	assert_in_range((int)(1000 * peak_at(0, 75)), 185, 195);
	assert_in_range((int)(1000 * peak_at(0, 101)), 248, 251);
	assert_true(worst_break(0, 997) < 0.25 / 960 * 2);
	new_plan()->buses[0].is_faded = true;
	newest()->buses[0].fade_ms = 0;
	forget();
	run(5);
	assert_true(peak_at(0, 3) == 0);
	assert_true(peak_at(1, 4) > 0.3);
}

/* Sources and buses are known by their ids, wherever a plan has them. */
static void test_places_may_change(void **state)
{
	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	forget();
	struct sound_plan *plan = new_plan();
	struct plan_sound_source source = plan->sources[0];
	struct plan_sound_bus bus = plan->buses[0];

	bus.gain[0] = 0;
	bus.gain[2] = 0.25f;
	plan->sources[0] = plan->sources[2];
	plan->sources[2] = source;
	plan->buses[0] = plan->buses[1];
	plan->buses[1] = bus;
	run(20);
	assert_true(worst_break(0, 997) < 1e-4); /* nothing to be heard of it */
	assert_true(level_db(0, 997) > -13);
}

/* A source that is taken out of the plan while it sounds leaves a corner, not a step. */
static void test_source_leaves(void **state)
{
	double w = 2 * M_PI * 997 / 48000;

	(void)state;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	run(20);
	forget();
	struct sound_plan *plan = new_plan();

	plan->n_sources = 2;
	plan->sources[0] = plan->sources[2];
	for (int b = 0; b < BUSES; b++)
		plan->buses[b].gain[0] = 0;
	run(10);
	assert_true(worst_break(0, 997) < 0.25 * w * w * 2.1);
	forget();
	run(10);
	assert_true(level_db(0, 997) < -200);
}

/* A bus that is new fades in, and one that left and returns is new. */
static void test_bus_comes(void **state)
{
	(void)state;
	run(20);
	new_plan()->n_buses = 1;
	run(1);
	new_plan()->n_buses = 2;
	newest()->buses[1].gain[1] = newest()->buses[1].gain[2] = 0;
	forget();
	run(20);
	assert_true(bench.heard[1][0][0] == 0);
	assert_true(worst_break(1, 997) < 0.25 / 960 * 2);
}

static void test_too_loud(void **state)
{
	double peak = 0;

	(void)state;
	for (int i = 0; i < SOURCES; i++)
		newest()->buses[0].gain[i] = 4;
	run(100);
	for (size_t i = 0; i < bench.n_heard; i++)
		peak = fmax(peak, fabs((double)bench.heard[0][i][0]));
	assert_true(peak <= 0.891252 && peak > 0.8);
}

static void test_meters_and_wants(void **state)
{
	struct meter *before = meter_create(), *after = meter_create();
	struct meter_levels levels;

	(void)state;
	newest()->sources[0].meter = before;
	newest()->buses[0].meter = after;
	newest()->buses[0].gain[0] = 0;
	newest()->buses[0].gain[1] = newest()->buses[0].gain[2] = 0;
	ring_set_wanted(bench.outs[0], false);
	run(40);
	meter_read(before, &levels); /* fed before the mute */
	assert_true(fabs(levels.peak_db[0]) < 0.1);
	meter_read(after, &levels);
	assert_true(levels.peak_db[0] == METER_FLOOR_DB);
	assert_int_equal(ring_waiting(bench.outs[0]), 0); /* nobody wants it */
	meter_unref(before);
	meter_unref(after);
}

static void test_source_stops(void **state)
{
	(void)state;
	audio_tick(bench.audio, NULL);
	for (int n = 0; n < 20; n++)
		audio_tick(bench.audio, newest()); /* nobody writes anything */
	assert_int_equal(ring_drain(bench.outs[0], bench.heard[0][0], 48000), 20 * 480);
	for (size_t i = 0; i < 20 * 480; i++)
		assert_true(bench.heard[0][i][0] == 0);
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		BENCHED(test_sum),
		BENCHED(test_mix_minus_is_exact),
		BENCHED(test_mix_minus_to_the_bit),
		BENCHED(test_mute_without_a_click),
		BENCHED(test_ramp_goes_on),
		BENCHED(test_sound_follows_a_take),
		BENCHED(test_share_is_a_straight_line),
		BENCHED(test_quick_things_stay_quick),
		BENCHED(test_whole_bus_fades),
		BENCHED(test_places_may_change),
		BENCHED(test_source_leaves),
		BENCHED(test_bus_comes),
		BENCHED(test_too_loud),
		BENCHED(test_meters_and_wants),
		BENCHED(test_source_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
