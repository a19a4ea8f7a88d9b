/* SPDX-License-Identifier: EUPL-1.2 */
#include "compose.h"

#include "frame.h"

#define STILL_AFTER 8 /* draws of one picture: fewer than 4 pictures a second at 30 ticks */

static const uint8_t no_slate[3] = {40, 128, 128}; /* dark grey */

static struct area box_area(const struct plan_box *box)
{
	return (struct area){box->x, box->y, box->width, box->height};
}

static bool covers(struct area area, int width, int height)
{
	return area.x == 0 && area.y == 0 && area.width == width && area.height == height;
}

/* The picture at the size of its place, or NULL while it may be a moving one: scaling into a frame
 * of its own and copying from there costs more than scaling twice or thrice, as often as the
 * pictures of a source with few of them a second come. */
const struct frame *compose_scaled(struct scaled *scaled, const struct frame *picture,
				   struct area from, struct area to)
{
	struct frame *frame = scaled->frame;
	bool is_same = scaled->serial == picture->serial;

	if (is_same && frame && frame->width == to.width && frame->height == to.height)
		return frame;
	frame_unref(frame);
	scaled->frame = NULL;
	scaled->serial = picture->serial;
	scaled->n_drawn = is_same ? scaled->n_drawn + 1 : 1;
	if (scaled->n_drawn < STILL_AFTER)
		return NULL;
	scaled->frame = frame_create_colour(to.width, to.height, 0, 0, 0);
	canvas_draw(scaled->frame, picture, from, (struct area){0, 0, to.width, to.height});
	return scaled->frame;
}

void compose_nothing(struct frame *canvas, struct area area)
{
	canvas_clear(canvas, area, no_slate);
}

static void draw(struct frame *canvas, struct scaled *scaled, const struct frame *picture,
		 struct area box, enum fit fit)
{
	struct area from, to;

	if (!picture) {
		compose_nothing(canvas, box);
		return;
	}
	canvas_place(picture->width, picture->height, box, fit, &from, &to);
	const struct frame *ready = compose_scaled(scaled, picture, from, to);

	if (ready)
		canvas_draw(canvas, ready, (struct area){0, 0, to.width, to.height}, to);
	else
		canvas_draw(canvas, picture, from, to);
}

static enum fit fit_of(const struct held *held, const struct plan_box *box)
{
	/* The slate fills its box whatever the source's picture would do. */
	return box->source >= 0 && held->sources[box->source].frame ? box->fit : FIT_FILL;
}

const struct frame *compose_place(const struct held *held, const struct plan_box *box,
				  struct area *from, struct area *to)
{
	const struct frame *picture = held_picture(held, box->source);

	*from = *to = box_area(box);
	if (picture)
		canvas_place(picture->width, picture->height, box_area(box), fit_of(held, box),
			     from, to);
	return picture;
}

/* Whether nothing under this box can be seen. */
static bool hides_all(const struct held *held, const struct plan_box *box, int width, int height)
{
	struct area from, to;

	if (!covers(box_area(box), width, height))
		return false;
	compose_place(held, box, &from, &to);
	return covers(to, width, height);
}

static void draw_background(struct frame *canvas, struct composer *composer,
			    const struct held *held, const struct plan_scene *scene)
{
	struct area all = {0, 0, canvas->width, canvas->height};
	const struct frame *still = scene->still >= 0 ? held->sources[scene->still].frame : NULL;

	if (still)
		draw(canvas, &composer->boxes[COMPOSER_STILL], still, all, FIT_FILL);
	else
		canvas_clear(canvas, all, scene->background);
}

/* A picture of exactly the canvas's size that hides all else: no drawing at all. */
static struct frame *passed_through(const struct frame *picture, int width, int height)
{
	if (!picture || picture->width != width || picture->height != height)
		return NULL;
	return frame_ref((struct frame *)(uintptr_t)picture);
}

struct frame *compose_scene(struct composer *composer, const struct held *held,
			    const struct plan_scene *scene, struct frame_pool *pool, int width,
			    int height)
{
	int first = scene->n_boxes;

	while (first > 0 && !hides_all(held, &scene->boxes[first - 1], width, height))
		first--;
	first--; /* -1: the background is seen */
	if (first >= 0 && first == scene->n_boxes - 1) {
		struct frame *whole = passed_through(held_picture(held, scene->boxes[first].source),
						     width, height);

		if (whole)
			return whole;
	}
	struct frame *canvas = frame_pool_take(pool);

	if (!canvas)
		return NULL;
	if (first < 0)
		draw_background(canvas, composer, held, scene);
	for (int i = first < 0 ? 0 : first; i < scene->n_boxes; i++) {
		const struct plan_box *box = &scene->boxes[i];

		draw(canvas, &composer->boxes[i], held_picture(held, box->source), box_area(box),
		     fit_of(held, box));
	}
	return canvas;
}

struct frame *compose_slate(struct composer *composer, const struct held *held,
			    struct frame_pool *pool, int width, int height)
{
	struct frame *whole = passed_through(held->slate, width, height);
	struct frame *canvas = whole ? NULL : frame_pool_take(pool);

	if (canvas)
		draw(canvas, &composer->boxes[0], held->slate, (struct area){0, 0, width, height},
		     FIT_FILL);
	return whole ? whole : canvas;
}

void composer_finish(struct composer *composer)
{
	for (int i = 0; i <= PLAN_MAX_BOXES; i++)
		frame_unref(composer->boxes[i].frame);
}
