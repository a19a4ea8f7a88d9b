/* SPDX-License-Identifier: EUPL-1.2
 *
 * studio: what media's tests stand in: a slot and a ring that are read (their bells count what comes), a mailbox whose notes are kept, and
 * ffmpeg to make media with, in a directory that goes with the studio.
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/note.h>
#include <uv.h>

#include "mailbox.h"
#include "ring.h"
#include "slot.h"

#define PATIENCE_MS 15000

struct studio {
	uv_loop_t loop;
	struct mailbox *up;
	GPtrArray *notes; /* struct note */
	char *dir;
	struct slot *slot;
	struct ring *ring;

	/* of the pictures */
	atomic_int frames, width, height;
	_Atomic(int64_t) frame_ns; /* when the last came */
	atomic_int luma, u, v;	   /* of the picture's middle */
	/* of the sound */
	_Atomic(uint64_t) samples; /* pairs */
	_Atomic(uint64_t) silent,
		longest_silence; /* pairs in a row below -60 dBFS: now, at most (once it has begun) */
	atomic_bool has_sound;
	_Atomic(double) energy; /* sum of squares of the left channel */
	atomic_int crossings;	/* of zero, upwards, of the left channel */
};

struct studio *studio_open(void);
void studio_close(struct studio *studio);

/* Runs the loop until `is_so(studio, data)`; false if that does not come to be in `ms`. */
bool studio_until(struct studio *studio, bool (*is_so)(struct studio *studio, void *data),
		  void *data, int ms);

/* The first note of that kind, waited for; NULL if none comes. Studio keeps it. */
const struct note *studio_note(struct studio *studio, enum note_kind kind, int ms);

/* How many there are now, after running the loop once. */
int studio_count(struct studio *studio, enum note_kind kind);
void studio_forget_notes(struct studio *studio);

bool studio_frames(struct studio *studio, int at_least, int ms);
bool studio_samples(struct studio *studio, uint64_t at_least, int ms);
void studio_run(struct studio *studio, int ms);

/* cmocka's group fixtures: GStreamer and the pipelines' texts, and their end. */
int studio_house_open(void **state);
int studio_house_close(void **state);

/* Waits until what was handed to the reaper is down. */
void studio_house_settle(void);

/* A file in the studio's directory, made by ffmpeg with these arguments (one string, split at blanks). The path is for the caller to free. */
char *studio_make(struct studio *studio, const char *name, const char *arguments);

/* RSS of the process in kB; of a thread name: how many are running. */
long studio_rss_kb(void);
int studio_threads(void);

/* How many of its threads come first (priority.h), those that wait in a pool, too; -1 where the system lets none. */
int studio_hurried(void);
