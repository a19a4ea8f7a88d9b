/* SPDX-License-Identifier: EUPL-1.2
 *
 * anchor: when to show what a connection sends. Its time stamps count from anywhere; what holds is
 * their distance. Each stream is due at PTS + its offset. How late a stream is (arrival - PTS) is
 * looked at second by second. Of a second the third largest counts, and of two in a row the one
 * that was less late: what comes late once is no reason to delay all that follows (a late picture
 * is shown late; late sound is what its ring is for):
 *
 *   picture   waits as long as its own lateness wants, and as its sound's does: sound still waits
 *             behind its sink (behind_ns), and may be heard ANCHOR_AFTER_NS after its picture is
 *             seen, but no later
 *   sound     waits for nothing if it is the later of the two; else so that it is heard
 *             ANCHOR_SOON_NS after its picture
 *   a start   offsets are taken anew from each of the first two seconds, because decoders start
 *             slowly
 *   later     they rise at once after two seconds that were late, and fall by 20 ms a second after
 *             four seconds with slack
 *   a jump    (arrival - PTS) of one stream moves by more than a second: all is forgotten and
 *             begins there
 *
 * A stream that has not been there for four seconds is not waited for.
 *
 * Pure: times come in as arguments, in ns. One user at a time. Zeroed memory is a new one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ANCHOR_AFTER_NS                                                                            \
	INT64_C(12000000) /* as from a singer 4 m away; browsers add as much again */
#define ANCHOR_SOON_NS INT64_C(2000000)
#define ANCHOR_TOP     3 /* of a second the third largest counts */
#define ANCHOR_WINDOWS 5 /* seconds that are remembered: four, and one before them */

enum anchor_stream { ANCHOR_PICTURE, ANCHOR_SOUND, ANCHOR_STREAMS };

struct anchor_lateness {
	bool is_known;
	int64_t last_ns;
	int n; /* in the running second */
	int64_t top_ns[ANCHOR_TOP];
	bool was_there[ANCHOR_WINDOWS];
	int64_t most_ns[ANCHOR_WINDOWS];
};

struct anchor {
	/* The user's, at any time: how long each waits behind its sink. */
	int64_t behind_ns[ANCHOR_STREAMS];

	int64_t offset_ns[ANCHOR_STREAMS]; /* what to add to PTS */
	bool is_set;
	int64_t window_ns; /* when the running second began */
	int windows;	   /* complete ones */
	struct anchor_lateness streams[ANCHOR_STREAMS];
};

/* Takes notice of one decoded buffer; the offsets may have changed then. Returns the jump in ns if
 * there was one, else 0. */
int64_t anchor_see(struct anchor *anchor, enum anchor_stream stream, int64_t pts_ns,
		   int64_t arrival_ns);
