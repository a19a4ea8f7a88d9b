/* SPDX-License-Identifier: EUPL-1.2 */
#include "logo.h"

#include <cairo.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "brush.h"
#include "error.h"
#include "stamp.h"

#define HEADER 24 /* bytes: signature, length and name of IHDR, width, height (PNG 5.2, 11.2.2) */

struct bytes {
	const uint8_t *at;
	size_t left;
};

static cairo_status_t give(void *closure, unsigned char *to, unsigned int length)
{
	struct bytes *bytes = closure;

	if (length > bytes->left)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(to, bytes->at, length);
	bytes->at += length;
	bytes->left -= length;
	return CAIRO_STATUS_SUCCESS;
}

static uint32_t number_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Before anything is decoded: a small file can unfold to gigabytes. */
static bool check(const char *path, const uint8_t *bytes, size_t length, GError **error)
{
	static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

	if (length < HEADER || memcmp(bytes, signature, sizeof(signature)) != 0)
		return fail(error, ERROR_BAD_INPUT, "%s is no PNG file", path);
	uint32_t width = number_at(bytes + 16), height = number_at(bytes + 20);

	if (width > LOGO_MOST_PX || height > LOGO_MOST_PX)
		return fail(error, ERROR_TOO_LARGE,
			    "%s: %ux%u pixels are too many (%dx%d would do)", path, width, height,
			    LOGO_MOST_PX, LOGO_MOST_PX);
	return true;
}

static bool read_file(const char *path, uint8_t **bytes, size_t *length, GError **error)
{
	struct stat facts;

	/* Not a pipe, where fopen() would wait for a writer. */
	if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode))
		return fail(error, ERROR_IO, "no file %s", path);
	FILE *file = fopen(path, "rb");

	if (!file)
		return fail(error, ERROR_IO, "%s cannot be read: %s", path, g_strerror(errno));
	*bytes = g_malloc(LOGO_MOST_BYTES + 1);
	*length = fread(*bytes, 1, LOGO_MOST_BYTES + 1, file);
	fclose(file);
	if (*length <= LOGO_MOST_BYTES)
		return true;
	g_clear_pointer(bytes, g_free);
	return fail(error, ERROR_TOO_LARGE, "%s is larger than %d MiB", path,
		    LOGO_MOST_BYTES >> 20);
}

static struct stamp *scaled(cairo_surface_t *picture, int most_width, int most_height)
{
	int width = cairo_image_surface_get_width(picture);
	int height = cairo_image_surface_get_height(picture);
	double scale = MIN((double)most_width / width, (double)most_height / height);

	scale = MIN(scale, 1);
	cairo_t *cairo = brush_begin(MAX((int)(width * scale + 0.5), 1),
				     MAX((int)(height * scale + 0.5), 1));

	cairo_scale(cairo, scale, scale);
	cairo_set_source_surface(cairo, picture, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_BEST);
	cairo_paint(cairo);
	return brush_end(cairo);
}

struct stamp *logo_read(const char *path, int most_width, int most_height, GError **error)
{
	g_autofree uint8_t *bytes = NULL;
	size_t length = 0;
	struct stamp *stamp = NULL;

	if (!read_file(path, &bytes, &length, error) || !check(path, bytes, length, error))
		return NULL;
	struct bytes rest = {bytes, length};
	cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(give, &rest);

	if (cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS)
		stamp = scaled(picture, most_width, most_height);
	else
		fail(error, ERROR_BAD_INPUT, "%s is a broken PNG file", path);
	cairo_surface_destroy(picture);
	return stamp;
}
