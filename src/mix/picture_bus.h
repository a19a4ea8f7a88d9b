/* SPDX-License-Identifier: EUPL-1.2
 *
 * picture_bus: one picture bus of the plan from tick to tick: how far its transition, its overlays and
 * its fade to black have come, and the picture that this makes. A picture that would be the same as
 * the last one is that one. PRIVATE to this folder. Thread: the video tick's.
 */
#pragma once

#include <stdint.h>

#include "mixer.h"

struct frame;
struct frame_pool;
struct held;
struct mailbox;
struct picture_bus;

/* What the buses of a tick have in common. */
struct picture_means {
	const struct mixer_config *config;
	const struct picture_plan *plan;
	const struct held *held;
	struct frame_pool *pool; /* of program's size */
	struct frame *black;	 /* the same */
	struct mailbox *up;	 /* may be NULL */
};

struct picture_bus *picture_bus_create(void);
void picture_bus_destroy(struct picture_bus *bus); /* NULL is allowed */

/* Once for each new plan. */
void picture_bus_follow(struct picture_bus *bus, const struct plan_picture_bus *wanted,
			int64_t now_ns);

/* Once for each tick, whether anybody looks or not; tells what is complete. */
void picture_bus_move(const struct picture_means *means, struct picture_bus *bus,
		      const struct plan_picture_bus *wanted, int64_t now_ns);

/* Its picture with a reference for the caller; NULL if all canvases are out. */
struct frame *picture_bus_make(const struct picture_means *means, struct picture_bus *bus,
			       const struct plan_picture_bus *wanted, int64_t now_ns);

/* What an earlier bus shows (NULL: nothing, and so is this) in the size that this one wants, with a
 * reference for the caller. */
struct frame *picture_bus_share(struct picture_bus *bus, const struct plan_picture_bus *wanted,
				struct frame *picture);
