/* SPDX-License-Identifier: EUPL-1.2
 *
 * brush: what all painting is made of: a surface, a colour, a line of text. PRIVATE to paint.c and
 * graphic.c. Never on the control loop or in a tick.
 */
#pragma once

#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdint.h>

struct stamp;

/* A transparent surface to paint on. */
cairo_t *brush_begin(int width, int height);

/* Ends it; what was painted. */
struct stamp *brush_end(cairo_t *cairo);

/* Ends it; what was painted is put into the stamp from column x on. */
void brush_end_into(cairo_t *cairo, struct stamp *stamp, int x);

void brush_colour(cairo_t *cairo, uint32_t rgba);
void brush_rectangle(cairo_t *cairo, uint32_t rgba, double x, double y, double width,
		     double height);

/* One line of text in pango's font description, `size_px` high; digits have one width. */
PangoLayout *brush_text(const char *text, const char *font, bool is_bold, int size_px);

/* Its size, cut with an ellipsis at the widest that it may be. */
void brush_measure(PangoLayout *text, int most_px, int *width, int *height);

/* Whether it runs from right to left. */
bool brush_is_rtl(PangoLayout *text);

/* With its top left corner there. */
void brush_write(cairo_t *cairo, PangoLayout *text, uint32_t rgba, double x, double y);
