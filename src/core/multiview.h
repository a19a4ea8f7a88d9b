/* SPDX-License-Identifier: EUPL-1.2
 *
 * multiview: what the crew watches: program and preview large, below them every source small, each
 * with its name, light and level. PRIVATE to this folder. It is drawn and encoded only while
 * somebody watches, at a rate and in a size of its own.
 *
 *   pictures of this tick --every few ticks--> multiview's slot -> encoder -> track -> /whep/crew
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "layout.h"

struct picture_plan;
struct settings;
struct show;

#define MULTIVIEW_SOURCES 2 /* the first two places are program's and preview's */

/* Where everything is, pure: the upper half is divided in two, the lower into m rows of 2m places,
 * the least that hold them all, so that one and two sources are as large as program, up to eight
 * stand in two rows of four, up to 18 in three of six. Returns the number of places, with those
 * that stay empty. All are even and inside the picture. */
int multiview_places(int n_sources, int width, int height, struct rect *places, int most);

/* How many ticks from one picture to the next, and how many pictures a second that makes. */
int multiview_every(const struct settings *settings);
int multiview_fps(const struct settings *settings);

bool multiview_open(struct show *show, GError **error);
void multiview_close(struct show *show);

/* Adds it to a plan that has its sources and buses. */
void multiview_plan(struct show *show, struct picture_plan *plan);
