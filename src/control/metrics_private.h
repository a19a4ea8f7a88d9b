/* SPDX-License-Identifier: EUPL-1.2
 *
 * What GET /metrics says of each kind of thing. PRIVATE to metrics*.c. Each looks at the show once,
 * at the beginning, and then writes whole families.
 */
#pragma once

#include <glib.h>

struct show;

void metrics_write_sources(const struct show *show, GString *out);
void metrics_write_buses(const struct show *show, GString *out);
void metrics_write_viewers(const struct show *show, GString *out);
