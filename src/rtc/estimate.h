/* SPDX-License-Identifier: EUPL-1.2
 *
 * estimate: what one peer's line carries, from the numbers of our packets and its transport-wide
 * feedback (twcc.h) of when they came.
 *
 *   sent (number, moment, bytes) --+
 *                                  +--> rate that arrives, loss, standing queue --> kbps
 *   feedback (number, arrival) ----'--> spread of a frame's packets --> capacity
 *
 * Transport-wide numbers and not REMB, the other thing browsers offer: REMB is the receiver's word
 * once a second, without loss or queue in it, and stays near what was sent; feedback comes 4 to 20
 * times a second (Chromium: every 60 ms) and shows a narrow line within a quarter of one. It costs 8
 * bytes in each packet, all of one frame alike, so that bursts stay whole (udp.h).
 *
 *   queue      the least delay of the last moments against the least of half a minute: what waits
 *              in the line even for its luckiest packet; jitter alone makes none
 *   loss       of the packets whose fate is settled (what is only late has had its time)
 *   congested  a queue of more than 80 ms, or more than 10 % loss: a line that loses less than
 *              that, as a bad radio link does, is not narrow
 *   capacity   packets of one frame leave at once, and arrive as far apart as the narrowest part
 *              of the way needs for each: an upper bound that is known without trying
 *
 * Pure: it has no clock of its own. Thread: the worker.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct estimate;

struct estimate *estimate_create(void);

/* A packet is about to be sent: the number to write into it. */
uint16_t estimate_send(struct estimate *estimate, size_t bytes, int64_t now_ns);

/* A transport-wide feedback packet, head included; nonsense is dropped. */
void estimate_feedback(struct estimate *estimate, const uint8_t *packet, size_t length,
		       int64_t now_ns);

/* A receiver report's loss: all there is of a peer that sends no transport-wide feedback. */
void estimate_report(struct estimate *estimate, double loss_percent, int64_t now_ns);

struct estimate_view {
	bool is_known;	      /* there was feedback */
	double kbps;	      /* what the line carries at least, as far as was seen; 0: unknown */
	double arrived_kbps;  /* what came through in the last second */
	double capacity_kbps; /* what it may carry at most, middle of the last trains; 0: unknown */
	double loss_percent;  /* in the last second */
	double queue_ms;
	int64_t congested_ms; /* for so long without a break; 0: it is not */
	int64_t calm_ms;      /* since it was congested last, or since the beginning */
};

void estimate_read(const struct estimate *estimate, int64_t now_ns, struct estimate_view *view);

/* Whether the line is known not to be congested. */
bool estimate_has_room(const struct estimate *estimate);

/* NULL is allowed. */
void estimate_destroy(struct estimate *estimate);
