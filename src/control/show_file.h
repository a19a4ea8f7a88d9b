/* SPDX-License-Identifier: EUPL-1.2
 *
 * show_file: shows on disk. A show file is lines of commands; the running show is one, too, written
 * after each change.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct context;
struct show;

/* Runs a file against a rehearsal. `errors` gets what is wrong with it ("file:line:column: what"),
 * also what its cues name and nothing makes (a load takes such a file: a plan may be older than its
 * scenes). */
bool show_file_check(const struct context *context, const char *path, GPtrArray *errors,
		     GError **error);

/* The rehearsal that a file makes, as a load would take it; NULL: it is wrong. show_destroy(). */
struct show *show_file_rehearse(const struct context *context, const char *path, GPtrArray *errors,
				GError **error);

/* Checks, and if all is well replaces the running show. If a line then fails all the same (a
 * picture that cannot be decoded), the show that was running is made anew and the load has failed;
 * only who was connected has to come back. */
bool show_file_load(const struct context *context, const char *path, GPtrArray *errors,
		    GError **error);

/* The show as others may have it; a new string. */
char *show_file_text(const struct show *show);

/* Writes `text` (mode 0600) by a temporary file and a rename, so the path holds the old text or the
 * new, with fsync. Any thread, for it takes as long as the disk does. */
bool show_file_write(const char *path, const char *text, GError **error);

/* Comes back to the show that was running (state_dir/running.show). Lines that are refused are
 * logged and passed over, and the file is kept as running.show.bad: the rest of the show goes on.
 * False if there is no such file. */
bool show_file_restore(const struct context *context);

/* state_dir/running.show; a new string. */
char *show_file_running(const struct show *show);
