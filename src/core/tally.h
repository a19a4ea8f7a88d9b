/* SPDX-License-Identifier: EUPL-1.2
 *
 * tally: who is on air and who is next, by what can be seen: a source in program's scene is on
 * program (so are those of the outgoing scene until a transition is over), else one in preview's
 * scene is on preview.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct show;
struct source;

/* Whether a scene (0: none) shows a source, as one of its boxes or behind them. */
bool tally_shows(const struct show *show, uint64_t scene_id, const struct source *source);

/* Works out every source's light and tells each that changed. */
void tally_update(struct show *show);
