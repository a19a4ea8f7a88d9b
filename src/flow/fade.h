/* SPDX-License-Identifier: EUPL-1.2
 *
 * fade: how the reader of a ring comes in, goes out and crosses over without a click. Pure; stereo,
 * interleaved; one thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define FADE_FRAMES 240 /* 5 ms at 48 kHz */

/* From silence over all of `frames`, or to silence. */
void fade_in(float *samples, size_t frames);
void fade_out(float *samples, size_t frames);

/* From `samples` to `later` over all of `frames`, in place. */
void fade_across(float *samples, const float *later, size_t frames);

/* What was heard last, for where the sound ends without notice: it goes on as what was heard,
 * turned about its last sample (so neither the value nor the slope jumps), and that is faded
 * out. */
struct ending {
	float last[FADE_FRAMES][2];
	size_t faded; /* frames of the way out done; FADE_FRAMES: all */
};

/* There is nothing to fade out. */
void ending_init(struct ending *ending);

/* After each read that made sound. */
void ending_remember(struct ending *ending, const float *samples, size_t frames);

/* Fills `frames` with the next of the way out, and silence behind it. It may take more than one
 * read. */
void ending_play(struct ending *ending, float *out, size_t frames);

bool ending_is_over(const struct ending *ending);
