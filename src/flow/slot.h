/* SPDX-License-Identifier: EUPL-1.2
 *
 * slot: the newest frame, from one writer to one reader, lock-free. It holds one picture at most;
 * a newer one replaces it. A camera's ingest writes and the video tick reads; the video tick
 * writes a bus's picture and an encoder reads. A writer never waits and never learns whether
 * anybody looked; a slow reader sees fewer frames, never old ones.
 *
 * Reference-counted: core owns it, both ends and the plans that name it hold references.
 */
#pragma once

#include <twinstage/stage_stats.h>

#include "bell.h"
#include "frame.h"

struct slot;

struct slot_stats {
	uint64_t written; /* frames put */
	/* of these, never taken because a newer one came first */
	uint64_t replaced;
	/* of these, the ones that came while a reader was looking (within the last second): its
	 * loss, not nobody's */
	uint64_t dropped;
	/* takes that found nothing newer while frames were coming (within the last second) */
	uint64_t repeated;
	int64_t last_ns;   /* when the last one was put; 0: never */
	bool is_looked_at; /* a reader looked within the last second */
	/* from a frame's first byte (arrived_ns, where it is known) to its put, and from there to
	 * its take */
	struct stage_stats arrived, waited;
};

struct slot *slot_create(void);
struct slot *slot_ref(struct slot *slot);
void slot_unref(struct slot *slot); /* NULL is allowed */

/* Before the writer starts. Rung after each put. */
void slot_hang_bell(struct slot *slot, struct bell bell);

/* Writer. Takes over the caller's reference of the frame. */
void slot_put(struct slot *slot, struct frame *frame);

/* Reader. The newest frame not taken yet, with its reference, or NULL. */
struct frame *slot_take(struct slot *slot);

/* Any thread: the reading end wants frames (an encoder with a viewer) or does not; the writing end
 * asks before it works. A new slot is wanted. */
void slot_set_wanted(struct slot *slot, bool is_wanted);
bool slot_is_wanted(const struct slot *slot);

/* Any thread; each figure is exact, all of them together need not be of one instant. */
void slot_read_stats(const struct slot *slot, struct slot_stats *stats);
