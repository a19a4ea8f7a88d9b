/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_sound.h"

#include <ncurses.h>

#define PEAK_WIDTH 6
#define LUFS_WIDTH 6
#define SILENT_DB  (-60.0)
#define NUMBERS	   (PEAK_WIDTH + 1 + LUFS_WIDTH)

struct area sound_area(const struct area *line)
{
	int shift = (line->width - 80) / 3;
	int x = SOUND_COLUMN + (shift < 0 ? 0 : shift > SOUND_SHIFT ? SOUND_SHIFT : shift);

	return (struct area){line->y, line->x + x, 1, line->width - x};
}

static int bar_width(const struct area *area)
{
	return area->width - NUMBERS - 1;
}

void sound_heading(struct pen *pen, const struct area *area)
{
	int x = area->x + bar_width(area) + 1;

	pen_text(pen, area->y, area->x, bar_width(area), "-60 dB");
	pen_right(pen, area->y, area->x, bar_width(area), "0");
	pen_right(pen, area->y, x, PEAK_WIDTH, "PEAK");
	pen_right(pen, area->y, x + PEAK_WIDTH + 1, LUFS_WIDTH, "LUFS");
}

static void draw_peak(struct pen *pen, int y, int x, const struct model_levels *levels,
		      enum hearing hearing)
{
	if (model_is_clipping(levels)) {
		pen_style(pen, STYLE_ALARM);
		pen_text(pen, y, x, PEAK_WIDTH, " CLIP ");
	} else if (hearing == MUTED) {
		pen_style(pen, STYLE_WARNING);
		pen_text(pen, y, x, PEAK_WIDTH, " mute ");
	} else if (levels->held_db <= SILENT_DB) {
		pen_style(pen, STYLE_YELLOW);
		pen_right(pen, y, x, PEAK_WIDTH, "silent");
	} else {
		pen_right(pen, y, x, PEAK_WIDTH, "%.1f", levels->held_db);
	}
	pen_style(pen, STYLE_PLAIN);
}

void sound_draw(struct pen *pen, const struct area *area, const struct model_levels *levels,
		enum hearing hearing, const char *note)
{
	int width = bar_width(area), x = area->x + width + 1;

	if (note) {
		pen_style(pen, STYLE_DIM);
		pen_text(pen, area->y, area->x, area->width, note);
		pen_style(pen, STYLE_PLAIN);
		return;
	}
	pen_level(pen, area->y, area->x, width, levels->peak_db, levels->held_db, hearing != HEARD);
	draw_peak(pen, area->y, x, levels, hearing);
	if (levels->lufs > -100)
		pen_right(pen, area->y, x + PEAK_WIDTH + 1, LUFS_WIDTH, "%.1f", levels->lufs);
	else
		pen_right(pen, area->y, x + PEAK_WIDTH + 1, LUFS_WIDTH, "-");
}
