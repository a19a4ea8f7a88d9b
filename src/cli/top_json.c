/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_json.h"

#include <math.h>
#include <string.h>

#define SILENCE_DB (-120.0)

const char *json_text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

double json_real_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

int64_t json_integer_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

bool json_is_set(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

enum model_tally json_tally(const json_t *object)
{
	const char *word = json_text(object, "tally");

	return strcmp(word, "program") == 0   ? LIGHT_PROGRAM
	       : strcmp(word, "preview") == 0 ? LIGHT_PREVIEW
					      : LIGHT_OFF;
}

static double level_of(const json_t *object, const char *key)
{
	double db = json_real_of(object, key);

	return isnan(db) ? SILENCE_DB : db;
}

struct model_levels json_levels(const json_t *object)
{
	return (struct model_levels){
		.peak_db = level_of(object, "peak_db"),
		.held_db = level_of(object, "held_db"),
		.lufs = level_of(object, "short_term_lufs"),
	};
}

/* Room for the members of an array of this name; *n is how many. */
