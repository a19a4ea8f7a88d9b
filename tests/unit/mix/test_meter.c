/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "meter.h"

#define RATE_HZ 48000

static struct meter_levels levels;

/* Feeds a sine, `part` frames at a time. */
static void feed(struct meter *meter, double hz, double left, double right, double seconds,
		 size_t part)
{
	float samples[2 * 1024];
	size_t at = 0, frames = (size_t)(seconds * RATE_HZ);

	while (at < frames) {
		size_t n = part < frames - at ? part : frames - at;

		for (size_t i = 0; i < n; i++) {
			double wave = sin(2 * M_PI * hz * (double)(at + i) / RATE_HZ);

			samples[2 * i] = (float)(left * wave);
			samples[2 * i + 1] = (float)(right * wave);
		}
		meter_feed(meter, samples, n);
		at += n;
	}
	meter_read(meter, &levels);
}

static void assert_db(double value, double wanted, double by)
{
	if (!(fabs(value - wanted) <= by))
		fail_msg("%g is not %g +-%g", value, wanted, by);
}

static double linear(double db)
{
	return pow(10, db / 20);
}

static void test_silence(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	for (int round = 0; round < 2; round++) {
		meter_read(meter, &levels);
		for (int c = 0; c < 2; c++) {
			assert_db(levels.peak_db[c], METER_FLOOR_DB, 0);
			assert_db(levels.rms_db[c], METER_FLOOR_DB, 0);
		}
		assert_db(levels.momentary_lufs, METER_FLOOR_DB, 0);
		assert_db(levels.short_term_lufs, METER_FLOOR_DB, 0);
		feed(meter, 1000, 0, 0, 4, 480);
	}
	meter_unref(meter);
	meter_unref(NULL);
}

static void test_peak_and_rms(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	feed(meter, 1000, 1, linear(-20), 0.2, 480);
	assert_db(levels.peak_db[0], 0, 0.01);
	assert_db(levels.peak_db[1], -20, 0.01);
	assert_db(levels.rms_db[0], -3.01, 0.01);
	assert_db(levels.rms_db[1], -23.01, 0.01);
	feed(meter, 1000, 0, 0, 0.1, 480); /* of the last 100 ms only */
	assert_db(levels.peak_db[0], METER_FLOOR_DB, 0);
	assert_db(levels.held_db, 0, 0.01); /* of the last 3 s */
	feed(meter, 1000, 0, linear(-40), 2.8, 480);
	assert_db(levels.held_db, 0, 0.01);
	feed(meter, 1000, 0, linear(-40), 0.2, 480);
	assert_db(levels.held_db, -40, 0.01);
	meter_unref(meter_ref(meter));
	feed(meter, 1000, 0.1, 0.1, 0.1, 480);
	assert_db(levels.peak_db[1], -20, 0.01);
	meter_unref(meter);
}

/* EBU Tech 3341, signals 1 and 2. */
static void test_loudness(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	feed(meter, 1000, linear(-23), linear(-23), 5, 480);
	assert_db(levels.momentary_lufs, -23, 0.1);
	assert_db(levels.short_term_lufs, -23, 0.1);
	feed(meter, 1000, linear(-33), linear(-33), 5, 480);
	assert_db(levels.momentary_lufs, -33, 0.1);
	assert_db(levels.short_term_lufs, -33, 0.1);
	feed(meter, 1000, linear(-33), 0, 5, 480); /* one channel: half the power */
	assert_db(levels.momentary_lufs, -36, 0.1);
	meter_unref(meter);
}

/* 400 ms and 3 s are what they are called. */
static void test_windows(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	feed(meter, 1000, linear(-20), linear(-20), 6, 480);
	feed(meter, 1000, 0, 0, 0.2, 480);
	assert_db(levels.momentary_lufs, -23, 0.2); /* half of it is left */
	assert_db(levels.short_term_lufs, -20 + 10 * log10(28.0 / 30), 0.1);
	feed(meter, 1000, 0, 0, 0.4, 480);
	assert_true(levels.momentary_lufs < -70);
	feed(meter, 1000, 0, 0, 2.5, 480);
	assert_true(levels.short_term_lufs < -70);
	feed(meter, 1000, linear(-20), linear(-20), 1.5, 480);
	assert_db(levels.short_term_lufs, -23, 0.1);
	meter_unref(meter);
}

/* However the sound is cut. */
static void test_any_feed(void **state)
{
	static const size_t parts[] = {1, 77, 480, 1000};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct meter *meter = meter_create();

		feed(meter, 997, linear(-23), linear(-23), 3.2, parts[i]);
		assert_db(levels.peak_db[0], -23, 0.01);
		assert_db(levels.rms_db[1], -26.01, 0.02);
		assert_db(levels.momentary_lufs, -23, 0.1);
		assert_db(levels.short_term_lufs, -23, 0.1);
		meter_unref(meter);
	}
}

static double clipped(double value)
{
	return value > 1 ? 1 : value < -1 ? -1 : value;
}

/* A sine of that amplitude through a converter that ends at full scale. */
static void feed_clipped(struct meter *meter, double hz, double amplitude, double seconds)
{
	for (size_t i = 0; i < (size_t)(seconds * RATE_HZ); i++) {
		double wave = clipped(amplitude * sin(2 * M_PI * hz * (double)i / RATE_HZ));
		float pair[2] = {(float)wave, 0};

		meter_feed(meter, pair, 1);
	}
	meter_read(meter, &levels);
}

static void test_clipping(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	feed(meter, 1000, 0.99, 0.99, 1, 480);
	assert_int_equal(levels.clips, 0);
	/* Both tops of each wave; one channel. */
	feed_clipped(meter, 1000, 2, 0.1);
	assert_in_range(levels.clips, 199, 200);
	/* Two samples in a row may be a peak. */
	struct meter *peaks = meter_create();
	float pair[2] = {1, -1};

	for (int i = 0; i < RATE_HZ / 10; i++) {
		pair[0] = i % 3 ? 1 : 0;
		pair[1] = -pair[0];
		meter_feed(peaks, pair, 1);
	}
	meter_read(peaks, &levels);
	assert_int_equal(levels.clips, 0);
	/* It is of the last ten seconds. */
	feed(meter, 1000, 0.1, 0.1, 9.8, 480);
	assert_in_range(levels.clips, 199, 200);
	feed(meter, 1000, 0.1, 0.1, 0.3, 480);
	assert_int_equal(levels.clips, 0);
	meter_unref(peaks);
	meter_unref(meter);
}

static void test_silence_since(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	feed(meter, 1000, linear(-70), linear(-65), 12, 480);
	assert_db(levels.silent_s, 12, 0.11);
	feed(meter, 1000, 0, linear(-50), 0.1, 480); /* one side is enough */
	assert_db(levels.silent_s, 0, 0);
	feed(meter, 1000, 0, 0, 2, 480);
	assert_db(levels.silent_s, 2, 0.11);
	meter_unref(meter);
}

/* Speech with pauses is as loud as its words. */
static void test_loudness_of_window(void **state)
{
	struct meter *meter = meter_create();

	(void)state;
	meter_read(meter, &levels);
	assert_db(levels.window_lufs, METER_FLOOR_DB, 0);
	for (int i = 0; i < 5; i++) {
		feed(meter, 1000, linear(-23), linear(-23), 1, 480);
		feed(meter, 1000, 0, 0, 1, 480);
	}
	assert_db(levels.window_lufs, -23, 0.6);
	assert_true(levels.short_term_lufs < -24);
	feed(meter, 1000, linear(-33), linear(-33), 10, 480);
	assert_db(levels.window_lufs, -33, 0.3);
	feed(meter, 1000, 0, 0, 11, 480);
	assert_db(levels.window_lufs, METER_FLOOR_DB, 0);
	meter_unref(meter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence),	      cmocka_unit_test(test_peak_and_rms),
		cmocka_unit_test(test_loudness),      cmocka_unit_test(test_windows),
		cmocka_unit_test(test_any_feed),      cmocka_unit_test(test_clipping),
		cmocka_unit_test(test_silence_since), cmocka_unit_test(test_loudness_of_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
