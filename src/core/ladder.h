/* SPDX-License-Identifier: EUPL-1.2
 *
 * ladder: which of program's renditions one receiver gets, judged several times a second from what
 * its line is known to carry. PRIVATE to this folder. Pure: no show, no clock of its own.
 *
 *                congested 1/4 s             congested 3 s, queue or heavy loss
 *     full  ----------------------->  small  ----------------------->  sound only
 *       ^-------------------------------'^---------------------------------'
 *              a try: calm for 5 s, and the pause since the last move is over
 *
 * Down quickly: a picture that does not fit freezes. Up carefully: only a try shows whether it
 * fits, and one that fails costs the viewer a second's picture. So the pause before a try is 10 s
 * and doubles, to 5 min, with each one that fails (it is down again within 10 s); one that holds
 * for a minute makes it short again. Where the trains of packets say that the line is too narrow
 * no try is made, for a minute at most: jitter makes trains lie.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum rendition { RENDITION_FULL, RENDITION_SMALL, RENDITION_SOUND };

/* "full", "small", "sound" */
const char *rendition_name(enum rendition rendition);

struct ladder {
	enum rendition rung;
	bool is_trying;
	int64_t moved_ns;
	int64_t pause_ns; /* 0: the first one */
};

/* See rtc_peer_stats in port.h. */
struct ladder_facts {
	bool has_small;		   /* there is a small rendition, and the time to make it */
	int full_kbps, small_kbps; /* what they need, sound included */
	double estimate_kbps, capacity_kbps, loss_percent, queue_ms;
	int64_t congested_ms, calm_ms;
};

/* The rung to be on; `ladder` is on it then. */
enum rendition ladder_judge(struct ladder *ladder, const struct ladder_facts *facts,
			    int64_t now_ns);
