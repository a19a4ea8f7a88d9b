/* SPDX-License-Identifier: EUPL-1.2 */
#include "dispatch.h"

#include <string.h>

#include "command.h"
#include "error.h"
#include "suggest.h"
#include "types.h"

#define MOST_ERRORS 20

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
		if (call->command->arguments[i].place != PLACE_OPTION && !call->values[i].is_set)
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

static bool fill_call(struct call *call, int n_words, char *const *words, int from, int *position,
		      GError **error)
{
	for (int at = from; at < n_words;) {
		*position = at;
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

bool dispatch_words(const struct context *context, int n_words, char *const *words,
		    struct reply *reply, int *position, GError **error)
{
	int at = 0, used = 0;
	struct call call = {.context = context};
	bool is_done;

	for (int i = 0; i < n_words; i++)
		if (!g_utf8_validate(words[i], -1, NULL)) {
			if (position)
				*position = i;
			return fail(error, ERROR_USAGE, "word %d is not UTF-8", i + 1);
		}
	call.command = command_find(n_words, words, &used, &at, error);
	is_done = call.command && check_access(context, call.command, error) &&
		  fill_call(&call, n_words, words, used, &at, error);
	if (is_done) {
		at = MIN(used, n_words - 1);
		is_done = call_run(&call, reply, error);
	}
	if (position)
		*position = at;
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

bool dispatch_object(const struct context *context, const char *path, const json_t *arguments,
		     struct reply *reply, GError **error)
{
	g_autofree char *words = g_strdelimit(g_strdup(path), "/", ' ');
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
	struct call call = {.context = context};
	const char *key;
	json_t *value;

	call.command = table_by_words(words);
	if (!call.command) {
		g_autofree char *shown = g_utf8_make_valid(path, (gssize)strnlen(path, 64));

		return fail(error, ERROR_NOT_FOUND, "no command at /v1/%s", shown);
	}
	if (!check_access(context, call.command, error))
		return false;
	if (arguments && !json_is_object(arguments))
		return fail(error, ERROR_USAGE, "%s: the arguments are no JSON object",
			    call.command->words);
	json_object_foreach((json_t *)(uintptr_t)arguments, key,
			    value) if (!take_member(&call, key, value, kept, error)) return false;
	return check_complete(&call, error) && call_run(&call, reply, error);
}

/* ---- show files ---- */

static void add_error(GPtrArray *errors, const char *name, int line, int column,
		      const GError *error)
{
	if (errors->len < MOST_ERRORS)
		g_ptr_array_add(errors, g_strdup_printf("%s:%d:%d: %s", name, line, column,
							error->message));
}

static bool run_line(const struct context *context, const char *text, int *column, GError **error)
{
	struct line line = {0};
	struct reply reply;
	int position = 0;

	*column = 1;
	if (!g_utf8_validate(text, -1, NULL))
		return fail(error, ERROR_USAGE, "this line is not UTF-8 text");
	if (!line_split(text, &line, column, error))
		return false;
	bool is_done = line.n_words == 0;

	if (line.n_words && strcmp(line.words[0], "show") == 0) {
		/* A file that loads itself would never end. */
		*column = line.columns[0];
		fail(error, ERROR_USAGE, "a show file cannot hold show commands");
	} else if (!is_done) {
		reply_init(&reply);
		is_done =
			dispatch_words(context, line.n_words, line.words, &reply, &position, error);
		reply_finish(&reply);
		*column = position < line.n_words ? line.columns[MAX(position, 0)]
						  : (int)g_utf8_strlen(text, -1) + 1;
	}
	line_finish(&line);
	return is_done;
}

bool dispatch_text(const struct context *context, const char *name, const char *text, size_t length,
		   GPtrArray *errors)
{
	/* Nobody reads these replies: no links, no QR codes. */
	g_autofree char *directory = strchr(name, '/') ? g_path_get_dirname(name) : NULL;
	const struct context quiet = {
		.show = context->show, .access = context->access, .directory = directory};
	const char *at = text, *end = text + length;
	bool is_good = true;

	/* Some editors begin a file with a byte order mark. */
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at += 3;

	for (int number = 1; at < end; number++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t bytes = (size_t)((stop ? stop : end) - at);
		g_autofree char *line = g_strndup(at, bytes);
		g_autoptr(GError) error = NULL;
		int column;

		if (strlen(line) != bytes) {
			column = (int)strlen(line) + 1;
			fail(&error, ERROR_USAGE, "this line holds a NUL byte");
		} else {
			run_line(&quiet, line, &column, &error);
		}
		if (error) {
			is_good = false;
			add_error(errors, name, number, column, error);
		}
		at += bytes + 1;
	}
	return is_good;
}
