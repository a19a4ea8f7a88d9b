/* SPDX-License-Identifier: EUPL-1.2
 *
 * PRIVATE to this folder: what the files of the encoder share. encoder.c owns it, builds its pipeline and starts it again when it fails;
 * encoder_picture.c and encoder_sound.c feed it; encoder_packets.c writes what comes out.
 */
#pragma once

#include <gst/gst.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "encoder.h"
#include "gate.h"
#include "ring.h"
#include "sample_time.h"

struct encoder {
	bool is_video;
	uint64_t bus_id;
	struct slot *slot;
	struct ring *ring;
	struct track *track;
	struct mailbox *up;
	struct gate gate; /* the bells' way in, and the way out to the track */
	char *preset, *profile;
	int width, height, fps, kbps, key_interval_ms;
	atomic_int refs;

	/* A pipeline is handed from who builds it to the mix thread, which alone uses it and lets go of it. */
	_Atomic(GstElement *) built;
	atomic_uint builds, broken; /* how many were built, counted from 1; which one has failed */
	GstElement *pipeline,
		*source; /* mix thread's, until the gate is closed; source: its appsrc */

	/* mix thread's */
	bool was_wanted;
	struct sample_time sound_time;
	float sound[SOUND_TICK_FRAMES * SOUND_CHANNELS];
	size_t sound_waiting; /* frames in `sound` */

	/* appsink's thread */
	struct {
		int64_t pts_ns; /* 0: none yet */
		bool is_key;
		size_t bytes; /* of its packets so far */
	} unit;		      /* the access unit that is on its way */
	uint16_t next_seq;
	int64_t kbps_begun_ns;
	uint64_t kbps_bytes;

	_Atomic(int64_t) last_key_ns;
	_Atomic(uint64_t) frames, key_frames, bytes;
	_Atomic(double) encode_ms, kbps_now;
	_Atomic(int64_t) last_ns;
};

/* encoder.c. Mix thread, inside the gate: the pipeline to feed, or NULL while there is none. */
GstElement *encoder_pipeline(struct encoder *encoder);

/* encoder_picture.c: sets the pipeline's elements, and feeds it what the slot holds (mix thread). */
void encoder_set_up_picture(const struct encoder *encoder, GstElement *pipeline);
void encoder_feed_picture(struct encoder *encoder);

/* encoder_sound.c */
void encoder_set_up_sound(const struct encoder *encoder, GstElement *pipeline);
void encoder_feed_sound(struct encoder *encoder);

/* encoder_packets.c: writes what comes out of the pipeline to the track. */
void encoder_answer_packets(struct encoder *encoder, GstElement *appsink);
