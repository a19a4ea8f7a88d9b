/* SPDX-License-Identifier: EUPL-1.2
 *
 * lane: a track that somebody on this worker receives, and the routes of its packets.
 *
 *   track --> lane --+--> route --> stream
 *             (one   +--> route --> stream
 *            cursor) '--> route --> stream
 *
 * What is new in a track is looked at once, a batch at a time, and written for each route in turn.
 *
 * A picture begins with a key frame for everybody: a route waits at its gate until one does. A
 * route that changes tracks stands in both lanes until the new one's key frame. One whose packets
 * the system did not take goes back to its gate: whole pictures are left out, not parts of them.
 *
 * A key frame is many packets for everybody at once, more than buffers on the way hold: it leaves
 * LANE_CHUNK packets at a time, for all routes in turn, the next ones a millisecond later
 * (lanes_pace). What comes behind it meanwhile waits, so that the order stays. Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bell.h"

#define LANE_CHUNK 16

struct lanes;
struct outbox;
struct route;
struct stream;
struct track;

/* `bell` is hung on every track received, and outlives them. */
struct lanes *lanes_create(struct bell bell, struct outbox *outbox);

/* After the bell has rung: sends what has come. */
void lanes_run(struct lanes *lanes);

/* Whether something waits for its turn, and the next turn, a millisecond after the last one. */
bool lanes_are_behind(const struct lanes *lanes);
void lanes_pace(struct lanes *lanes);

/* With no routes left. NULL is allowed. */
void lanes_destroy(struct lanes *lanes);

/* Pictures left out are counted in *dropped, which outlives the route. */
struct route *route_create(struct lanes *lanes, struct stream *stream, uint64_t *dropped);

/* Begins with this track, or changes to it at its next key frame (asked for). */
void route_follow(struct route *route, struct track *track);

/* Leaves its track. The next one that it follows is a new beginning, at a key frame. */
void route_stop(struct route *route);

/* Asks the track that it follows, or waits for, for a key frame; all routes' wishes of 100 ms are
 * one. */
void route_ask_key(struct route *route);

/* Sends nothing more before the next key frame, and asks for it; all routes' blocks of a second ask
 * once. */
void route_block(struct route *route);

/* Some 20 times a second: asks again for the key frame that it has been waiting for. */
void route_tick(struct route *route, int64_t now_ns);

/* NULL is allowed. The stream is the caller's. */
void route_destroy(struct route *route);
