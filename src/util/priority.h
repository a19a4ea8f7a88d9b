/* SPDX-License-Identifier: EUPL-1.2
 *
 * priority: which of our threads come first when there is more work than CPU. Sound comes before
 * pictures: a packet of sound that is 10 ms late is a gap in somebody's ear, and what is kept ready
 * against that delays every word. Each function is about the calling thread only.
 */
#pragma once

#include <stdbool.h>

/* SCHED_FIFO's, each above all that decodes and encodes pictures. Only for threads that never have
 * much to do: they are not interrupted. */
enum priority {
	PRIORITY_NORMAL,
	PRIORITY_SOUND, /* one source's or one bus's: decoding, encoding */
	PRIORITY_TICK,	/* the mixer's, on which all of them wait */
};

/* Whether priority_take() asks the kernel at all (the setting audio_priority). Once, before there
 * are threads; true until then. */
void priority_allow(bool is_allowed);

/* Returns whether it was granted; where the system does not permit it (RLIMIT_RTPRIO), the thread
 * stays as it was. Asked for again and again, it costs nothing. Threads that this one starts are
 * normal. A thread that goes back to a pool gives it back with PRIORITY_NORMAL. */
bool priority_take(enum priority priority);
