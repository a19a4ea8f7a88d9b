/* SPDX-License-Identifier: EUPL-1.2
 *
 * resample: sound at 48,000 Hz read a little faster or slower than it was written (up to 1 %), 2
 * channels interleaved. For ratios near 1 only: nothing is taken away from near the upper end of
 * the band when there are fewer frames.
 *
 *   y(t) = sum over k of x[k] h(t - k),   h(d) = sinc(2 CUTOFF d) times Kaiser's window over
 *                                         RESAMPLE_TAPS input frames, each phase's sum being 1
 *
 * h stands in a table of 256 phases between two input frames, and is interpolated linearly
 * in between. Flat within 0.1 dB up to 18 kHz; what it adds to a sine lies 90 dB below it, or more,
 * up to 16 kHz.
 *
 * One thread.
 */
#pragma once

#include <stddef.h>

#define RESAMPLE_TAPS  32
#define RESAMPLE_AHEAD (RESAMPLE_TAPS / 2 + 1) /* frames in until one comes out */

struct resampler;

struct resampler *resampler_create(void);
void resampler_destroy(struct resampler *resampler); /* NULL is allowed */

/* What comes next does not follow what came before; the first frame out is the first one in. */
void resampler_reset(struct resampler *resampler);

/* Makes up to `most` frames at `out`, `ratio` of them for each one at `in` (of which there are
 * `frames`), and returns how many; less than `most` only when it has used all of `in`. Of `in` it
 * uses what it needs and says how many in `used`. */
size_t resampler_run(struct resampler *resampler, double ratio, const float *in, size_t frames,
		     size_t *used, float *out, size_t most);
