/* SPDX-License-Identifier: EUPL-1.2
 *
 * outlet: PRIVATE to this folder. Where a source's pipeline ends: its pictures go into the slot and its sound into the ring, are counted,
 * and the source is told as live, stalled or over. Embedded in what owns the pipeline; closed, it lets nothing through any more.
 *
 * Threads: two streaming threads (one for pictures, one for sound) and the owner's.
 */
#pragma once

#include <gst/gst.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/note.h>

#include "colourist.h"
#include "gate.h"

struct slot;
struct ring;
struct mailbox;
struct arrivals;
struct ingest_stats;

struct outlet {
	uint64_t source_id;
	struct slot *slot;
	struct ring *ring;
	struct mailbox *up;
	struct gate gate;
	atomic_bool is_live, is_ended;
	_Atomic(int64_t) last_ns,
		picture_ns; /* when anything, when a picture was decoded last; 0: never */
	_Atomic(uint64_t) frames;
	atomic_int width, height;
	_Atomic(double) fps;
	/* how long after its own time stamp a picture, and the middle of a piece of sound, came here,
	 * smoothed; 0: not yet. Only their difference means anything. */
	_Atomic(int64_t) picture_lag_ns, sound_lag_ns;
	/* where pictures' and sound's arrivals are kept; NULL: not known */
	const struct arrivals *arrivals, *sound_arrivals;
	/* time stamps count from when the first packet came, or would have come without jitter (the
	 * jitter buffer's) */
	bool is_stamped_on_arrival;
	uint64_t fps_frames; /* pictures' streaming thread */
	int64_t fps_begun_ns;
	struct colourist colourist; /* pictures' streaming thread */
};

/* Takes references to slot and ring. The outlet's memory was zeroed. */
void outlet_init(struct outlet *outlet, uint64_t source_id, struct slot *slot, struct ring *ring,
		 struct mailbox *up);
void outlet_finish(struct outlet *outlet);

/* When it returns nobody writes any more, and no note comes. */
void outlet_close(struct outlet *outlet);

void outlet_tell(struct outlet *outlet, enum note_kind kind, int64_t value, const char *text);

/* One ending is told, and nothing after it. */
void outlet_end(struct outlet *outlet, enum note_kind kind, const char *text);

/* The sinks' samples go to the slot or the ring from now on. `outlet` outlives the sinks. */
void outlet_answer_picture(struct outlet *outlet, GstElement *appsink);
void outlet_answer_sound(struct outlet *outlet, GstElement *appsink);

/* One picture, as the sink would bring it, brought to a frame's colours. False if it cannot be used
 * (picture_wrap). */
bool outlet_take_picture(struct outlet *outlet, GstSample *sample);

/* Now and then: tells a source as stalled if nothing was decoded for a second. */
void outlet_check(struct outlet *outlet, int64_t now_ns);

/* Fills in size, rate, frames, skew_ms and last_ns. */
void outlet_read_stats(const struct outlet *outlet, struct ingest_stats *stats);
