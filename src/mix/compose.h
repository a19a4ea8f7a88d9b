/* SPDX-License-Identifier: EUPL-1.2
 *
 * compose: one scene of a plan into one picture, with as little work as possible: what covers the
 * canvas exactly goes through by reference, what is covered is not drawn, a picture that stays the
 * same is scaled once. One thread.
 */
#pragma once

#include "canvas.h"
#include "held.h"

struct frame_pool;

/* A box's picture, scaled, for as long as it stays the same. Zeroed at first. */
struct scaled {
	uint64_t serial;     /* of the picture that was drawn last time */
	int n_drawn;	     /* so often, straight from the source */
	struct frame *frame; /* it, scaled; NULL: not known to be still yet */
};

/* What one scene keeps from tick to tick: a place for each box, one for the still, one for the
 * slate. */
struct composer {
	struct scaled boxes[PLAN_MAX_BOXES + 1];
};

#define COMPOSER_STILL PLAN_MAX_BOXES /* boxes[] index of the picture behind the boxes */

/* The scene's picture with a reference for the caller, or NULL if the pool is exhausted. Its size
 * is the canvas's. */
struct frame *compose_scene(struct composer *composer, const struct held *held,
			    const struct plan_scene *scene, struct frame_pool *pool, int width,
			    int height);

/* The picture of a box, or of the slate where its source has none (NULL: not even that), and which
 * part of it is seen where. */
const struct frame *compose_place(const struct held *held, const struct plan_box *box,
				  struct area *from, struct area *to);

/* That part of the picture, at the size of its place, once it has stayed the same for a while; NULL
 * until then. */
const struct frame *compose_scaled(struct scaled *scaled, const struct frame *picture,
				   struct area from, struct area to);

/* Where there is no picture at all. */
void compose_nothing(struct frame *canvas, struct area area);

/* The slate's. */
struct frame *compose_slate(struct composer *composer, const struct held *held,
			    struct frame_pool *pool, int width, int height);

void composer_finish(struct composer *composer);
