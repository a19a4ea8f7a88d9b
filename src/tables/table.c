/* SPDX-License-Identifier: EUPL-1.2 */
#include "table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "types.h"

#define MOST_WORDS 48

#define MANUAL(id, text) static const char manual_##id[] = text;
#include <twinstage/manual.def>
#undef MANUAL

/* Without its MANUAL a row does not compile. */
#define COMMAND(id, access, summary, ...)                                                          \
	{#id,                                                                                      \
	 NULL,                                                                                     \
	 NULL,                                                                                     \
	 ACCESS_##access,                                                                          \
	 summary,                                                                                  \
	 manual_##id,                                                                              \
	 {__VA_ARGS__{PLACE_END, TYPE_FLAG, NULL, NULL}}},
static struct command rows[] = {
#include <twinstage/commands.def>
};
#undef COMMAND
#define N_ROWS ((int)(sizeof(rows) / sizeof(*rows)))

#define CREW(id, summary, manual, ...)                                                             \
	{#id,                                                                                      \
	 #id,                                                                                      \
	 "This program's own",                                                                     \
	 ACCESS_NONE,                                                                              \
	 summary,                                                                                  \
	 manual,                                                                                   \
	 {__VA_ARGS__{PLACE_END, TYPE_FLAG, NULL, NULL}}},
static const struct command crew[] = {
#include <twinstage/crew.def>
};
#undef CREW
#define N_CREW ((int)(sizeof(crew) / sizeof(*crew)))

static char spelled[N_ROWS][MOST_WORDS];

/* The rows' headings in between their ids. */
static const struct {
	const char *title, *id;
} outline[] = {
#define GROUP(title)		 {title, NULL},
#define COMMAND(id, access, ...) {NULL, #id},
#include <twinstage/commands.def>
#undef COMMAND
};

/* "scene_add" is typed "scene add", "fade__to__black" is typed "fade-to-black". */
static void spell(const char *id, char *words)
{
	for (; *id; id++) {
		bool is_hyphen = id[0] == '_' && id[1] == '_';

		*words++ = is_hyphen ? '-' : *id == '_' ? ' ' : *id;
		id += is_hyphen;
	}
	*words = '\0';
}

static void prepare(void)
{
	const char *title = "";
	int n = 0;

	if (rows[0].words)
		return;
	for (size_t i = 0; i < sizeof(outline) / sizeof(*outline); i++) {
		if (!outline[i].id) {
			title = outline[i].title;
			continue;
		}
		spell(rows[n].id, spelled[n]);
		rows[n].words = spelled[n];
		rows[n++].group = title;
	}
}

const struct command *table_command(int i)
{
	prepare();
	return i >= 0 && i < N_ROWS ? &rows[i] : NULL;
}

const struct command *table_crew(int i)
{
	return i >= 0 && i < N_CREW ? &crew[i] : NULL;
}

const struct command *table_find_crew(const char *word)
{
	for (int i = 0; i < N_CREW; i++)
		if (strcmp(crew[i].words, word) == 0)
			return &crew[i];
	return NULL;
}

const struct command *table_by_words(const char *words)
{
	const struct command *row;

	for (int i = 0; (row = table_command(i)); i++)
		if (strcmp(row->words, words) == 0)
			return row;
	return NULL;
}

const struct command *table_find(int n_words, char *const *words, int *used)
{
	const struct command *row = NULL;
	char two[MOST_WORDS];

	if (n_words > 1 &&
	    snprintf(two, sizeof(two), "%s %s", words[0], words[1]) < (int)sizeof(two))
		row = table_by_words(two);
	*used = row ? 2 : 1;
	if (!row && n_words > 0)
		row = table_by_words(words[0]);
	if (!row)
		*used = 0;
	return row;
}

int table_index(const struct command *command)
{
	return (int)(command - rows);
}

bool table_is_line(const struct command *command)
{
	static const char *const outer[] = {"undo", "redo", "next", "back", "cue_go"};

	for (size_t i = 0; i < sizeof(outer) / sizeof(*outer); i++)
		if (strcmp(command->id, outer[i]) == 0)
			return false;
	return strncmp(command->id, "show_", 5) != 0;
}

int table_argument(const struct command *command, const char *name)
{
	for (int i = 0; command->arguments[i].place != PLACE_END; i++)
		if (strcmp(command->arguments[i].name, name) == 0)
			return i;
	return -1;
}

static void upper(char *out, size_t size, const char *text)
{
	size_t i = 0;

	for (; text[i] && i + 1 < size; i++)
		out[i] = (char)toupper((unsigned char)text[i]);
	out[i] = '\0';
}

void table_usage(const struct argument *argument, char *text, int size)
{
	char name[32];

	upper(name, sizeof(name), argument->name);
	if (argument->type == TYPE_REST)
		snprintf(text, (size_t)size, argument->place == PLACE_NEEDED ? "-- %s" : "[-- %s]",
			 name);
	else if (argument->place == PLACE_NEEDED)
		snprintf(text, (size_t)size, "%s", name);
	else if (argument->place == PLACE_MAYBE)
		snprintf(text, (size_t)size, "[%s]", name);
	else if (argument->type == TYPE_FLAG)
		snprintf(text, (size_t)size, "[--%s]", argument->name);
	else
		snprintf(text, (size_t)size, "[--%s %s]", argument->name,
			 type_of(argument->type)->name);
}
