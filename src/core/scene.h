/* SPDX-License-Identifier: EUPL-1.2
 *
 * scene: an arrangement of sources: a layout, a background, and boxes in order. A box names a
 * source, or the word `speakers`, which stands for everybody who is admitted and connected, in the
 * order of their admission (so a grid has as many as there are).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <twinstage/words.h>

#include "source.h"

struct show;

#define BOX_SPEAKERS "speakers"

struct scene_spec {
	const char *name;
	enum layout layout; /* LAYOUT_UNSET: full */
	bool has_background;
	unsigned background; /* 0xRRGGBB */
	const char *still;   /* a source's name, or NULL */
};

struct box_spec {
	const char *source; /* a name or BOX_SPEAKERS */
	bool has_rect;
	double x, y, width, height; /* per cent of the picture, inside it */
	enum fit fit;		    /* FIT_UNSET: the layout's */
};

struct scene_view {
	const char *name;
	enum layout layout;
	unsigned background;
	const char *still; /* "" if none */
	enum tally tally;  /* on program, on preview */
	int n_boxes;
};

#define SCENE_MOST_PLACES 32

/* Where a source is in a scene's picture, as it would be mixed now. */
struct scene_place {
	const char *source;
	double x, y, width, height; /* per cent of the picture */
};

bool scene_add(struct show *show, const struct scene_spec *spec, GError **error);
bool scene_place(struct show *show, const char *scene, const struct box_spec *box, GError **error);

/* Gives the scene of that name another layout, background and still, and no boxes: they are to be
 * placed anew. It stays the same scene, on air or wherever it is. */
bool scene_replace(struct show *show, const struct scene_spec *spec, GError **error);

/* source NULL: the whole scene, refused while on program, preview or in the room. Else that
 * source's boxes (allowed on air). */
bool scene_remove(struct show *show, const char *scene, const char *source, GError **error);

int scene_count(const struct show *show);
void scene_view(const struct show *show, int index, struct scene_view *view);
void scene_box_view(const struct show *show, int index, int box, struct box_spec *view);

/* The places of a scene from the lowest to the uppermost: each box's source, and instead of
 * `speakers` everybody who is admitted and there. How many there are. */
int scene_places(const struct show *show, int index, struct scene_place places[SCENE_MOST_PLACES]);
