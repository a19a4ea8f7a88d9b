/* SPDX-License-Identifier: EUPL-1.2
 *
 * describe_parts: PRIVATE to describe*.c: what all descriptions are made of: members of JSON objects,
 * and cells of tables. Pure.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/stage_stats.h>

#include "source.h"

struct reply;
struct show;

void put_text(json_t *object, const char *key, const char *text);

/* Rounded to two digits behind the point; null if it is not a number: not known. */
void put_real(json_t *object, const char *key, double number);
void put_int(json_t *object, const char *key, int64_t number);
void put_bool(json_t *object, const char *key, bool is_true);

/* {"count", "mean_ms", "recent_ms", "buckets": [..]} (stage_stats.h) */
void put_stage(json_t *object, const char *key, const struct stage_stats *stage);

/* How wide a text stands on a terminal: some letters take two columns, some are put on others. */
int columns_of(const char *text);

/* A word and blanks, to a width in columns and one more. */
void cell(GString *text, int width, const char *word);

/* Without the blanks at its end. */
void end_line(GString *text);
void strip_end(struct reply *reply);

const char *light(enum tally tally); /* "PGM" "pvw" "" */

/* The tables and arrays that a status is made of, each appended to the reply. */
void append_sources(struct show *show, struct reply *reply);
void append_speakers(struct show *show, struct reply *reply);

/* {"overlays": [..]}, and a line of them if there are any. */
void append_overlays(struct show *show, struct reply *reply);

/* {"cue": "12", "next_cue": "12.5", "cues": [..]}, and a line where there is a plan. */
void append_cues(const struct show *show, struct reply *reply);

/* {"buses": [..]}, {"scenes": [..]}, {"cpu": {..}}; there are no tables of them. */
void append_buses(struct show *show, struct reply *reply);
void append_scenes(struct show *show, struct reply *reply);
void append_cpu(struct reply *reply);
