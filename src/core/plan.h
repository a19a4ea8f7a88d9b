/* SPDX-License-Identifier: EUPL-1.2
 *
 * plan: from the show's state to what the mixer carries out. PRIVATE to this folder.
 */
#pragma once

#include <stdbool.h>

struct scene;
struct scene_place;
struct show;
struct source;

/* Makes both plans anew and gives them to the mixer; moves the room's viewers to the track that
 * shows the room. */
void plan_update(struct show *show);

/* Where the sources of a scene would be, at most SCENE_MOST_PLACES; how many. */
int plan_places(const struct show *show, const struct scene *scene, struct scene_place *out);

/* The sound plan alone: a part of plan_update(), which is what everybody else calls. */
void plan_sounds(struct show *show);

/* Whether program's sound has this source in it now. */
bool plan_is_heard(const struct show *show, const struct source *source);
