/* SPDX-License-Identifier: EUPL-1.2 */
#include "fade.h"

#include <glib.h>
#include <string.h>

/* 0 to 1 with no corner at either end: a corner in the gain is a click, too. */
static float smooth(size_t i, size_t of)
{
	float x = (float)i / (float)of;

	return x * x * (3 - 2 * x);
}

void fade_in(float *samples, size_t frames)
{
	for (size_t i = 0; i < frames; i++) {
		samples[2 * i] *= smooth(i, frames);
		samples[2 * i + 1] *= smooth(i, frames);
	}
}

void fade_out(float *samples, size_t frames)
{
	for (size_t i = 0; i < frames; i++) {
		samples[2 * i] *= 1 - smooth(i, frames);
		samples[2 * i + 1] *= 1 - smooth(i, frames);
	}
}

void fade_across(float *samples, const float *later, size_t frames)
{
	for (size_t i = 0; i < frames; i++) {
		samples[2 * i] += (later[2 * i] - samples[2 * i]) * smooth(i, frames);
		samples[2 * i + 1] += (later[2 * i + 1] - samples[2 * i + 1]) * smooth(i, frames);
	}
}

void ending_init(struct ending *ending)
{
	memset(ending, 0, sizeof(*ending));
	ending->faded = FADE_FRAMES;
}

void ending_remember(struct ending *ending, const float *samples, size_t frames)
{
	size_t newer = MIN(frames, FADE_FRAMES);

	memmove(ending->last, ending->last + newer,
		(FADE_FRAMES - newer) * sizeof(ending->last[0]));
	memcpy(ending->last + FADE_FRAMES - newer, samples + (frames - newer) * 2,
	       newer * sizeof(ending->last[0]));
	ending->faded = 0;
}

void ending_play(struct ending *ending, float *out, size_t frames)
{
	const float *end = ending->last[FADE_FRAMES - 1];
	size_t todo = MIN(frames, FADE_FRAMES - ending->faded);

	for (size_t i = 0; i < todo; i++) {
		size_t n = ending->faded + i;
		const float *back = ending->last[n < FADE_FRAMES - 1 ? FADE_FRAMES - 2 - n : 0];
		float gain = 1 - smooth(n + 1, FADE_FRAMES);

		out[2 * i] = (2 * end[0] - back[0]) * gain;
		out[2 * i + 1] = (2 * end[1] - back[1]) * gain;
	}
	memset(out + 2 * todo, 0, 2 * (frames - todo) * sizeof(*out));
	ending->faded += todo;
}

bool ending_is_over(const struct ending *ending)
{
	return ending->faded == FADE_FRAMES;
}
