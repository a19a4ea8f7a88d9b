/* SPDX-License-Identifier: EUPL-1.2
 *
 * cue: the plan of the evening. A cue has a number (12, 12.5, 13: the order in which they come, as
 * in a theatre), a title, and commands as text. Core keeps them and knows which one was the last;
 * what the commands mean, and running them, is control's business (control/cue_run.h).
 *
 * Where the evening is, is a number, not a cue: removing the current cue changes neither the next
 * nor the one before.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct show;

/* NULL leaves a thing as it is (cue_set). */
struct cue_spec {
	const char *number;   /* 0 to 99999.999 */
	const char *title;    /* 1 to 100 characters */
	const char *commands; /* one line, as it stands in a show file after "--" */
};

/* Strings live until the show changes. */
struct cue_view {
	char number[16]; /* as it is written: "12.5" */
	const char *title, *commands;
	bool is_current;
};

bool cue_add(struct show *show, const struct cue_spec *spec, GError **error);
bool cue_set(struct show *show, const char *number, const struct cue_spec *change, GError **error);
bool cue_remove(struct show *show, const char *number, GError **error);

/* The cue of this number. */
bool cue_find(const struct show *show, const char *number, struct cue_view *view, GError **error);

/* The one after where the evening is, and the one before it; ERROR_CONFLICT at either end. */
bool cue_next(const struct show *show, struct cue_view *view, GError **error);
bool cue_previous(const struct show *show, struct cue_view *view, GError **error);

/* Says where the evening is without anything being run; NULL: before the first cue. */
bool cue_mark(struct show *show, const char *number, GError **error);

/* The cue's commands were run: the evening is there. */
void cue_start(struct show *show, const char *number);

int cue_count(const struct show *show);
void cue_view(const struct show *show, int index, struct cue_view *view); /* in their order */

/* Where the evening is, as "12.5"; "" before the first cue. */
void cue_current(const struct show *show, char number[16]);
