/* SPDX-License-Identifier: EUPL-1.2
 *
 * overlays: the plan's overlays over one bus's picture: where they lie, how far they have come in,
 * and the drawing. One of these per bus, moved by the tick:
 *
 *   plan, easels --overlays_pose()--> poses (what a cache compares) --overlays_lay()--> frame
 *
 * Places keep away from the edges by the safe area and fill up from there: a ticker pushes what
 * lies at the bottom upwards, two in one corner stand one above the other. PRIVATE to this folder.
 * Thread: the video tick's.
 */
#pragma once

#include <stdint.h>

#include "canvas.h"
#include "mixer.h"

#define OVERLAY_MOVE_MS 300 /* in, or out */

struct frame_pool;
struct stamp;

/* How far one is: 0 not seen, 1 all there. */
struct overlay_state {
	uint64_t id;
	double part;
	int scrolled_px; /* a ticker */
};

/* Zeroed at first. */
struct overlays {
	int64_t moved_ns;
	int n;
	struct overlay_state states[PLAN_MAX_OVERLAYS];
};

/* One blend. */
struct overlay_pose {
	const struct stamp *stamp; /* good until the easels are looked at again */
	uint64_t serial;	   /* its */
	struct area area;	   /* of the stamp */
	int x, y;		   /* on the picture */
	int opacity;		   /* of 256 */
};

struct overlay_poses {
	int n;
	struct overlay_pose poses[2 * PLAN_MAX_OVERLAYS];
};

/* Moves all of them to `now_ns` and says what is to be drawn then. All bytes of `poses` are set, so
 * that two can be compared with memcmp(). */
void overlays_pose(struct overlays *overlays, const struct picture_plan *plan,
		   const struct mixer_config *config, int64_t now_ns, struct overlay_poses *poses);

/* The picture with the poses drawn on it. Takes the caller's reference to `frame` (NULL is allowed,
 * and given back) and gives one to the result: the same frame if it is the caller's alone or nothing
 * is to be drawn, else a copy. NULL if the pool is exhausted. */
struct frame *overlays_lay(struct frame *frame, const struct overlay_poses *poses,
			   struct frame_pool *pool);
