/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_json: PRIVATE to top_*.c: members of the daemon's answers. Whatever an answer holds, or does not,
 * something comes of it: the daemon may be older or newer.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "top_model.h"

const char *json_text(const json_t *object, const char *key);	/* "" */
double json_real_of(const json_t *object, const char *key);	/* NAN */
int64_t json_integer_of(const json_t *object, const char *key); /* 0 */
bool json_is_set(const json_t *object, const char *key);

/* Its "tally"; its "peak_db", "held_db" and "short_term_lufs". */
enum model_tally json_tally(const json_t *object);
struct model_levels json_levels(const json_t *object);

/* Forgets the lists of a status, whose strings go with it. */
void model_forget_lists(struct model *model);
