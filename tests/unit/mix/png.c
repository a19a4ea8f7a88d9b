/* SPDX-License-Identifier: EUPL-1.2 */
#include "png.h"

#include <cairo.h>
#include <glib.h>
#include <libyuv.h>

#include "frame.h"

void png_write(const struct frame *frame, const char *name)
{
	g_autofree char *path = g_strdup_printf("build/artefacts/%s.png", name);
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, frame->width, frame->height);

	/* H420 is I420 of BT.709, limited range. */
	cairo_surface_flush(surface);
	H420ToARGB(frame->plane[0], frame->stride[0], frame->plane[1], frame->stride[1],
		   frame->plane[2], frame->stride[2], cairo_image_surface_get_data(surface),
		   cairo_image_surface_get_stride(surface), frame->width, frame->height);
	cairo_surface_mark_dirty(surface);
	g_mkdir_with_parents("build/artefacts", 0755);
	g_assert(cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(surface);
}
