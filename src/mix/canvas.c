/* SPDX-License-Identifier: EUPL-1.2 */
#include "canvas.h"

#include <libyuv.h>
#include <math.h>

#include "frame.h"
#include "shrink.h"

static int even(double value)
{
	return (int)(value / 2 + 0.5) * 2;
}

static int at_least_two(int value)
{
	return value < 2 ? 2 : value;
}

/* The largest width x height of a shape that goes into a room, even. */
static void inscribe(double shape, int room_width, int room_height, int *width, int *height)
{
	*width = room_width;
	*height = room_height;
	if (shape * room_height <= room_width)
		*width = at_least_two(even(shape * room_height));
	else
		*height = at_least_two(even(room_width / shape));
}

void canvas_place(int width, int height, struct area box, enum fit fit, struct area *from,
		  struct area *to)
{
	*from = (struct area){0, 0, width, height};
	*to = box;
	if (fit == FIT_FILL && width > 1 && height > 1) {
		/* Odd pictures lose their last column or row: chroma has half the places. */
		inscribe((double)box.width / box.height, width & ~1, height & ~1, &from->width,
			 &from->height);
		from->x = (width - from->width) / 4 * 2;
		from->y = (height - from->height) / 4 * 2;
	} else {
		inscribe((double)width / height, box.width, box.height, &to->width, &to->height);
		to->x += (box.width - to->width) / 4 * 2;
		to->y += (box.height - to->height) / 4 * 2;
	}
}

static uint8_t *at(const struct frame *frame, int plane, int x, int y)
{
	int shift = plane > 0;

	return frame->plane[plane] + (y >> shift) * frame->stride[plane] + (x >> shift);
}

void canvas_clear(struct frame *canvas, struct area area, const uint8_t yuv[3])
{
	I420Rect(canvas->plane[0], canvas->stride[0], canvas->plane[1], canvas->stride[1],
		 canvas->plane[2], canvas->stride[2], area.x, area.y, area.width, area.height,
		 yuv[0], yuv[1], yuv[2]);
}

static struct plane part_of(const struct frame *frame, int plane, struct area area)
{
	int shift = plane > 0;

	return (struct plane){
		.samples = at(frame, plane, area.x, area.y),
		.stride = frame->stride[plane],
		.width = (area.width + shift) >> shift,
		.height = (area.height + shift) >> shift,
	};
}

void canvas_draw(struct frame *canvas, const struct frame *picture, struct area from,
		 struct area to)
{
	bool is_smaller = to.width < from.width || to.height < from.height;
	enum FilterMode filter = is_smaller ? kFilterBox : kFilterBilinear;

	for (int i = 0; i < 3; i++) {
		struct plane in = part_of(picture, i, from), out = part_of(canvas, i, to);

		if (!shrink_plane(&in, &out))
			ScalePlane(in.samples, in.stride, in.width, in.height, out.samples,
				   out.stride, out.width, out.height, filter);
	}
}

void canvas_blend(struct frame *canvas, const struct frame *a, const struct frame *b, double part)
{
	struct area all = {0, 0, canvas->width, canvas->height};
	int weight = (int)lround(part * 256);

	if (weight >= 256) { /* libyuv's weight ends at 255 of 256 */
		canvas_draw(canvas, b, all, all);
		return;
	}
	I420Interpolate(a->plane[0], a->stride[0], a->plane[1], a->stride[1], a->plane[2],
			a->stride[2], b->plane[0], b->stride[0], b->plane[1], b->stride[1],
			b->plane[2], b->stride[2], canvas->plane[0], canvas->stride[0],
			canvas->plane[1], canvas->stride[1], canvas->plane[2], canvas->stride[2],
			canvas->width, canvas->height, weight);
}

void canvas_lay(struct frame *canvas, const struct frame *picture, int x, int y, struct area to,
		double opacity)
{
	struct area from = {x, y, to.width, to.height};
	int weight = (int)lround(opacity * 256);

	if (weight >= 256)
		canvas_draw(canvas, picture, from, to);
	for (int i = 0; i < 3 && weight > 0 && weight < 256; i++) {
		struct plane above = part_of(picture, i, from), below = part_of(canvas, i, to);

		InterpolatePlane(below.samples, below.stride, above.samples, above.stride,
				 below.samples, below.stride, below.width, below.height, weight);
	}
}

static void copy(struct frame *canvas, const struct frame *picture, int from_x, int to_x, int width)
{
	if (width > 0)
		canvas_draw(canvas, picture, (struct area){from_x, 0, width, canvas->height},
			    (struct area){to_x, 0, width, canvas->height});
}

void canvas_slide(struct frame *canvas, const struct frame *a, const struct frame *b, double part)
{
	int shift = even(part * canvas->width), rest = canvas->width - shift;

	copy(canvas, a, shift, 0, rest);
	copy(canvas, b, 0, rest, shift);
}

void canvas_wipe(struct frame *canvas, const struct frame *a, const struct frame *b, double part)
{
	int edge = even(part * canvas->width);

	copy(canvas, b, 0, 0, edge);
	copy(canvas, a, edge, edge, canvas->width - edge);
}

static void dim_plane(const struct plane *plane, int floor, int part)
{
	for (int y = 0; y < plane->height; y++) {
		uint8_t *row = plane->samples + (ptrdiff_t)y * plane->stride;

		for (int x = 0; x < plane->width; x++)
			row[x] = (uint8_t)(floor + (row[x] - floor) * part / 256);
	}
}

void canvas_dim(struct frame *canvas, struct area area, int part)
{
	for (int i = 0; i < 3; i++) {
		struct plane plane = part_of(canvas, i, area);

		dim_plane(&plane, i ? 128 : 16, part);
	}
}
