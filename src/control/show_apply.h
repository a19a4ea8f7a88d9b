/* SPDX-License-Identifier: EUPL-1.2
 *
 * show_apply: carries changes out (show_diff.h), whole or not at all: all of them are tried on a
 * rehearsal first, and are on air with one tick. What is not among them is not touched: cameras,
 * speakers and viewers stay connected.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct context;

/* `from` is what the journal has for where each command came from. What cannot be done is left out
 * and said in `notes` (char *, g_free); if nothing else was to be done, ERROR_CONFLICT. */
bool show_apply(const struct context *context, const GPtrArray *changes, const char *from,
		GPtrArray *notes, GError **error);

/* Runs the lines of the changes one by one; the first that is refused ends it. */
bool show_apply_run(const struct context *context, const GPtrArray *changes, GError **error);
