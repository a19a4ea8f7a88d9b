/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"

#include <string.h>

#include "error.h"
#include "suggest.h"

/* In the order of the table. */
static command_handler *const handlers[] = {
#define COMMAND(id, access, summary, ...) cmd_##id,
#include <twinstage/commands.def>
#undef COMMAND
};
#define N_COMMANDS ((int)G_N_ELEMENTS(handlers))

/* ---- replies and calls ---- */

void reply_init(struct reply *reply)
{
	reply->text = g_string_new(NULL);
	reply->data = json_object();
	reply->exit = reply->again_ms = 0;
	reply->pending = 0;
}

void reply_finish(struct reply *reply)
{
	g_string_free(reply->text, TRUE);
	json_decref(reply->data);
}

void reply_line(struct reply *reply, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	g_string_append_vprintf(reply->text, format, values);
	va_end(values);
	json_object_set_new(reply->data, "done", json_string(reply->text->str));
}

const struct value *call_value(const struct call *call, const char *name)
{
	int index = table_argument(call->command, name);

	g_assert(index >= 0);
	return &call->values[index];
}

const char *call_text(const struct call *call, const char *name)
{
	const struct value *value = call_value(call, name);

	return value->is_set ? value->text : NULL;
}

char *call_path(const struct call *call, const char *name)
{
	const char *path = call_text(call, name), *directory = call->context->directory;

	return path ? g_canonicalize_filename(path, directory) : NULL;
}

int64_t call_number(const struct call *call, const char *name, int64_t otherwise)
{
	const struct value *value = call_value(call, name);

	return value->is_set ? value->number : otherwise;
}

bool call_flag(const struct call *call, const char *name)
{
	return call_value(call, name)->is_set;
}

bool command_may_stand(const struct command *command, enum standing standing)
{
	bool is_part = command->access > ACCESS_VIEW && !g_str_has_prefix(command->id, "cue_");

	return table_is_line(command) && (standing == PLACE_IN_FILE || is_part);
}

bool call_run(const struct call *call, struct reply *reply, GError **error)
{
	return handlers[table_index(call->command)](call, reply, error);
}

/* ---- finding ---- */

/* The command that is most like these words, or NULL. */
static const char *nearest_command(const char *words)
{
	const char *known[N_COMMANDS];

	for (int i = 0; i < N_COMMANDS; i++)
		known[i] = table_command(i)->words;
	return suggest_nearest(words, known, N_COMMANDS);
}

/* Whether two words are meant to be a command of two. */
static bool is_near(const char *words)
{
	const char *nearest = nearest_command(words);

	return nearest && strchr(nearest, ' ');
}

/* The command whose hyphens were typed as blanks, or NULL. */
static const char *without_hyphens(int n_words, char *const *words)
{
	g_autoptr(GString) typed = g_string_new(NULL);

	for (int i = 0; i < MIN(n_words, 4); i++)
		g_string_append_printf(typed, "%s ", words[i]);
	for (int i = 0; i < N_COMMANDS; i++) {
		const char *known = table_command(i)->words;
		g_autofree char *spaced = g_strdelimit(g_strconcat(known, " ", NULL), "-", ' ');

		if (strchr(known, '-') && g_str_has_prefix(typed->str, spaced))
			return known;
	}
	return NULL;
}

static bool no_command(const char *words, const char *verbs, GError **error)
{
	const char *nearest = nearest_command(words);

	if (nearest)
		return fail(error, ERROR_USAGE, "no command \"%s\" (did you mean %s?)", words,
			    nearest);
	if (verbs)
		return fail(error, ERROR_USAGE, "no command \"%s\" (have: %s)", words, verbs);
	return fail(error, ERROR_USAGE, "no command \"%s\" (twinstage --help lists them)", words);
}

/* The commands that begin with a noun, as "scene add, scene place"; NULL if none does. */
static char *verbs_of(const char *noun)
{
	g_autoptr(GString) verbs = g_string_new(NULL);
	const struct command *command;

	for (int i = 0; (command = table_command(i)); i++)
		if (g_str_has_prefix(command->words, noun) && command->words[strlen(noun)] == ' ')
			g_string_append_printf(verbs, "%s%s", verbs->len ? ", " : "",
					       command->words);
	return verbs->len ? g_strdup(verbs->str) : NULL;
}

const struct command *command_find(int n_words, char *const *words, int *used, int *position,
				   GError **error)
{
	if (n_words == 0) {
		*position = -1;
		fail(error, ERROR_USAGE, "no command");
		return NULL;
	}
	const struct command *command = table_find(n_words, words, used);

	if (!command) {
		g_autofree char *verbs = verbs_of(words[0]);
		g_autofree char *two =
			n_words > 1 ? g_strdup_printf("%s %s", words[0], words[1]) : NULL;
		bool has_verb = two && verbs;
		const char *hyphened = without_hyphens(n_words, words);

		*position = has_verb ? 1 : 0;
		if (hyphened) {
			fail(error, ERROR_USAGE, "no command \"%s\" (did you mean %s?)", words[0],
			     hyphened);
			return NULL;
		}
		/* "sorce add" may be near a command where "sorce" alone is not. */
		no_command(has_verb || (two && is_near(two)) ? two : words[0], verbs, error);
	}
	return command;
}
