/* SPDX-License-Identifier: EUPL-1.2
 *
 * What the resampler adds to a sine and takes from it, and that nothing is lost or made up between calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "resample.h"

#define RATE_HZ 48000
#define FRAMES	48000
#define SETTLED 100  /* frames until the window is full */
#define RIGHT	0.5F /* of the left channel's level */

static const double ratios[] = {1, 1 + 3e-6, 1 - 100e-6, 1 + 300e-6, 1 - 2e-3, 1 + 2e-3};
static float in[FRAMES * 2], out[FRAMES * 2];

#define N_RATIOS (sizeof(ratios) / sizeof(ratios[0]))

static void make_sine(double hz)
{
	for (int n = 0; n < FRAMES; n++) {
		in[2 * n] = (float)sin(2 * M_PI * hz * n / RATE_HZ);
		in[2 * n + 1] = RIGHT * in[2 * n];
	}
}

/* In uneven parts in, 10 ms at a time out. Returns the frames made. */
static size_t run(double ratio)
{
	struct resampler *resampler = resampler_create();
	size_t used = 0, made = 0;

	for (size_t part = 1; made < FRAMES && used < FRAMES; part = part * 7 % 1021) {
		size_t left = FRAMES - used < part ? FRAMES - used : part;
		size_t most = FRAMES - made < 480 ? FRAMES - made : 480, taken = 0;
		size_t got = resampler_run(resampler, ratio, in + 2 * used, left, &taken,
					   out + 2 * made, most);

		assert_true(taken <= left && got <= most);
		assert_true(got == most || taken == left);
		used += taken;
		made += got;
	}
	resampler_destroy(resampler);
	return made;
}

/* The sine of `hz` in the left channel, and how far the rest lies below it. */
static double look_for(double hz, size_t frames, double *amplitude)
{
	double sine = 0, cosine = 0, rest = 0;
	size_t n = 0, whole = frames - SETTLED;

	/* Two passes: over so many periods both parts are independent enough, the second takes the rest. */
	double a = 0, b = 0;

	for (int pass = 0; pass < 6; pass++) {
		sine = cosine = rest = 0;
		for (n = SETTLED; n < frames; n++) {
			double angle = 2 * M_PI * hz * (double)n / RATE_HZ;
			double left = out[2 * n] - a * sin(angle) - b * cos(angle);

			sine += left * sin(angle);
			cosine += left * cos(angle);
			rest += left * left;
		}
		a += 2 * sine / (double)whole;
		b += 2 * cosine / (double)whole;
	}
	*amplitude = sqrt(a * a + b * b);
	return 10 * log10(rest / (double)whole / (*amplitude * *amplitude / 2));
}

static void a_sine_stays_one(void **state)
{
	static const struct {
		double hz, below_db;
	} sines[] = {{100, -95}, {1000, -95}, {5000, -95}, {10000, -90}, {16000, -80}};

	(void)state;
	for (size_t s = 0; s < sizeof(sines) / sizeof(sines[0]); s++)
		for (size_t r = 0; r < N_RATIOS; r++) {
			double amplitude;

			make_sine(sines[s].hz);
			double db = look_for(sines[s].hz / ratios[r], run(ratios[r]), &amplitude);

			print_message("%5.0f Hz at %+5.0f ppm: rest %.1f dB, level %+.3f dB\n",
				      sines[s].hz, (ratios[r] - 1) * 1e6, db,
				      20 * log10(amplitude));
			assert_true(db < sines[s].below_db);
		}
}

static void the_band_is_flat(void **state)
{
	(void)state;
	for (double hz = 20; hz <= 18000; hz *= 1.2) {
		double amplitude;

		make_sine(hz);
		look_for(hz / ratios[4], run(ratios[4]), &amplitude);
		assert_true(fabs(20 * log10(amplitude)) < 0.1);
	}
}

static void channels_stay_apart(void **state)
{
	(void)state;
	make_sine(440);
	size_t made = run(ratios[3]);

	for (size_t n = 0; n < made; n++)
		assert_true(fabsf(out[2 * n + 1] - RIGHT * out[2 * n]) < 1e-6F);
}

/* The first frame out is the first one in, and the last one follows the ratio. */
static void nothing_is_lost(void **state)
{
	(void)state;
	make_sine(300);
	assert_int_equal(run(1), FRAMES - RESAMPLE_AHEAD + 1);
	for (int n = SETTLED; n < FRAMES - RESAMPLE_AHEAD; n++)
		assert_true(fabsf(out[2 * n] - in[2 * n]) < 1e-4F);
	for (size_t r = 0; r < N_RATIOS; r++)
		if (ratios[r] < 1)
			assert_true(fabs((double)run(ratios[r]) -
					 (FRAMES - RESAMPLE_AHEAD) * ratios[r]) < 3);
}

/* What was heard before is not heard after. */
static void a_reset_forgets(void **state)
{
	struct resampler *resampler = resampler_create();
	static const float silence[200 * 2];
	float loud[200 * 2], made[200 * 2];
	size_t used;

	(void)state;
	for (int n = 0; n < 400; n++)
		loud[n] = 1;
	resampler_run(resampler, 1, loud, 200, &used, made, 200);
	resampler_reset(resampler);
	size_t got = resampler_run(resampler, 1, silence, 200, &used, made, 200);

	assert_int_equal(got, 200 - RESAMPLE_AHEAD + 1);
	for (size_t n = 0; n < 2 * got; n++)
		assert_true(made[n] == 0);
	resampler_destroy(resampler);
	resampler_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sine_stays_one),    cmocka_unit_test(the_band_is_flat),
		cmocka_unit_test(channels_stay_apart), cmocka_unit_test(nothing_is_lost),
		cmocka_unit_test(a_reset_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
