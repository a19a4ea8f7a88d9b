/* SPDX-License-Identifier: EUPL-1.2 */
#include "stream.h"

#include <glib.h>
#include <string.h>

#include "clock.h"
#include "estimate.h"
#include "history.h"
#include "peer.h"
#include "rtcp.h"
#include "track.h"

#define RTP_HEAD 12
/* One-byte header extension (RFC 8285 4.2) with elements of two and three bytes. */
#define EXTENSION_BYTES 12
/* What a packet is larger on the line than here: extension, SRTP's tag, UDP and IP. */
#define LINE_BYTES	  52
#define PLAYOUT_MOST_10MS 20

G_STATIC_ASSERT(PACKET_MAX + EXTENSION_BYTES + 2 <= PEER_PACKET_MAX);

struct stream {
	struct peer *peer;
	struct stream_plan plan;
	struct estimate *estimate;
	struct history *history; /* NULL: nothing is sent again */
	struct track *track;	 /* followed; a reference */
	bool has_sent, is_new_track;
	uint16_t offset, last_seq, rtx_seq;
	/* The one moment of the new track that was moved behind the last one of the old. */
	bool is_moved;
	uint32_t moved_from, moved_to;
	uint32_t last_time, packets, bytes;
	int64_t last_pts_ns, reported_ns;
};

struct stream *stream_create(struct peer *peer, const struct stream_plan *plan,
			     struct estimate *estimate)
{
	struct stream *stream = g_new0(struct stream, 1);

	stream->peer = peer;
	stream->plan = *plan;
	stream->estimate = estimate;
	stream->rtx_seq = (uint16_t)g_random_int();
	if (plan->is_video && plan->rtx_pt)
		stream->history = history_create();
	return stream;
}

const struct stream_plan *stream_plan(const struct stream *stream)
{
	return &stream->plan;
}

void stream_follow(struct stream *stream, struct track *track)
{
	track_ref(track);
	track_unref(stream->track);
	stream->track = track;
	stream->is_new_track = true;
}

static void join_on(struct stream *stream, const struct packet *packet)
{
	stream->is_new_track = false;
	stream->is_moved = false;
	if (stream->has_sent) {
		stream->offset = (uint16_t)(stream->last_seq + 1 - packet->rtp_seq);
		if ((int32_t)(packet->rtp_time - stream->last_time) <= 0) {
			stream->is_moved = true;
			stream->moved_from = packet->rtp_time;
			stream->moved_to = stream->last_time + 1;
		}
	}
	if (stream->history)
		history_follow(stream->history, stream->track,
			       (uint16_t)(packet->rtp_seq + stream->offset), stream->offset);
}

static void write16(uint8_t *out, uint16_t value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
}

static void write32(uint8_t *out, uint32_t value)
{
	write16(out, (uint16_t)(value >> 16));
	write16(out + 2, (uint16_t)value);
}

static uint32_t time_of(const struct stream *stream, const struct packet *packet, uint16_t offset)
{
	bool is_moved = stream->is_moved && offset == stream->offset &&
			packet->rtp_time == stream->moved_from;

	return is_moved ? stream->moved_to : packet->rtp_time;
}

/* Its length; 0: there is none. */
static size_t write_extension(const struct stream *stream, const struct packet *packet,
			      uint8_t *out)
{
	const struct stream_plan *plan = &stream->plan;
	size_t at = 4;

	memset(out, 0, EXTENSION_BYTES);
	if (plan->twcc_id) {
		out[at] = (uint8_t)(plan->twcc_id << 4 | 1);
		write16(out + at + 1,
			estimate_send(stream->estimate, (size_t)packet->length + LINE_BYTES,
				      clock_now_ns()));
		at += 3;
	}
	if (plan->playout_id && packet->is_key) {
		out[at] = (uint8_t)(plan->playout_id << 4 | 2);
		out[at + 3] = PLAYOUT_MOST_10MS;
		at += 4;
	}
	write16(out, 0xbede);
	write16(out + 2, (uint16_t)((at - 1) / 4));
	return at > 4 ? (at + 3) / 4 * 4 : 0;
}

/* Copies a packet's head (all of it up to the payload) with the peer's numbers; returns its length,
 * which is the packet's own head's length but for an extension added. 0: not RTP. */
static size_t write_head(const struct stream *stream, const struct packet *packet, uint16_t offset,
			 uint8_t *out, size_t *payload_at)
{
	const uint8_t *in = packet->bytes;
	size_t head = packet->length < RTP_HEAD ? 0 : RTP_HEAD + (size_t)4 * (in[0] & 15);

	if (head && in[0] & 0x10 && packet->length >= head + 4)
		head += 4 + 4 * ((size_t)in[head + 2] << 8 | in[head + 3]);
	if (!head || packet->length < head)
		return 0;
	memcpy(out, in, head);
	out[1] = (uint8_t)((in[1] & 0x80) | stream->plan.pt);
	write16(out + 2, (uint16_t)(packet->rtp_seq + offset));
	write32(out + 4, time_of(stream, packet, offset));
	write32(out + 8, stream->plan.ssrc);
	*payload_at = head;
	if (head == RTP_HEAD) {
		size_t extension = write_extension(stream, packet, out + head);

		out[0] |= extension ? 0x10 : 0;
		head += extension;
	}
	return head;
}

static void report(struct stream *stream, int64_t now_ns)
{
	int64_t clock_hz = track_format(stream->track)->clock_hz;
	int64_t since = (now_ns - stream->last_pts_ns) / 1000 * clock_hz / 1000000;
	uint8_t *bytes = peer_begin(stream->peer);
	const struct rtcp_sender sender = {
		.ssrc = stream->plan.ssrc,
		.wall_ns = clock_wall_ns(),
		.rtp_time = stream->last_time + (uint32_t)since,
		.packets = stream->packets,
		.bytes = stream->bytes,
		.cname = stream->plan.cname,
	};

	stream->reported_ns = now_ns;
	if (bytes)
		peer_commit_rtcp(stream->peer, rtcp_write_sender(bytes, &sender));
}

/* Remembers the last packet sent; the report goes first. */
static void note_packet(struct stream *stream, const struct packet *packet)
{
	bool is_first = !stream->has_sent;

	stream->has_sent = true;
	stream->last_seq = (uint16_t)(packet->rtp_seq + stream->offset);
	stream->last_time = time_of(stream, packet, stream->offset);
	stream->last_pts_ns = packet->pts_ns;
	if (is_first)
		report(stream, clock_now_ns());
}

void stream_send(struct stream *stream, const struct packet *packet)
{
	size_t payload_at = 0;

	if (packet->length < RTP_HEAD)
		return;
	if (stream->is_new_track)
		join_on(stream, packet);
	note_packet(stream, packet);
	uint8_t *bytes = peer_begin(stream->peer);
	size_t head = bytes ? write_head(stream, packet, stream->offset, bytes, &payload_at) : 0;

	if (!head)
		return;
	size_t payload = packet->length - payload_at;

	memcpy(bytes + head, packet->bytes + payload_at, payload);
	if (!peer_commit_rtp(stream->peer, head + payload))
		return;
	stream->packets++;
	stream->bytes += (uint32_t)payload;
	if (stream->history)
		history_earn(stream->history, estimate_has_room(stream->estimate));
}

bool stream_has_sent(const struct stream *stream)
{
	return stream->has_sent;
}

/* RFC 4588 4: own SSRC, type, numbers; the original number before the payload. */
static bool send_again(struct stream *stream, const struct packet *packet, uint16_t seq,
		       uint16_t offset)
{
	size_t payload_at = 0;
	uint8_t *bytes = peer_begin(stream->peer);
	size_t head = bytes ? write_head(stream, packet, offset, bytes, &payload_at) : 0;

	if (!head)
		return false;
	size_t payload = packet->length - payload_at;

	bytes[1] = (uint8_t)((bytes[1] & 0x80) | stream->plan.rtx_pt);
	write16(bytes + 2, stream->rtx_seq++);
	write32(bytes + 8, stream->plan.rtx_ssrc);
	write16(bytes + head, seq);
	memcpy(bytes + head + 2, packet->bytes + payload_at, payload);
	return peer_commit_rtp(stream->peer, head + 2 + payload);
}

bool stream_resend(struct stream *stream, uint16_t seq)
{
	uint16_t offset = 0;
	const struct packet *packet =
		stream->history ? history_take(stream->history, seq, clock_now_ns(), &offset)
				: NULL;
	bool is_sent = packet && send_again(stream, packet, seq, offset);

	packet_unref(packet);
	return is_sent;
}

void stream_tick(struct stream *stream, int64_t now_ns)
{
	if (stream->has_sent && now_ns - stream->reported_ns >= NS_PER_S)
		report(stream, now_ns);
}

void stream_destroy(struct stream *stream)
{
	if (!stream)
		return;
	history_destroy(stream->history);
	track_unref(stream->track);
	g_free(stream);
}
