/* SPDX-License-Identifier: EUPL-1.2
 *
 * sender: an ffmpeg that runs beside the test: a camera.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct sender;

/* Starts `ffmpeg ARGUMENTS` (split at blanks) with its output thrown away. */
struct sender *sender_start(const char *arguments);

/* Starts it with its standard output to be read. */
struct sender *sender_start_piped(const char *arguments, int *out);

/* Whether it has ended by itself. */
bool sender_has_ended(struct sender *sender);

/* Ends it with the signal, waits for its end and frees it. NULL is allowed. */
void sender_stop(struct sender *sender, int sig);
