/* SPDX-License-Identifier: EUPL-1.2 */
#include "brush.h"

#include <glib.h>

#include "stamp.h"

cairo_t *brush_begin(int width, int height)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	cairo_t *cairo = cairo_create(surface);

	cairo_surface_destroy(surface); /* the context holds it */
	return cairo;
}

void brush_end_into(cairo_t *cairo, struct stamp *stamp, int x)
{
	cairo_surface_t *surface = cairo_get_target(cairo);

	cairo_surface_flush(surface);
	stamp_put_argb(stamp, x, cairo_image_surface_get_data(surface),
		       cairo_image_surface_get_stride(surface),
		       cairo_image_surface_get_width(surface),
		       cairo_image_surface_get_height(surface));
	cairo_destroy(cairo);
}

struct stamp *brush_end(cairo_t *cairo)
{
	cairo_surface_t *surface = cairo_get_target(cairo);
	struct stamp *stamp = stamp_create(cairo_image_surface_get_width(surface),
					   cairo_image_surface_get_height(surface));

	brush_end_into(cairo, stamp, 0);
	return stamp;
}

void brush_colour(cairo_t *cairo, uint32_t rgba)
{
	cairo_set_source_rgba(cairo, (rgba >> 24) / 255.0, (rgba >> 16 & 255) / 255.0,
			      (rgba >> 8 & 255) / 255.0, (rgba & 255) / 255.0);
}

void brush_rectangle(cairo_t *cairo, uint32_t rgba, double x, double y, double width, double height)
{
	brush_colour(cairo, rgba);
	cairo_rectangle(cairo, x, y, width, height);
	cairo_fill(cairo);
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

static void set_font(PangoLayout *layout, const char *name, bool is_bold, int size_px)
{
	PangoFontDescription *font = pango_font_description_from_string(name);

	pango_font_description_set_absolute_size(font, MAX(size_px, 1) * PANGO_SCALE);
	if (is_bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

PangoLayout *brush_text(const char *text, const char *font, bool is_bold, int size_px)
{
	PangoContext *context = context_create();
	PangoLayout *layout = pango_layout_new(context);
	PangoAttrList *attributes = pango_attr_list_new();
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	set_font(layout, font, is_bold, size_px);
	pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
	pango_layout_set_attributes(layout, attributes);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	pango_layout_set_text(layout, valid, -1);
	pango_attr_list_unref(attributes);
	g_object_unref(context);
	return layout;
}

void brush_measure(PangoLayout *text, int most_px, int *width, int *height)
{
	pango_layout_get_pixel_size(text, width, height);
	if (*width <= most_px)
		return;
	pango_layout_set_ellipsize(text, PANGO_ELLIPSIZE_END);
	pango_layout_set_width(text, most_px * PANGO_SCALE);
	*width = most_px;
}

bool brush_is_rtl(PangoLayout *text)
{
	PangoLayoutLine *line = pango_layout_get_line_readonly(text, 0);

	return pango_layout_line_get_resolved_direction(line) == PANGO_DIRECTION_RTL;
}

void brush_write(cairo_t *cairo, PangoLayout *text, uint32_t rgba, double x, double y)
{
	cairo_move_to(cairo, x, y);
	brush_colour(cairo, rgba);
	pango_cairo_show_layout(cairo, text);
}
