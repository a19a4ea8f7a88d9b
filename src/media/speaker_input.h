/* SPDX-License-Identifier: EUPL-1.2
 *
 * speaker_input: a browser's RTP, already decrypted, into frames and sound: rtpbin (jitter buffer,
 * NACK and RTX, PLI, transport-wide feedback; one RTP session for both media), decoders, slot and
 * ring.
 *
 *   track rtp_in --bell--> rtpbin -> depay -> vp8dec | avdec_h264 -> convert -> appsink (no sync)
 * -> slot
 *                             |  '-> depay -> opusdec (plc) -> 48 kHz -> appsink (no sync) -> ring
 *   track rtcp_in --bell-->   '--RTCP--> track rtcp_out
 *
 * The bells of rtp_in and rtcp_in are answered on the thread that rings them (an rtc worker): what
 * is called there does not block. One bad guest hurts nobody else: each has a pipeline of their
 * own.
 *
 * Notes as with an ingest. Thread: as with an ingest.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <twinstage/rtp_format.h>

struct slot;
struct ring;
struct track;
struct mailbox;
struct ingest_stats;
struct speaker_input;

struct speaker_input_spec {
	uint64_t source_id;
	struct rtp_format format;
	struct track *rtp_in, *rtcp_in,
		*rtcp_out; /* references of its own are taken to all of these */
	struct slot *picture;
	struct ring *sound;
	struct mailbox *up;
	int video_latency_ms, audio_latency_ms; /* how long a missing packet is waited for */
};

struct speaker_stats {
	double loss_percent;	    /* before RTX, of the last half second */
	double window_loss_percent; /* the mean of these over the last ten seconds */
	uint64_t received, lost,
		recovered; /* packets, of the streams that flow now; lost: before RTX */
	double jitter_ms;
	/* how long packets are held by the jitter buffers, counted from when they would have come
	 * without jitter, smoothed; 0: none came yet */
	double picture_wait_ms, sound_wait_ms;
	double kbps;
};

struct speaker_input *speaker_input_create(const struct speaker_input_spec *spec, GError **error);
void speaker_input_read_stats(const struct speaker_input *input, struct ingest_stats *ingest,
			      struct speaker_stats *speaker);

/* As ingest_destroy(). NULL is allowed. */
void speaker_input_destroy(struct speaker_input *input);
