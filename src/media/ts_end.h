/* SPDX-License-Identifier: EUPL-1.2
 *
 * ts_end: PRIVATE to this folder. Tells a demuxer where a picture ends. Most encoders do not write
 * how long a picture's PES packet is (length 0, ISO 13818-1 2.4.3.7), so a demuxer knows that it is
 * whole when the next one begins: a whole picture later. But the last packet of a picture is seen
 * by its stuffing (2.4.3.5), for there was nothing more to fill it with. Behind it goes a packet of
 * the same PID that begins a unit of no known kind: the demuxer gives out what it has, and drops
 * that.
 *
 *   in   [start ....][.........][.... stuffed]                     [start ....]
 *   out  [start ....][.........][.... stuffed][start ff ff ff ..]  [start ....]
 *
 * Not all encoders stuff at ends only. Each PID is watched first: when a start has followed
 * stuffing TS_END_SURE times without an exception it is trusted, and with the first exception never
 * again. A picture that fills its last packet exactly waits for the next, as ever.
 *
 * Pure and bounded; one connection, one thread. Zeroed memory is a new one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_END_PACKET 188
#define TS_END_SURE   30
#define TS_END_PIDS   4	   /* with pictures; more are passed as they are */
#define TS_END_FILL   0xff /* no PES packet begins with it */

struct ts_end {
	int n;
	struct ts_end_pid {
		int pid;
		uint8_t counter; /* of the last packet with a payload, as it came */
		uint8_t shift;	 /* how many were put in: what its counters are ahead by */
		bool is_open;	 /* in a unit of unknown length */
		bool has_ended;	 /* the last packet was stuffed: a start should follow */
		bool is_off;
		int seen; /* starts behind stuffing */
	} pids[TS_END_PIDS];
};

/* Copies what came from the network to `out`, which has room for twice as much, with the ends in it
 * and the counters set right behind them; returns the length. What is not made of whole packets is
 * copied as it is. */
size_t ts_end_pass(struct ts_end *end, const uint8_t *bytes, size_t length, uint8_t *out);
