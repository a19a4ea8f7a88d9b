/* SPDX-License-Identifier: EUPL-1.2
 *
 * canvas: drawing into a frame that is ours alone, on the CPU by libyuv. Pure: pictures and
 * rectangles in, samples out. Coordinates are pixels of the canvas, even, inside it.
 */
#pragma once

#include <stdint.h>
#include <twinstage/words.h>

struct frame;

struct area {
	int x, y, width, height;
};

/* Where a picture of this size is seen: `from` in the picture (even), `to` on the canvas (even).
 * FIT_FIT shows all of it inside the box, FIT_FILL fills the box and crops the middle. Pixels are
 * square. */
void canvas_place(int width, int height, struct area box, enum fit fit, struct area *from,
		  struct area *to);

void canvas_clear(struct frame *canvas, struct area area, const uint8_t yuv[3]);

/* Scales `from` of a picture to `to` of the canvas: a copy if both have one size, means of areas
 * downwards (exact at 2:1; up to one level too dark where libyuv makes them), bilinear upwards. */
void canvas_draw(struct frame *canvas, const struct frame *picture, struct area from,
		 struct area to);

/* canvas = a * (1 - part) + b * part, all of one size; part 0..1. */
void canvas_blend(struct frame *canvas, const struct frame *a, const struct frame *b, double part);

/* The left `part` of the canvas from b, the rest from a. */
void canvas_wipe(struct frame *canvas, const struct frame *a, const struct frame *b, double part);

/* b comes in from the right by `part` of the width and pushes a out. */
void canvas_slide(struct frame *canvas, const struct frame *a, const struct frame *b, double part);

/* `to` of the canvas becomes canvas * (1 - opacity) + picture * opacity; the picture's part of the
 * same size begins at x, y (even) of it. */
void canvas_lay(struct frame *canvas, const struct frame *picture, int x, int y, struct area to,
		double opacity);
/* Makes an area darker and greyer: `part` of 256 of what is over black remains. */
void canvas_dim(struct frame *canvas, struct area area, int part);
