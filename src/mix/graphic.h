/* SPDX-License-Identifier: EUPL-1.2
 *
 * graphic: how each overlay looks. Sizes follow from the height of the picture that it is laid
 * over, so that it looks the same at any resolution.
 *
 *   title   | Name          accent bar at the text's beginning: on the right for text that runs
 *           | role          from right to left
 *   clock   | 19:30:05      countdown   | Beginn in
 *                                       | 09:59
 *   ticker  a strip at least as wide as its band, to be scrolled round and round
 *
 * A logo is a picture of the crew's and none of these (logo.h). Slow (fonts): never on the control loop or in a tick. Any other thread. No markup is read
 * in any text.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/words.h>

struct stamp;

struct graphic {
	enum overlay_kind kind;
	char *text;	   /* title: the name; countdown: the label, may be ""; ticker: all */
	char *more;	   /* title: the role, may be "" */
	int64_t until_s;   /* countdown: since 1970 UTC */
	int width, height; /* of the picture that it is laid over */
	char *font;	   /* pango's description without size and weight */
	uint32_t colour, background, accent; /* 0xrrggbbaa */
};

/* A deep copy, and what frees it. */
struct graphic *graphic_copy(const struct graphic *graphic);
void graphic_free(struct graphic *graphic);

/* Whether it has to be painted again every second. */
bool graphic_shows_time(const struct graphic *graphic);

/* How it looks at this time (s since 1970 UTC). */
struct stamp *graphic_paint(const struct graphic *graphic, int64_t now_s);

/* How far overlays keep away from an edge: a twentieth of the picture's width or height (EBU R 95,
 * graphics safe area of 16:9). Even. */
int graphic_safe_px(int length);
