/* SPDX-License-Identifier: EUPL-1.2 */
#include "stamp.h"

#include <glib.h>
#include <libyuv.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "frame.h"

#define ROW_ALIGN 64

static _Atomic(uint64_t) serials;

static int aligned(int width)
{
	return (width + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
}

struct stamp *stamp_create(int width, int height)
{
	width = (width + 1) & ~1;
	height = (height + 1) & ~1;
	struct stamp *stamp = g_new0(struct stamp, 1);
	size_t luma = (size_t)aligned(width) * (size_t)height;
	size_t chroma = (size_t)aligned(width / 2) * (size_t)(height / 2);

	/* One block: Y, A, U, V. */
	stamp->plane[0] = g_aligned_alloc0(1, 2 * luma + 2 * chroma, ROW_ALIGN);
	stamp->plane[3] = stamp->plane[0] + luma;
	stamp->plane[1] = stamp->plane[0] + 2 * luma;
	stamp->plane[2] = stamp->plane[0] + 2 * luma + chroma;
	stamp->stride[0] = stamp->stride[3] = aligned(width);
	stamp->stride[1] = stamp->stride[2] = aligned(width / 2);
	stamp->width = width;
	stamp->height = height;
	stamp->serial = atomic_fetch_add_explicit(&serials, 1, memory_order_relaxed) + 1;
	return stamp;
}

void stamp_destroy(struct stamp *stamp)
{
	if (!stamp)
		return;
	g_aligned_free(stamp->plane[0]);
	g_free(stamp);
}

/* ---- from ARGB ---- */

/* A colour as it was painted: each of r, g, b multiplied by alpha / 255. Sums of several weigh each
 * by its alpha, so that what cannot be seen has no say in the colour. */
struct light {
	unsigned alpha, r, g, b;
};

static struct light light_at(const uint8_t *argb, int stride, int x, int y)
{
	uint32_t pixel;

	memcpy(&pixel, argb + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4, sizeof(pixel));
	return (struct light){pixel >> 24, pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255};
}

static struct light plus(struct light a, struct light b)
{
	return (struct light){a.alpha + b.alpha, a.r + b.r, a.g + b.g, a.b + b.b};
}

static uint8_t luma_of(struct light light)
{
	double y = 0.2126 * light.r + 0.7152 * light.g + 0.0722 * light.b;

	return (uint8_t)lround(16 + 219 * MIN(y / MAX(light.alpha, 1), 1));
}

static void chroma_of(struct light light, uint8_t *u, uint8_t *v)
{
	double alpha = MAX(light.alpha, 1), r = light.r / alpha, b = light.b / alpha;
	double y = 0.2126 * r + 0.7152 * light.g / alpha + 0.0722 * b;

	*u = (uint8_t)lround(128 + CLAMP(224 * (b - y) / 1.8556, -112, 112));
	*v = (uint8_t)lround(128 + CLAMP(224 * (r - y) / 1.5748, -112, 112));
}

/* Two by two pixels, which have one chroma. */
static void put_four(struct stamp *stamp, int x, int y, const struct light lights[4])
{
	struct light sum = {0};

	for (int i = 0; i < 4; i++) {
		int column = x + i % 2, row = y + i / 2;

		stamp->plane[0][row * stamp->stride[0] + column] = luma_of(lights[i]);
		stamp->plane[3][row * stamp->stride[3] + column] = (uint8_t)lights[i].alpha;
		sum = plus(sum, lights[i]);
	}
	chroma_of(sum, &stamp->plane[1][y / 2 * stamp->stride[1] + x / 2],
		  &stamp->plane[2][y / 2 * stamp->stride[2] + x / 2]);
}

void stamp_put_argb(struct stamp *stamp, int x, const uint8_t *argb, int stride, int width,
		    int height)
{
	for (int y = 0; y < height && y < stamp->height; y += 2)
		for (int column = 0; column < width && x + column < stamp->width; column += 2) {
			struct light lights[4] = {0};

			for (int i = 0; i < 4; i++)
				if (column + i % 2 < width && y + i / 2 < height)
					lights[i] =
						light_at(argb, stride, column + i % 2, y + i / 2);
			put_four(stamp, x + column, y, lights);
		}
}

struct stamp *stamp_from_argb(const uint8_t *argb, int stride, int width, int height)
{
	struct stamp *stamp = stamp_create(width, height);

	stamp_put_argb(stamp, 0, argb, stride, width, height);
	return stamp;
}

/* ---- blending ---- */

/* The part of the stamp that lies on the canvas; false: none does. */
static bool clip(const struct frame *canvas, struct area *part, int *x, int *y)
{
	int left = MAX(-*x, 0), top = MAX(-*y, 0);

	part->x += left;
	part->y += top;
	*x += left;
	*y += top;
	part->width = MIN(part->width - left, (canvas->width & ~1) - *x);
	part->height = MIN(part->height - top, (canvas->height & ~1) - *y);
	return part->width > 0 && part->height > 0;
}

/* The part's alpha times opacity, in memory of its own, without gaps. */
static uint8_t *faded(const struct stamp *stamp, struct area part, double opacity)
{
	uint8_t *alpha = g_malloc((size_t)part.width * (size_t)part.height);
	unsigned weight = (unsigned)lround(opacity * 256);

	for (int y = 0; y < part.height; y++) {
		const uint8_t *from = stamp->plane[3] + (part.y + y) * stamp->stride[3] + part.x;
		uint8_t *to = alpha + (ptrdiff_t)y * part.width;

		for (int x = 0; x < part.width; x++)
			to[x] = (uint8_t)(from[x] * weight >> 8);
	}
	return alpha;
}

static void blend(struct frame *canvas, const struct stamp *stamp, struct area part, int x, int y,
		  const uint8_t *alpha, int alpha_stride)
{
	const uint8_t *from[3];
	uint8_t *to[3];

	for (int i = 0; i < 3; i++) {
		int shift = i > 0;

		from[i] =
			stamp->plane[i] + (part.y >> shift) * stamp->stride[i] + (part.x >> shift);
		to[i] = canvas->plane[i] + (y >> shift) * canvas->stride[i] + (x >> shift);
	}
	I420Blend(from[0], stamp->stride[0], from[1], stamp->stride[1], from[2], stamp->stride[2],
		  to[0], canvas->stride[0], to[1], canvas->stride[1], to[2], canvas->stride[2],
		  alpha, alpha_stride, to[0], canvas->stride[0], to[1], canvas->stride[1], to[2],
		  canvas->stride[2], part.width, part.height);
}

void stamp_blend_part(struct frame *canvas, const struct stamp *stamp, struct area part, int x,
		      int y, double opacity)
{
	x &= ~1;
	y &= ~1;
	if (opacity <= 0 || !clip(canvas, &part, &x, &y))
		return;
	if (opacity >= 1) {
		blend(canvas, stamp, part, x, y,
		      stamp->plane[3] + part.y * stamp->stride[3] + part.x, stamp->stride[3]);
		return;
	}
	g_autofree uint8_t *alpha = faded(stamp, part, opacity);

	blend(canvas, stamp, part, x, y, alpha, part.width);
}

void stamp_blend(struct frame *canvas, const struct stamp *stamp, int x, int y, double opacity)
{
	stamp_blend_part(canvas, stamp, (struct area){0, 0, stamp->width, stamp->height}, x, y,
			 opacity);
}
