/* SPDX-License-Identifier: EUPL-1.2
 *
 * limiter: keeps a stereo bus at or below -1 dBFS sample peak. It looks 1.5 ms ahead (that is its delay), comes down within that time and
 * recovers in about 80 ms; both channels get the same gain, so the picture of the sound stays where it is. Below the ceiling it changes
 * nothing. Not a compressor. One thread.
 */
#pragma once

#include <stddef.h>

#define LIMITER_CEILING 0.891251f /* -1 dBFS */
#define LIMITER_AHEAD	72	  /* frames at 48 kHz */

struct limiter {
	float delayed[LIMITER_AHEAD][2];
	float needed[LIMITER_AHEAD]; /* the gain that each delayed frame needs */
	size_t at;
	float gain;
};

void limiter_init(struct limiter *limiter);

/* In place; `samples`: frames x 2 interleaved. */
void limiter_run(struct limiter *limiter, float *samples, size_t frames);
