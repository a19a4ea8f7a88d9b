/* SPDX-License-Identifier: EUPL-1.2
 *
 * rig: the media parts that carry the show out: mixer, SRT listener, browsers' port, outputs,
 * slate, files. PRIVATE to this folder. A dry show has no rig: everything here is then done by
 * saying yes.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct show;
struct source;

bool rig_open(struct show *show, GError **error);
void rig_close(struct show *show);

/* Starts what a source needs of its own: a file, still or test picture. A dry show looks whether
 * the file is there. */
bool rig_start_source(struct show *show, struct source *source, GError **error);
void rig_stop_source(struct source *source);

/* Back to the slate of the settings, where the show has one of its own. */
void rig_reset_slate(struct show *show);

/* Tells the SRT listener who may call. */
void rig_allow_callers(struct show *show);

/* Another slate; the old one stays if this one cannot be read. */
bool rig_load_slate(struct show *show, const char *picture, GError **error);
