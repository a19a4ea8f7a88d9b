/* SPDX-License-Identifier: EUPL-1.2
 *
 * phase: where the video tick's grid lies. A source has a grid of its own, and by luck its newest
 * frame waits from nothing to a whole frame for the next tick, always as long. So the grid follows
 * the source that is on air until a frame waits PHASE_WAIT_NS:
 *
 *   source   |f         |f         |f             |f         |f
 *   grid            |t         |t         |t  ..     |t         |t
 *
 * Its place is moved, never its rate: by PHASE_STEP_NS a tick, and never further than half a frame
 * from where it was at first (a grid knows no more places than that). Each move comes of
 * PHASE_WATCH_S in which the source kept one pace, which is the tick's: there is nothing to follow
 * in 25 or 29.97 frames a second where the tick has 30. A source that is near enough is left
 * where it is; but where ticks find nothing new although the pace is theirs, frames come later
 * than their time says, and the tick waits PHASE_LATE_NS for them.
 *
 * Pure: times come in as arguments, in ns. The video thread's.
 */
#pragma once

#include <stdint.h>

#define PHASE_WAIT_NS INT64_C(5000000)
#define PHASE_LATE_NS INT64_C(8000000)
#define PHASE_STEP_NS INT64_C(500000)
#define PHASE_WATCH_S 4

struct phase {
	int fps;
	int64_t shift_ns;  /* of the grid: what to add to a tick's time */
	int64_t target_ns; /* of the shift; not equal while the grid moves */
	uint64_t source_id;
	int64_t came_ns;

	/* the watch: waits, counted from the first one, in its three parts */
	int ticks, repeats;
	int64_t first_ns, sum_ns[3], off_ns;
};

void phase_init(struct phase *phase, int fps);

/* After each tick: whose frames are on air (0: nobody's), when the newest of them came, and when
 * the tick was due. Afterwards shift_ns holds for the next one. */
void phase_follow(struct phase *phase, uint64_t source_id, int64_t came_ns, int64_t due_ns);
