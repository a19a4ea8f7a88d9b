/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_pen: what everything on the screen is drawn with: text in any script, clipped to a width in
 * columns; levels as bars; boxes; and a few styles that stay apart on a terminal without colours, too.
 * Draws into an ncurses window and nowhere else. In a terminal that is not UTF-8 every letter beyond
 * ASCII is a '?' and bars are made of '#'.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct _win_st WINDOW;

enum style {
	STYLE_PLAIN,
	STYLE_DIM,     /* headings, what is not there */
	STYLE_BOLD,    /* what is said now */
	STYLE_PROGRAM, /* on air: red ground */
	STYLE_PREVIEW, /* next: green ground */
	STYLE_RED,
	STYLE_GREEN,
	STYLE_YELLOW,
	STYLE_WARNING, /* yellow ground */
	STYLE_ALARM,   /* magenta ground, which no tally light has */
	STYLES
};

struct pen {
	WINDOW *window;
	bool is_utf8, has_colour;
};

struct area {
	int y, x, height, width;
};

/* Makes the colours; once, after ncurses has begun. */
void pen_init(struct pen *pen, WINDOW *window, bool is_utf8);

/* From now on. */
void pen_style(struct pen *pen, enum style style);

/* Writes UTF-8 text of at most `width` columns; what does not fit ends in an ellipsis. How many
 * columns it took. Anything that is no letter is a '?'. */
int pen_text(struct pen *pen, int y, int x, int width, const char *text);

/* The same from printf's words. */
int pen_print(struct pen *pen, int y, int x, int width, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same, ending at the right end of the width. */
void pen_right(struct pen *pen, int y, int x, int width, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Fills an area with blanks in the present style. */
void pen_fill(struct pen *pen, const struct area *area);

/* How many columns a text takes. */
int pen_columns(const struct pen *pen, const char *text);

/* A level on a scale from -60 to 0 dBFS: green, yellow from -18, red from -6 dB; and a mark where it
 * was held. `is_muted`: all of it is dim. */
void pen_level(struct pen *pen, int y, int x, int width, double peak_db, double held_db,
	       bool is_muted);

/* An outlined box with a title in its upper edge; one of a single row is "[title   ]". What was
 * there is covered. */
void pen_box(struct pen *pen, const struct area *area, const char *title, enum style style);
