/* SPDX-License-Identifier: EUPL-1.2 */
#include "picture.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

uint8_t pixel(const struct frame *frame, int plane, int x, int y)
{
	return frame->plane[plane][y * frame->stride[plane] + x];
}

bool is_grey(const struct frame *frame, int x, int y, int width, int height, uint8_t value)
{
	for (int row = y; row < y + height; row++)
		for (int column = x; column < x + width; column++)
			if (pixel(frame, 0, column, row) != value &&
			    pixel(frame, 0, column, row) != value - 1)
				return false;
	return true;
}

bool is_same_picture(const struct frame *a, const struct frame *b)
{
	if (a->width != b->width || a->height != b->height)
		return false;
	for (int plane = 0; plane < 3; plane++) {
		int shift = plane > 0;

		for (int y = 0; y < (a->height + shift) >> shift; y++)
			if (memcmp(a->plane[plane] + y * a->stride[plane],
				   b->plane[plane] + y * b->stride[plane],
				   (size_t)((a->width + shift) >> shift)) != 0)
				return false;
	}
	return true;
}

struct frame *picture_noise(int width, int height, unsigned seed)
{
	struct frame *frame = frame_create_colour(width, height, 0, 0, 0);

	for (int plane = 0; plane < 3; plane++)
		for (int i = 0; i < frame->stride[plane] * ((height + (plane > 0)) >> (plane > 0));
		     i++) {
			seed = seed * 1664525 + 1013904223;
			frame->plane[plane][i] = (uint8_t)(seed >> 24);
		}
	return frame;
}

struct locked {
	void *memory;
	size_t size;
};

static void unmap(void *data)
{
	struct locked *locked = data;

	munmap(locked->memory, locked->size);
	g_free(locked);
}

static size_t size_of(int width, int height)
{
	return (size_t)width * (size_t)height * 3;
}

struct frame *picture_lockable(int width, int height, uint8_t grey)
{
	struct locked *locked = g_new0(struct locked, 1);
	size_t luma = (size_t)width * (size_t)height;

	locked->size = size_of(width, height);
	locked->memory = mmap(NULL, locked->size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	g_assert(locked->memory != MAP_FAILED);
	memset(locked->memory, 128, locked->size);
	memset(locked->memory, grey, luma);
	uint8_t *const planes[3] = {locked->memory, (uint8_t *)locked->memory + luma,
				    (uint8_t *)locked->memory + 2 * luma};
	const int strides[3] = {width, width, width};

	return frame_wrap(planes, strides, width, height, unmap, locked);
}

void picture_lock(struct frame *frame, bool is_locked)
{
	int failed = mprotect(frame->plane[0], size_of(frame->width, frame->height),
			      is_locked ? PROT_NONE : PROT_READ | PROT_WRITE);

	g_assert(!failed);
}
