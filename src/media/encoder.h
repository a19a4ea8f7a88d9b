/* SPDX-License-Identifier: EUPL-1.2
 *
 * encoder: a bus's pictures or sound, encoded once and packetised once, for everybody.
 *
 *   slot --bell--> appsrc -> x264enc (zerolatency, no B-frames) -> rtph264pay -> appsink -> track
 *   ring --bell--> appsrc -> opusenc -> rtpopuspay -> appsink -> track
 *
 * An encoder works only while somebody wants the track (track_is_wanted); a picture's then wants its
 * slot (slot_set_wanted), sound's time goes on meanwhile. A key frame asked for through the track comes with the next frame,
 * but not within 500 ms of the last one (a burst of joiners shares one; a browser's PLI after each
 * key frame must not feed itself). The first frame after a pause is a key frame. If the bus's
 * pictures come more slowly than wished (a slow machine), what comes is encoded with its true time.
 *
 * RTP time is CLOCK_MONOTONIC in units of the RTP clock, modulo 2^32, without an offset: pictures
 * pts_ns * 90000 / 1e9, sound the moment of the first sample and from then on counted in samples
 * (48 kHz). So it is the same in all tracks of one clock (a peer can move from one track to
 * another), and sender reports are made from packet.pts_ns: equal pts_ns belongs together.
 *
 * An encoder that fails says NOTE_ENCODER_FAILED and starts itself again a second later.
 *
 * Thread: create and destroy on the control loop.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

struct slot;
struct ring;
struct track;
struct mailbox;
struct encoder;

struct picture_encoder_spec {
	uint64_t bus_id;
	int width, height, fps, kbps;
	const char *preset;  /* x264's: "superfast" .. */
	const char *profile; /* "constrained-baseline", "main", "high" */
	int key_interval_ms;
	struct slot *in;   /* references of its own are taken to both */
	struct track *out; /* its format gives SSRC and payload type to write */
	struct mailbox *up;
};

struct sound_encoder_spec {
	uint64_t bus_id;
	int kbps;
	struct ring *in; /* 10 ms each time the bell rings; an Opus frame is 10 ms */
	struct track *out;
	struct mailbox *up;
};

struct encoder_stats {
	uint64_t frames; /* encoded */
	uint64_t key_frames;
	uint64_t bytes;	  /* of RTP packets */
	double encode_ms; /* slot to track, smoothed */
	double kbps;
	int64_t last_ns; /* when the last packet was made; 0: never */
};

struct encoder *encoder_create_picture(const struct picture_encoder_spec *spec, GError **error);
struct encoder *encoder_create_sound(const struct sound_encoder_spec *spec, GError **error);
void encoder_read_stats(const struct encoder *encoder, struct encoder_stats *stats);

/* As ingest_destroy(). NULL is allowed. */
void encoder_destroy(struct encoder *encoder);
