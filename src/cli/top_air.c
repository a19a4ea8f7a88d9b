/* SPDX-License-Identifier: EUPL-1.2
 *
 * The panes of scenes: program and preview as small pictures of their boxes, and the row of all scenes
 * with the digits that put them on preview.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "top_panes.h"

/* ---- program and preview ---- */

static int cells_of(double per_cent, int cells)
{
	return (int)lround(per_cent * cells / 100);
}

static struct area place_area(const struct area *picture, const struct model_place *place)
{
	int left = cells_of(place->x, picture->width), top = cells_of(place->y, picture->height);
	int right = cells_of(place->x + place->width, picture->width);
	int bottom = cells_of(place->y + place->height, picture->height);

	if (bottom <= top)
		bottom = top + 1;
	if (bottom > picture->height) {
		top -= bottom - picture->height;
		bottom = picture->height;
	}
	return (struct area){picture->y + top, picture->x + left, bottom - top, right - left};
}

static void draw_place(struct pen *pen, const struct area *picture, const struct model *model,
		       const struct model_place *place)
{
	struct area area = place_area(picture, place);
	int i = model_source(model, place->source);
	bool is_dead = i >= 0 && strcmp(model->sources[i].state, "live") != 0;
	char title[256];

	snprintf(title, sizeof(title), "%s%s%s", place->source, is_dead ? " " : "",
		 is_dead ? model->sources[i].state : "");
	pen_box(pen, &area, title, is_dead ? STYLE_ALARM : STYLE_BOLD);
}

static void draw_picture(struct pen *pen, const struct area *area, const struct model *model,
			 const char *scene)
{
	struct area picture = {area->y + 1, area->x, area->height - 1, area->width - 1};
	int i = model_scene(model, scene);

	if (picture.height < 1 || i < 0)
		return;
	for (int k = 0; k < model->scenes[i].n_places; k++)
		draw_place(pen, &picture, model, &model->scenes[i].places[k]);
}

/* " PROGRAM  stage            pip " over the whole width. */
static void draw_heading(struct pen *pen, const struct area *area, enum style style,
			 const char *what, const struct model *model, const char *scene,
			 const char *note, const char *over)
{
	int i = model_scene(model, scene), used;

	pen_style(pen, style);
	pen_fill(pen, &(struct area){area->y, area->x, 1, area->width - 1});
	used = pen_print(pen, area->y, area->x, area->width - 1, " %s  %s", what,
			 *scene ? scene : "nothing");
	pen_right(pen, area->y, area->x + used + 1, area->width - used - 3, "%s%s",
		  *note	   ? note
		  : i >= 0 ? model->scenes[i].layout
			   : "",
		  over);
	pen_style(pen, STYLE_PLAIN);
}

void pane_program(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	bool is_slate = model->is_slate || !*model->program;
	bool is_covered = is_slate || model->is_black;

	draw_heading(pen, area, is_covered ? STYLE_ALARM : STYLE_PROGRAM, "PROGRAM", model,
		     model->program,
		     is_slate		    ? "THE SLATE IS SHOWN"
		     : model->is_black	    ? "BLACK"
		     : model->in_transition ? "in transition"
					    : "",
		     model->overlays);
	draw_picture(pen, area, model, model->program);
}

void pane_preview(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;

	draw_heading(pen, area, *model->preview ? STYLE_PREVIEW : STYLE_DIM, "PREVIEW", model,
		     model->preview, "", "");
	draw_picture(pen, area, model, model->preview);
}

/* ---- all scenes ---- */

/* What stands for one scene in the row: ">2 panel" */
static void scene_word(const struct view *view, int i, char *out, size_t size)
{
	const struct model_scene *scene = &view->model->scenes[i];
	bool is_chosen = strcmp(scene->name, view->hand->scene) == 0;
	char number[12] = " ";

	if (i < 9)
		snprintf(number, sizeof(number), "%d", i + 1);
	snprintf(out, size, "%s%s %s ", is_chosen ? ">" : " ", number, scene->name);
}

/* How many from `first` on fit into the width; the last may leave room for how many more. */
static int scenes_that_fit(struct pen *pen, const struct view *view, int first, int width)
{
	int i = first, used = 0;
	char word[256];

	for (; i < view->model->n_scenes; i++) {
		bool is_last = i + 1 == view->model->n_scenes;

		scene_word(view, i, word, sizeof(word));
		used += pen_columns(pen, word) + 1;
		if (used > width - (is_last ? 0 : 8))
			break;
	}
	return i - first;
}

void pane_scenes(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	int chosen = model_scene(model, view->hand->scene), first = 0, shown;
	int x = area->x, end = area->x + area->width;
	char word[256];

	pen_style(pen, view->hand->focus == PANE_SCENES ? STYLE_BOLD : STYLE_DIM);
	x += pen_text(pen, area->y, x, 10, "SCENES") + 1;
	pen_style(pen, STYLE_PLAIN);
	/* The chosen one is always in sight. */
	while ((shown = scenes_that_fit(pen, view, first, end - x)) && chosen >= first + shown)
		first++;
	for (int i = first; i < first + shown; i++) {
		scene_word(view, i, word, sizeof(word));
		pen_style(pen, pane_light(model->scenes[i].tally));
		x += pen_text(pen, area->y, x, end - x, word) + 1;
	}
	pen_style(pen, STYLE_DIM);
	if (shown < model->n_scenes)
		pen_print(pen, area->y, x, end - x, "+%d more", model->n_scenes - shown);
	pen_style(pen, STYLE_PLAIN);
}
