/* SPDX-License-Identifier: EUPL-1.2 */
#include "dispatch.h"

#include <string.h>

#include "command.h"
#include "error.h"
#include "journal.h"
#include "record.h"
#include "suggest.h"
#include "types.h"
#include "undo.h"

/* ---- arguments ---- */

static bool check_access(const struct context *context, const struct command *command,
			 GError **error)
{
	if (context->access >= command->access)
		return true;
	return fail(error, ERROR_FORBIDDEN, "%s: not allowed here", command->words);
}

static bool missing(const struct command *command, const struct argument *argument, GError **error)
{
	g_autoptr(GString) usage = g_string_new(command->words);

	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		char shown[80];

		table_usage(one, shown, sizeof(shown));
		g_string_append_printf(usage, " %s", shown);
	}
	return fail(error, ERROR_USAGE, "%s is missing: %s (usage: %s)", argument->name,
		    argument->help, usage->str);
}

static bool check_complete(const struct call *call, GError **error)
{
	for (int i = 0; call->command->arguments[i].place != PLACE_END; i++)
		if (call->command->arguments[i].place == PLACE_NEEDED && !call->values[i].is_set)
			return missing(call->command, &call->command->arguments[i], error);
	return true;
}

static int find_option(const struct command *command, const char *name, GError **error)
{
	const char *options[COMMAND_MOST_ARGUMENTS];
	int n = 0;
	g_autoptr(GString) have = g_string_new(NULL);

	for (int i = 0; command->arguments[i].place != PLACE_END; i++) {
		const struct argument *argument = &command->arguments[i];

		if (argument->place != PLACE_OPTION)
			continue;
		if (strcmp(argument->name, name) == 0)
			return i;
		options[n++] = argument->name;
		g_string_append_printf(have, "%s--%s", n > 1 ? ", " : "", argument->name);
	}
	const char *nearest = suggest_nearest(name, options, n);

	if (nearest)
		fail(error, ERROR_USAGE, "%s: no option --%s (did you mean --%s?)", command->words,
		     name, nearest);
	else
		fail(error, ERROR_USAGE, "%s: no option --%s (%s%s)", command->words, name,
		     n ? "have: " : "it takes none", have->str);
	return -1;
}

/* The next place for a word without a name, or -1. */
static int next_place(const struct call *call)
{
	for (int i = 0; call->command->arguments[i].place != PLACE_END; i++)
		if (call->command->arguments[i].place != PLACE_OPTION &&
		    call->command->arguments[i].type != TYPE_REST && !call->values[i].is_set)
			return i;
	return -1;
}

/* The place for what stands after "--", or -1. */
static int rest_place(const struct command *command)
{
	for (int i = 0; command->arguments[i].place != PLACE_END; i++)
		if (command->arguments[i].type == TYPE_REST)
			return i;
	return -1;
}

static bool is_option(const char *word)
{
	return g_str_has_prefix(word, "--") && word[2];
}

/* --name WORD or --name; moves *at past what it used. */
static bool take_option(struct call *call, int n_words, char *const *words, int *at, GError **error)
{
	int index = find_option(call->command, words[*at] + 2, error);

	if (index < 0)
		return false;
	const struct argument *argument = &call->command->arguments[index];

	if (argument->type == TYPE_FLAG) {
		call->values[index].is_set = true;
		(*at)++;
		return true;
	}
	if (*at + 1 >= n_words)
		return fail(error, ERROR_USAGE, "--%s needs a word: %s", argument->name,
			    argument->help);
	(*at)++;
	if (!value_parse(argument, words[*at], &call->values[index], error))
		return false;
	(*at)++;
	return true;
}

static bool take_word(struct call *call, const char *word, GError **error)
{
	int index = next_place(call);

	if (index < 0)
		return fail(error, ERROR_USAGE, "%s: \"%s\" is one word too many",
			    call->command->words, word);
	return value_parse(&call->command->arguments[index], word, &call->values[index], error);
}

static bool take_rest(struct call *call, int n_words, char *const *words, GError **error)
{
	int index = rest_place(call->command);
	GString *rest = g_string_new(NULL);

	words_join(rest, n_words, words);
	g_free(call->rest);
	call->rest = g_string_free(rest, FALSE);
	return value_parse(&call->command->arguments[index], call->rest, &call->values[index],
			   error);
}

static bool fill_call(struct call *call, int n_words, char *const *words, int from, int *position,
		      GError **error)
{
	for (int at = from; at < n_words;) {
		*position = at;
		if (strcmp(words[at], "--") == 0 && rest_place(call->command) >= 0) {
			*position = MIN(at + 1, n_words - 1);
			if (!take_rest(call, n_words - at - 1, words + at + 1, error))
				return false;
			break;
		}
		if (is_option(words[at])) {
			bool is_taken = take_option(call, n_words, words, &at, error);

			if (!is_taken) {
				*position = MIN(at, n_words - 1);
				return false;
			}
		} else if (!take_word(call, words[at++], error)) {
			return false;
		}
	}
	*position = n_words;
	return check_complete(call, error);
}

static bool check_utf8(int n_words, char *const *words, int *position, GError **error)
{
	for (*position = 0; *position < n_words; (*position)++)
		if (!g_utf8_validate(words[*position], -1, NULL))
			return fail(error, ERROR_USAGE, "word %d is not UTF-8", *position + 1);
	return true;
}

bool call_parse(struct call *call, int n_words, char *const *words, int *used, int *position,
		GError **error)
{
	*used = 0;
	if (!check_utf8(n_words, words, position, error))
		return false;
	*position = 0;
	call->command = command_find(n_words, words, used, position, error);
	return call->command && check_access(call->context, call->command, error) &&
	       fill_call(call, n_words, words, *used, position, error);
}

void call_finish(struct call *call)
{
	g_clear_pointer(&call->rest, g_free);
}

/* ---- carrying out ---- */

/* The word that a handler's refusal is about, as far as the message names it; else the first one.
 */
static int word_of_refusal(int n_words, char *const *words, int used, const GError *error)
{
	for (int i = used; error && i < n_words; i++) {
		g_autofree char *quoted = g_strdup_printf("\"%s\"", words[i]);

		if (strstr(error->message, quoted))
			return i;
	}
	return MIN(used, n_words - 1);
}

/* What changes the show is remembered for undo; those that are part of another command are not. */
static bool carry_out(struct call *call, struct reply *reply, GError **error)
{
	const struct context *context = call->context;
	struct undo *undo = call->command->access > ACCESS_VIEW ? context->undo : NULL;
	g_autofree char *before = undo_begin(undo, call->command);
	bool is_done = call_run(call, reply, error);

	json_t *done = json_object_get(reply->data, "done");
	bool is_cue = json_object_get(reply->data, "cue") != NULL;

	undo_end(undo, before, is_cue && done ? json_string_value(done) : call->text);
	return is_done;
}

bool dispatch_words(const struct context *context, int n_words, char *const *words,
		    struct reply *reply, int *position, GError **error)
{
	int at = 0, used = 0;
	struct call call = {.context = context};
	g_autoptr(GError) refusal = NULL;
	bool is_done = call_parse(&call, n_words, words, &used, &at, &refusal);
	struct record record = {0};

	if (context->journal || context->undo)
		record_words(&record, call.command, n_words, words);
	call.text = record.text;
	if (is_done) {
		is_done = carry_out(&call, reply, &refusal);
		at = word_of_refusal(n_words, words, used, refusal);
	}
	journal_command(&call, &record, reply, refusal);
	record_finish(&record);
	call_finish(&call);
	if (position)
		*position = at;
	if (refusal)
		g_propagate_error(error, g_steal_pointer(&refusal));
	return is_done;
}

/* ---- JSON ---- */

/* A JSON value as the word that the command line would have; NULL if the type takes no such value.
 */
static char *word_of(const struct argument *argument, const json_t *value)
{
	enum type_also also = type_of(argument->type)->also;
	bool is_number = also == ALSO_INTEGER || also == ALSO_NUMBER;
	const char *unit = argument->type == TYPE_DURATION ? "ms" : "";
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	if (argument->type == TYPE_FLAG)
		return NULL;
	if (json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
		return g_strdup(json_string_value(value));
	if (also == ALSO_BOOLEAN && json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "on" : "off");
	if (is_number && json_is_integer(value))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT "%s", json_integer_value(value),
				       unit);
	if (also == ALSO_NUMBER && json_is_real(value))
		return g_strdup(g_ascii_dtostr(number, sizeof(number), json_real_value(value)));
	return NULL;
}

static bool take_member(struct call *call, const char *key, const json_t *value, GPtrArray *kept,
			GError **error)
{
	int index = table_argument(call->command, key);

	if (index < 0)
		return fail(error, ERROR_USAGE, "%s takes no \"%s\"", call->command->words, key);
	const struct argument *argument = &call->command->arguments[index];

	if (argument->type == TYPE_FLAG && json_is_boolean(value)) {
		call->values[index].is_set = json_is_true(value);
		return true;
	}
	char *word = word_of(argument, value);

	if (!word)
		return fail(error, ERROR_USAGE,
			    "%s: a value of another JSON type than this takes (%s)", key,
			    argument->help);
	g_ptr_array_add(kept, word);
	return value_parse(argument, word, &call->values[index], error);
}

static bool fill_from_object(struct call *call, const json_t *arguments, GPtrArray *kept,
			     GError **error)
{
	const char *key;
	json_t *value;

	if (!check_access(call->context, call->command, error))
		return false;
	if (arguments && !json_is_object(arguments))
		return fail(error, ERROR_USAGE, "%s: the arguments are no JSON object",
			    call->command->words);
	json_object_foreach((json_t *)(uintptr_t)arguments, key,
			    value) if (!take_member(call, key, value, kept, error)) return false;
	return check_complete(call, error);
}

bool dispatch_object(const struct context *context, const char *path, const json_t *arguments,
		     struct reply *reply, GError **error)
{
	g_autofree char *words = g_strdelimit(g_strdup(path), "/", ' ');
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) refusal = NULL;
	struct call call = {.context = context, .command = table_by_words(words)};

	if (!call.command) {
		g_autofree char *shown = g_utf8_make_valid(path, (gssize)strnlen(path, 64));

		return fail(error, ERROR_NOT_FOUND, "no command at /v1/%s", shown);
	}
	struct record record;

	record_object(&record, call.command, arguments);
	call.text = record.text;
	bool is_done = fill_from_object(&call, arguments, kept, &refusal) &&
		       carry_out(&call, reply, &refusal);

	journal_command(&call, &record, reply, refusal);
	record_finish(&record);
	call_finish(&call);
	if (refusal)
		g_propagate_error(error, g_steal_pointer(&refusal));
	return is_done;
}
