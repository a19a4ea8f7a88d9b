/* SPDX-License-Identifier: EUPL-1.2
 *
 * transition: how one scene becomes another.
 *
 *   mix    the one shows through the other
 *   wipe   an edge goes from left to right, the new scene behind it
 *   slide  the new scene comes in from the right and pushes the old one out
 *   move   what is in both scenes goes from its old place to its new one, in place, size and crop;
 *          what is in one of them only fades in or out where it is
 *
 * All of them are eased: of the part p of the time, p * p * (3 - 2 * p) of the way is done, so
 * nothing starts or stops with a jerk, and half of the time is half of the way.
 *
 * `move` in layers: what lies below the first box that both scenes have is one picture mixed into
 * another; above that the boxes of the new scene in their order, each box that goes away directly
 * above the one it lay on. Where boxes that both have change their order, that picture is mixed into
 * the one in the order of the old scene, so that none jumps to the front. Without any box in both,
 * move is mix. Two boxes are the same if they show the same source; where a scene shows it more than
 * once, the first goes to the first, and so on.
 *
 * Pure: pictures in, one picture out; no clock and no thread.
 */
#pragma once

#include "compose.h"

struct transition_job {
	enum transition_kind kind;
	double part; /* of its time, 0..1 */
	const struct plan_scene *from, *to;
	struct composer *from_composer, *to_composer;
	const struct held *held;
	struct frame_pool *pool; /* of the canvas's size */
	int width, height;
};

/* How much of the way is done after this part of the time; both 0..1. */
double transition_ease(double part);

/* The picture with a reference for the caller, or NULL if the pool is exhausted. */
struct frame *transition_make(const struct transition_job *job);
