/* SPDX-License-Identifier: EUPL-1.2
 *
 * shown: a show as the daemon describes it, for the tests of `twinstage top`.
 */
#pragma once

#include "top_model.h"

/* Reads JSON with ' for " into a model, as a status at now_s. */
void shown_status(struct model *model, const char *json, double now_s);
void shown_levels(struct model *model, const char *json);
void shown_event(struct model *model, const char *kind, const char *subject, const char *text);

/* Two scenes, three sources of which one is lost on air and one clips, one speaker. */
extern const char shown_evening[];

/* The same with this many sources "cam-1" .. and scenes "scene-1" .., all live. */
void shown_crowd(struct model *model, int n_sources, int n_scenes);
