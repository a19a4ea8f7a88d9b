/* SPDX-License-Identifier: EUPL-1.2 */
#include "fanout.h"

#include <glib.h>

#include "clock.h"
#include "estimate.h"
#include "lane.h"
#include "port.h"
#include "rtcp.h"
#include "track.h"

#define ESTIMATE_NS (200 * NS_PER_MS)

/* One kind of what it receives; without a stream: not wanted. */
struct part {
	struct stream *stream;
	struct route *route;
	struct track *first; /* until it is connected */
};

struct receiver {
	struct peer *peer;
	struct estimate *estimate; /* of its line */
	int64_t estimated_ns;
	bool is_connected;
	struct part video, audio;
};

static void prepare_part(struct receiver *receiver, struct lanes *lanes, struct part *part,
			 struct track *track, const struct stream_plan *plan)
{
	if (!track)
		return;
	part->stream = stream_create(receiver->peer, plan, receiver->estimate);
	part->route =
		route_create(lanes, part->stream, &peer_stats(receiver->peer)->dropped_frames);
	part->first = track_ref(track);
}

struct receiver *fanout_join(struct lanes *lanes, struct peer *peer,
			     const struct receiver_plan *plan)
{
	struct receiver *receiver = g_new0(struct receiver, 1);

	receiver->peer = peer;
	receiver->estimate = estimate_create();
	prepare_part(receiver, lanes, &receiver->video, plan->video, &plan->video_stream);
	prepare_part(receiver, lanes, &receiver->audio, plan->audio, &plan->audio_stream);
	return receiver;
}

static void start_part(struct part *part)
{
	if (!part->first)
		return;
	route_follow(part->route, part->first);
	track_unref(part->first);
	part->first = NULL;
}

static void receiver_connected(void *use)
{
	struct receiver *receiver = use;

	receiver->is_connected = true;
	start_part(&receiver->video);
	start_part(&receiver->audio);
}

void receiver_switch_video(struct receiver *receiver, struct track *video)
{
	struct part *part = &receiver->video;

	if (!part->stream)
		return;
	if (!video)
		route_stop(part->route);
	if (video && receiver->is_connected) {
		route_follow(part->route, video);
		return;
	}
	track_unref(part->first);
	part->first = video ? track_ref(video) : NULL;
}

static bool is_for(const struct part *part, uint32_t ssrc)
{
	return part->stream && stream_plan(part->stream)->ssrc == ssrc;
}

static void on_report(const struct rtcp_report *report, void *data)
{
	struct receiver *receiver = data;
	struct rtc_peer_stats *stats = peer_stats(receiver->peer);
	struct part *shown = receiver->video.stream ? &receiver->video : &receiver->audio;

	if (is_for(shown, report->ssrc))
		estimate_report(receiver->estimate, report->loss_percent, clock_now_ns());
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
	if (is_for(&receiver->video, ssrc))
		route_ask_key(receiver->video.route);
}

/* So it knows how soon it may ask again for what is lost, and need not guess. */
static void on_asks_rtt(uint32_t from, uint32_t its_time, void *data)
{
	struct receiver *receiver = data;
	const struct part *part = receiver->video.stream ? &receiver->video : &receiver->audio;
	uint8_t *bytes = peer_begin(receiver->peer);

	if (bytes && part->stream)
		peer_commit_rtcp(
			receiver->peer,
			rtcp_write_rtt(bytes, stream_plan(part->stream)->ssrc, from, its_time));
}

static void on_feedback(const uint8_t *packet, size_t length, void *data)
{
	struct receiver *receiver = data;

	estimate_feedback(receiver->estimate, packet, length, clock_now_ns());
}

static void receiver_rtcp(void *use, const uint8_t *bytes, size_t length)
{
	static const struct rtcp_reader reader = {
		.report = on_report,
		.nack = on_nack,
		.key = on_key,
		.asks_rtt = on_asks_rtt,
		.feedback = on_feedback,
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

static void tick_part(struct part *part, int64_t now_ns)
{
	if (!part->stream)
		return;
	stream_tick(part->stream, now_ns);
	route_tick(part->route, now_ns);
}

static void show_estimate(struct receiver *receiver, int64_t now_ns)
{
	struct rtc_peer_stats *stats = peer_stats(receiver->peer);
	struct estimate_view view;

	receiver->estimated_ns = now_ns;
	estimate_read(receiver->estimate, now_ns, &view);
	stats->estimate_kbps = view.kbps;
	stats->capacity_kbps = view.capacity_kbps;
	stats->queue_ms = view.queue_ms;
	stats->congested_ms = view.congested_ms;
	stats->calm_ms = view.calm_ms;
	stats->loss_percent = view.loss_percent;
}

static void receiver_tick(void *use, int64_t now_ns)
{
	struct receiver *receiver = use;

	if (now_ns - receiver->estimated_ns >= ESTIMATE_NS)
		show_estimate(receiver, now_ns);
	tick_part(&receiver->video, now_ns);
	tick_part(&receiver->audio, now_ns);
}

static void receiver_blocked(void *use)
{
	struct receiver *receiver = use;

	if (receiver->video.route)
		route_block(receiver->video.route);
}

static void finish_part(struct part *part)
{
	route_destroy(part->route);
	stream_destroy(part->stream);
	track_unref(part->first);
}

static void receiver_destroy(void *use)
{
	struct receiver *receiver = use;

	finish_part(&receiver->video);
	finish_part(&receiver->audio);
	estimate_destroy(receiver->estimate);
	g_free(receiver);
}

const struct peer_use receiver_use = {
	.connected = receiver_connected,
	.receive_rtp = receiver_rtp,
	.receive_rtcp = receiver_rtcp,
	.tick = receiver_tick,
	.blocked = receiver_blocked,
	.destroy = receiver_destroy,
};
