/* SPDX-License-Identifier: EUPL-1.2 */
#include "record.h"

#include <stdbool.h>
#include <string.h>

#include "command.h"
#include "quote.h"

#define MOST_BYTES 1000
#define HIDDEN	   "***"

static void begin(struct record *record)
{
	record->hidden = g_ptr_array_new_with_free_func(g_free);
}

static void finish_text(struct record *record, GString *out)
{
	g_autofree char *text = g_utf8_make_valid(out->str, (gssize)MIN(out->len, MOST_BYTES));

	record->text = g_strconcat(text, out->len > MOST_BYTES ? " .." : "", NULL);
	/* A control character would break a line in two. */
	for (char *at = record->text; *at; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	g_string_free(out, TRUE);
}

static void put(GString *out, const char *word)
{
	if (out->len)
		g_string_append_c(out, ' ');
	quote_word(out, word);
}

static void hide(struct record *record, GString *out, const char *word)
{
	g_string_append_printf(out, "%s" HIDDEN, out->len ? " " : "");
	g_ptr_array_add(record->hidden, g_strdup(word));
}

/* ---- words ---- */

struct reading {
	const struct command *command;
	int places;   /* for words without a name that are still free */
	bool is_told; /* a secret was told: what follows may be the rest of it */
};

static int count_places(const struct command *command)
{
	int n = 0;

	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++)
		n += one->place != PLACE_OPTION && one->type != TYPE_REST;
	return n;
}

/* An option and, if it takes one, its word; returns how many words that were. */
static int put_option(struct record *record, struct reading *reading, GString *out, int n,
		      char *const *words)
{
	const char *equals = strchr(words[0], '=');
	int index = table_argument(reading->command, words[0] + 2);
	const struct argument *option = index < 0 ? NULL : &reading->command->arguments[index];

	if (!option && equals) {
		g_string_append_printf(out, " %.*s=" HIDDEN, (int)(equals - words[0]), words[0]);
		g_ptr_array_add(record->hidden, g_strdup(equals + 1));
	} else {
		put(out, words[0]);
	}
	reading->is_told |= !option || option->type == TYPE_SECRET;
	if (!option || option->type == TYPE_FLAG || n < 2)
		return 1;
	if (option->type == TYPE_SECRET)
		hide(record, out, words[1]);
	else
		put(out, words[1]);
	return 2;
}

static void put_rest(struct record *record, GString *out, const char *text);

static void put_words(struct record *record, struct reading *reading, GString *out, int n,
		      char *const *words)
{
	for (int i = 0; i < n;) {
		if (strcmp(words[i], "--") == 0) {
			g_autoptr(GString) rest = g_string_new(NULL);

			words_join(rest, n - i - 1, words + i + 1);
			put_rest(record, out, rest->str);
			return;
		}
		if (g_str_has_prefix(words[i], "--")) {
			i += put_option(record, reading, out, n - i, words + i);
		} else if (reading->is_told || reading->places-- <= 0) {
			hide(record, out, words[i++]);
		} else {
			put(out, words[i++]);
		}
	}
}

static void put_command(struct record *record, GString *out, const struct command *command, int n,
			char *const *words)
{
	int used = command ? (strchr(command->words, ' ') ? 2 : 1) : 2;

	for (int i = 0; i < MIN(n, used); i++)
		put(out, words[i]);
	if (command) {
		struct reading reading = {.command = command, .places = count_places(command)};

		put_words(record, &reading, out, n - used, words + used);
	}
	for (int i = used; !command && i < n; i++)
		hide(record, out, words[i]);
}

/* Commands within a command have secrets of their own. */
static void put_commands(struct record *record, GString *out, const char *text)
{
	int column, used;
	g_autoptr(GArray) commands = commands_split(text, &column, NULL);

	for (guint i = 0; commands && i < commands->len; i++) {
		const struct line *line = &g_array_index(commands, struct line, i);

		if (i)
			g_string_append_c(out, ';');
		put_command(record, out, table_find(line->n_words, line->words, &used),
			    line->n_words, line->words);
	}
	/* Where words begin and end is not known. */
	if (!commands && *text)
		hide(record, out, text);
}

static void put_rest(struct record *record, GString *out, const char *text)
{
	g_string_append(out, " --");
	put_commands(record, out, text);
}

void record_words(struct record *record, const struct command *command, int n_words,
		  char *const *words)
{
	GString *out = g_string_new(NULL);

	begin(record);
	put_command(record, out, command, n_words, words);
	finish_text(record, out);
}

char *record_commands(const char *text)
{
	GString *out = g_string_new(NULL);
	struct record record;

	begin(&record);
	put_commands(&record, out, text);
	g_ptr_array_unref(record.hidden);
	return g_string_free(out, FALSE);
}

/* ---- objects ---- */

static char *text_of(const json_t *value)
{
	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	char *text = g_strdup(dumped ? dumped : "");

	free(dumped);
	return text;
}

static void put_member(struct record *record, GString *out, const struct argument *argument,
		       const json_t *value)
{
	g_autofree char *text = text_of(value);

	if (argument->type == TYPE_REST) {
		put_rest(record, out, text);
		return;
	}
	if (argument->place == PLACE_OPTION)
		g_string_append_printf(out, " --%s", argument->name);
	if (argument->type == TYPE_SECRET)
		hide(record, out, text);
	else if (argument->type != TYPE_FLAG)
		put(out, text);
}

void record_object(struct record *record, const struct command *command, const json_t *arguments)
{
	GString *out = g_string_new(command->words);
	const char *key;
	json_t *value;

	begin(record);
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		value = json_object_get(arguments, one->name);
		if (value && one->type != TYPE_REST &&
		    !(one->type == TYPE_FLAG && json_is_false(value)))
			put_member(record, out, one, value);
	}
	json_object_foreach((json_t *)(uintptr_t)arguments, key, value)
	{
		int index = table_argument(command, key);

		if (index < 0) {
			g_autofree char *text = text_of(value);

			hide(record, out, text);
		} else if (command->arguments[index].type == TYPE_REST) {
			put_member(record, out, &command->arguments[index], value);
		}
	}
	finish_text(record, out);
}

void record_finish(struct record *record)
{
	g_free(record->text);
	if (record->hidden)
		g_ptr_array_unref(record->hidden);
	*record = (struct record){0};
}

char *record_message(const struct record *record, const char *message)
{
	GString *out = g_string_new(message);

	for (guint i = 0; i < record->hidden->len; i++) {
		const char *word = record->hidden->pdata[i];
		g_autofree char *quoted = g_strdup_printf("\"%s\"", word);

		g_string_replace(out, quoted, "\"" HIDDEN "\"", 0);
		/* A short one would be found in other words, too. */
		if (strlen(word) > 3)
			g_string_replace(out, word, HIDDEN, 0);
	}
	return g_string_free(out, FALSE);
}
