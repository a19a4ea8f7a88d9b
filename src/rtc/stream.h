/* SPDX-License-Identifier: EUPL-1.2
 *
 * stream: one track on its way to one peer: the peer's payload type, SSRC and gapless sequence
 * numbers, sender reports, and what is sent again. It doesn't know where packets come from
 * (fanout.h). Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct estimate;
struct packet;
struct peer;
struct stream;
struct track;

struct stream_plan {
	bool is_video;
	uint32_t ssrc, rtx_ssrc;
	uint8_t pt, rtx_pt; /* rtx_pt 0: nothing can be sent again */
	/* Header extensions: the one that asks for the least delay, and the transport-wide number;
	 * 0: not offered. */
	uint8_t playout_id, twcc_id;
	char cname[32];
};

/* `estimate` numbers the packets (of all the peer's streams), and outlives the stream. */
struct stream *stream_create(struct peer *peer, const struct stream_plan *plan,
			     struct estimate *estimate);
const struct stream_plan *stream_plan(const struct stream *stream);

/* The next packet comes from this track: numbers go on without a gap, and RTP time goes on even if
 * the new track's picture is of the same moment as the last one sent. */
void stream_follow(struct stream *stream, struct track *track);

/* Sends a packet of the track followed; the very first behind a sender report. */
void stream_send(struct stream *stream, const struct packet *packet);
bool stream_has_sent(const struct stream *stream);

/* The peer misses a packet. True if it was sent again. */
bool stream_resend(struct stream *stream, uint16_t seq);

/* A sender report if a second has passed since the last. */
void stream_tick(struct stream *stream, int64_t now_ns);

/* NULL is allowed. */
void stream_destroy(struct stream *stream);
