/* SPDX-License-Identifier: EUPL-1.2
 *
 * The pane of sources: a line each. Of one that is not live the reason stands where its figures were.
 */
#include <math.h>
#include <string.h>

#include "top_panes.h"
#include "top_sound.h"

/* Widths; a blank follows each. The name and the bar take what is left. */
enum { MARK = 1, AIR = 3, STATE = 9, FPS = 4, LOSS = 5, DELAY = 5, LIPS = 5 };
#define FIGURES (FPS + LOSS + DELAY + LIPS + 3)

struct columns {
	int name, air, state, figures; /* where each begins */
	int name_width;
	struct area sound;
};

static struct columns columns_of(const struct area *area)
{
	struct columns columns = {.sound = sound_area(area)};

	columns.figures = columns.sound.x - 1 - FIGURES;
	columns.state = columns.figures - 1 - STATE;
	columns.air = columns.state - 1 - AIR;
	columns.name = area->x + MARK;
	columns.name_width = columns.air - 1 - columns.name;
	return columns;
}

static void draw_heading(struct pen *pen, const struct area *area, const struct view *view)
{
	struct columns columns = columns_of(area);
	int x = columns.figures;

	pen_style(pen, view->hand->focus == PANE_SOURCES ? STYLE_BOLD : STYLE_DIM);
	pen_text(pen, area->y, columns.name, columns.name_width, "SOURCE");
	pen_style(pen, STYLE_DIM);
	pen_text(pen, area->y, columns.air, AIR, "AIR");
	pen_text(pen, area->y, columns.state, STATE, "STATE");
	pen_right(pen, area->y, x, FPS, "FPS");
	pen_right(pen, area->y, x + FPS + 1, LOSS, "LOSS");
	pen_right(pen, area->y, x + FPS + LOSS + 2, DELAY, "DELAY");
	pen_right(pen, area->y, x + FPS + LOSS + DELAY + 3, LIPS, "LIPS");
	sound_heading(pen, &columns.sound);
	pen_style(pen, STYLE_PLAIN);
}

static enum style loss_style(double percent)
{
	return percent >= 2 ? STYLE_RED : percent >= 0.5 ? STYLE_YELLOW : STYLE_PLAIN;
}

static enum style lips_style(double ms)
{
	return fabs(ms) >= 80 ? STYLE_RED : fabs(ms) >= 45 ? STYLE_YELLOW : STYLE_PLAIN;
}

/* Never "-0". */
static double whole(double number)
{
	return round(number) + 0.0;
}

static void draw_figures(struct pen *pen, int y, int x, const struct model_source *source)
{
	pane_number(pen, y, x, FPS, source->fps < 99.95 ? "%.1f" : "%.0f",
		    source->width ? source->fps : NAN);
	x += FPS + 1;
	pen_style(pen, loss_style(source->loss_percent));
	pane_number(pen, y, x, LOSS, "%.1f%%", source->loss_percent);
	pen_style(pen, STYLE_PLAIN);
	x += LOSS + 1;
	pane_number(pen, y, x, DELAY, "%.0fms", whole(source->delay_ms));
	x += DELAY + 1;
	pen_style(pen, lips_style(source->lip_sync_ms));
	pane_number(pen, y, x, LIPS, "%+.0f", whole(source->lip_sync_ms));
	pen_style(pen, STYLE_PLAIN);
}

static void draw_state(struct pen *pen, int y, int x, const struct model_source *source)
{
	bool is_live = strcmp(source->state, "live") == 0;
	int used;

	pen_style(pen, model_is_dead(source) ? STYLE_ALARM : is_live ? STYLE_PLAIN : STYLE_YELLOW);
	used = pen_text(pen, y, x, STATE, source->state);
	if (model_is_dead(source))
		pen_fill(pen, &(struct area){y, x + used, 1, STATE - used});
	pen_style(pen, STYLE_PLAIN);
}

static void draw_rest(struct pen *pen, const struct columns *columns,
		      const struct model_source *source)
{
	bool is_live = strcmp(source->state, "live") == 0;
	int end = columns->sound.x + columns->sound.width;

	if (!is_live) {
		pen_style(pen, model_is_dead(source) ? STYLE_RED : STYLE_DIM);
		pen_text(pen, columns->sound.y, columns->figures, end - columns->figures,
			 source->detail);
		pen_style(pen, STYLE_PLAIN);
		return;
	}
	draw_figures(pen, columns->sound.y, columns->figures, source);
	if (source->is_heard)
		pen_text(pen, columns->sound.y, columns->sound.x - 1, 1, pen->is_utf8 ? "♪" : "*");
	sound_draw(pen, &columns->sound, &source->levels,
		   source->is_muted   ? MUTED
		   : source->is_heard ? HEARD
				      : UNHEARD,
		   source->has_sound ? NULL : "no sound");
}

static void draw_source(struct pen *pen, const struct area *line, const struct model_source *source,
			bool is_chosen)
{
	static const char *const lights[] = {"", "pvw", "PGM"};
	struct columns columns = columns_of(line);
	int used;

	pen_style(pen, STYLE_BOLD);
	pen_text(pen, line->y, line->x, MARK, is_chosen ? ">" : " ");
	pen_style(pen, pane_light(source->tally));
	used = pen_text(pen, line->y, columns.name, columns.name_width, source->name);
	pen_fill(pen,
		 &(struct area){line->y, columns.name + used, 1, columns.name_width + 1 - used});
	pen_text(pen, line->y, columns.air, AIR, lights[source->tally]);
	pen_style(pen, STYLE_PLAIN);
	draw_state(pen, line->y, columns.state, source);
	draw_rest(pen, &columns, source);
}

/* "5 more (2 not live, 1 clips)": what is folded must not hide a dead camera. */
static void draw_folded(struct pen *pen, const struct area *line, const struct model *model,
			int first, int shown)
{
	int dead = 0, clipping = 0;

	for (int i = 0; i < model->n_listed; i++) {
		if (i >= first && i < first + shown)
			continue;
		dead += model_is_dead(&model->sources[i]);
		clipping += model_is_clipping(&model->sources[i].levels);
	}
	pen_style(pen, dead || clipping ? STYLE_ALARM : STYLE_DIM);
	pen_print(pen, line->y, line->x + MARK, line->width - MARK, "%d more: %d dead, %d clipping",
		  model->n_listed - shown, dead, clipping);
	pen_style(pen, STYLE_PLAIN);
}

void pane_sources(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	int chosen = model_source(model, view->hand->source), shown;
	int first = pane_first(model->n_listed, area->height - 1, chosen, &shown);
	struct area line = {area->y, area->x, 1, area->width};

	if (area->height < 2)
		return;
	draw_heading(pen, &line, view);
	for (int i = first; i < first + shown; i++) {
		line.y++;
		draw_source(pen, &line, &model->sources[i],
			    i == chosen && view->hand->focus == PANE_SOURCES);
	}
	line.y++;
	if (shown < model->n_listed && line.y < area->y + area->height)
		draw_folded(pen, &line, model, first, shown);
}
