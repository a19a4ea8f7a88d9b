/* SPDX-License-Identifier: EUPL-1.2
 *
 * disk: files that people name, as the control loop may look at them: it waits for no pipe, reads
 * nothing without end, and gives up a disk that does not answer within DISK_PATIENCE_MS (patience.h).
 *
 * Any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define DISK_PATIENCE_MS 500

/* Whether there is a regular file that may be read, of at most so many bytes (0: of any size).
 * ERROR_IO, ERROR_TOO_LARGE. */
bool disk_check(const char *path, size_t most_bytes, GError **error);

/* All of a regular file, with a 0 behind it; g_free(). ERROR_IO, ERROR_TOO_LARGE (more than
 * most_bytes). */
bool disk_read(const char *path, size_t most_bytes, char **text, size_t *length, GError **error);
