/* SPDX-License-Identifier: EUPL-1.2
 *
 * level: a meter as two bars in a picture, left and right: RMS bright, peak above it darker, and a
 * line where the peak was highest. -60 dBFS is the bottom, 0 the top; green, amber from -18, red
 * from -6. PRIVATE to this folder. Thread: the video tick's.
 */
#pragma once

#include <stdint.h>

#include "canvas.h"
#include "meter.h"

#define LEVEL_BOTTOM_DB (-60.0)
#define LEVEL_AMBER_DB	(-18.0)
#define LEVEL_RED_DB	(-6.0)

/* What is seen of a meter: peaks jump up and fall slowly. Zeroed at first. */
struct level {
	int64_t since_ns; /* of the last look; 0: none yet */
	double rms_db[2], peak_db[2];
	double hold_db[2];
	int64_t hold_ns[2]; /* when the line was set */
};

void level_follow(struct level *level, const struct meter_levels *levels, int64_t now_ns);

/* How wide a column for bars of this width is. */
int level_width(int bar_px);

/* Fills the column, which is as wide as level_width(). */
void level_draw(const struct level *level, struct frame *canvas, struct area column);
