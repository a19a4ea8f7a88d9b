/* SPDX-License-Identifier: EUPL-1.2
 *
 * stamp: a small picture with transparency that is laid over others: a lower third, a logo, a
 * label. Planes 0..2 are Y, U, V as in a frame (BT.709 limited range, colours not multiplied by
 * alpha), plane 3 is alpha at Y's resolution: 0 shows what is below, 255 hides it. Its size is
 * even. It has one owner at a time (an easel, once it is painted) and is immutable from the moment
 * that it is given away; any thread may destroy it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "canvas.h"

struct stamp {
	uint8_t *plane[4];
	int stride[4];
	int width, height; /* of planes 0 and 3, in pixels */
	uint64_t serial;   /* differs between any two stamps of the process */
	bool is_rtl;	   /* its text runs from right to left */
};

/* All transparent, of a size made even, the caller's, who may draw into it. */
struct stamp *stamp_create(int width, int height);

/* Puts a picture over what the stamp holds from column x (even) on: premultiplied ARGB, 32 bits
 * each in the machine's order, as cairo makes it; `stride` in bytes. What does not fit is cut off,
 * and an odd width or height gets a transparent last column or row. */
void stamp_put_argb(struct stamp *stamp, int x, const uint8_t *argb, int stride, int width,
		    int height);

/* Both in one. */
struct stamp *stamp_from_argb(const uint8_t *argb, int stride, int width, int height);

/* NULL is allowed. */
void stamp_destroy(struct stamp *stamp);

/* Lays the stamp over the canvas (whose only owner the caller is) with its top left corner at x, y,
 * which may lie outside: what is outside is not drawn. Odd coordinates are made even. Opacity is
 * 0..1 for the stamp as a whole. */
void stamp_blend(struct frame *canvas, const struct stamp *stamp, int x, int y, double opacity);

/* The same with a part of the stamp, which lies inside it and is even. */
void stamp_blend_part(struct frame *canvas, const struct stamp *stamp, struct area part, int x,
		      int y, double opacity);
