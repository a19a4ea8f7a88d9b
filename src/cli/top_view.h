/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_view: all of `twinstage top`'s screen, drawn into an ncurses window: a function of what is known,
 * what is chosen and how large the window is, and of nothing else. Never clears the terminal: ncurses
 * sends what differs from the picture before.
 */
#pragma once

#include "top_keys.h"
#include "top_model.h"
#include "top_pen.h"

struct view {
	const struct model *model;
	const struct hand *hand;
	const char *clock;   /* "20:15:03" */
	const char *trouble; /* why what is shown is old; NULL: it is not */
};

/* The window is erased first; the caller refreshes it. */
void view_draw(struct pen *pen, int height, int width, const struct view *view);
