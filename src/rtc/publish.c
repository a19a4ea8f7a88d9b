/* SPDX-License-Identifier: EUPL-1.2 */
#include "publish.h"

#include <glib.h>
#include <string.h>

#include "track.h"

G_STATIC_ASSERT(PACKET_MAX <= PEER_PACKET_MAX);

struct publisher {
	struct publishers *all;
	struct peer *peer;
	struct track *rtp_in, *rtcp_in, *rtcp_out;
	uint64_t cursor;	/* in rtcp_out */
	bool has_rtp, has_rtcp; /* written since the last ring */
};

struct publishers {
	struct bell bell;
	GPtrArray *list;
};

struct publishers *publishers_create(struct bell bell)
{
	struct publishers *publishers = g_new0(struct publishers, 1);

	publishers->bell = bell;
	publishers->list = g_ptr_array_new();
	return publishers;
}

struct publisher *publishers_join(struct publishers *publishers, struct peer *peer,
				  const struct publisher_plan *plan)
{
	struct publisher *publisher = g_new0(struct publisher, 1);

	publisher->all = publishers;
	publisher->peer = peer;
	publisher->rtp_in = track_ref(plan->rtp_in);
	publisher->rtcp_in = track_ref(plan->rtcp_in);
	publisher->rtcp_out = track_ref(plan->rtcp_out);
	publisher->cursor = track_end(plan->rtcp_out);
	track_hang_bell(plan->rtcp_out, publishers->bell);
	g_ptr_array_add(publishers->list, publisher);
	return publisher;
}

/* Nothing waits for readers: with all spare packets held the newest is dropped. */
static bool write_track(struct track *track, const uint8_t *bytes, size_t length, bool is_rtp)
{
	struct packet *packet = length <= PACKET_MAX ? track_begin(track) : NULL;

	if (!packet)
		return false;
	packet->length = (uint16_t)length;
	packet->rtp_seq = is_rtp ? (uint16_t)(bytes[2] << 8 | bytes[3]) : 0;
	packet->rtp_time = is_rtp ? (uint32_t)bytes[4] << 24 | (uint32_t)bytes[5] << 16 |
					    (uint32_t)bytes[6] << 8 | bytes[7]
				  : 0;
	packet->is_key = packet->is_start = false;
	packet->is_end = is_rtp && bytes[1] & 0x80;
	packet->pts_ns = 0;
	memcpy(packet->bytes, bytes, length);
	track_commit(track, packet);
	return true;
}

static void publisher_rtp(void *use, const uint8_t *bytes, size_t length)
{
	struct publisher *publisher = use;

	publisher->has_rtp |= length >= 12 && write_track(publisher->rtp_in, bytes, length, true);
}

static void publisher_rtcp(void *use, const uint8_t *bytes, size_t length)
{
	struct publisher *publisher = use;

	publisher->has_rtcp |= write_track(publisher->rtcp_in, bytes, length, false);
}

void publishers_ring(struct publishers *publishers)
{
	for (guint i = 0; i < publishers->list->len; i++) {
		struct publisher *publisher = g_ptr_array_index(publishers->list, i);

		if (publisher->has_rtp)
			track_ring(publisher->rtp_in);
		if (publisher->has_rtcp)
			track_ring(publisher->rtcp_in);
		publisher->has_rtp = publisher->has_rtcp = false;
	}
}

static void send_out(struct publisher *publisher)
{
	const struct packet *packet;

	while ((packet = track_next(publisher->rtcp_out, &publisher->cursor, NULL))) {
		uint8_t *bytes = peer_begin(publisher->peer);

		if (bytes) {
			memcpy(bytes, packet->bytes, packet->length);
			peer_commit_rtcp(publisher->peer, packet->length);
		}
		packet_unref(packet);
	}
}

void publishers_run(struct publishers *publishers)
{
	for (guint i = 0; i < publishers->list->len; i++)
		send_out(g_ptr_array_index(publishers->list, i));
}

/* What was said before it could hear is of no use any more. */
static void publisher_connected(void *use)
{
	struct publisher *publisher = use;

	publisher->cursor = track_end(publisher->rtcp_out);
}

static void publisher_tick(void *use, int64_t now_ns)
{
	(void)use;
	(void)now_ns;
}

/* The next report says it anew. */
static void publisher_blocked(void *use)
{
	(void)use;
}

static void publisher_destroy(void *use)
{
	struct publisher *publisher = use;

	g_ptr_array_remove_fast(publisher->all->list, publisher);
	track_unref(publisher->rtp_in);
	track_unref(publisher->rtcp_in);
	track_unref(publisher->rtcp_out);
	g_free(publisher);
}

const struct peer_use publisher_use = {
	.connected = publisher_connected,
	.receive_rtp = publisher_rtp,
	.receive_rtcp = publisher_rtcp,
	.tick = publisher_tick,
	.blocked = publisher_blocked,
	.destroy = publisher_destroy,
};

void publishers_destroy(struct publishers *publishers)
{
	if (!publishers)
		return;
	g_ptr_array_free(publishers->list, true);
	g_free(publishers);
}
