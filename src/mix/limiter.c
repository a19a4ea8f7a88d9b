/* SPDX-License-Identifier: EUPL-1.2
 *
 *   frame --> gain it needs --> least of 73 --> recovers slowly --> mean of 73 --> gain
 *     '------------------------ delay of 72 -----------------------------> x --> out
 *
 * Each gain in the mean is at most what the frame that leaves now needs (it lies in the window of
 * each), so the mean is, too; and the mean makes a straight line of a step down.
 */
#include "limiter.h"

#include <math.h>
#include <string.h>

#define RECOVERY 0.00026 /* per frame: 80 ms at 48 kHz */

void limiter_init(struct limiter *limiter)
{
	memset(limiter, 0, sizeof(*limiter));
	limiter->recovering = 1;
	for (size_t i = 0; i < LIMITER_WINDOW; i++)
		limiter->recent[i] = 1;
	limiter->sum = LIMITER_WINDOW;
}

static float gain_for(const float frame[2])
{
	float peak = fmaxf(fabsf(frame[0]), fabsf(frame[1]));

	return peak > LIMITER_CEILING ? LIMITER_CEILING / peak : 1;
}

static size_t place(const struct limiter *limiter, size_t n)
{
	return (limiter->first_need + n) % LIMITER_WINDOW;
}

/* The least need of the window that ends with this frame. A frame without a need is not queued. */
static float least_need(struct limiter *limiter, float gain)
{
	while (limiter->n_needs > 0 &&
	       limiter->needs[limiter->first_need].frame + LIMITER_WINDOW <= limiter->frame) {
		limiter->first_need = place(limiter, 1);
		limiter->n_needs--;
	}
	if (gain < 1) {
		while (limiter->n_needs > 0 &&
		       limiter->needs[place(limiter, limiter->n_needs - 1)].gain >= gain)
			limiter->n_needs--;
		size_t last = place(limiter, limiter->n_needs++);

		limiter->needs[last].frame = limiter->frame;
		limiter->needs[last].gain = gain;
	}
	return limiter->n_needs > 0 ? limiter->needs[limiter->first_need].gain : 1;
}

static float next_gain(struct limiter *limiter, const float frame[2])
{
	float least = least_need(limiter, gain_for(frame));
	float *oldest = &limiter->recent[limiter->frame % LIMITER_WINDOW];

	limiter->recovering += (1 - limiter->recovering) * RECOVERY;
	if (limiter->recovering > 0.9999)
		limiter->recovering = 1;
	limiter->recovering = fmin(limiter->recovering, least);
	/* Sums of floats this near to 1 are exact in a double: nothing adds up over the hours. */
	limiter->sum -= (double)*oldest;
	*oldest = (float)limiter->recovering;
	limiter->sum += (double)*oldest;
	return (float)(limiter->sum / LIMITER_WINDOW);
}

void limiter_run(struct limiter *limiter, float *samples, size_t frames)
{
	for (size_t i = 0; i < frames; i++) {
		float *frame = samples + 2 * i;
		float *delayed = limiter->delayed[limiter->frame % LIMITER_AHEAD];
		float gain = next_gain(limiter, frame);
		float out[2] = {delayed[0] * gain, delayed[1] * gain};

		memcpy(delayed, frame, sizeof(out));
		memcpy(frame, out, sizeof(out));
		limiter->frame++;
	}
}
