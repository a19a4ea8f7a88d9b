/* SPDX-License-Identifier: EUPL-1.2 */
#include "meter.h"

#include <ebur128.h>
#include <glib.h>
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>

#define RATE_HZ		  48000
#define BLOCK_FRAMES	  (RATE_HZ / 10)
#define MOMENTARY_BLOCKS  4
#define SHORT_TERM_BLOCKS 30
#define WINDOW_BLOCKS	  (METER_WINDOW_S * 10)
#define GATE_LUFS	  (-70.0) /* EBU R128: quieter is nothing */
#define SILENCE		  0.001	  /* -60 dBFS */
#define FULL_SCALE	  0.999F
#define CLIP_RUN	  3 /* samples at full scale in a row: a single one may be a peak */

struct meter {
	ebur128_state *loudness;
	double peak[2], square[2]; /* of the block that runs */
	size_t frames;		   /* in it */
	unsigned run[2];	   /* samples at full scale, up to now */
	unsigned block_clips;	   /* in the block that runs */

	/* Loudness as power, a block each: asking libebur128 for the short-term loudness itself
	 * sums up 3 s of samples each time. */
	double power[WINDOW_BLOCKS];
	double peaks[SHORT_TERM_BLOCKS]; /* of the same blocks, the louder side's */
	unsigned clips[WINDOW_BLOCKS];	 /* runs that began in each */
	unsigned blocks;		 /* number of the next one */

	_Atomic(double) peak_db[2], held_db, rms_db[2], momentary_lufs, short_term_lufs,
		window_lufs;
	atomic_uint window_clips, silent_blocks;
	atomic_int refs;
};

struct meter *meter_create(void)
{
	struct meter *meter = g_new0(struct meter, 1);

	meter->loudness = ebur128_init(2, RATE_HZ, EBUR128_MODE_M);
	if (!meter->loudness)
		g_error("meter: out of memory");
	for (int c = 0; c < 2; c++) {
		atomic_init(&meter->peak_db[c], METER_FLOOR_DB);
		atomic_init(&meter->rms_db[c], METER_FLOOR_DB);
	}
	atomic_init(&meter->held_db, METER_FLOOR_DB);
	atomic_init(&meter->momentary_lufs, METER_FLOOR_DB);
	atomic_init(&meter->short_term_lufs, METER_FLOOR_DB);
	atomic_init(&meter->window_lufs, METER_FLOOR_DB);
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

/* The last `n` blocks' loudness. */
static double loudness_of(const struct meter *meter, unsigned n)
{
	double sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += meter->power[(meter->blocks - 1 - i) % WINDOW_BLOCKS];
	return sum > 0 ? fmax(10 * log10(sum / n), METER_FLOOR_DB) : METER_FLOOR_DB;
}

/* The whole window's, without its pauses: a sentence is as loud as it is. */
static double window_loudness(const struct meter *meter)
{
	double sum = 0, gate = pow(10, GATE_LUFS / 10);
	unsigned n = 0;

	for (unsigned i = 0; i < WINDOW_BLOCKS; i++)
		if (meter->power[i] > gate) {
			sum += meter->power[i];
			n++;
		}
	return n ? 10 * log10(sum / n) : METER_FLOOR_DB;
}

static void close_loudness(struct meter *meter)
{
	double lufs;
	bool is_loud = ebur128_loudness_window(meter->loudness, 100, &lufs) == EBUR128_SUCCESS &&
		       isfinite(lufs);

	meter->power[meter->blocks % WINDOW_BLOCKS] = is_loud ? pow(10, lufs / 10) : 0;
	meter->blocks++;
	atomic_store_explicit(&meter->momentary_lufs, loudness_of(meter, MOMENTARY_BLOCKS),
			      memory_order_relaxed);
	atomic_store_explicit(&meter->short_term_lufs, loudness_of(meter, SHORT_TERM_BLOCKS),
			      memory_order_relaxed);
	atomic_store_explicit(&meter->window_lufs, window_loudness(meter), memory_order_relaxed);
}

static void close_clips(struct meter *meter)
{
	unsigned sum = 0;

	meter->clips[meter->blocks % WINDOW_BLOCKS] = meter->block_clips;
	meter->block_clips = 0;
	for (unsigned i = 0; i < WINDOW_BLOCKS; i++)
		sum += meter->clips[i];
	atomic_store_explicit(&meter->window_clips, sum, memory_order_relaxed);
}

static void close_silence(struct meter *meter)
{
	bool is_silent = meter->peak[0] < SILENCE && meter->peak[1] < SILENCE;
	unsigned n = atomic_load_explicit(&meter->silent_blocks, memory_order_relaxed);

	atomic_store_explicit(&meter->silent_blocks, is_silent ? n + 1 : 0, memory_order_relaxed);
}

/* Whoever looks less often than ten times a second would miss most peaks without. */
static void hold_peak(struct meter *meter)
{
	double held = 0;

	meter->peaks[meter->blocks % SHORT_TERM_BLOCKS] = fmax(meter->peak[0], meter->peak[1]);
	for (unsigned i = 0; i < SHORT_TERM_BLOCKS; i++)
		held = fmax(held, meter->peaks[i]);
	atomic_store_explicit(&meter->held_db, decibel(held), memory_order_relaxed);
}

static void close_block(struct meter *meter)
{
	hold_peak(meter);
	close_clips(meter);
	close_silence(meter);
	for (int c = 0; c < 2; c++) {
		double rms = sqrt(meter->square[c] / (double)meter->frames);

		atomic_store_explicit(&meter->peak_db[c], decibel(meter->peak[c]),
				      memory_order_relaxed);
		atomic_store_explicit(&meter->rms_db[c], decibel(rms), memory_order_relaxed);
		meter->peak[c] = meter->square[c] = 0;
	}
	meter->frames = 0;
	close_loudness(meter);
}

static void see_clip(struct meter *meter, size_t channel, float sample)
{
	if (fabsf(sample) < FULL_SCALE)
		meter->run[channel] = 0;
	else if (++meter->run[channel] == CLIP_RUN)
		meter->block_clips++;
}

static void feed_block(struct meter *meter, const float *samples, size_t frames)
{
	for (size_t i = 0; i < frames; i++)
		for (size_t c = 0; c < 2; c++) {
			double sample = samples[2 * i + c];

			meter->peak[c] = fmax(meter->peak[c], fabs(sample));
			meter->square[c] += sample * sample;
			see_clip(meter, c, samples[2 * i + c]);
		}
	ebur128_add_frames_float(meter->loudness, samples, frames);
	meter->frames += frames;
	if (meter->frames == BLOCK_FRAMES)
		close_block(meter);
}

void meter_feed(struct meter *meter, const float *samples, size_t frames)
{
	while (frames > 0) {
		size_t part = MIN(frames, BLOCK_FRAMES - meter->frames);

		feed_block(meter, samples, part);
		samples += 2 * part;
		frames -= part;
	}
}

void meter_read(const struct meter *meter, struct meter_levels *levels)
{
	for (int c = 0; c < 2; c++) {
		levels->peak_db[c] = atomic_load_explicit(&meter->peak_db[c], memory_order_relaxed);
		levels->rms_db[c] = atomic_load_explicit(&meter->rms_db[c], memory_order_relaxed);
	}
	levels->held_db = atomic_load_explicit(&meter->held_db, memory_order_relaxed);
	levels->momentary_lufs = atomic_load_explicit(&meter->momentary_lufs, memory_order_relaxed);
	levels->short_term_lufs =
		atomic_load_explicit(&meter->short_term_lufs, memory_order_relaxed);
	levels->window_lufs = atomic_load_explicit(&meter->window_lufs, memory_order_relaxed);
	levels->clips = atomic_load_explicit(&meter->window_clips, memory_order_relaxed);
	levels->silent_s = atomic_load_explicit(&meter->silent_blocks, memory_order_relaxed) / 10.0;
}
