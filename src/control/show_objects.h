/* SPDX-License-Identifier: EUPL-1.2
 *
 * show_objects: a show's text, as show_write() makes it, as the things that it is about: a source, a
 * scene with its boxes, a cue .. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "parse.h"

/* All lines of one thing. */
struct object {
	char *kind; /* "source", "level", "invite", "scene", "cue", "" for a line by itself */
	char *name;
	GPtrArray *lines; /* struct statement */
};

struct statement {
	char *text;
	struct line line;
};

/* An array of struct object in the order of the text, g_ptr_array_unref(). */
GPtrArray *objects_read(const char *text);

/* The one of that kind and name, or NULL. */
struct object *objects_find(const GPtrArray *objects, const char *kind, const char *name);

const struct statement *object_first(const struct object *object);
bool object_has_line(const struct object *object, const char *text);

/* Whether both have the same lines in the same order. */
bool object_is_same(const struct object *a, const struct object *b);

/* How many words of a line are this head ("cue add"), or 0. */
int line_match_head(const struct line *line, const char *head);
