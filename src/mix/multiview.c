/* SPDX-License-Identifier: EUPL-1.2
 *
 *   pictures --scaled, when they are others--> base --copied--> [lights, names, levels] -> out
 */
#include "multiview.h"

#include <glib.h>
#include <string.h>

#include "easel.h"
#include "frame.h"
#include "held.h"
#include "level.h"
#include "slot.h"
#include "stamp.h"

#define MOST_PICTURES 8	  /* the ones in an encoder, and one for a snapshot */
#define WIDE_PX	      200 /* a tile as wide as this has wide bars */
#define DIM_PART      96  /* of 256 */
#define NAME_GAP_PX   4	  /* below a name */

/* BT.709, limited range. */
static const uint8_t night[3] = {28, 131, 126}, panel[3] = {36, 133, 125},
		     black[3] = {16, 128, 128};
static const uint8_t lights[][3] = {
	[LIGHT_PREVIEW] = {142, 98, 59},  /* #18be54 */
	[LIGHT_PROGRAM] = {78, 112, 219}, /* #eb1c26 */
};

struct tile {
	uint64_t id;
	uint64_t serial; /* of the picture that is drawn; 0: none */
	struct area shown;
	bool is_dark;
	struct level level;
};

struct multiview {
	unsigned ticks;
	struct frame_pool *pool;
	struct frame *base;
	int n_tiles;
	struct tile tiles[PLAN_MAX_TILES];
	struct area places[PLAN_MAX_TILES]; /* that the base is divided into */
};

struct multiview *multiview_create(void)
{
	return g_new0(struct multiview, 1);
}

void multiview_destroy(struct multiview *multiview)
{
	if (!multiview)
		return;
	frame_unref(multiview->base);
	frame_pool_destroy(multiview->pool);
	g_free(multiview);
}

/* ---- where ---- */

static int even(int value)
{
	return value / 2 * 2;
}

void multiview_parts(const struct plan_tile *tile, int width, struct tile_parts *parts)
{
	int edge = MAX(even(width / 240), 2);
	int bars = level_width(tile->width >= WIDE_PX ? 4 : 2);
	int inner_width = tile->width - 2 * edge, inner_height = tile->height - 2 * edge;

	parts->edge = edge;
	parts->picture =
		(struct area){tile->x + edge, tile->y + edge, inner_width - bars, inner_height};
	parts->level = (struct area){tile->x + edge + inner_width - bars, tile->y + edge, bars,
				     inner_height};
}

/* ---- following the plans ---- */

static const struct tile *find(const struct tile *tiles, int n_tiles, uint64_t id)
{
	for (int i = 0; i < n_tiles; i++)
		if (tiles[i].id == id)
			return &tiles[i];
	return NULL;
}

static void resize(struct multiview *multiview, int width, int height)
{
	const struct frame *base = multiview->base;

	if (base && base->width == width && base->height == height)
		return;
	frame_unref(multiview->base);
	frame_pool_destroy(multiview->pool);
	multiview->base = frame_create_colour(width, height, night[0], night[1], night[2]);
	multiview->pool = frame_pool_create(width, height, MOST_PICTURES);
	multiview->n_tiles = 0;
}

static struct area place_of(const struct plan_tile *tile)
{
	return (struct area){tile->x, tile->y, tile->width, tile->height};
}

static bool is_arranged(const struct multiview *multiview, const struct plan_multiview *plan)
{
	if (multiview->n_tiles != plan->n_tiles)
		return false;
	for (int i = 0; i < plan->n_tiles; i++) {
		struct area place = place_of(&plan->tiles[i]);

		if (multiview->tiles[i].id != plan->tiles[i].id ||
		    memcmp(&multiview->places[i], &place, sizeof(place)) != 0)
			return false;
	}
	return true;
}

/* Clears all and divides it anew; the levels go on. */
static void arrange(struct multiview *multiview, const struct plan_multiview *plan)
{
	struct tile older[PLAN_MAX_TILES];
	int n_older = multiview->n_tiles;

	memcpy(older, multiview->tiles, sizeof(older));
	canvas_clear(multiview->base, (struct area){0, 0, plan->width, plan->height}, night);
	for (int i = 0; i < plan->n_tiles; i++) {
		const struct tile *before =
			plan->tiles[i].id ? find(older, n_older, plan->tiles[i].id) : NULL;
		struct tile_parts parts;

		multiview->tiles[i] = (struct tile){.id = plan->tiles[i].id};
		if (before)
			multiview->tiles[i].level = before->level;
		multiview->places[i] = place_of(&plan->tiles[i]);
		multiview_parts(&plan->tiles[i], plan->width, &parts);
		parts.picture.width += parts.level.width;
		canvas_clear(multiview->base, parts.picture, panel);
	}
	multiview->n_tiles = plan->n_tiles;
}

void multiview_follow(struct multiview *multiview, const struct plan_multiview *plan)
{
	if (!plan->out)
		return;
	resize(multiview, plan->width, plan->height);
	if (!is_arranged(multiview, plan))
		arrange(multiview, plan);
}

bool multiview_is_due(struct multiview *multiview, const struct plan_multiview *plan, bool is_asked)
{
	bool is_turn = multiview->ticks++ % (unsigned)MAX(plan->every_ticks, 1) == 0;

	return plan->out && (is_asked || (is_turn && slot_is_wanted(plan->out)));
}

bool multiview_shows(const struct plan_multiview *plan, int bus)
{
	for (int i = 0; i < plan->n_tiles; i++)
		if (plan->tiles[i].bus == bus)
			return true;
	return false;
}

/* ---- pictures ---- */

static void draw(struct multiview *multiview, struct tile *tile, const struct frame *picture,
		 struct area place, enum fit fit)
{
	struct area from, to;

	canvas_place(picture->width, picture->height, place, fit, &from, &to);
	if (memcmp(&to, &tile->shown, sizeof(to)) != 0)
		canvas_clear(multiview->base, place, black);
	canvas_draw(multiview->base, picture, from, to);
	tile->shown = to;
	tile->serial = picture->serial;
	tile->is_dark = false;
}

static void darken(struct multiview *multiview, struct tile *tile)
{
	canvas_dim(multiview->base, tile->shown, DIM_PART);
	tile->is_dark = true;
}

static void draw_tile(struct multiview *multiview, int index, const struct plan_tile *wanted,
		      int width, const struct frame *picture, const struct frame *slate)
{
	struct tile *tile = &multiview->tiles[index];
	struct tile_parts parts;

	multiview_parts(wanted, width, &parts);
	if (picture && (tile->serial != picture->serial || tile->is_dark))
		draw(multiview, tile, picture, parts.picture, FIT_FIT);
	if (picture || wanted->source < 0 || tile->is_dark)
		return;
	if (!tile->serial && slate)
		draw(multiview, tile, slate, parts.picture, FIT_FILL);
	if (tile->serial)
		darken(multiview, tile);
}

/* ---- what lies over them ---- */

static void draw_light(struct frame *canvas, const struct plan_tile *tile, int edge)
{
	const uint8_t *yuv = lights[tile->light];
	int right = tile->x + tile->width - edge, bottom = tile->y + tile->height - edge;

	canvas_clear(canvas, (struct area){tile->x, tile->y, tile->width, edge}, yuv);
	canvas_clear(canvas, (struct area){tile->x, bottom, tile->width, edge}, yuv);
	canvas_clear(canvas, (struct area){tile->x, tile->y, edge, tile->height}, yuv);
	canvas_clear(canvas, (struct area){right, tile->y, edge, tile->height}, yuv);
}

/* In the middle of the picture's lower edge. */
static void draw_name(struct frame *canvas, struct area picture, const struct stamp *name)
{
	stamp_blend(canvas, name, picture.x + (picture.width - name->width) / 2,
		    picture.y + picture.height - name->height - NAME_GAP_PX, 1);
}

static void dress(struct frame *canvas, struct tile *tile, const struct plan_tile *wanted,
		  int64_t now_ns)
{
	struct tile_parts parts;
	struct meter_levels levels;

	multiview_parts(wanted, canvas->width, &parts);
	if (wanted->light)
		draw_light(canvas, wanted, parts.edge);
	const struct stamp *name = wanted->name ? easel_look(wanted->name) : NULL;

	if (name)
		draw_name(canvas, parts.picture, name);
	if (wanted->meter) {
		meter_read(wanted->meter, &levels);
		level_follow(&tile->level, &levels, now_ns);
		level_draw(&tile->level, canvas, parts.level);
	}
}

static const struct frame *picture_of(const struct plan_tile *tile, const struct held *held,
				      struct frame *const *pictures)
{
	if (tile->bus >= 0)
		return pictures[tile->bus];
	return tile->source >= 0 ? held->sources[tile->source].frame : NULL;
}

struct frame *multiview_make(struct multiview *multiview, const struct plan_multiview *plan,
			     const struct held *held, struct frame *const *pictures, int64_t now_ns)
{
	struct frame *out = frame_pool_take(multiview->pool);
	struct area all = {0, 0, plan->width, plan->height};

	if (!out)
		return NULL;
	for (int i = 0; i < plan->n_tiles; i++)
		draw_tile(multiview, i, &plan->tiles[i], plan->width,
			  picture_of(&plan->tiles[i], held, pictures), held->slate);
	canvas_draw(out, multiview->base, all, all);
	for (int i = 0; i < plan->n_tiles; i++)
		dress(out, &multiview->tiles[i], &plan->tiles[i], now_ns);
	return out;
}
