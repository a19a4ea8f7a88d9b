/* SPDX-License-Identifier: EUPL-1.2
 *
 * ingest: one pipeline that turns a file, a still, a test picture or one connection's MPEG-TS into
 * frames in a slot and sound in a ring. Each ends as I420 (BT.709 limited, at most 3840x2160, at
 * most 60 pictures a second) and 48 kHz stereo float, whatever came in: HEVC, interlaced
 * (deinterlaced), 10 bit, mono, 5.1, 44.1 kHz. Only video or only sound is fine.
 *
 *   bytes or file -> demuxer -> decoders -> convert -> appsink (sync) -> slot
 *                                       '-> convert, 48 kHz -> appsink (sync) -> ring
 *
 * Picture and sound of one connection keep together: each is shown at PTS + an offset of its own
 * (anchor.h), so that they leave the program together although sound has further to go. A jump in
 * the time stamps anchors again and is told (NOTE_SOURCE_JUMPED).
 *
 * Nothing grows without bound: a decoder that cannot follow is given fewer pictures (backlog.h), and
 * what waits is limited in time and bytes.
 *
 * What fails is told as a note with the source's id, and the rest of the daemon goes on:
 * NOTE_SOURCE_LIVE, _STALLED, _LOST, _FAILED.
 *
 * Thread: create and destroy on any thread (the control loop, the SRT thread), one at a time for
 * each object.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot;
struct ring;
struct mailbox;
struct ingest;

enum ingest_kind { INGEST_UNSET, INGEST_TS, INGEST_FILE, INGEST_STILL, INGEST_TEST };

struct ingest_spec {
	enum ingest_kind kind;
	uint64_t source_id;
	const char *path; /* FILE and STILL: the file */
	bool is_once; /* FILE: play once; otherwise from the start again for ever, without a gap in the sound */
	int width, height,
		fps; /* TEST: the picture to make; the others: the program's size and rate (nothing is scaled here) */
	struct slot *picture; /* the ingest takes references of its own to these two */
	struct ring *sound;
	struct mailbox *up;
};

struct ingest_stats {
	int width, height; /* as decoded; 0: no picture yet */
	double fps;	   /* counted over the last two seconds */
	bool is_interlaced;
	char video_codec[24], audio_codec[24]; /* "H.264", "HEVC", "AAC" ..; "" if there is none */
	char profile[24];		       /* of the video codec: "high" ..; "" if not known */
	/* of the pictures as they come, before decoding (coded.h); 0: not known */
	double key_interval_ms, coded_fps;
	bool has_b_frames;
	int audio_rate_hz, audio_channels; /* as it came */
	uint64_t frames, late_frames;
	double anchor_ms; /* what is added to a picture's PTS */
	/* how much later a picture comes into the slot than the sound that belongs to it into the
	 * ring; NAN: only one of them comes */
	double skew_ms;
	int64_t last_ns; /* when something was decoded last */
};

/* Starts it. Fails for what is wrong at once: a file that is not there, an unreadable picture, an
 * element that is missing. */
struct ingest *ingest_create(const struct ingest_spec *spec, GError **error);

/* INGEST_TS, one thread at a time: some whole 188-byte packets as they came from the network.
 * Copies; never blocks (a decoder that cannot follow loses the oldest, counted as late). */
void ingest_push(struct ingest *ingest, const void *bytes, size_t length);

/* Any thread while the object lives: it has told its end (_LOST, _FAILED) and shows nothing any more.
 */
bool ingest_is_over(const struct ingest *ingest);

/* Any thread while the object lives. */
void ingest_read_stats(const struct ingest *ingest, struct ingest_stats *stats);

/* Silences it at once (no more notes, frames or sound after this returns) and brings it down on
 * the reaper. NULL is allowed. */
void ingest_destroy(struct ingest *ingest);
