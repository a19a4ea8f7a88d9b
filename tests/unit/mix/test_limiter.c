/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "limiter.h"

#define RATE_HZ 48000

static float sound[2 * RATE_HZ], kept[2 * RATE_HZ];
static struct limiter limiter;

static int set_up(void **state)
{
	(void)state;
	limiter_init(&limiter);
	memset(sound, 0, sizeof(sound));
	return 0;
}

static void add_sine(double hz, double left, double right)
{
	for (size_t i = 0; i < RATE_HZ; i++) {
		double wave = sin(2 * M_PI * hz * (double)i / RATE_HZ);

		sound[2 * i] += (float)(left * wave);
		sound[2 * i + 1] += (float)(right * wave);
	}
}

/* A second, 10 ms at a time. */
static void run(void)
{
	memcpy(kept, sound, sizeof(sound));
	for (size_t i = 0; i < RATE_HZ; i += 480)
		limiter_run(&limiter, sound + 2 * i, 480);
}

static double loudest(size_t from)
{
	double peak = 0;

	for (size_t i = 2 * from; i < 2 * RATE_HZ; i++)
		peak = fmax(peak, fabs((double)sound[i]));
	return peak;
}

/* Below the ceiling it is a delay, to the bit. */
static void test_changes_nothing_below(void **state)
{
	(void)state;
	add_sine(997, 0.5, 0.3);
	add_sine(60, 0.35, -0.5);
	run();
	assert_memory_equal(sound + 2 * LIMITER_AHEAD, kept,
			    sizeof(sound) - 2 * LIMITER_AHEAD * sizeof(*sound));
	for (size_t i = 0; i < 2 * LIMITER_AHEAD; i++)
		assert_true(sound[i] == 0);
}

static void test_holds_the_ceiling(void **state)
{
	static const double levels[] = {0.9, 1, 2, 8};

	for (size_t i = 0; i < 4; i++) {
		set_up(state);
		add_sine(997, levels[i], levels[i] / 2);
		add_sine(61, levels[i] / 3, levels[i]);
		run();
		assert_true(loudest(0) <= LIMITER_CEILING * 1.000001);
		assert_true(loudest(0) > LIMITER_CEILING * 0.95);
	}
}

/* Loud noise, then single peaks: the worst that can come. */
static void test_holds_it_for_anything(void **state)
{
	unsigned random = 1;

	(void)state;
	for (size_t i = 0; i < 2 * RATE_HZ; i++) {
		random = random * 1664525 + 1013904223;
		double noise = (double)(random >> 8) / (1 << 23) - 1;

		sound[i] = (float)(i < RATE_HZ	   ? 6 * noise
				   : i % 1501 == 0 ? 40 * noise
						   : 0.1 * noise);
	}
	run();
	assert_true(loudest(0) <= LIMITER_CEILING * 1.000001);
}

/* One sample far too loud: the gain comes down before it, in a line, not in a step. */
static void test_sees_a_peak_coming(void **state)
{
	double steepest = 0, before = 1;

	(void)state;
	for (size_t i = 0; i < 2 * RATE_HZ; i++)
		sound[i] = 0.5f;
	sound[2 * 10000] = 4;
	run();
	assert_true(loudest(0) <= LIMITER_CEILING * 1.000001);
	for (size_t i = LIMITER_AHEAD; i < RATE_HZ; i++) {
		double gain = (double)sound[2 * i + 1] / 0.5; /* the other channel's: the same */

		steepest = fmax(steepest, fabs(gain - before));
		before = gain;
	}
	assert_true(steepest < 1.1 * (1 - LIMITER_CEILING / 4) / LIMITER_AHEAD);
	assert_true(steepest > 0.5 * (1 - LIMITER_CEILING / 4) / LIMITER_AHEAD);
}

static void test_recovers(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * RATE_HZ; i++)
		sound[i] = i < RATE_HZ / 2 ? 2 : 0.5f;
	run();
	size_t after = RATE_HZ / 4 + LIMITER_AHEAD;

	assert_true(sound[2 * (after + 100)] < 0.25); /* still down */
	/* 80 ms later: two thirds of the way */
	assert_true(sound[2 * (after + 3840)] > 0.35);
	assert_true(sound[2 * RATE_HZ - 1] > 0.4999);
	memset(sound, 0, sizeof(sound));
	run();
	memset(sound, 0, sizeof(sound));
	add_sine(300, 0.8, 0.8);
	run(); /* and then it is a delay again, exactly */
	assert_memory_equal(sound + 2 * LIMITER_AHEAD, kept,
			    sizeof(sound) - 2 * LIMITER_AHEAD * sizeof(*sound));
}

#define TEST(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_changes_nothing_below),
		TEST(test_holds_the_ceiling),
		TEST(test_holds_it_for_anything),
		TEST(test_sees_a_peak_coming),
		TEST(test_recovers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
