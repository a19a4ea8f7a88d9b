/* SPDX-License-Identifier: EUPL-1.2
 *
 * PRIVATE to this folder: what the files of the ingest share. ingest.c owns and starts it, ingest_decoder.c has an eye on what decodebin
 * builds, ingest_chain.c joins decoders to the sinks, ingest_loop.c answers the message bus.
 */
#pragma once

#include <gst/gst.h>
#include <stdatomic.h>

#include "anchor.h"
#include "arrivals.h"
#include "backlog.h"
#include "coded.h"
#include "ingest.h"
#include "outlet.h"
#include "ts_end.h"

/* From a decoder's pad to a sink. */
struct branch {
	struct ingest *ingest;
	enum anchor_stream stream;
	GstElement *bin, *sink; /* NULL until the stream is there; a reference to bin */
	bool is_linked;
	int64_t last_ns; /* streaming thread: running time of the last buffer */
};

struct ingest {
	enum ingest_kind kind;
	bool is_once;
	struct outlet outlet;
	GstElement *pipeline, *bytes; /* bytes: TS's appsrc */
	GstClockID watch;
	struct branch branches[ANCHOR_STREAMS];

	GMutex anchor_mutex; /* two streaming threads see the anchor; nothing else waits for it */
	struct anchor anchor;

	struct ts_end ends;			  /* TS; who pushes */
	struct arrivals arrivals, sound_arrivals; /* TS */
	_Atomic(int64_t) age_ns;		  /* of the bytes that the demuxer has now */
	struct backlog backlog;			  /* the picture decoder's streaming thread */
	struct coded coded;			  /* the same */
	atomic_bool is_refused, is_playing, is_unsegmented;
	atomic_int refs; /* the owner's, the watch's, and those of tasks on their way */
	_Atomic(int64_t) first_byte_ns, ended_ns;
	_Atomic(int64_t) anchor_ns[ANCHOR_STREAMS]; /* as the sinks have it */
	_Atomic(uint64_t) late;
	atomic_int rate_hz, channels;
	atomic_bool is_interlaced;
	_Atomic(const char *) video_codec, audio_codec, profile; /* interned */
};

struct ingest *ingest_ref(struct ingest *ingest);
void ingest_unref(void *ingest);

/* ingest_decoder.c: answers a decodebin's questions, sets up what it builds, and has its pads answered (but a still's, which are linked in
 * its text). */
void ingest_connect_decoder(struct ingest *ingest, GstElement *decode);

/* ingest_chain.c: links what a decodebin decodes. */
void ingest_answer_pads(struct ingest *ingest, GstElement *decode);

/* Answers the pipeline's messages on the threads that post them. */
void ingest_watch_bus(struct ingest *ingest);
