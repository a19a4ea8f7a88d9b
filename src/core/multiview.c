/* SPDX-License-Identifier: EUPL-1.2 */
#include "multiview.h"

#include "mixer.h"
#include "names.h"
#include "output.h"
#include "settings.h"
#include "state.h"

#define PRESET "ultrafast"

/* ---- where ---- */

static int even(int value)
{
	return value / 2 * 2;
}

/* The i-th of n equal parts from `start`, on even pixels; they leave no gap. */
static void part(int start, int length, int n, int i, int *from, int *size)
{
	*from = even(start + length * i / n);
	*size = even(start + length * (i + 1) / n) - *from;
}

static struct rect place(int top, int height, int width, int columns, int rows, int i)
{
	struct rect rect;

	part(0, width, columns, i % columns, &rect.x, &rect.width);
	part(top, height, rows, i / columns, &rect.y, &rect.height);
	return rect;
}

int multiview_places(int n_sources, int width, int height, struct rect *places, int most)
{
	int rows = 1, middle = even(height / 2);

	while (2 * rows * rows < n_sources)
		rows++;
	for (int i = 0; i < MULTIVIEW_SOURCES && i < most; i++)
		places[i] = place(0, middle, width, 2, 1, i);
	int n = MIN(2 * rows * rows, most - MULTIVIEW_SOURCES);

	for (int i = 0; i < n; i++)
		places[MULTIVIEW_SOURCES + i] =
			place(middle, height - middle, width, 2 * rows, rows, i);
	return MULTIVIEW_SOURCES + n;
}

/* ---- how often ---- */

int multiview_every(const struct settings *settings)
{
	return MAX((settings->fps + settings->multiview_fps / 2) / settings->multiview_fps, 1);
}

int multiview_fps(const struct settings *settings)
{
	return MAX(settings->fps / multiview_every(settings), 1);
}

bool multiview_open(struct show *show, GError **error)
{
	const struct settings *settings = show->settings;
	const struct picture_shape shape = {
		.width = even(settings->multiview_width),
		.height = even(settings->multiview_height),
		.kbps = settings->multiview_kbps,
		.fps = multiview_fps(settings),
		.preset = PRESET,
	};

	return output_open_picture(show, &show->multiview, &shape, error);
}

void multiview_close(struct show *show)
{
	output_close(&show->multiview);
}

/* ---- what ---- */

static int bus_index(const struct picture_plan *plan, enum picture_bus_kind kind)
{
	for (int i = 0; i < plan->n_buses; i++)
		if (plan->buses[i].kind == kind)
			return i;
	return -1;
}

static int source_index(const struct picture_plan *plan, uint64_t id)
{
	for (int i = 0; i < plan->n_sources; i++)
		if (plan->sources[i].id == id)
			return i;
	return -1;
}

static void plan_program(struct show *show, const struct picture_plan *plan, struct plan_tile *tile)
{
	const struct scene *scene = show_scene_by_id(show, show->program_id);
	const char *what = show->black.is_black	      ? "black"
			   : show->is_slate || !scene ? "slate"
						      : scene->name;

	tile->id = show->program_picture.bus_id;
	tile->bus = bus_index(plan, PICTURE_PROGRAM);
	tile->light = LIGHT_PROGRAM;
	tile->meter = show->program_sound.meter;
	tile->name = names_bus(show, tile, "PROGRAM", what);
}

static void plan_preview(struct show *show, const struct picture_plan *plan, struct plan_tile *tile)
{
	const struct scene *scene = show_scene_by_id(show, show->preview_id);

	tile->id = show->preview_picture.bus_id;
	tile->bus = bus_index(plan, PICTURE_PREVIEW);
	tile->light = LIGHT_PREVIEW;
	tile->name = names_bus(show, tile, "PREVIEW", scene ? scene->name : "nothing");
}

static void plan_source(struct show *show, const struct picture_plan *plan,
			const struct source *source, struct plan_tile *tile)
{
	tile->id = source->id;
	tile->source = source_index(plan, source->id);
	tile->light = source->tally == TALLY_PROGRAM   ? LIGHT_PROGRAM
		      : source->tally == TALLY_PREVIEW ? LIGHT_PREVIEW
						       : LIGHT_OFF;
	tile->meter = source->kind == SOURCE_STILL ? NULL : source->meter;
	tile->name = names_source(show, tile, source);
}

void multiview_plan(struct show *show, struct picture_plan *plan)
{
	struct plan_multiview *out = &plan->multiview;
	struct rect places[PLAN_MAX_TILES];

	out->out = show->multiview.slot;
	out->width = even(show->settings->multiview_width);
	out->height = even(show->settings->multiview_height);
	out->every_ticks = multiview_every(show->settings);
	out->n_tiles = multiview_places((int)show->sources->len, out->width, out->height, places,
					PLAN_MAX_TILES);
	for (int i = 0; i < out->n_tiles; i++) {
		struct plan_tile *tile = &out->tiles[i];
		guint source = (guint)(i - MULTIVIEW_SOURCES);

		*tile = (struct plan_tile){.bus = -1,
					   .source = -1,
					   .x = places[i].x,
					   .y = places[i].y,
					   .width = places[i].width,
					   .height = places[i].height};
		if (i == 0)
			plan_program(show, plan, tile);
		else if (i == 1)
			plan_preview(show, plan, tile);
		else if (source < show->sources->len)
			plan_source(show, plan, show->sources->pdata[source], tile);
	}
	names_tidy(show);
}
