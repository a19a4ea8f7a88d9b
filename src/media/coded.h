/* SPDX-License-Identifier: EUPL-1.2
 *
 * coded: PRIVATE to this folder. What is seen of a coded picture stream before it is decoded: how often a key frame comes, whether pictures
 * come in another order than they are shown (B-frames), and how many a second. Nothing is parsed: time stamps and one flag of each picture.
 *
 * One streaming thread sees, anybody reads. Zeroed memory is a new one.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct coded {
	/* the streaming thread's */
	int64_t last_ahead_ns;	 /* how long before it was shown the last one was decoded */
	int64_t last_key_pts_ns; /* 0: there was none */
	int64_t counted_ns;
	unsigned counted, swaps;

	_Atomic(int64_t) interval_ns, key_ns, swap_ns, seen_ns; /* 0: never */
	_Atomic(double) fps;
};

struct coded_stats {
	/* From key frame to key frame, as it was last. While the next one takes longer than that (or there was only one) it is how long the last
	 * one is ago: at least so much. 0: there was none, or pictures have ceased to come. */
	double key_interval_ms;
	bool has_b_frames; /* within the last ten seconds */
	double fps;	   /* that came, over the last two seconds, decoded or not; 0: not known */
};

/* A picture, in the order of decoding; when it is to be shown (above 0) and decoded (the same where that is not said). */
void coded_see(struct coded *coded, int64_t pts_ns, int64_t dts_ns, bool is_key, int64_t now_ns);

void coded_read(const struct coded *coded, int64_t now_ns, struct coded_stats *stats);
