/* SPDX-License-Identifier: EUPL-1.2 */
#include "paint.h"

#include <glib.h>

#include "brush.h"

#define WIDEST_PX 16384 /* of any label */

struct stamp *paint_text(const struct paint_text *text)
{
	g_autoptr(PangoLayout) layout = brush_text(text->text, text->font, false, text->size_px);
	int most = text->max_width_px ? text->max_width_px : WIDEST_PX, pad = text->padding_px;
	int width, height;

	brush_measure(layout, MAX(most - 2 * pad, 1), &width, &height);
	cairo_t *cairo = brush_begin(MAX(width, 1) + 2 * pad, MAX(height, 1) + pad);

	brush_colour(cairo, text->background);
	cairo_paint(cairo);
	brush_write(cairo, layout, text->colour, pad, pad / 2);
	return brush_end(cairo);
}
