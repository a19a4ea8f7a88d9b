/* SPDX-License-Identifier: EUPL-1.2 */
#include "meter.h"

#include <ebur128.h>
#include <glib.h>
#include <math.h>
#include <stdatomic.h>

#define RATE_HZ	      48000
#define WINDOW_FRAMES (RATE_HZ / 10)
#define LOUDNESS_EVERY                                                                             \
	10 /* feeds (10 ms each): reading the short-term loudness sums 3 s of blocks */

struct meter {
	ebur128_state *loudness;
	double peak[2], square[2];
	size_t frames; /* in the running window */
	int feeds;
	_Atomic(double) peak_db[2], rms_db[2], momentary_lufs, short_term_lufs;
	atomic_int refs;
};

struct meter *meter_create(void)
{
	struct meter *meter = g_new0(struct meter, 1);

	meter->loudness = ebur128_init(2, RATE_HZ, EBUR128_MODE_S);
	if (!meter->loudness)
		g_error("meter: out of memory");
	for (int c = 0; c < 2; c++) {
		atomic_init(&meter->peak_db[c], METER_FLOOR_DB);
		atomic_init(&meter->rms_db[c], METER_FLOOR_DB);
	}
	atomic_init(&meter->momentary_lufs, METER_FLOOR_DB);
	atomic_init(&meter->short_term_lufs, METER_FLOOR_DB);
	atomic_init(&meter->refs, 1);
	return meter;
}

struct meter *meter_ref(struct meter *meter)
{
	atomic_fetch_add_explicit(&meter->refs, 1, memory_order_relaxed);
	return meter;
}

void meter_unref(struct meter *meter)
{
	if (!meter || atomic_fetch_sub_explicit(&meter->refs, 1, memory_order_acq_rel) != 1)
		return;
	ebur128_destroy(&meter->loudness);
	g_free(meter);
}

static double decibel(double amplitude)
{
	return amplitude > 1e-6 ? 20 * log10(amplitude) : METER_FLOOR_DB;
}

static double floored(double lufs)
{
	return lufs > METER_FLOOR_DB ? lufs : METER_FLOOR_DB;
}

static void close_window(struct meter *meter)
{
	for (int c = 0; c < 2; c++) {
		double rms = sqrt(meter->square[c] / (double)meter->frames);

		atomic_store_explicit(&meter->peak_db[c], decibel(meter->peak[c]),
				      memory_order_relaxed);
		atomic_store_explicit(&meter->rms_db[c], decibel(rms), memory_order_relaxed);
		meter->peak[c] = meter->square[c] = 0;
	}
	meter->frames = 0;
}

static void read_loudness(struct meter *meter)
{
	double momentary, short_term;

	if (ebur128_loudness_momentary(meter->loudness, &momentary) == EBUR128_SUCCESS)
		atomic_store_explicit(&meter->momentary_lufs, floored(momentary),
				      memory_order_relaxed);
	if (ebur128_loudness_shortterm(meter->loudness, &short_term) == EBUR128_SUCCESS)
		atomic_store_explicit(&meter->short_term_lufs, floored(short_term),
				      memory_order_relaxed);
}

void meter_feed(struct meter *meter, const float *samples, size_t frames)
{
	for (size_t i = 0; i < frames; i++)
		for (size_t c = 0; c < 2; c++) {
			double sample = samples[2 * i + c];

			meter->peak[c] = fmax(meter->peak[c], fabs(sample));
			meter->square[c] += sample * sample;
		}
	meter->frames += frames;
	if (meter->frames >= WINDOW_FRAMES)
		close_window(meter);
	ebur128_add_frames_float(meter->loudness, samples, frames);
	if (++meter->feeds % LOUDNESS_EVERY == 0)
		read_loudness(meter);
}

void meter_read(const struct meter *meter, struct meter_levels *levels)
{
	for (int c = 0; c < 2; c++) {
		levels->peak_db[c] = atomic_load_explicit(&meter->peak_db[c], memory_order_relaxed);
		levels->rms_db[c] = atomic_load_explicit(&meter->rms_db[c], memory_order_relaxed);
	}
	levels->momentary_lufs = atomic_load_explicit(&meter->momentary_lufs, memory_order_relaxed);
	levels->short_term_lufs =
		atomic_load_explicit(&meter->short_term_lufs, memory_order_relaxed);
}
