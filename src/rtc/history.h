/* SPDX-License-Identifier: EUPL-1.2
 *
 * history: which packet one peer means by a sequence number, and whether it gets it again. The
 * packets themselves stay in the track that all peers share.
 *
 * A peer can ask for the same packet over and over, and a NACK of 16 bytes asks for 17 packets: so
 * each packet is sent again RESENDS_MAX times at most, not more often than every 10 ms, and all of
 * it together is at most RESENDS_BURST packets at once (a join's key frame can be lost as a whole
 * before anything was earned) and one for RESENDS_SHARE sent the first time; one for each on a line
 * that is known to have room: where packets overtake each other most that are asked for again are
 * not lost, and those that are lost must not go short for it. Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define RESENDS_MAX   4
#define RESENDS_BURST 64
#define RESENDS_SHARE 5

struct history;
struct packet;
struct track;

struct history *history_create(void);

/* From the peer's sequence number `first_seq` on: number = the track's number + offset. What was
 * before stays with the track before. Takes a reference of its own. */
void history_follow(struct history *history, struct track *track, uint16_t first_seq,
		    uint16_t offset);

/* One packet was sent the first time. */
void history_earn(struct history *history, bool has_room);

/* The packet to send again, with a reference, or NULL: no longer kept, never sent, asked for too
 * often, or too much in all. `offset` as in history_follow(). */
const struct packet *history_take(struct history *history, uint16_t seq, int64_t now_ns,
				  uint16_t *offset);

/* NULL is allowed. */
void history_destroy(struct history *history);
