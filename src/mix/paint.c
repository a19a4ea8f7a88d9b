/* SPDX-License-Identifier: EUPL-1.2 */
#include "paint.h"

#include <glib.h>
#include <pango/pangocairo.h>

#include "stamp.h"

#define WIDEST_PX 16384 /* of any stamp */

static void set_colour(cairo_t *cairo, uint32_t colour)
{
	cairo_set_source_rgba(cairo, (colour >> 24) / 255.0, (colour >> 16 & 255) / 255.0,
			      (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0);
}

/* The same on a screen of any kind: no hints, no subpixels. */
static PangoContext *context_create(void)
{
	PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	pango_cairo_context_set_resolution(context, 72);
	cairo_font_options_destroy(options);
	return context;
}

static PangoLayout *layout_create(const struct paint_text *text)
{
	PangoContext *context = context_create();
	g_autofree char *valid = g_utf8_make_valid(text->text, -1);
	PangoLayout *layout = pango_layout_new(context);
	PangoFontDescription *font = pango_font_description_from_string(text->font);

	pango_font_description_set_absolute_size(font, text->size_px * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	g_object_unref(context);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	pango_layout_set_text(layout, valid, -1);
	return layout;
}

/* The layout's size, cut at the widest that it may be. */
static void measure(PangoLayout *layout, int most_px, int *width, int *height)
{
	pango_layout_get_pixel_size(layout, width, height);
	if (*width <= most_px)
		return;
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_width(layout, most_px * PANGO_SCALE);
	*width = most_px;
}

static struct stamp *finish(cairo_t *cairo, cairo_surface_t *surface)
{
	cairo_destroy(cairo);
	cairo_surface_flush(surface);
	struct stamp *stamp = stamp_from_argb(
		cairo_image_surface_get_data(surface), cairo_image_surface_get_stride(surface),
		cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface));

	cairo_surface_destroy(surface);
	return stamp;
}

struct stamp *paint_text(const struct paint_text *text)
{
	g_autoptr(PangoLayout) layout = layout_create(text);
	int most = text->max_width_px ? text->max_width_px : WIDEST_PX;
	int width, height;

	measure(layout, MAX(most - 2 * text->padding_px, 1), &width, &height);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32,
							      MAX(width, 1) + 2 * text->padding_px,
							      MAX(height, 1) + text->padding_px);
	cairo_t *cairo = cairo_create(surface);

	set_colour(cairo, text->background);
	cairo_paint(cairo);
	cairo_move_to(cairo, text->padding_px, text->padding_px / 2);
	set_colour(cairo, text->colour);
	pango_cairo_show_layout(cairo, layout);
	return finish(cairo, surface);
}
