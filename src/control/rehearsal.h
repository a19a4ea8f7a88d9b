/* SPDX-License-Identifier: EUPL-1.2
 *
 * rehearsal: a dry show to try commands on before anybody sees them: the same rules, nothing is
 * opened, encoded or sent. show_destroy() ends it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct settings;
struct show;

/* An empty one. */
struct show *rehearsal_open(const struct settings *settings, GError **error);

/* One that stands where this show does; without its cues unless they are wanted. */
struct show *rehearsal_of(const struct show *show, bool has_cues, GError **error);
