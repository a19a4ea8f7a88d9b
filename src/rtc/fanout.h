/* SPDX-License-Identifier: EUPL-1.2
 *
 * fanout: a peer that receives: a stream of pictures and one of sound, each on its route out of a
 * track (lane.h), and what the peer reports of them. Thread: the worker.
 */
#pragma once

#include <stdint.h>

#include "peer.h"
#include "stream.h"

struct lanes;
struct receiver;
struct track;

/* What a receiving peer gets. A NULL track: nothing of that kind. */
struct receiver_plan {
	struct track *video, *audio;
	struct stream_plan video_stream, audio_stream;
};

extern const struct peer_use receiver_use;

/* Takes references to the tracks. The receiver belongs to the peer (as its use). */
struct receiver *fanout_join(struct lanes *lanes, struct peer *peer,
			     const struct receiver_plan *plan);

/* NULL: no picture until the next one. */
void receiver_switch_video(struct receiver *receiver, struct track *video);
