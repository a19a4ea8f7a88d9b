/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe_parts.h"

#include <math.h>

#include "dispatch.h"

/* ---- JSON ---- */

void put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

/* Levels and rates with nine digits help nobody. */
void put_real(json_t *object, const char *key, double number)
{
	json_object_set_new(object, key,
			    isfinite(number) ? json_real(round(number * 100) / 100) : json_null());
}

void put_int(json_t *object, const char *key, int64_t number)
{
	json_object_set_new(object, key, json_integer(number));
}

void put_bool(json_t *object, const char *key, bool is_true)
{
	json_object_set_new(object, key, json_boolean(is_true));
}

void put_stage(json_t *object, const char *key, const struct stage_stats *stage)
{
	json_t *figures = json_object(), *buckets = json_array();

	for (int i = 0; i < STAGE_BUCKETS; i++)
		json_array_append_new(buckets, json_integer((json_int_t)stage->buckets[i]));
	put_int(figures, "count", (int64_t)stage->count);
	put_real(figures, "mean_ms", stage->sum_ms / (double)stage->count);
	put_real(figures, "recent_ms", stage->count ? stage->recent_ms : NAN);
	json_object_set_new(figures, "buckets", buckets);
	json_object_set_new(object, key, figures);
}

/* ---- tables ---- */

int columns_of(const char *text)
{
	int n = 0;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar letter = g_utf8_get_char(text);

		n += g_unichar_iszerowidth(letter) ? 0 : g_unichar_iswide(letter) ? 2 : 1;
	}
	return n;
}

void cell(GString *text, int width, const char *word)
{
	int length = columns_of(word);

	g_string_append_printf(text, "%s%*s", word, MAX(width - length, 0) + 1, "");
}

static void trim_line(GString *text)
{
	while (text->len && text->str[text->len - 1] == ' ')
		g_string_truncate(text, text->len - 1);
}

void end_line(GString *text)
{
	trim_line(text);
	g_string_append_c(text, '\n');
}

const char *light(enum tally tally)
{
	return tally == TALLY_PROGRAM ? "PGM" : tally == TALLY_PREVIEW ? "pvw" : "";
}

void strip_end(struct reply *reply)
{
	while (reply->text->len && reply->text->str[reply->text->len - 1] == '\n')
		g_string_truncate(reply->text, reply->text->len - 1);
}
