/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_sound: PRIVATE to top_*.c: the right end of each line that has a sound: bar, peak, loudness. The
 * same columns in every table, so that all bars stand under each other.
 */
#pragma once

#include "top_model.h"
#include "top_pen.h"

#define SOUND_COLUMN 52 /* where it begins in a line of 80 columns */
#define SOUND_SHIFT  16 /* by how much later at most in a wider one: the names get it */

/* Where in a table's line it is: depends on the line's width only. */
struct area sound_area(const struct area *line);

/* "PEAK" and "LUFS" over their columns. */
void sound_heading(struct pen *pen, const struct area *area);

enum hearing { HEARD, UNHEARD, MUTED };

/* Of what is not heard online the bar is dim, and what is has a note before it. `note` instead of the
 * bar if it is not NULL. */
void sound_draw(struct pen *pen, const struct area *area, const struct model_levels *levels,
		enum hearing hearing, const char *note);
