/* SPDX-License-Identifier: EUPL-1.2
 *
 * cue_run: what a cue's commands mean: they are parsed when the cue is made, so that nothing is
 * misspelt on the evening; tried on a rehearsal when it is run, so that a cue that would fail
 * half-way does nothing; and are on air together, with one tick.
 *
 * A cue may name what is not there yet (a plan is often older than its scenes): cue_missing() says
 * so.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct context;
struct cue_view;
struct reply;
struct show;

/* The commands as they are kept, each parsed and its paths made whole; a new string. NULL: which
 * of them is wrong, and how. */
char *cue_commands(const struct context *context, const char *text, GError **error);

/* Appends a sentence for each scene, source and speaker that the commands name and the show does
 * not have (char *, g_free); names in `made` (a set, or NULL) are there. */
void cue_missing(const struct show *show, const char *commands, GHashTable *made,
		 GPtrArray *missing);

/* The same for all cues of a show file that was read into `show`, as "name:line:column: ..". What
 * one cue makes another may use. Whether there is nothing to say. */
bool cue_check_file(const struct show *show, const char *name, const char *text, GPtrArray *errors);

/* Runs the cue and says so in `reply`. */
bool cue_run(const struct context *context, const struct cue_view *cue, struct reply *reply,
	     GError **error);
