/* SPDX-License-Identifier: EUPL-1.2
 *
 * source_table: PRIVATE to describe_source.c: sources as a person reads them, a line each: what a crew
 * needs to know of it, in columns. Pure.
 */
#pragma once

#include <glib.h>

struct source_view;

/* Nothing but a heading and a line of each; nothing at all if there is none. In a terminal of so many
 * `columns` (0: it is none) the table is drawn together where it would not fit, and does without the
 * roles and then the levels before a line is broken. */
void append_source_table(GString *text, int columns, const struct source_view *views, int n);
