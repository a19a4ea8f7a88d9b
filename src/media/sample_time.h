/* SPDX-License-Identifier: EUPL-1.2
 *
 * sample_time: when each 10 ms of sound begin, by their number. The mixer's ticks come by the
 * clock, but now and then late and several at once: counted, their times are even.
 *
 *   first, or after a second without sound   time begins anew, at the clock
 *   ticks come late                          they are made up for soon; time goes on by the count
 *   ticks were left out (mixer.h)            the count stays behind for good: after a second of that
 *                                            time begins anew. Else whoever sets sound against the
 *                                            picture would play all that follows too early
 *
 * Pure: times come in as arguments, in ns of CLOCK_MONOTONIC. One user at a time. Zeroed memory is a
 * new one.
 */
#pragma once

#include <stdint.h>

struct sample_time {
	int64_t begun_ns; /* the first sample's; 0: none yet */
	int64_t ticks;	  /* of 10 ms, since then */
	int behind_ticks; /* in a row, with the count behind the clock */
};

/* The moment of the first of the 10 ms that are there now, `now_ns`. Never goes back. */
int64_t sample_time_next(struct sample_time *time, int64_t now_ns);
