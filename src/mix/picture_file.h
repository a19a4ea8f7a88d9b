/* SPDX-License-Identifier: EUPL-1.2
 *
 * picture_file: a picture as a PNG file. It takes long (some ten milliseconds, and the disk): any
 * thread but the control loop and the ticks. PRIVATE to this folder.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct frame;

/* Written beside `path` first and renamed, so that nobody sees half of one. */
bool picture_file_write(const struct frame *frame, const char *path, GError **error);
