/* SPDX-License-Identifier: EUPL-1.2
 *
 *   older [ . . . . . . . . . . . . . . . x | x . . . . . . . . . . . . . . . ] newer: a window of 32 frames
 *                                         ^ phase: where between these two the next frame out lies
 *
 * Each frame out moves the phase on by 1 / ratio; each whole one moves the window by a frame.
 */
#include "resample.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define CHANNELS 2
#define LANES	 (RESAMPLE_TAPS * CHANNELS)
#define WIDE	 4 /* what every x86-64 and ARM has */
#define PHASES	 256
#define CUTOFF	 0.47 /* of the sampling rate: 22.6 kHz */
#define BETA	 8.0  /* of Kaiser's window */
#define CHUNK	 512  /* frames in at once */

typedef float wide __attribute__((vector_size(WIDE * sizeof(float))));

struct resampler {
	double phase;
	float line[(RESAMPLE_TAPS + CHUNK) * CHANNELS]; /* the window, and what comes after it */
};

/* A tap for each channel, so that it meets interleaved frames in step. */
static float table[PHASES + 1][LANES];

/* ---- the table ---- */

/* The modified Bessel function of the first kind, order 0. */
static double bessel(double x)
{
	double sum = 1, term = 1;

	for (int k = 1; k < 50; k++) {
		term *= x / (2 * k) * (x / (2 * k));
		sum += term;
	}
	return sum;
}

/* `distance` in input frames. */
static double filter(double distance)
{
	double x = 2 * G_PI * CUTOFF * distance;
	double along = distance / ((double)RESAMPLE_TAPS / 2);
	double sinc = fabs(x) < 1e-9 ? 1 : sin(x) / x;

	return along * along >= 1 ? 0 : sinc * bessel(BETA * sqrt(1 - along * along));
}

static void fill_phase(int phase)
{
	double taps[RESAMPLE_TAPS], sum = 0;

	for (int k = 0; k < RESAMPLE_TAPS; k++) {
		taps[k] = filter(k - (RESAMPLE_TAPS / 2 - 1) - (double)phase / PHASES);
		sum += taps[k];
	}
	for (int k = 0; k < LANES; k++)
		table[phase][k] = (float)(taps[k / CHANNELS] / sum);
}

static void fill_table(void)
{
	static gsize is_filled;

	if (!g_once_init_enter(&is_filled))
		return;
	for (int phase = 0; phase <= PHASES; phase++)
		fill_phase(phase);
	g_once_init_leave(&is_filled, 1);
}

/* ---- one of them ---- */

struct resampler *resampler_create(void)
{
	struct resampler *resampler = g_new0(struct resampler, 1);

	fill_table();
	resampler_reset(resampler);
	return resampler;
}

void resampler_destroy(struct resampler *resampler)
{
	g_free(resampler);
}

void resampler_reset(struct resampler *resampler)
{
	memset(resampler->line, 0, LANES * sizeof(float));
	resampler->phase = RESAMPLE_AHEAD;
}

static wide load(const float *from)
{
	wide value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static wide tap_at(int row, int k, float between)
{
	wide tap = load(table[row] + k), next = load(table[row + 1] + k);

	return tap + between * (next - tap);
}

static void make_frame(const float *window, double phase, float *out)
{
	int row = (int)(phase * PHASES);
	float between = (float)(phase * PHASES - row);
	wide older = {0}, newer = {0}; /* two sums that need not wait for each other */

	for (int k = 0; k < LANES / 2; k += WIDE) {
		older += load(window + k) * tap_at(row, k, between);
		newer += load(window + LANES / 2 + k) * tap_at(row, LANES / 2 + k, between);
	}
	older += newer;
	out[0] = older[0] + older[2];
	out[1] = older[1] + older[3];
}

/* Of no more than CHUNK frames. */
static size_t run_chunk(struct resampler *resampler, double step, const float *in, size_t frames,
			size_t *used, float *out, size_t most)
{
	float *line = resampler->line;
	double phase = resampler->phase;
	size_t at = 0, made = 0;

	memcpy(line + LANES, in, frames * CHANNELS * sizeof(float));
	while (made < most) {
		size_t on = MIN((size_t)phase, frames - at);

		at += on;
		phase -= (double)on;
		if (phase >= 1)
			break;
		make_frame(line + at * CHANNELS, phase, out + made * CHANNELS);
		phase += step;
		made++;
	}
	memmove(line, line + at * CHANNELS, LANES * sizeof(float));
	resampler->phase = phase;
	*used = at;
	return made;
}

size_t resampler_run(struct resampler *resampler, double ratio, const float *in, size_t frames,
		     size_t *used, float *out, size_t most)
{
	size_t made = 0, chunk_used = 0;

	*used = 0;
	do {
		made += run_chunk(resampler, 1 / ratio, in + *used * CHANNELS,
				  MIN(frames - *used, CHUNK), &chunk_used, out + made * CHANNELS,
				  most - made);
		*used += chunk_used;
	} while (made < most && *used < frames);
	return made;
}
