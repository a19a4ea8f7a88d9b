/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"

#include <string.h>

#include "error.h"
#include "suggest.h"

#define COMMAND(id, access, summary, ...)                                                          \
	{#id,	  #id,	    ACCESS_##access,                                                       \
	 summary, cmd_##id, {__VA_ARGS__{PLACE_END, TYPE_FLAG, NULL, NULL}}},
static struct command table[] = {
#include <twinstage/commands.def>
};
#undef COMMAND

/* "scene_add" is typed "scene add", "fade__to__black" is typed "fade-to-black". */
static void spell(char *words)
{
	char *to = words;

	for (const char *from = words; *from; from++) {
		bool is_hyphen = from[0] == '_' && from[1] == '_';

		*to++ = is_hyphen ? '-' : *from == '_' ? ' ' : *from;
		from += is_hyphen;
	}
	*to = '\0';
}

static void prepare_table(void)
{
	if (strchr(table[0].words, '_') || strchr(table[G_N_ELEMENTS(table) - 1].words, ' '))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		spell(table[i].words);
}

/* ---- replies and calls ---- */

void reply_init(struct reply *reply)
{
	reply->text = g_string_new(NULL);
	reply->data = json_object();
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

int command_argument(const struct command *command, const char *name)
{
	for (int i = 0; command->arguments[i].place != PLACE_END; i++)
		if (strcmp(command->arguments[i].name, name) == 0)
			return i;
	return -1;
}

const struct value *call_value(const struct call *call, const char *name)
{
	int index = command_argument(call->command, name);

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

/* ---- finding ---- */

static const struct command *row_of(const char *words)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (strcmp(table[i].words, words) == 0)
			return &table[i];
	return NULL;
}

static bool no_command(const char *words, const char *verbs, GError **error)
{
	const char *known[G_N_ELEMENTS(table)];

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		known[i] = table[i].words;
	const char *nearest = suggest_nearest(words, known, G_N_ELEMENTS(known));

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

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_str_has_prefix(table[i].words, noun) && table[i].words[strlen(noun)] == ' ')
			g_string_append_printf(verbs, "%s%s", verbs->len ? ", " : "",
					       table[i].words);
	return verbs->len ? g_strdup(verbs->str) : NULL;
}

const struct command *command_by_words(const char *words)
{
	prepare_table();
	return row_of(words);
}

const struct command *command_find(int n_words, char *const *words, int *used, int *position,
				   GError **error)
{
	prepare_table();
	if (n_words == 0) {
		*position = -1;
		fail(error, ERROR_USAGE, "no command");
		return NULL;
	}
	g_autofree char *two = n_words > 1 ? g_strdup_printf("%s %s", words[0], words[1]) : NULL;
	const struct command *command = two ? row_of(two) : NULL;

	*used = command ? 2 : 1;
	if (!command)
		command = row_of(words[0]);
	if (!command) {
		g_autofree char *verbs = verbs_of(words[0]);
		bool has_verb = two && verbs;

		*position = has_verb ? 1 : 0;
		no_command(has_verb ? two : words[0], verbs, error);
	}
	return command;
}
