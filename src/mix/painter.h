/* SPDX-License-Identifier: EUPL-1.2
 *
 * painter: a thread that paints overlays, so that neither the control loop nor the tick ever waits
 * for a font or a file:
 *
 *   control loop --painter_paint()--> [painter's thread: graphic_paint()] --easel--> video tick
 *
 * What shows time is painted again at the beginning of every second. A logo that cannot be read is
 * told with NOTE_OVERLAY_FAILED (the id given, why). Thread: all calls on the control loop.
 */
#pragma once

#include <stdint.h>

struct easel;
struct graphic;
struct mailbox;
struct painter;

/* `up` gets the notes; NULL: nobody does. */
struct painter *painter_create(struct mailbox *up);

/* Takes a copy of the graphic and a reference to the easel; answers at once. */
void painter_paint(struct painter *painter, uint64_t id, struct easel *easel,
		   const struct graphic *graphic);

/* No more of what has this id. */
void painter_stop(struct painter *painter, uint64_t id);

/* Ends the thread (after the picture that it is at). NULL is allowed. */
void painter_destroy(struct painter *painter);
