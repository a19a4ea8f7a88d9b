/* SPDX-License-Identifier: EUPL-1.2 */
#include "fanout.h"

#include <glib.h>

#include "clock.h"
#include "port.h"
#include "rtcp.h"
#include "track.h"

/* Every viewer that loses a packet of the same key frame asks; the encoder need hear it once. */
#define ASK_PAUSE_NS (100 * NS_PER_MS)
/* A gate that nothing came through asks again. */
#define GATE_PATIENCE_NS NS_PER_S

struct lane {
	struct track *track;
	uint64_t cursor;
	int64_t asked_ns;
	GPtrArray *routes;
};

/* One stream's place: in `lane`, and while it waits to change, in `next`, too. */
struct route {
	struct receiver *receiver;
	struct stream *stream;
	struct lane *lane, *next;
	bool is_open;
	int64_t waits_since_ns;
};

struct receiver {
	struct fanout *fanout;
	struct peer *peer;
	struct route video, audio;		 /* without a stream: not wanted */
	struct track *first_video, *first_audio; /* until it is connected */
};

struct fanout {
	struct bell bell;
	GPtrArray *lanes;
};

struct fanout *fanout_create(struct bell bell)
{
	struct fanout *fanout = g_new0(struct fanout, 1);

	fanout->bell = bell;
	fanout->lanes = g_ptr_array_new();
	return fanout;
}

static void ask_key(struct lane *lane)
{
	int64_t now = clock_now_ns();

	if (lane->asked_ns && now - lane->asked_ns < ASK_PAUSE_NS)
		return;
	lane->asked_ns = now;
	track_ask_key(lane->track);
}

static struct lane *enter_lane(struct fanout *fanout, struct track *track, struct route *route)
{
	struct lane *lane = NULL;

	for (guint i = 0; i < fanout->lanes->len && !lane; i++) {
		struct lane *have = g_ptr_array_index(fanout->lanes, i);

		if (have->track == track)
			lane = have;
	}
	if (!lane) {
		lane = g_new0(struct lane, 1);
		lane->track = track_ref(track);
		lane->cursor = track_end(track);
		lane->routes = g_ptr_array_new();
		g_ptr_array_add(fanout->lanes, lane);
		track_hang_bell(track, fanout->bell);
	}
	g_ptr_array_add(lane->routes, route);
	track_want(track, 1);
	if (track_format(track)->is_video)
		ask_key(lane);
	return lane;
}

/* An empty lane stays until the next run: somebody may be walking along the list of lanes. */
static void leave_lane(struct lane *lane, struct route *route)
{
	if (lane && g_ptr_array_remove_fast(lane->routes, route))
		track_want(lane->track, -1);
}

static void sweep_lanes(struct fanout *fanout)
{
	for (guint i = fanout->lanes->len; i-- > 0;) {
		struct lane *lane = g_ptr_array_index(fanout->lanes, i);

		if (lane->routes->len)
			continue;
		g_ptr_array_remove_index_fast(fanout->lanes, i);
		g_ptr_array_free(lane->routes, true);
		track_unref(lane->track);
		g_free(lane);
	}
}

static void start_route(struct receiver *receiver, struct route *route, struct track *track)
{
	if (!track)
		return;
	route->waits_since_ns = clock_now_ns();
	stream_follow(route->stream, track);
	route->lane = enter_lane(receiver->fanout, track, route);
}

static void prepare_route(struct receiver *receiver, struct route *route, const struct track *track,
			  const struct stream_plan *plan)
{
	route->receiver = receiver;
	if (track)
		route->stream = stream_create(receiver->peer, plan);
}

struct receiver *fanout_join(struct fanout *fanout, struct peer *peer,
			     const struct receiver_plan *plan)
{
	struct receiver *receiver = g_new0(struct receiver, 1);

	receiver->fanout = fanout;
	receiver->peer = peer;
	receiver->first_video = plan->video ? track_ref(plan->video) : NULL;
	receiver->first_audio = plan->audio ? track_ref(plan->audio) : NULL;
	prepare_route(receiver, &receiver->video, plan->video, &plan->video_stream);
	prepare_route(receiver, &receiver->audio, plan->audio, &plan->audio_stream);
	return receiver;
}

static void forget_first(struct receiver *receiver)
{
	track_unref(receiver->first_video);
	track_unref(receiver->first_audio);
	receiver->first_video = receiver->first_audio = NULL;
}

static void receiver_connected(void *use)
{
	struct receiver *receiver = use;

	start_route(receiver, &receiver->video, receiver->first_video);
	start_route(receiver, &receiver->audio, receiver->first_audio);
	forget_first(receiver);
}

void receiver_switch_video(struct receiver *receiver, struct track *video)
{
	struct route *route = &receiver->video;

	if (!route->stream || !video)
		return;
	if (!route->lane) {
		track_ref(video);
		track_unref(receiver->first_video);
		receiver->first_video = video;
		return;
	}
	leave_lane(route->next, route);
	route->next = NULL;
	if (video == route->lane->track)
		return;
	route->waits_since_ns = clock_now_ns();
	route->next = enter_lane(receiver->fanout, video, route);
}

/* Whether a packet of this lane is for the route, opening its gate or changing over if it may. */
static bool passes(struct route *route, struct lane *lane, const struct packet *packet)
{
	bool is_entry = packet->is_key && packet->is_start;

	if (lane == route->next && is_entry) {
		leave_lane(route->lane, route);
		route->lane = lane;
		route->next = NULL;
		route->is_open = true;
		stream_follow(route->stream, lane->track);
	}
	if (lane != route->lane)
		return false;
	route->is_open |= is_entry || !stream_plan(route->stream)->is_video;
	return route->is_open;
}

static void run_lane(struct lane *lane)
{
	const struct packet *packet;

	while ((packet = track_next(lane->track, &lane->cursor, NULL))) {
		bool is_sent = false;

		for (guint i = 0; i < lane->routes->len; i++) {
			struct route *route = g_ptr_array_index(lane->routes, i);

			if (!passes(route, lane, packet))
				continue;
			stream_send(route->stream, packet);
			is_sent = true;
		}
		if (is_sent && packet->is_end)
			track_note_sent(lane->track, packet);
		packet_unref(packet);
	}
}

void fanout_run(struct fanout *fanout)
{
	sweep_lanes(fanout);
	for (guint i = 0; i < fanout->lanes->len; i++)
		run_lane(g_ptr_array_index(fanout->lanes, i));
}

static bool is_for(const struct route *route, uint32_t ssrc)
{
	return route->stream && stream_plan(route->stream)->ssrc == ssrc;
}

static void on_report(const struct rtcp_report *report, void *data)
{
	struct receiver *receiver = data;
	struct rtc_peer_stats *stats = peer_stats(receiver->peer);
	struct route *shown = receiver->video.stream ? &receiver->video : &receiver->audio;

	if (is_for(shown, report->ssrc))
		stats->loss_percent = report->loss_percent;
	if (!report->last_sr ||
	    (!is_for(&receiver->video, report->ssrc) && !is_for(&receiver->audio, report->ssrc)))
		return;
	/* RFC 3550 6.4.1. More than ten seconds is not a round trip but a wrong figure. */
	uint32_t rtt = rtcp_short_ntp(clock_wall_ns()) - report->last_sr - report->delay;

	if (rtt < 10 * 65536)
		stats->rtt_ms = rtt * 1000.0 / 65536;
}

static void on_nack(uint32_t ssrc, uint16_t seq, void *data)
{
	struct receiver *receiver = data;
	struct rtc_peer_stats *stats = peer_stats(receiver->peer);

	stats->nacks++;
	if (is_for(&receiver->video, ssrc) && stream_resend(receiver->video.stream, seq))
		stats->resent++;
}

static void on_key(uint32_t ssrc, void *data)
{
	struct receiver *receiver = data;

	peer_stats(receiver->peer)->plis++;
	if (is_for(&receiver->video, ssrc) && receiver->video.lane)
		ask_key(receiver->video.next ? receiver->video.next : receiver->video.lane);
}

static void receiver_rtcp(void *use, const uint8_t *bytes, size_t length)
{
	static const struct rtcp_reader reader = {
		.report = on_report,
		.nack = on_nack,
		.key = on_key,
	};

	rtcp_read(bytes, length, &reader, use);
}

/* A receiver has nothing to say but RTCP. */
static void receiver_rtp(void *use, const uint8_t *bytes, size_t length)
{
	(void)use;
	(void)bytes;
	(void)length;
}

static void receiver_tick(void *use, int64_t now_ns)
{
	struct receiver *receiver = use;
	struct route *video = &receiver->video;
	struct lane *awaited = video->next ? video->next : video->is_open ? NULL : video->lane;

	if (receiver->video.lane)
		stream_tick(receiver->video.stream, now_ns);
	if (receiver->audio.lane)
		stream_tick(receiver->audio.stream, now_ns);
	if (awaited && now_ns - video->waits_since_ns > GATE_PATIENCE_NS) {
		video->waits_since_ns = now_ns;
		ask_key(awaited);
	}
}

static void finish_route(struct route *route)
{
	leave_lane(route->lane, route);
	leave_lane(route->next, route);
	stream_destroy(route->stream);
}

static void receiver_destroy(void *use)
{
	struct receiver *receiver = use;

	finish_route(&receiver->video);
	finish_route(&receiver->audio);
	forget_first(receiver);
	g_free(receiver);
}

const struct peer_use receiver_use = {
	.connected = receiver_connected,
	.receive_rtp = receiver_rtp,
	.receive_rtcp = receiver_rtcp,
	.tick = receiver_tick,
	.destroy = receiver_destroy,
};

void fanout_destroy(struct fanout *fanout)
{
	if (!fanout)
		return;
	sweep_lanes(fanout);
	g_ptr_array_free(fanout->lanes, true);
	g_free(fanout);
}
