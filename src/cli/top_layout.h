/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_layout: where each pane of `twinstage top` is. Pure: a size and how much there is to show in,
 * rectangles out. A pane that has nothing to show has no height.
 *
 *   80x24                                 wide (from 140x36)
 *   +------------------------------+      +------------------------------+
 *   | title                        |      | title                        |
 *   | PROGRAM       | PREVIEW      |      | PROGRAM       | PREVIEW      |
 *   | scenes                       |      | scenes                       |
 *   | sources                      |      | sources          | speakers  |
 *   | buses                        |      |                  |           |
 *   | speakers                     |      | buses            | events    |
 *   | events                       |      |                  |           |
 *   | bottom                       |      | bottom                       |
 *   +------------------------------+      +------------------------------+
 */
#pragma once

#include <stdbool.h>

#include "top_pen.h"

#define LEAST_WIDTH  80
#define LEAST_HEIGHT 24

struct top_layout {
	struct area title, program, preview, scenes, sources, buses, speakers, events, bottom;
};

/* False: the window is smaller than 80x24, and nothing is laid out. */
bool layout_top(int height, int width, int n_sources, int n_buses, int n_speakers,
		struct top_layout *layout);
