/* SPDX-License-Identifier: EUPL-1.2
 *
 * media: what the whole folder shares at start and end. GStreamer lives in this folder only.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Once, before anything else here. Initialises GStreamer, checks that every element the pipelines
 * name is installed (the error lists what is missing and its Debian package), remembers where the
 * pipelines' texts are and starts the reaper, the thread on which pipelines are brought down (a
 * state change to NULL may block; the control loop must not). */
bool media_init(const char *pipelines_dir, GError **error);

/* Waits until the reaper has brought everything down, at most `timeout_ms`. */
void media_finish(int timeout_ms);
