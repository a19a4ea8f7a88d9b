/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_pen.h"

#include <ncurses.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MOST_COLUMNS 512
#define SCALE_DB     60.0
#define YELLOW_DB    (-18.0)
#define RED_DB	     (-6.0)

/* ---- styles ---- */

enum {
	PAIR_PROGRAM = 1,
	PAIR_PREVIEW,
	PAIR_RED,
	PAIR_GREEN,
	PAIR_YELLOW,
	PAIR_WARNING,
	PAIR_ALARM
};

static const struct {
	int pair;
	attr_t with_colour, without;
} styles[STYLES] = {
	[STYLE_PLAIN] = {0, A_NORMAL, A_NORMAL},
	[STYLE_DIM] = {0, A_DIM, A_NORMAL},
	[STYLE_BOLD] = {0, A_BOLD, A_BOLD},
	[STYLE_PROGRAM] = {PAIR_PROGRAM, A_BOLD, A_REVERSE | A_BOLD},
	[STYLE_PREVIEW] = {PAIR_PREVIEW, A_NORMAL, A_REVERSE},
	[STYLE_RED] = {PAIR_RED, A_BOLD, A_BOLD},
	[STYLE_GREEN] = {PAIR_GREEN, A_NORMAL, A_NORMAL},
	[STYLE_YELLOW] = {PAIR_YELLOW, A_NORMAL, A_NORMAL},
	[STYLE_WARNING] = {PAIR_WARNING, A_NORMAL, A_REVERSE},
	[STYLE_ALARM] = {PAIR_ALARM, A_BOLD, A_REVERSE | A_BOLD},
};

void pen_init(struct pen *pen, WINDOW *window, bool is_utf8)
{
	*pen = (struct pen){window, is_utf8, false};
	if (!has_colors() || start_color() == ERR)
		return;
	pen->has_colour = true;
	use_default_colors();
	init_pair(PAIR_PROGRAM, COLOR_WHITE, COLOR_RED);
	init_pair(PAIR_PREVIEW, COLOR_BLACK, COLOR_GREEN);
	init_pair(PAIR_RED, COLOR_RED, -1);
	init_pair(PAIR_GREEN, COLOR_GREEN, -1);
	init_pair(PAIR_YELLOW, COLOR_YELLOW, -1);
	init_pair(PAIR_WARNING, COLOR_BLACK, COLOR_YELLOW);
	init_pair(PAIR_ALARM, COLOR_WHITE, COLOR_MAGENTA);
}

void pen_style(struct pen *pen, enum style style)
{
	wattr_set(pen->window, pen->has_colour ? styles[style].with_colour : styles[style].without,
		  (short)(pen->has_colour ? styles[style].pair : 0), NULL);
}

/* ---- text ---- */

/* The next letter of UTF-8; what is none is a '?'. glibc's wchar_t is UCS-4 in every locale. */
static wchar_t next_letter(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	int more = at[0] < 0x80	  ? 0
		   : at[0] < 0xc0 ? -1
		   : at[0] < 0xe0 ? 1
		   : at[0] < 0xf0 ? 2
		   : at[0] < 0xf8 ? 3
				  : -1;
	uint32_t letter = more <= 0 ? at[0] : at[0] & (0x3fu >> more);

	*text += 1;
	for (int i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return L'?';
		letter = letter << 6 | (at[i] & 0x3fu);
		*text += 1;
	}
	return more < 0 ? L'?' : (wchar_t)letter;
}

/* A letter as this terminal has it, and its columns. */
static wchar_t shown(const struct pen *pen, wchar_t letter, int *columns)
{
	if (!pen->is_utf8 && letter > 0x7e)
		letter = L'?';
	*columns = wcwidth(letter);
	if (letter < 0x20 || *columns < 0) {
		*columns = 1;
		return L'?';
	}
	return letter;
}

int pen_columns(const struct pen *pen, const char *text)
{
	int n = 0, columns;

	while (*text) {
		shown(pen, next_letter(&text), &columns);
		n += columns;
	}
	return n;
}

int pen_text(struct pen *pen, int y, int x, int width, const char *text)
{
	wchar_t out[MOST_COLUMNS * 2];
	size_t n = 0;
	int used = 0;
	bool is_cut = pen_columns(pen, text) > width;
	int room = is_cut ? width - 1 : width;

	if (width <= 0)
		return 0;
	while (*text && n + 2 < sizeof(out) / sizeof(*out)) {
		int columns;
		wchar_t letter = shown(pen, next_letter(&text), &columns);

		if (used + columns > room)
			break;
		out[n++] = letter;
		used += columns;
	}
	if (is_cut) {
		out[n++] = pen->is_utf8 ? L'…' : L'~';
		used++;
	}
	out[n] = L'\0';
	mvwaddnwstr(pen->window, y, x, out, (int)n);
	return used;
}

int pen_print(struct pen *pen, int y, int x, int width, const char *format, ...)
{
	char out[MOST_COLUMNS * 4];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(out, sizeof(out), format, arguments);
	va_end(arguments);
	return pen_text(pen, y, x, width, out);
}

void pen_right(struct pen *pen, int y, int x, int width, const char *format, ...)
{
	char out[256];
	va_list arguments;
	int columns;

	va_start(arguments, format);
	vsnprintf(out, sizeof(out), format, arguments);
	va_end(arguments);
	columns = pen_columns(pen, out);
	if (columns > width)
		columns = width;
	pen_text(pen, y, x + width - columns, columns, out);
}

void pen_fill(struct pen *pen, const struct area *area)
{
	for (int y = area->y; y < area->y + area->height; y++)
		mvwhline(pen->window, y, area->x, ' ', area->width);
}

/* ---- levels ---- */

static enum style level_style(double db)
{
	return db >= RED_DB ? STYLE_RED : db >= YELLOW_DB ? STYLE_YELLOW : STYLE_GREEN;
}

/* In eighths of a column from the left. */
static int eighths_of(double db, int width)
{
	double part = (db + SCALE_DB) / SCALE_DB;

	return (int)lround((part < 0 ? 0 : part > 1 ? 1 : part) * width * 8);
}

/* One column of a bar that fills `eighths` of the bar from there on. */
static const char *block(const struct pen *pen, int eighths)
{
	static const char *const blocks[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

	if (eighths > 8)
		eighths = 8;
	if (!pen->is_utf8)
		return eighths >= 4 ? "#" : "-";
	return eighths <= 0 ? "·" : blocks[eighths];
}

void pen_level(struct pen *pen, int y, int x, int width, double peak_db, double held_db,
	       bool is_muted)
{
	int filled = eighths_of(peak_db, width), held = eighths_of(held_db, width);
	int mark = held > 0 ? (held - 1) / 8 : -1;

	for (int i = 0; i < width; i++) {
		bool is_mark = i == mark && filled - 8 * i < 8;
		double db = (i + 0.5) * SCALE_DB / width - SCALE_DB;
		bool is_empty = filled <= 8 * i && !is_mark;

		pen_style(pen, is_muted || is_empty ? STYLE_DIM : level_style(db));
		pen_text(pen, y, x + i, 1,
			 is_mark ? (pen->is_utf8 ? "│" : "|") : block(pen, filled - 8 * i));
	}
	pen_style(pen, STYLE_PLAIN);
}

/* ---- boxes ---- */

/* Upper left, upper right, lower left, lower right, across, down. */
static const char *edge(const struct pen *pen, int which)
{
	static const char *const lines[] = {"┌", "┐", "└", "┘", "─", "│"};
	static const char *const plain[] = {"+", "+", "+", "+", "-", "|"};

	return pen->is_utf8 ? lines[which] : plain[which];
}

static void draw_edge(struct pen *pen, int y, const struct area *area, int left)
{
	int right = area->x + area->width - 1;

	pen_text(pen, y, area->x, 1, edge(pen, left));
	for (int x = area->x + 1; x < right; x++)
		pen_text(pen, y, x, 1, edge(pen, 4));
	pen_text(pen, y, right, 1, edge(pen, left + 1));
}

static void draw_outline(struct pen *pen, const struct area *area)
{
	int bottom = area->y + area->height - 1, right = area->x + area->width - 1;

	pen_fill(pen, area);
	if (area->height == 1) {
		pen_text(pen, area->y, area->x, 1, "[");
		pen_text(pen, area->y, right, 1, "]");
		return;
	}
	draw_edge(pen, area->y, area, 0);
	for (int y = area->y + 1; y < bottom; y++) {
		pen_text(pen, y, area->x, 1, edge(pen, 5));
		pen_text(pen, y, right, 1, edge(pen, 5));
	}
	draw_edge(pen, bottom, area, 2);
}

void pen_box(struct pen *pen, const struct area *area, const char *title, enum style style)
{
	if (area->width < 2 || area->height < 1)
		return;
	pen_style(pen, STYLE_DIM);
	draw_outline(pen, area);
	pen_style(pen, style);
	pen_text(pen, area->y, area->x + 1, area->width - 2, title);
	pen_style(pen, STYLE_PLAIN);
}
