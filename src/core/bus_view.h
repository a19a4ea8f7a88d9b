/* SPDX-License-Identifier: EUPL-1.2
 *
 * bus_view: what is measured of each bus on its way from the tick to the browsers: program, room,
 * what the crew alone sees, and one return for each speaker whose browser receives. To look at, nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <twinstage/stage_stats.h>

#include "bus.h"

struct show;

/* A bus's picture or sound. */
struct way_out {
	struct stage_stats encode; /* from the tick to the last packet of what it made */
	struct stage_stats send;   /* from there until it is sent to all of a worker's peers */
	double encode_ms;	   /* the former, smoothed; NAN: nothing is encoded now */
	double kbps;		   /* 0: nothing is encoded now */
	bool is_wanted;		   /* somebody receives it */
	double idle_s;		   /* since it was made last; INFINITY: never */
	uint64_t frames, key_frames, bytes; /* made by the encoder since the bus began */
};

/* All that is known of a bus, copied. */
struct bus_view {
	enum bus_kind kind;
	const char *speaker; /* whose return; "" for the others. Valid until the show changes */
	int peers;	     /* connected browsers that receive it */
	bool has_picture;    /* a return has none of its own: the speaker gets program's */
	bool is_shared;	     /* the room's viewers get program's picture, packet for packet */
	bool has_sound;	     /* the crew hears program's */
	struct way_out picture, sound;
	bool has_small; /* program, in a smaller size for narrow lines */
	struct way_out small;
	double peers_s; /* for how long the first of those who are connected has been; 0: none is */
	double peak_db, momentary_lufs, short_term_lufs;
	double held_db;		      /* the highest peak of the last 3 s */
	double window_lufs, silent_s; /* of the last ten seconds (meter.h) */
};

const char *bus_name(enum bus_kind kind); /* "program" "room" "preview" "crew" "return" */

int bus_count(const struct show *show);

/* In the order program, room, preview, crew (the multiview), returns by the order of the speakers. */
void bus_view(const struct show *show, int index, struct bus_view *view);
