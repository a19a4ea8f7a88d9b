/* SPDX-License-Identifier: EUPL-1.2
 *
 * track: packets from one writer to any number of readers, lock-free; each packet exists once. An
 * encoder writes RTP and the fan-out reads it; a browser's RTP goes through another one to its
 * jitter buffer, RTCP back through a third. The ring keeps the last `capacity` packets, which
 * makes it the history that lost packets are resent from.
 *
 *   writer: track_begin() .. fill .. track_commit() .. track_ring()
 *   reader: its own cursor, track_next() .. packet_unref()
 *
 * A reader that falls more than `capacity` behind loses the oldest and is told how many. Packets
 * are recycled from a fixed pool; a reference held keeps a packet's bytes as they are (hold few,
 * briefly: the pool has `capacity` spare ones).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <twinstage/stage_stats.h>

#include "bell.h"

#define PACKET_MAX 1500

struct packet {
	uint16_t length;   /* bytes used */
	uint16_t rtp_seq;  /* RTP sequence number (RFC 3550 5.1), 0 for RTCP */
	uint32_t rtp_time; /* RTP time stamp */
	/* belongs to a key frame (or to sound, where every packet can be a start) */
	bool is_key;
	bool is_start;	    /* first packet of its access unit */
	bool is_end;	    /* last packet of its access unit */
	int64_t pts_ns;	    /* when what it holds is due, CLOCK_MONOTONIC */
	int64_t written_ns; /* when it was committed */
	uint8_t bytes[PACKET_MAX];
};

/* What does not change for the life of a track. */
struct track_format {
	uint32_t ssrc;	   /* of the RTP in it; 0: not RTP of our own */
	uint32_t clock_hz; /* of rtp_time: 90000 video, 48000 Opus */
	/* as the encoder wrote it; the fan-out writes each peer's own */
	uint8_t payload_type;
	bool is_video;
};

struct track;

struct track *track_create(const struct track_format *format, unsigned capacity);
struct track *track_ref(struct track *track);
void track_unref(struct track *track); /* NULL is allowed */
const struct track_format *track_format(const struct track *track);

/* Any thread, while the track lives; up to 8 bells; one that hangs already is not hung twice. Rung
 * on the writer's thread by track_ring(). */
void track_hang_bell(struct track *track, struct bell bell);

/* Writer. A packet to fill, or NULL if readers hold all spare ones. Either commit it or begin
 * again (which reuses it). */
struct packet *track_begin(struct track *track);
void track_commit(struct track *track, struct packet *packet);

/* Writer. Rings the bells; once for all the packets of an access unit. */
void track_ring(struct track *track);

/* Any thread. Where the next packet will be written: a new reader's cursor. */
uint64_t track_end(const struct track *track);

/* Any thread. The packet at *cursor with a reference for the caller, and *cursor moved past it;
 * NULL if there is none yet. If the reader fell behind, *cursor jumps to the oldest one kept and
 * *lost (may be NULL) grows by the packets missed. */
const struct packet *track_next(struct track *track, uint64_t *cursor, uint64_t *lost);

/* Any thread. The newest packet with this RTP sequence number, with a reference, or NULL if it is
 * no longer kept. */
const struct packet *track_find(struct track *track, uint16_t rtp_seq);

void packet_unref(const struct packet *packet); /* NULL is allowed */

/* Reader: asks the writer for a key frame (RFC 4585 6.3.1). Writer: takes the request, once. Hang
 * the writer's bell with track_hang_key_bell() before there are readers; it is rung on the asking
 * thread. */
void track_ask_key(struct track *track);
bool track_take_key_request(struct track *track);
void track_hang_key_bell(struct track *track, struct bell bell);

/* Readers that want packets now: counted up and down by them, any thread. A writer without any
 * need not encode. The key bell rings when the count leaves 0. */
void track_want(struct track *track, int change);
bool track_is_wanted(const struct track *track);

/* Reader, any thread: all of an access unit, whose last packet is this one, has been sent. Once for
 * all the peers that a reader sends it to. */
void track_note_sent(struct track *track, const struct packet *last);

struct track_stats {
	/* from pts_ns (the tick; where it is known) to the commit of an access unit's last packet,
	 * and from there to track_note_sent() */
	struct stage_stats encoded, sent;
};

/* Any thread. */
void track_read_stats(const struct track *track, struct track_stats *stats);
