/* SPDX-License-Identifier: EUPL-1.2
 *
 * logo: a PNG file to a stamp. Reads a file and decodes it: never on the control loop or in a tick.
 */
#pragma once

#include <glib.h>

struct stamp;

#define LOGO_MOST_BYTES (16 << 20)
#define LOGO_MOST_PX	4096

/* The picture, made smaller to fit into this room where it is larger. ERROR_IO (cannot be read),
 * ERROR_BAD_INPUT (no PNG), ERROR_TOO_LARGE (more than LOGO_MOST_BYTES, or LOGO_MOST_PX in width or
 * height). */
struct stamp *logo_read(const char *path, int most_width, int most_height, GError **error);
