/* SPDX-License-Identifier: EUPL-1.2 */
#include "level.h"

#include <stdbool.h>

#include "clock.h"
#include "frame.h"

#define FALL_DB_PER_S 20
#define HOLD_NS	      (1500 * NS_PER_MS)
#define GAP_PX	      2
#define LINE_PX	      2

enum { TRACK, PEAK, RMS };

/* Y, U, V, BT.709 limited: each zone as track, peak and RMS; the last of them are #34c759, #ffb800
 * and #ff3b30. */
static const struct {
	double from_db, to_db;
	uint8_t yuv[3][3];
} zones[] = {
	{LEVEL_BOTTOM_DB, LEVEL_AMBER_DB, {{40, 124, 123}, {96, 110, 96}, {153, 94, 68}}},
	{LEVEL_AMBER_DB, LEVEL_RED_DB, {{42, 122, 131}, {108, 82, 148}, {176, 40, 167}}},
	{LEVEL_RED_DB, 0, {{34, 126, 136}, {68, 116, 172}, {102, 103, 215}}},
};

#define ZONES ((int)(sizeof(zones) / sizeof(zones[0])))

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static void follow_hold(struct level *level, int c, int64_t now_ns)
{
	if (level->peak_db[c] < level->hold_db[c] && now_ns - level->hold_ns[c] < HOLD_NS)
		return;
	level->hold_db[c] = level->peak_db[c];
	level->hold_ns[c] = now_ns;
}

void level_follow(struct level *level, const struct meter_levels *levels, int64_t now_ns)
{
	double fallen_db =
		level->since_ns ? FALL_DB_PER_S * (double)(now_ns - level->since_ns) / NS_PER_S : 0;

	for (int c = 0; c < 2; c++) {
		double older_db = level->since_ns ? level->peak_db[c] - fallen_db : METER_FLOOR_DB;

		level->rms_db[c] = levels->rms_db[c];
		level->peak_db[c] = larger(levels->peak_db[c], older_db);
		if (!level->since_ns)
			level->hold_db[c] = METER_FLOOR_DB;
		follow_hold(level, c, now_ns);
	}
	level->since_ns = now_ns;
}

int level_width(int bar_px)
{
	return 2 * (GAP_PX + bar_px);
}

/* The first row from above that a level reaches, even. */
static int row_of(struct area bar, double db)
{
	double part = (db - LEVEL_BOTTOM_DB) / -LEVEL_BOTTOM_DB;

	part = part < 0 ? 0 : part > 1 ? 1 : part;
	return bar.y + (int)((1 - part) * bar.height / 2 + 0.5) * 2;
}

static void fill(struct frame *canvas, struct area bar, int from_row, int to_row,
		 const uint8_t yuv[3])
{
	if (from_row < to_row)
		canvas_clear(canvas, (struct area){bar.x, from_row, bar.width, to_row - from_row},
			     yuv);
}

static int bound(int row, int least, int most)
{
	return row < least ? least : row > most ? most : row;
}

static void draw_zone(struct frame *canvas, struct area bar, int zone, int peak_row, int rms_row)
{
	int top = row_of(bar, zones[zone].to_db), bottom = row_of(bar, zones[zone].from_db);
	int peak = bound(peak_row, top, bottom), rms = bound(rms_row, peak, bottom);

	fill(canvas, bar, top, peak, zones[zone].yuv[TRACK]);
	fill(canvas, bar, peak, rms, zones[zone].yuv[PEAK]);
	fill(canvas, bar, rms, bottom, zones[zone].yuv[RMS]);
}

static void draw_hold(struct frame *canvas, struct area bar, double db)
{
	int zone = db >= LEVEL_RED_DB ? 2 : db >= LEVEL_AMBER_DB ? 1 : 0;
	int row = bound(row_of(bar, db), bar.y, bar.y + bar.height - LINE_PX);

	if (db > LEVEL_BOTTOM_DB)
		fill(canvas, bar, row, row + LINE_PX, zones[zone].yuv[RMS]);
}

void level_draw(const struct level *level, struct frame *canvas, struct area column)
{
	int width = column.width / 2 - GAP_PX;

	for (int c = 0; c < 2; c++) {
		struct area bar = {column.x + GAP_PX + c * (width + GAP_PX), column.y, width,
				   column.height};

		for (int i = 0; i < ZONES; i++)
			draw_zone(canvas, bar, i, row_of(bar, level->peak_db[c]),
				  row_of(bar, level->rms_db[c]));
		draw_hold(canvas, bar, level->hold_db[c]);
	}
}
