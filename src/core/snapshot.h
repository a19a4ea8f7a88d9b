/* SPDX-License-Identifier: EUPL-1.2
 *
 * snapshot: one picture of a source or bus as a PNG file, whether anybody looks at it or not.
 *
 *   asked for --plan--> next tick --slot, note--> backstage writes the file --note--> told
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct note;
struct picture_plan;
struct show;

/* `target`: a source's name, "program", "preview", "room" or "multiview". `path`: the whole path of
 * a file that ends in .png; one that is there is replaced. What comes of it is told soon by
 * snapshot_saved or snapshot_failed, whose `answers` is *id. */
bool snapshot_take(struct show *show, const char *target, const char *path, uint64_t *id,
		   GError **error);

/* PRIVATE to this folder. Adds those that are waited for to a plan. */
void snapshots_plan(const struct show *show, struct picture_plan *plan);

/* NOTE_PICTURE_TAKEN and NOTE_PICTURE_SAVED. */
void snapshots_take_note(struct show *show, const struct note *note);

/* Fails those of a source that is going. */
void snapshots_part_with(struct show *show, uint64_t source_id);

void snapshots_forget(struct show *show);
