/* SPDX-License-Identifier: EUPL-1.2
 *
 * held: what the video tick holds of each source: its newest frame and since when. Carries over
 * from plan to plan by the source's id. One thread.
 */
#pragma once

#include <stdint.h>

#include "mixer.h"

struct frame;

struct held_source {
	uint64_t id;
	struct frame *frame; /* NULL: nothing to show, so the slate */
	int64_t since_ns;    /* when it was taken */
};

struct held {
	int64_t hold_ns;
	int n_sources;
	struct held_source sources[PLAN_MAX_SOURCES]; /* by index of the plan */
	struct frame *slate;			      /* NULL until its picture is there */
};

/* Arranges what is held by the indices of a new plan and lets go of what is not in it. */
void held_follow(struct held *held, const struct picture_plan *plan);

/* Takes the newest frames; a source without a new one for longer than hold_ns is let go of, unless
 * it is a still. */
void held_take(struct held *held, const struct picture_plan *plan, int64_t now_ns);

/* The frame of a source, or the slate (also for -1), or NULL if there is not even that. Not a
 * reference. */
struct frame *held_picture(const struct held *held, int source);

void held_finish(struct held *held);
