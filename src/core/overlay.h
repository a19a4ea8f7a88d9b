/* SPDX-License-Identifier: EUPL-1.2
 *
 * overlay: what is laid over the pictures: one title, one logo, one clock, one countdown, one
 * ticker. Which buses have them, and how they look, the settings say. What is shown anew takes the
 * place of what was there of its kind. Painting and reading happen elsewhere: a command answers at
 * once, and what there was before a logo stays on the pictures until the new one is read.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/words.h>

struct show;

struct overlay_spec {
	enum overlay_kind kind;
	/* title: the name; logo: a path; countdown: what stands above it, or NULL; ticker: all */
	const char *text;
	const char *more;   /* title: the role, or NULL */
	enum corner corner; /* logo, clock, countdown; CORNER_UNSET: the usual one */
	int64_t for_ms;	    /* title: it hides by itself after that; 0: it does not */
	int64_t until_s;    /* countdown: to when, s since 1970 UTC */
};

/* Texts are plain: no markup is read. Refused: control characters, and what is too long. What comes
 * of a logo is told when its file was looked at, by overlay_changed, or by overlay_failed: then what
 * there was before is shown again. The event's `answers` is *id, which is 0 for all else. */
bool overlay_show(struct show *show, const struct overlay_spec *spec, uint64_t *id, GError **error);

/* OVERLAY_UNSET: all of them. How many were shown until now. */
int overlay_hide(struct show *show, enum overlay_kind kind);

/* What is shown, in the order of its showing. The view's texts are never NULL and good until the
 * show changes. */
int overlay_count(const struct show *show);
void overlay_view(const struct show *show, int index, struct overlay_spec *view);

const char *overlay_kind_name(enum overlay_kind kind); /* "title" */
const char *corner_name(enum corner corner);	       /* "top-left"; "" for CORNER_UNSET */
