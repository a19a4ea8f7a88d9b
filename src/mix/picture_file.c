/* SPDX-License-Identifier: EUPL-1.2 */
#include "picture_file.h"

#include <cairo.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "error.h"
#include "frame.h"

/* BT.709 in limited range, in 1/65536. Not libyuv's: in its 6 bits blue ends at 240. */
static uint8_t clip(int value)
{
	return (uint8_t)CLAMP((value + 32768) >> 16, 0, 255);
}

static uint32_t rgb_of(int y, int u, int v)
{
	int luma = 76309 * (y - 16), blue = u - 128, red = v - 128;

	return (uint32_t)clip(luma + 117489 * red) << 16 |
	       (uint32_t)clip(luma - 13975 * blue - 34925 * red) << 8 | clip(luma + 138438 * blue);
}

/* cairo's RGB24: 32 bits in the machine's order. */
static cairo_surface_t *surface_of(const struct frame *frame)
{
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, frame->width, frame->height);

	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		return surface;
	cairo_surface_flush(surface);
	uint8_t *rows = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);

	for (int y = 0; y < frame->height; y++) {
		uint32_t *out = (uint32_t *)(void *)(rows + (ptrdiff_t)y * stride);
		const uint8_t *luma = frame->plane[0] + (ptrdiff_t)y * frame->stride[0],
			      *u = frame->plane[1] + (ptrdiff_t)(y / 2) * frame->stride[1],
			      *v = frame->plane[2] + (ptrdiff_t)(y / 2) * frame->stride[2];

		for (int x = 0; x < frame->width; x++)
			out[x] = rgb_of(luma[x], u[x / 2], v[x / 2]);
	}
	cairo_surface_mark_dirty(surface);
	return surface;
}

static cairo_status_t write_bytes(void *data, const unsigned char *bytes, unsigned length)
{
	const int *file = data;

	while (length > 0) {
		ssize_t n = write(*file, bytes, length);

		if (n < 0 && errno != EINTR)
			return CAIRO_STATUS_WRITE_ERROR;
		bytes += n > 0 ? n : 0;
		length -= n > 0 ? (unsigned)n : 0;
	}
	return CAIRO_STATUS_SUCCESS;
}

static bool write_surface(cairo_surface_t *surface, int file, const char *path, GError **error)
{
	cairo_status_t status = cairo_surface_write_to_png_stream(surface, write_bytes, &file);
	int problem = errno;

	if (status == CAIRO_STATUS_WRITE_ERROR)
		return fail(error, ERROR_IO, "%s: %s", path, g_strerror(problem));
	if (status != CAIRO_STATUS_SUCCESS)
		return fail(error, ERROR_INTERNAL, "%s: %s", path, cairo_status_to_string(status));
	return true;
}

bool picture_file_write(const struct frame *frame, const char *path, GError **error)
{
	g_autofree char *draft = g_strconcat(path, ".XXXXXX", NULL);
	int file = g_mkstemp_full(draft, O_WRONLY | O_CLOEXEC, 0644);

	if (file < 0)
		return fail(error, ERROR_IO, "%s: %s", path, g_strerror(errno));
	cairo_surface_t *surface = surface_of(frame);
	bool is_written = write_surface(surface, file, path, error);

	cairo_surface_destroy(surface);
	if (close(file) != 0 && is_written)
		is_written = fail(error, ERROR_IO, "%s: %s", path, g_strerror(errno));
	if (is_written && g_rename(draft, path) != 0)
		is_written = fail(error, ERROR_IO, "%s: %s", path, g_strerror(errno));
	if (!is_written)
		g_unlink(draft);
	return is_written;
}
