/* SPDX-License-Identifier: EUPL-1.2
 *
 * rendition: program in a second, smaller size, and who gets which. PRIVATE to this folder.
 *
 *   program's picture --same frame, resized--> small slot -> encoder -> small track
 *
 * It is resized and encoded only while somebody receives it. Whoever gets program's picture (a
 * viewer, a speaker's return) is moved by what its own line carries (ladder.h), at a key frame and
 * without any negotiation. The room's screens are not: the hall has one picture.
 *
 * A machine that cannot keep its pace with one encoder gets no second one: as long as nobody has
 * the small rendition, and a tenth of the ticks of the last seconds were missed, or a picture takes
 * longer to encode than to show, nobody gets it; that is said once, and a line too narrow for the
 * full picture then gets sound alone.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "output.h"

struct settings;
struct show;

/* The small rendition's size and rate. */
void rendition_shape(const struct settings *settings, struct picture_shape *shape);

/* Without one (small_kbps 0) it does nothing. */
bool rendition_open(struct show *show, GError **error);

/* Several times a second: moves whom it is time to move. */
void rendition_judge(struct show *show, int64_t now_ns);
