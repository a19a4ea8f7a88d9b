/* SPDX-License-Identifier: EUPL-1.2
 *
 * multiview: all pictures on one, for the crew:
 *
 *   +-----------------+-----------------+   each tile:  light (red on program, green on preview)
 *   |     program     |     preview     |               +------------------+--+
 *   |                 |                 |               |                  |##|
 *   +--------+--------+--------+--------+               |     picture      |##| level
 *   |  cam   |  anna  | slides |        |               |      name        |##|
 *   +--------+--------+--------+--------+               +------------------+--+
 *
 * A tile's picture is scaled only when it is another one; what moves in between is lights and
 * levels. A source that shows nothing keeps its last picture, darkened, or the slate.
 * PRIVATE to this folder. Thread: the video tick's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "canvas.h"
#include "mixer.h"

struct frame;
struct held;
struct multiview;

struct multiview *multiview_create(void);

/* Once for each new plan. */
void multiview_follow(struct multiview *multiview, const struct plan_multiview *plan);

/* Once for each tick: whether it makes a picture, of its own accord or because it is asked for. */
bool multiview_is_due(struct multiview *multiview, const struct plan_multiview *plan,
		      bool is_asked);

/* Whether it shows that picture bus. */
bool multiview_shows(const struct plan_multiview *plan, int bus);

/* The picture, with a reference for the caller, or NULL if those of before are all still in use.
 * `pictures`: of this tick, by index of the plan's picture buses. */
struct frame *multiview_make(struct multiview *multiview, const struct plan_multiview *plan,
			     const struct held *held, struct frame *const *pictures,
			     int64_t now_ns);

/* Where the parts of a tile are; `width`: the multiview's. */
struct tile_parts {
	int edge; /* thickness of the light, all around */
	struct area picture, level;
};
void multiview_parts(const struct plan_tile *tile, int width, struct tile_parts *parts);

void multiview_destroy(struct multiview *multiview);
