/* SPDX-License-Identifier: EUPL-1.2
 *
 * paint: a line of text to a stamp, by pango and cairo: labels. Fonts are looked for and loaded,
 * so it is slow, the first time above all: never on the control loop or in a tick. Any other
 * thread. Text is shown as it is: no markup is read, and what is no UTF-8 is shown as U+FFFD.
 * Right-to-left text runs from right to left.
 *
 * Colours are 0xrrggbbaa.
 */
#pragma once

#include <stdint.h>

struct stamp;

/* One line of text, with a plate behind it. */
struct paint_text {
	const char *text;
	const char *font;    /* pango's description without a size: "Sans Bold" */
	int size_px;	     /* the font's size, in pixels */
	uint32_t colour;     /* of the text */
	uint32_t background; /* of the plate; 0: none */
	int padding_px;	     /* between text and edge, left and right; half of it above and below */
	int max_width_px;    /* of the whole: longer text ends with an ellipsis; 0: any */
};

struct stamp *paint_text(const struct paint_text *text);
