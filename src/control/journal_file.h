/* SPDX-License-Identifier: EUPL-1.2
 *
 * journal_file: lines of JSON on a disk: appended, mended, and begun anew when they are many. It
 * blocks as long as the disk does, so it belongs to the journal's own thread (journal.h).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_file {
	char *path; /* the older half is path.1 */
	int64_t most_bytes;
	int fd; /* -1: not open */
	int64_t size;
};

/* Opens it for appending (made with mode 0600; no link is followed). A last line without an end,
 * of a daemon that died while writing, is cut off: *torn is how many bytes that were. */
bool journal_file_open(struct journal_file *file, int64_t *torn, GError **error);

/* Appends whole lines with one write; on failure none of them are there. Where they would make it
 * larger than most_bytes it becomes path.1 (the former one is gone) and a new one begins. */
bool journal_file_append(struct journal_file *file, const char *lines, size_t length,
			 GError **error);

/* The last whole lines, at most `most` bytes, of path.1 and path together; a new string. */
char *journal_file_tail(const struct journal_file *file, size_t most);

void journal_file_close(struct journal_file *file);
