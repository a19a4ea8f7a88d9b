/* SPDX-License-Identifier: EUPL-1.2 */
#include "limiter.h"

#include <math.h>
#include <string.h>

#define RELEASE 0.00026f /* per frame: 80 ms at 48 kHz */

void limiter_init(struct limiter *limiter)
{
	memset(limiter, 0, sizeof(*limiter));
	limiter->gain = 1;
	for (size_t i = 0; i < LIMITER_AHEAD; i++)
		limiter->needed[i] = 1;
}

static float gain_for(const float frame[2])
{
	float peak = fmaxf(fabsf(frame[0]), fabsf(frame[1]));

	return peak > LIMITER_CEILING ? LIMITER_CEILING / peak : 1;
}

/* The gain for the frame that leaves now: low enough for every frame on its way, each weighed by how soon it comes, so that the
 * gain comes down in a straight line and arrives in time. */
static float next_gain(const struct limiter *limiter)
{
	float target = 1;

	for (size_t ahead = 0; ahead < LIMITER_AHEAD; ahead++) {
		float needed = limiter->needed[(limiter->at + ahead) % LIMITER_AHEAD];

		if (needed < 1) {
			float slope = limiter->gain - (limiter->gain - needed) / (float)(ahead + 1);

			target = fminf(target, needed < limiter->gain ? slope : needed);
		}
	}
	return target < limiter->gain ? target : limiter->gain + (target - limiter->gain) * RELEASE;
}

void limiter_run(struct limiter *limiter, float *samples, size_t frames)
{
	for (size_t i = 0; i < frames; i++) {
		float *frame = samples + 2 * i;
		float *delayed = limiter->delayed[limiter->at];
		float out[2];

		if (limiter->gain < 1 || limiter->needed[limiter->at] < 1 || gain_for(frame) < 1)
			limiter->gain = next_gain(limiter);
		if (limiter->gain > 0.99999f)
			limiter->gain = 1;
		limiter->gain = fminf(limiter->gain, limiter->needed[limiter->at]);
		out[0] = delayed[0] * limiter->gain;
		out[1] = delayed[1] * limiter->gain;
		limiter->needed[limiter->at] = gain_for(frame);
		memcpy(delayed, frame, sizeof(out));
		memcpy(frame, out, sizeof(out));
		limiter->at = (limiter->at + 1) % LIMITER_AHEAD;
	}
}
