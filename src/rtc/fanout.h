/* SPDX-License-Identifier: EUPL-1.2
 *
 * fanout: tracks to the peers that receive them.
 *
 *   track --> lane --+--> stream --> peer
 *             (one   +--> stream --> peer
 *            cursor) '--> stream --> peer
 *
 * A lane is a track that somebody here receives: each packet is looked at once, and written,
 * protected and sent for each stream in the lane.
 *
 * A picture begins with a key frame for everybody: a stream waits at its gate until one does. A
 * receiver that changes tracks stands in both lanes until the new one's key frame. Thread: the
 * worker.
 */
#pragma once

#include <stdint.h>

#include "bell.h"
#include "peer.h"
#include "stream.h"

struct fanout;
struct receiver;
struct track;

/* What a receiving peer gets. A NULL track: nothing of that kind. */
struct receiver_plan {
	struct track *video, *audio;
	struct stream_plan video_stream, audio_stream;
};

extern const struct peer_use receiver_use;

/* `bell` is hung on every track received, and outlives them. */
struct fanout *fanout_create(struct bell bell);

/* Takes references to the tracks. The receiver belongs to the peer (as its use). */
struct receiver *fanout_join(struct fanout *fanout, struct peer *peer,
			     const struct receiver_plan *plan);

void receiver_switch_video(struct receiver *receiver, struct track *video);

/* After the bell has rung: sends what has come. */
void fanout_run(struct fanout *fanout);

/* With no receivers left. NULL is allowed. */
void fanout_destroy(struct fanout *fanout);
