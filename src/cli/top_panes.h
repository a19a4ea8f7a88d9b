/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_panes: PRIVATE to top_*.c: the panes of the screen. Each draws into its area and nowhere else;
 * what does not fit is folded into a last line that says how much it is.
 */
#pragma once

#include "top_view.h"

void pane_title(struct pen *pen, const struct area *area, const struct view *view);
void pane_program(struct pen *pen, const struct area *area, const struct view *view);
void pane_preview(struct pen *pen, const struct area *area, const struct view *view);
void pane_scenes(struct pen *pen, const struct area *area, const struct view *view);
void pane_sources(struct pen *pen, const struct area *area, const struct view *view);
void pane_buses(struct pen *pen, const struct area *area, const struct view *view);
void pane_speakers(struct pen *pen, const struct area *area, const struct view *view);
void pane_events(struct pen *pen, const struct area *area, const struct view *view);
void pane_bottom(struct pen *pen, const struct area *area, const struct view *view);
void pane_help(struct pen *pen, const struct area *area);

/* A number with its format, or "-" if it is not known, at the right end of `width`. */
void pane_number(struct pen *pen, int y, int x, int width, const char *format, double number)
	__attribute__((format(printf, 5, 0)));

/* How a name that is on program or preview stands out. */
enum style pane_light(enum model_tally tally);

/* The first row of a list of n to show in `rows` so that the chosen one is seen. *shown is how many
 * of them; the rest needs a line of its own, if there is one. */
int pane_first(int n, int rows, int chosen, int *shown);
