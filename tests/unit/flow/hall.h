/* SPDX-License-Identifier: EUPL-1.2
 *
 * hall: a source with a clock of its own that writes a sine into a ring, and a reader that takes 10
 * ms at a time; in its own time, as fast as it goes. What is heard is watched for clicks: a sine of
 * w radians a sample obeys y[n+1] - 2 cos(w) y[n] + y[n-1] = 0, and a step, a missing or a repeated
 * sample breaks that by its own height.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ring.h"

#define SINE_HZ	  997
#define AMPLITUDE 0.5

/* -60 dB of the sine. A fade of 5 ms stays below it, and so does a ratio of 2000 ppm. */
#define CLICK (AMPLITUDE * 1e-3)

struct hall {
	struct ring *ring;
	double ppm;	 /* the source's clock against ours */
	double chunk_ms; /* a write holds this much */
	/* how late this write comes; NULL: never */
	double (*late_ms)(struct hall *hall);
	unsigned random;

	double now_ms;	   /* the reader's */
	double made_ms;	   /* up to here the source has recorded */
	double arrives_ms; /* when the chunk that was recorded last arrives */
	double phase;
	double offset;	 /* constant added to the sine */
	bool is_stopped; /* records, but nothing arrives */

	double heard[2];	  /* the last two samples */
	double worst;		  /* the largest break of the rule */
	double loudest, step;	  /* the largest sample, and difference of neighbours */
	double least_ms, most_ms; /* what waited after the reads */
	double silent_ms;	  /* whole reads without sound */
};

void hall_init(struct hall *hall, int target_ms, double ppm, double chunk_ms);
void hall_finish(struct hall *hall);

/* Goes on for so long. */
void hall_run(struct hall *hall, double ms);

/* Forgets what was seen, so that a settled state can be looked at. */
void hall_look_anew(struct hall *hall);

/* The source writes so much at once, whatever its clock says. */
void hall_burst(struct hall *hall, double ms);

/* 0..1, the same in each run. */
double hall_random(struct hall *hall);

double hall_waiting_ms(const struct hall *hall);
