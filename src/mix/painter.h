/* SPDX-License-Identifier: EUPL-1.2
 *
 * painter: a thread that paints overlays and labels, so that neither the control loop nor the tick
 * ever waits for a font:
 *
 *   control loop --painter_paint()--> [painter's thread: graphic_paint()] --easel--> video tick
 *
 * What shows time is painted again at the beginning of every second. It reads no files of the crew's
 * (backstage.h does). Thread: all calls on the control loop.
 */
#pragma once

#include <stdint.h>

struct easel;
struct graphic;
struct paint_text;
struct painter;

struct painter *painter_create(void);

/* Takes a copy of the graphic and a reference to the easel; answers at once. */
void painter_paint(struct painter *painter, uint64_t id, struct easel *easel,
		   const struct graphic *graphic);

/* The same with a line of text, once. What stood on the easel stays until then. */
void painter_write(struct painter *painter, struct easel *easel, const struct paint_text *text);

/* No more of what has this id. */
void painter_stop(struct painter *painter, uint64_t id);

/* Ends the thread (after the picture that it is at). NULL is allowed. */
void painter_destroy(struct painter *painter);
