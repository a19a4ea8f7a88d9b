/* SPDX-License-Identifier: EUPL-1.2
 *
 * show_diff: what differs between two shows, as the commands that lead from the one to the other.
 * Pure: two texts as show_write() makes them in, a list out, in an order in which it can be carried
 * out: what is in the way goes, sources and speakers, scenes, what is on air, scenes that are gone,
 * cues.
 *
 * An object is compared as a whole: a source by its `source add` line and its levels, a scene by its
 * line and its boxes, a cue by its number. One that is in both and differs is changed in place:
 * commands of such a change are meant for a context with is_replacing. Every other line stands for
 * itself: one that is new is run; one that is gone needs its inverse, for which there is a table
 * (in show_diff_single.c); what has none cannot be taken back, and the change says so.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct show_change {
	char *shown;	     /* "+ line", "- line", "~ line"; several lines for a scene; "! what
				cannot be done"; "" for a step of another change */
	GPtrArray *commands; /* char *: lines; none where it cannot be done */
	bool is_air; /* what is seen or heard now, or who may be; not what the show is made of */
	bool is_possible;
	int step; /* the order */
};

/* An array of struct show_change, g_ptr_array_unref(). */
GPtrArray *show_diff(const char *older, const char *newer);

/* Removes what is about the air. */
void show_diff_keep_still(GPtrArray *changes);
