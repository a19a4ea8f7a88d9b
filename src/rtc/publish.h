/* SPDX-License-Identifier: EUPL-1.2
 *
 * publish: what a browser sends, out of its protection into tracks, and RTCP of the jitter buffer
 * behind them back to it. No packet is judged here; rtpbin does that. Thread: the worker, which is
 * the writer of rtp_in and rtcp_in.
 */
#pragma once

#include "bell.h"
#include "peer.h"

struct publishers;
struct publisher;
struct track;

struct publisher_plan {
	struct track *rtp_in, *rtcp_in, *rtcp_out;
};

extern const struct peer_use publisher_use;

/* `bell` is hung on each rtcp_out, and outlives them. */
struct publishers *publishers_create(struct bell bell);

/* Takes references to the tracks. The publisher belongs to the peer (as its use). */
struct publisher *publishers_join(struct publishers *publishers, struct peer *peer,
				  const struct publisher_plan *plan);

/* After a batch of datagrams: rings for what was written, once for all of it. */
void publishers_ring(struct publishers *publishers);

/* After the bell has rung: sends what has come. */
void publishers_run(struct publishers *publishers);

/* With no publisher left. NULL is allowed. */
void publishers_destroy(struct publishers *publishers);
