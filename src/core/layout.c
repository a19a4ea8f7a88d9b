/* SPDX-License-Identifier: EUPL-1.2 */
#include "layout.h"

#include <stdbool.h>

#define LEAST_PX 16

static int even(int value)
{
	return value / 2 * 2;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* Makes a rectangle even, at least 16x16, and inside the picture. */
static struct rect tidy(struct rect rect, int width, int height)
{
	rect.width = larger(even(rect.width), LEAST_PX);
	rect.height = larger(even(rect.height), LEAST_PX);
	rect.x = larger(even(rect.x), 0);
	rect.y = larger(even(rect.y), 0);
	if (rect.x + rect.width > width)
		rect.x = even(larger(width - rect.width, 0));
	if (rect.y + rect.height > height)
		rect.y = even(larger(height - rect.height, 0));
	return rect;
}

static int gap_of(int width)
{
	return larger(even(width / 100), 2);
}

/* Box i of n in rows of `columns` inside an area; a last row with fewer stands in the middle. */
static struct rect cell(struct rect area, int columns, int n, int i, int gap)
{
	int rows = (n + columns - 1) / columns;
	int row = i / columns;
	int in_row = row == rows - 1 ? n - row * columns : columns;
	int width = (area.width - (columns - 1) * gap) / columns;
	int height = (area.height - (rows - 1) * gap) / rows;
	int used = in_row * width + (in_row - 1) * gap;

	return (struct rect){area.x + (area.width - used) / 2 + (i % columns) * (width + gap),
			     area.y + row * (height + gap), width, height};
}

static void place_full(int n, int width, int height, struct rect *rects)
{
	for (int i = 0; i < n; i++)
		rects[i] = (struct rect){0, 0, width, height};
}

/* The first full, the others a quarter wide, from the lower right corner to the left. */
static void place_pip(int n, int width, int height, struct rect *rects)
{
	int gap = 2 * gap_of(width);
	int inset_width = larger(n > 4 ? (width - n * gap) / (n - 1) : width / 4, LEAST_PX);
	int inset_height = inset_width * height / width;

	for (int i = 0; i < n; i++)
		rects[i] = i == 0 ? (struct rect){0, 0, width, height}
				  : (struct rect){width - i * (inset_width + gap),
						  height - inset_height - gap, inset_width,
						  inset_height};
}

/* The first two share the width; further ones stand in a row below. */
static void place_side(int n, int width, int height, struct rect *rects)
{
	int gap = gap_of(width);
	int row_height = n > 2 ? height / 4 : 0;
	struct rect top = {gap, gap, width - 2 * gap, height - row_height - 2 * gap};
	struct rect bottom = {gap, height - row_height, width - 2 * gap, row_height - gap};

	for (int i = 0; i < n; i++)
		rects[i] = i < 2 ? cell(top, 2, 2, i, gap) : cell(bottom, n - 2, n - 2, i - 2, gap);
}

/* A column of a quarter for the people, the rest for the second box, the slides. */
static void place_stage_slides(int n, int width, int height, struct rect *rects)
{
	int gap = gap_of(width);
	int column = width / 4;
	int people = n > 1 ? n - 1 : 1;
	int person_height = column * height / width;

	if (people * (person_height + gap) > height - gap)
		person_height = (height - gap) / people - gap;
	for (int i = 0; i < n; i++) {
		int row = i == 0 ? 0 : i - 1;

		rects[i] = i == 1 ? (struct rect){column + 2 * gap, gap, width - column - 3 * gap,
						  height - 2 * gap}
				  : (struct rect){gap, gap + row * (person_height + gap), column,
						  person_height};
	}
}

static void place_grid(int n, int width, int height, struct rect *rects)
{
	int gap = gap_of(width);
	struct rect area = {gap, gap, width - 2 * gap, height - 2 * gap};
	int columns = 1;

	while (columns * columns < n)
		columns++;
	if (n == 2)
		columns = 2;
	for (int i = 0; i < n; i++)
		rects[i] = cell(area, columns, n, i, gap);
}

static bool is_too_small(const struct rect *rects, int n)
{
	for (int i = 0; i < n; i++)
		if (even(rects[i].width) < LEAST_PX || even(rects[i].height) < LEAST_PX)
			return true;
	return false;
}

void layout_boxes(enum layout layout, int n, int width, int height, struct rect *rects)
{
	switch (layout) {
	case LAYOUT_PIP:
		place_pip(n, width, height, rects);
		break;
	case LAYOUT_SIDE:
		place_side(n, width, height, rects);
		break;
	case LAYOUT_STAGE_SLIDES:
		place_stage_slides(n, width, height, rects);
		break;
	case LAYOUT_GRID:
		place_grid(n, width, height, rects);
		break;
	case LAYOUT_UNSET:
	case LAYOUT_FULL:
		place_full(n, width, height, rects);
		break;
	}
	if ((layout == LAYOUT_SIDE || layout == LAYOUT_STAGE_SLIDES) && is_too_small(rects, n))
		place_grid(n, width, height, rects);
	for (int i = 0; i < n; i++)
		rects[i] = tidy(rects[i], width, height);
}

enum fit layout_fit(enum layout layout, int index)
{
	switch (layout) {
	case LAYOUT_SIDE:
	case LAYOUT_GRID:
		return FIT_FILL;
	case LAYOUT_PIP:
		return index == 0 ? FIT_FIT : FIT_FILL;
	case LAYOUT_STAGE_SLIDES:
		return index == 1 ? FIT_FIT : FIT_FILL;
	default:
		return FIT_FIT;
	}
}
