/* SPDX-License-Identifier: EUPL-1.2
 *
 * PRIVATE to this folder: what the files of a speaker's input share. speaker_input.c owns and builds it, speaker_rtp.c carries packets
 * between the tracks and rtpbin, speaker_session.c answers rtpbin's questions, speaker_chain.c decodes its streams.
 */
#pragma once

#include <gst/gst.h>
#include <stdatomic.h>

#include "outlet.h"
#include "sound_budget.h"
#include "speaker_input.h"

/* A way in: our own source pad, linked to one of rtpbin's sinks, and the cursor into a track. */
struct inlet {
	struct speaker_input *input;
	struct track *track;
	uint64_t cursor;
	GstPad *pad;
	bool has_begun;
	struct sound_budget sound_budget;
};

#define SPEAKER_PAST 20 /* half seconds */

struct speaker_input {
	struct rtp_format format;
	int video_latency_ms, audio_latency_ms;
	struct outlet outlet;
	struct track *rtcp_out;
	GstElement *pipeline, *bin;	       /* bin: rtpbin */
	GstElement *picture_bin, *sound_bin;   /* with references; NULL until the stream is there */
	_Atomic(GstElement *) picture;	       /* appsink: where key frames are asked from */
	GWeakRef picture_jitter, sound_jitter; /* rtpjitterbuffer */
	GstPad *rtcp_pad;		       /* takes rtpbin's RTCP */
	struct inlet rtp, rtcp;
	GstClockID watch;
	atomic_int refs;
	_Atomic(int64_t) created_ns, asked_ns;
	_Atomic(uint64_t) bytes;
	_Atomic(double) kbps, loss_percent, window_loss_percent, jitter_ms;
	_Atomic(uint64_t) received, lost, recovered;
	_Atomic(int64_t) picture_wait_ns, sound_wait_ns; /* one streaming thread each */
	double past_loss[SPEAKER_PAST];			 /* the watch's, as what follows */
	unsigned n_past;				 /* in all */
	uint64_t watched_bytes;
	int64_t watched_ns;
};

struct speaker_input *speaker_input_ref(struct speaker_input *input);
void speaker_input_unref(void *input);

/* speaker_rtp.c. Bells are hung last: packets come from then on. */
void speaker_open_inlet(struct speaker_input *input, struct inlet *inlet, const char *sink_name);
void speaker_open_rtcp_out(struct speaker_input *input);
void speaker_hang_bell(struct inlet *inlet);

/* speaker_session.c. set_up needs the session, which is there when its pads are. */
void speaker_answer_session(struct speaker_input *input);
void speaker_set_up_session(struct speaker_input *input);
void speaker_measure_losses(struct speaker_input *input);

/* speaker_chain.c */
void speaker_answer_streams(struct speaker_input *input);
void speaker_ask_key_if_needed(struct speaker_input *input, int64_t now_ns);
