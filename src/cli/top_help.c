/* SPDX-License-Identifier: EUPL-1.2
 *
 * The page of keys.
 */
#include "top_panes.h"

static const struct {
	const char *keys, *does;
} rows[] = {
	{"1 .. 9", "put scene 1 .. 9 on preview"},
	{"left right  h l", "choose a scene (>)"},
	{"p", "put the chosen scene on preview"},
	{"t  Enter  Space", "take: swap preview and program"},
	{"x", "take with a mix (crossfade)"},
	{"c", "cut: the chosen scene on air at once"},
	{"", ""},
	{"up down  j k", "choose a source or a speaker (>)"},
	{"Tab", "go on to sources, speakers, scenes"},
	{"m", "mute what is chosen, or unmute (a note: heard online)"},
	{"a", "admit the chosen speaker, or dismiss again"},
	{"T", "title: name / role (nothing typed: off)"},
	{":", "any command, as on the command line"},
	{"", ""},
	{"?", "these keys"},
	{"Ctrl-L", "draw everything anew"},
	{"q", "quit (the show goes on)"},
};

void pane_help(struct pen *pen, const struct area *area)
{
	int y = area->y + 1;

	pen_style(pen, STYLE_BOLD);
	pen_text(pen, y, area->x + 2, area->width - 4, "twinstage top: keys");
	y += 2;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++, y++) {
		pen_style(pen, STYLE_BOLD);
		pen_text(pen, y, area->x + 4, 18, rows[i].keys);
		pen_style(pen, STYLE_PLAIN);
		pen_text(pen, y, area->x + 24, area->width - 26, rows[i].does);
	}
	pen_style(pen, STYLE_DIM);
	pen_text(pen, y + 1, area->x + 4, area->width - 8, "any key goes back");
	pen_style(pen, STYLE_PLAIN);
}
