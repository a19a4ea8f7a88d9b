/* SPDX-License-Identifier: EUPL-1.2
 *
 * names: what stands on the multiview's tiles, painted anew only when it says something else.
 * PRIVATE to this folder.
 */
#pragma once

struct easel;
struct plan_tile;
struct show;
struct source;

/* A bus's: "PROGRAM  stage". The tile has its id, size and light. Not a reference. */
struct easel *names_bus(struct show *show, const struct plan_tile *tile, const char *bus,
			const char *what);

/* A source's, with what is the matter with it: "cam", "cam  stalled", "anna  not admitted". */
struct easel *names_source(struct show *show, const struct plan_tile *tile,
			   const struct source *source);

/* After all of a plan's: lets go of what none asked for since the last time. */
void names_tidy(struct show *show);

void names_forget(struct show *show);
