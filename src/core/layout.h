/* SPDX-License-Identifier: EUPL-1.2
 *
 * layout: where the boxes of a scene are. Pure: names of arrangements and a picture's size in,
 * even pixel rectangles out.
 *
 *   full           pip              side             stage+slides     grid of 5
 *   +-----------+  +-----------+    +-----------+    +---+-------+    +---+---+---+
 *   |     1     |  |  1        |    |     |     |    | 1 |   2   |    | 1 | 2 | 3 |
 *   |           |  |      +---+|    |  1  |  2  |    +---+       |    +-+-+-+-+-+-+
 *   |           |  |      | 2 ||    |     |     |    | 3 |       |      | 4 | 5 |
 *   +-----------+  +------+---++    +-----------+    +---+-------+      +---+---+
 *
 * `full` shows each further box over the one before. Between boxes and at the edge there is a gap
 * of 1 % of the width, but for full and pip's first box. All even, all inside the picture, at
 * least 16x16.
 */
#pragma once

#include <twinstage/words.h>

struct rect {
	int x, y, width, height;
};

/* Fills rects[0..n-1]. A layout with fewer places than n (pip, side, stage+slides) puts the
 * further ones where each rule above says, or else in a row at the bottom; a picture too small for
 * that many gets a grid. */
void layout_boxes(enum layout layout, int n, int width, int height, struct rect *rects);

/* The fit that a box of this layout has unless told otherwise: fill for people in grids and
 * insets, fit for full pictures and slides. */
enum fit layout_fit(enum layout layout, int index);
