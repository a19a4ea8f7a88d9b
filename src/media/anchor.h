/* SPDX-License-Identifier: EUPL-1.2
 *
 * anchor: when to show what a connection sends. Its time stamps count from anywhere; what holds is their distance. Everything is due at
 * PTS + offset, with the least offset that lets the later of picture and sound be on time:
 *
 *   at first        the largest (arrival - PTS) seen; taken anew from each of the first two seconds, because decoders start slowly
 *   something late  the offset rises to it at once
 *   a jump          (arrival - PTS) of one stream moves by more than a second: all is forgotten and begins there
 *   lasting slack   of more than 30 ms for ten seconds: the offset comes down by 5 ms a second
 *
 * Pure: times come in as arguments, in ns. One user at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum anchor_stream { ANCHOR_PICTURE, ANCHOR_SOUND, ANCHOR_STREAMS };

struct anchor {
	bool is_set;
	int64_t offset_ns;
	int64_t begun_ns, window_ns; /* when it began; when the running window did */
	int windows;		     /* complete ones */
	int slack_windows;	     /* in a row */
	struct {
		bool is_known;
		int64_t last_ns; /* arrival - PTS of the last buffer */
		bool is_in_window;
		int64_t most_ns; /* the largest in the running window */
	} streams[ANCHOR_STREAMS];
};

/* Takes notice of one decoded buffer. Returns the jump in ns if there was one, else 0. anchor->offset_ns is then what to add to PTS. */
int64_t anchor_see(struct anchor *anchor, enum anchor_stream stream, int64_t pts_ns,
		   int64_t arrival_ns);
