/* SPDX-License-Identifier: EUPL-1.2
 *
 * arrivals: PRIVATE to this folder. When the first byte of each picture of an MPEG-TS (or of each
 * packet of its sound, which is then called a picture here) reached us, so that what the decoder
 * makes of it can be dated: the demuxer keeps only time stamps.
 *
 *   bytes --PID and unit start, ISO 13818-1 2.4.3.2--> begun --picture demuxed--> table by PTS
 *
 * Threads: one writes (the demuxer's), one finds (the sink's); lock-free.
 */
#pragma once

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define ARRIVALS_KEPT  64
#define ARRIVALS_BEGUN 8

struct arrivals {
	/* writer's */
	int pid; /* of the pictures; 0: not known yet */
	int n_begun;
	int64_t begun_ns[ARRIVALS_BEGUN]; /* of pictures that are not demuxed yet, oldest first */
	unsigned next;

	struct {
		_Atomic(int64_t) pts_ns, arrived_ns; /* arrived 0: empty */
	} kept[ARRIVALS_KEPT];
};

/* Writer. Whole packets of 188 bytes on their way into the demuxer. */
void arrivals_see_bytes(struct arrivals *arrivals, const uint8_t *bytes, size_t length,
			int64_t arrived_ns);

/* Writer. The demuxer has made a picture of what came. */
void arrivals_see_picture(struct arrivals *arrivals, int64_t pts_ns);

/* Finder. When the picture with this time stamp began to arrive, or, where there is none (a field's
 * stands between two pictures'), the last one before it; 0: not known. */
int64_t arrivals_find(const struct arrivals *arrivals, int64_t pts_ns);
