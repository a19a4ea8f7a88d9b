/* SPDX-License-Identifier: EUPL-1.2
 *
 * limiter: keeps a stereo bus at or below -1 dBFS sample peak. It looks 1.5 ms ahead (that is its
 * delay), comes down within that time and recovers in about 80 ms; both channels get the same
 * gain, so the picture of the sound stays where it is. Below the ceiling it changes nothing. Not a
 * compressor. One thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LIMITER_CEILING 0.891251f /* -1 dBFS */
#define LIMITER_AHEAD	72	  /* frames at 48 kHz */
#define LIMITER_WINDOW	(LIMITER_AHEAD + 1)

struct limiter {
	float delayed[LIMITER_AHEAD][2];
	uint64_t frame; /* number of the next one */

	/* The least gain that a frame in the window needs: a queue of those that are less than all
	 * that came after, oldest first. */
	struct {
		uint64_t frame;
		float gain;
	} needs[LIMITER_WINDOW];
	size_t n_needs, first_need;

	double recovering;	      /* down at once, up slowly */
	float recent[LIMITER_WINDOW]; /* of it: their mean is the gain */
	double sum;
};

void limiter_init(struct limiter *limiter);

/* In place; `samples`: frames x 2 interleaved. */
void limiter_run(struct limiter *limiter, float *samples, size_t frames);
