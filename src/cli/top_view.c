/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_view.h"

#include <math.h>
#include <ncurses.h>
#include <string.h>

#include "top_layout.h"
#include "top_panes.h"

#define LITTLE_IDLE 20.0 /* per cent of the whole machine: look at it */
#define NO_IDLE	    8.0	 /* pictures will be missed */

/* ---- what panes have in common ---- */

void pane_number(struct pen *pen, int y, int x, int width, const char *format, double number)
{
	if (isnan(number))
		pen_right(pen, y, x, width, "-");
	else
		/* -Wformat-nonliteral is not on; `format` is one of ours. */
		pen_right(pen, y, x, width, format, number);
}

enum style pane_light(enum model_tally tally)
{
	return tally == LIGHT_PROGRAM	? STYLE_PROGRAM
	       : tally == LIGHT_PREVIEW ? STYLE_PREVIEW
					: STYLE_PLAIN;
}

int pane_first(int n, int rows, int chosen, int *shown)
{
	int first;

	if (n <= rows) {
		*shown = n;
		return 0;
	}
	*shown = rows > 1 ? rows - 1 : rows;
	first = chosen - *shown / 2;
	if (first > n - *shown)
		first = n - *shown;
	return first < 0 ? 0 : first;
}

/* ---- the title ---- */

static enum style cpu_style(const struct model *model)
{
	double idle = model->idle_percent / (model->cores > 0 ? model->cores : 1);

	return idle < NO_IDLE ? STYLE_ALARM : idle < LITTLE_IDLE ? STYLE_WARNING : STYLE_PLAIN;
}

static int draw_cpu(struct pen *pen, int y, int x, const struct model *model)
{
	int used;

	if (isnan(model->daemon_percent) || isnan(model->idle_percent))
		return pen_text(pen, y, x, 40, "CPU -");
	pen_style(pen, cpu_style(model));
	used = pen_print(pen, y, x, 40, "CPU %.0f%%, left %.0f of %d%%", model->daemon_percent,
			 model->idle_percent, 100 * model->cores);
	pen_style(pen, STYLE_PLAIN);
	return used;
}

static int draw_missed(struct pen *pen, int y, int x, const struct model *model)
{
	int used;

	if (model->missed_lately)
		pen_style(pen, STYLE_ALARM);
	used = pen_print(pen, y, x, 24, "missed %lld", (long long)model->missed);
	pen_style(pen, STYLE_PLAIN);
	return used;
}

/* Over the whole line: what stands below it is old and must not look alive. */
static void draw_trouble(struct pen *pen, const struct area *area, const char *trouble)
{
	pen_style(pen, STYLE_ALARM);
	pen_fill(pen, area);
	pen_text(pen, area->y, area->x, area->width, trouble);
	pen_style(pen, STYLE_PLAIN);
}

void pane_title(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	int x = area->x;

	if (view->trouble) {
		draw_trouble(pen, area, view->trouble);
		return;
	}
	pen_style(pen, STYLE_BOLD);
	x += pen_print(pen, area->y, x, 12, "%s", view->clock) + 2;
	pen_style(pen, STYLE_PLAIN);
	x += draw_cpu(pen, area->y, x, model) + 2;
	x += draw_missed(pen, area->y, x, model) + 2;
	pen_right(pen, area->y, x, area->x + area->width - x, "%d viewer%s, %d screen%s, room %s",
		  model->viewers, model->viewers == 1 ? "" : "s", model->screens,
		  model->screens == 1 ? "" : "s", model->room);
}

/* ---- the bottom line ---- */

static void draw_prompt(struct pen *pen, const struct area *area, const struct hand *hand)
{
	const char *question =
		hand->prompt == PROMPT_TITLE ? "title (name / role; nothing: off): " : ": ";
	int asked = pen_columns(pen, question), room = area->width - asked - 1;
	const char *typed = hand->typed;

	/* Of a long line its end is seen. */
	while (pen_columns(pen, typed) > room) {
		typed++;
		while (((unsigned char)*typed & 0xc0) == 0x80)
			typed++;
	}
	pen_style(pen, STYLE_BOLD);
	pen_text(pen, area->y, area->x, area->width, question);
	pen_style(pen, STYLE_PLAIN);
	asked += pen_text(pen, area->y, area->x + asked, room, typed);
	pen_style(pen, pen->has_colour ? STYLE_PREVIEW : STYLE_ALARM);
	pen_text(pen, area->y, area->x + asked, 1, " ");
	pen_style(pen, STYLE_PLAIN);
}

void pane_bottom(struct pen *pen, const struct area *area, const struct view *view)
{
	static const char hints[] =
		"1-9 p preview  t take  x mix  c cut  m mute  T title  : command  ? help  q quit";
	const struct hand *hand = view->hand;

	if (hand->prompt) {
		draw_prompt(pen, area, hand);
	} else if (view->trouble) {
		draw_trouble(pen, area, view->trouble);
	} else if (*hand->answer) {
		pen_style(pen, hand->is_refused ? STYLE_ALARM : STYLE_BOLD);
		pen_text(pen, area->y, area->x, area->width, hand->answer);
	} else {
		pen_style(pen, STYLE_DIM);
		pen_text(pen, area->y, area->x, area->width, hints);
	}
	pen_style(pen, STYLE_PLAIN);
}

/* ---- all of it ---- */

static void draw_too_small(struct pen *pen, int height, int width)
{
	pen_style(pen, STYLE_BOLD);
	pen_print(pen, height / 2, 0, width, "%dx%d is too small: make it %dx%d", width, height,
		  LEAST_WIDTH, LEAST_HEIGHT);
	pen_style(pen, STYLE_PLAIN);
}

static void draw_panes(struct pen *pen, const struct top_layout *layout, const struct view *view)
{
	pane_title(pen, &layout->title, view);
	pane_program(pen, &layout->program, view);
	pane_preview(pen, &layout->preview, view);
	pane_scenes(pen, &layout->scenes, view);
	pane_sources(pen, &layout->sources, view);
	pane_buses(pen, &layout->buses, view);
	pane_speakers(pen, &layout->speakers, view);
	pane_events(pen, &layout->events, view);
}

void view_draw(struct pen *pen, int height, int width, const struct view *view)
{
	const struct model *model = view->model;
	struct top_layout layout;

	pen_style(pen, STYLE_PLAIN);
	werase(pen->window);
	if (!layout_top(height, width, model->n_listed, model->n_buses, model->n_speakers,
			&layout)) {
		draw_too_small(pen, height, width);
		return;
	}
	if (view->hand->is_help)
		pane_help(pen, &(struct area){0, 0, height - 1, width});
	else if (model->is_known)
		draw_panes(pen, &layout, view);
	pane_bottom(pen, &layout.bottom, view);
}
