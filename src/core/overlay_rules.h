/* SPDX-License-Identifier: EUPL-1.2
 *
 * overlay_rules: what may be laid over the pictures. PRIVATE to this folder.
 */
#pragma once

#include "overlay.h"

/* With what was left out filled in: no text is NULL, and whatever stands in a corner has one. */
struct overlay_spec overlay_whole(const struct overlay_spec *spec);

/* Of a whole one. ERROR_BAD_INPUT; in a show that is only checked also ERROR_IO and ERROR_TOO_LARGE,
 * for a logo's file: else whoever reads it will see. */
bool overlay_check(const struct show *show, const struct overlay_spec *spec, GError **error);
