/* SPDX-License-Identifier: EUPL-1.2
 *
 * compose: one scene of a plan into one picture, with as little work as possible: what covers the
 * canvas exactly goes through by reference, what is covered is not drawn, a picture that stays the
 * same is scaled once. One thread.
 */
#pragma once

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

/* The slate's. */
struct frame *compose_slate(struct composer *composer, const struct held *held,
			    struct frame_pool *pool, int width, int height);

void composer_finish(struct composer *composer);
