/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_layout.h"

#define FIXED_ROWS   3 /* title, scenes, bottom */
#define WIDE	     140
#define TALL	     36
#define MOST_AIR     18
#define LEAST_EVENTS 2
#define SIDE_PERCENT 58 /* of a wide window: sources and buses */

/* A pane's rows with its heading: at least, and as many as it has use for. */
struct need {
	int least, most, rows;
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* A heading and the lines of a table of n, of which `least` may not be folded. */
static struct need table(int n, int least)
{
	if (n == 0)
		return (struct need){0, 0, 0};
	return (struct need){1 + smaller(n, least), 1 + n, 0};
}

/* Gives each its least, then what is left in turn of importance. What remains. */
static int share(int rows, struct need *needs, int n)
{
	for (int i = 0; i < n; i++) {
		needs[i].rows = needs[i].least;
		rows -= needs[i].least;
	}
	for (int i = 0; i < n && rows > 0; i++) {
		int more = smaller(rows, needs[i].most - needs[i].rows);

		needs[i].rows += more;
		rows -= more;
	}
	return rows;
}

static void put(struct area *area, int *y, int x, int height, int width)
{
	*area = (struct area){*y, x, height, width};
	*y += height;
}

static void put_air(struct top_layout *layout, int *y, int height, int width)
{
	int half = width / 2;

	layout->program = (struct area){*y, 0, height, half};
	layout->preview = (struct area){*y, half, height, width - half};
	*y += height;
}

static void narrow(int height, int width, int n_sources, int n_buses, int n_speakers,
		   struct top_layout *layout)
{
	struct need air = {3, 5, 0}, events = {LEAST_EVENTS, 3, 0};
	struct need needs[] = {table(n_sources, 5), table(n_buses, 2), table(n_speakers, 1), air,
			       events};
	int left = share(height - FIXED_ROWS, needs, 5), y = 1;
	int higher = smaller(left / 2, MOST_AIR - needs[3].rows);

	put_air(layout, &y, needs[3].rows + higher, width);
	put(&layout->scenes, &y, 0, 1, width);
	put(&layout->sources, &y, 0, needs[0].rows, width);
	put(&layout->buses, &y, 0, needs[1].rows, width);
	put(&layout->speakers, &y, 0, needs[2].rows, width);
	put(&layout->events, &y, 0, height - 1 - y, width);
}

static void wide(int height, int width, int n_sources, int n_buses, int n_speakers,
		 struct top_layout *layout)
{
	int air = smaller(MOST_AIR, height / 3), y = 1, side = width * SIDE_PERCENT / 100;
	int rows = height - FIXED_ROWS - air, right = side + 1;
	struct need left[] = {table(n_sources, 5), table(n_buses, 2)};
	struct need others[] = {table(n_speakers, 3), {5, 5, 0}};

	share(rows - 1, left, 2);
	share(rows, others, 2);
	put_air(layout, &y, air, width);
	put(&layout->scenes, &y, 0, 1, width);
	int top = y;

	put(&layout->sources, &y, 0, left[0].rows, side);
	y += left[0].rows ? 1 : 0;
	put(&layout->buses, &y, 0, left[1].rows, side);
	y = top;
	put(&layout->speakers, &y, right, others[0].rows, width - right);
	y += others[0].rows && others[0].rows + 8 < rows ? 1 : 0;
	put(&layout->events, &y, right, height - 1 - y, width - right);
}

bool layout_top(int height, int width, int n_sources, int n_buses, int n_speakers,
		struct top_layout *layout)
{
	*layout = (struct top_layout){0};
	if (height < LEAST_HEIGHT || width < LEAST_WIDTH)
		return false;
	layout->title = (struct area){0, 0, 1, width};
	layout->bottom = (struct area){height - 1, 0, 1, width};
	if (width >= WIDE && height >= TALL)
		wide(height, width, n_sources, n_buses, n_speakers, layout);
	else
		narrow(height, width, n_sources, n_buses, n_speakers, layout);
	return true;
}
