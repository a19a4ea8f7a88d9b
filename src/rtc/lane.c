/* SPDX-License-Identifier: EUPL-1.2 */
#include "lane.h"

#include <glib.h>

#include "clock.h"
#include "outbox.h"
#include "stream.h"
#include "track.h"

#define BATCH 64
/* Every viewer that loses a packet of the same key frame asks; the encoder need hear it once. */
#define ASK_PAUSE_NS (100 * NS_PER_MS)
/* A gate that nothing came through asks again. */
#define GATE_PATIENCE_NS NS_PER_S

struct lane {
	struct track *track;
	uint64_t cursor; /* everything before it is sent, but for the routes behind */
	int64_t asked_ns, blocked_ns;
	GPtrArray *routes;
	unsigned n_behind;
	/* An access unit's end, until it has been sent to those behind, too; a reference. */
	const struct packet *awaited;
};

struct route {
	struct lanes *lanes;
	struct stream *stream;
	struct lane *lane, *next; /* while it waits to change, it is in both */
	bool is_open, is_blocked, is_behind;
	uint64_t cursor; /* in lane's track, if it is behind */
	unsigned n_paced;
	int64_t paced_ns, waits_since_ns;
	uint64_t *dropped;
};

struct lanes {
	struct bell bell;
	struct outbox *outbox;
	GPtrArray *list;
};

struct batch {
	const struct packet *packets[BATCH];
	unsigned n;
	uint64_t first; /* number of packets[0] */
	uint64_t lost;	/* overtaken before the worker saw them */
	int64_t now_ns;
	bool is_sent; /* to anybody */
};

struct lanes *lanes_create(struct bell bell, struct outbox *outbox)
{
	struct lanes *lanes = g_new0(struct lanes, 1);

	lanes->bell = bell;
	lanes->outbox = outbox;
	lanes->list = g_ptr_array_new();
	return lanes;
}

static void ask_key(struct lane *lane)
{
	int64_t now = clock_now_ns();

	if (lane->asked_ns && now - lane->asked_ns < ASK_PAUSE_NS)
		return;
	lane->asked_ns = now;
	track_ask_key(lane->track);
}

static struct lane *enter_lane(struct lanes *lanes, struct track *track, struct route *route)
{
	struct lane *lane = NULL;

	for (guint i = 0; i < lanes->list->len && !lane; i++) {
		struct lane *have = g_ptr_array_index(lanes->list, i);

		if (have->track == track)
			lane = have;
	}
	if (!lane) {
		lane = g_new0(struct lane, 1);
		lane->track = track_ref(track);
		lane->cursor = track_end(track);
		lane->routes = g_ptr_array_new();
		g_ptr_array_add(lanes->list, lane);
		track_hang_bell(track, lanes->bell);
	}
	g_ptr_array_add(lane->routes, route);
	track_want(track, 1);
	if (track_format(track)->is_video)
		ask_key(lane);
	return lane;
}

static void set_behind(struct route *route, bool is_behind)
{
	if (route->is_behind == is_behind)
		return;
	route->is_behind = is_behind;
	route->lane->n_behind += is_behind ? 1U : -1U;
}

/* An empty lane stays until the next run: somebody may be walking along the list of lanes. */
static void leave_lane(struct lane *lane, struct route *route)
{
	if (!lane)
		return;
	if (lane == route->lane)
		set_behind(route, false);
	if (g_ptr_array_remove_fast(lane->routes, route))
		track_want(lane->track, -1);
}

static void sweep_lanes(struct lanes *lanes)
{
	for (guint i = lanes->list->len; i-- > 0;) {
		struct lane *lane = g_ptr_array_index(lanes->list, i);

		if (lane->routes->len)
			continue;
		g_ptr_array_remove_index_fast(lanes->list, i);
		g_ptr_array_free(lane->routes, true);
		packet_unref(lane->awaited);
		track_unref(lane->track);
		g_free(lane);
	}
}

/* Whether the route sends this packet of its lane, opening its gate if it may. */
static bool passes(struct route *route, const struct packet *packet)
{
	if (!route->is_open &&
	    ((packet->is_key && packet->is_start) || !stream_plan(route->stream)->is_video)) {
		route->is_open = true;
		/* What was left out leaves no gap in the numbers: nobody shall ask for it. */
		if (route->is_blocked)
			stream_follow(route->stream, route->lane->track);
		route->is_blocked = false;
	}
	if (route->is_blocked && packet->is_end)
		(*route->dropped)++;
	return route->is_open;
}

/* False: it is not this packet's turn yet. */
static bool send_in_turn(struct route *route, const struct packet *packet, int64_t now_ns)
{
	bool is_paced = packet->is_key && stream_plan(route->stream)->is_video;

	if (is_paced && now_ns - route->paced_ns >= NS_PER_MS) {
		route->paced_ns = now_ns;
		route->n_paced = 0;
	}
	if (is_paced && route->is_open && route->n_paced >= LANE_CHUNK)
		return false;
	if (passes(route, packet)) {
		route->n_paced += is_paced;
		stream_send(route->stream, packet);
	}
	return true;
}

/* A key frame in the lane that it waits for: from there on it goes with that one. */
static bool changes_over(struct route *route, struct lane *lane, const struct packet *packet)
{
	if (!packet->is_key || !packet->is_start)
		return false;
	leave_lane(route->lane, route);
	route->lane = lane;
	route->next = NULL;
	route->is_open = true;
	route->is_blocked = false;
	stream_follow(route->stream, lane->track);
	return true;
}

static void run_route(struct route *route, struct lane *lane, struct batch *batch)
{
	unsigned i = 0;

	if (lane == route->next) {
		while (i < batch->n && !changes_over(route, lane, batch->packets[i]))
			i++;
	}
	if (lane != route->lane || route->is_behind)
		return;
	for (; i < batch->n; i++) {
		if (!send_in_turn(route, batch->packets[i], batch->now_ns)) {
			route->cursor = batch->first + i;
			set_behind(route, true);
			return;
		}
	}
	batch->is_sent |= route->is_open;
}

static void fill_batch(struct lane *lane, struct batch *batch)
{
	const struct packet *packet;

	batch->n = 0;
	batch->lost = 0;
	batch->is_sent = false;
	batch->now_ns = clock_now_ns();
	while (batch->n < BATCH &&
	       (packet = track_next(lane->track, &lane->cursor, &batch->lost))) {
		/* A hole can only be before the first, or ends the batch before it. */
		if (batch->n == 0)
			batch->first = lane->cursor - 1;
		batch->packets[batch->n++] = packet;
		if (lane->cursor - batch->first != batch->n)
			break;
	}
}

/* After the flush: an access unit counts as sent when it has left for everybody. */
static void note_sent(struct lane *lane, const struct batch *batch)
{
	for (unsigned i = 0; i < batch->n; i++) {
		const struct packet *packet = batch->packets[i];

		if (!packet->is_end || (!batch->is_sent && !lane->n_behind)) {
			packet_unref(packet);
		} else if (lane->n_behind) {
			packet_unref(lane->awaited);
			lane->awaited = packet;
		} else {
			track_note_sent(lane->track, packet);
			packet_unref(packet);
		}
	}
}

/* The track went round before this worker came by: half pictures are no use to anybody. */
static void block_all(struct lane *lane)
{
	for (guint i = 0; i < lane->routes->len; i++) {
		struct route *route = g_ptr_array_index(lane->routes, i);

		if (lane == route->lane)
			route_block(route);
	}
}

/* What is written meanwhile rings the bell again: a track that is faster than its viewers' socket
 * does not keep the others waiting. */
static void run_lane(struct lanes *lanes, struct lane *lane)
{
	uint64_t end = track_end(lane->track);
	struct batch batch;

	do {
		fill_batch(lane, &batch);
		if (batch.lost)
			block_all(lane);
		/* A route that changes over leaves another lane, never this one. */
		for (guint i = 0; i < lane->routes->len && batch.n; i++)
			run_route(g_ptr_array_index(lane->routes, i), lane, &batch);
		outbox_flush(lanes->outbox);
		note_sent(lane, &batch);
	} while (batch.n && lane->cursor < end);
}

void lanes_run(struct lanes *lanes)
{
	sweep_lanes(lanes);
	for (guint i = 0; i < lanes->list->len; i++)
		run_lane(lanes, g_ptr_array_index(lanes->list, i));
}

bool lanes_are_behind(const struct lanes *lanes)
{
	for (guint i = 0; i < lanes->list->len; i++) {
		const struct lane *lane = g_ptr_array_index(lanes->list, i);

		if (lane->n_behind)
			return true;
	}
	return false;
}

static void catch_up(struct route *route, int64_t now_ns)
{
	struct lane *lane = route->lane;
	uint64_t lost = 0;

	while (route->is_behind) {
		const struct packet *packet = track_next(lane->track, &route->cursor, &lost);
		bool is_sent = packet && (lost || send_in_turn(route, packet, now_ns));

		packet_unref(packet);
		if (lost)
			route_block(route);
		if (packet && !is_sent) {
			route->cursor--;
			return;
		}
		if (!packet || lost || route->cursor >= lane->cursor)
			set_behind(route, false);
	}
}

void lanes_pace(struct lanes *lanes)
{
	int64_t now_ns = clock_now_ns();

	for (guint i = 0; i < lanes->list->len; i++) {
		struct lane *lane = g_ptr_array_index(lanes->list, i);

		for (guint j = 0; j < lane->routes->len && lane->n_behind; j++) {
			struct route *route = g_ptr_array_index(lane->routes, j);

			if (lane == route->lane && route->is_behind)
				catch_up(route, now_ns);
		}
		outbox_flush(lanes->outbox);
		if (lane->awaited && !lane->n_behind) {
			track_note_sent(lane->track, lane->awaited);
			packet_unref(lane->awaited);
			lane->awaited = NULL;
		}
	}
}

void lanes_destroy(struct lanes *lanes)
{
	if (!lanes)
		return;
	sweep_lanes(lanes);
	g_ptr_array_free(lanes->list, true);
	g_free(lanes);
}

struct route *route_create(struct lanes *lanes, struct stream *stream, uint64_t *dropped)
{
	struct route *route = g_new0(struct route, 1);

	route->lanes = lanes;
	route->stream = stream;
	route->dropped = dropped;
	return route;
}

void route_follow(struct route *route, struct track *track)
{
	route->waits_since_ns = clock_now_ns();
	if (!route->lane) {
		stream_follow(route->stream, track);
		route->lane = enter_lane(route->lanes, track, route);
		return;
	}
	leave_lane(route->next, route);
	route->next = NULL;
	if (track != route->lane->track)
		route->next = enter_lane(route->lanes, track, route);
}

void route_stop(struct route *route)
{
	leave_lane(route->lane, route);
	leave_lane(route->next, route);
	route->lane = route->next = NULL;
	route->is_open = route->is_blocked = false;
}

void route_ask_key(struct route *route)
{
	if (route->lane)
		ask_key(route->next ? route->next : route->lane);
}

void route_block(struct route *route)
{
	int64_t now = clock_now_ns();

	if (!route->lane || !stream_plan(route->stream)->is_video)
		return;
	route->is_open = false;
	route->is_blocked = true;
	route->waits_since_ns = now;
	/* A key frame is the largest there is: where there is no room, soon again makes it worse. */
	if (route->lane->blocked_ns && now - route->lane->blocked_ns < GATE_PATIENCE_NS)
		return;
	route->lane->blocked_ns = now;
	ask_key(route->lane);
}

void route_tick(struct route *route, int64_t now_ns)
{
	bool is_waiting = route->next || (route->lane && !route->is_open);

	if (is_waiting && now_ns - route->waits_since_ns > GATE_PATIENCE_NS) {
		route->waits_since_ns = now_ns;
		route_ask_key(route);
	}
}

void route_destroy(struct route *route)
{
	if (!route)
		return;
	route_stop(route);
	g_free(route);
}
