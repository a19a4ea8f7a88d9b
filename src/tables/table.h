/* SPDX-License-Identifier: EUPL-1.2
 *
 * table: commands.def and manual.def as rows, for whoever needs them: the daemon (which adds the
 * handlers), the crew's program and the generated documents. Read only, the same for the whole life
 * of a process.
 *
 * Thread: the first call has to be made before there is a second thread; then any.
 */
#pragma once

#include <stdbool.h>
#include <twinstage/commands.h>

struct command {
	const char *id;	   /* "scene_add" */
	const char *words; /* as it is typed: "scene add" */
	const char *group; /* "Scenes"; rows of a group stand together */
	enum access access;
	const char *summary; /* without a full stop */
	const char *manual;  /* sentences, then each after "\n" an example */
	struct argument arguments[COMMAND_MOST_ARGUMENTS + 1]; /* ended by PLACE_END */
};

/* The i-th row from 0 on, NULL after the last. */
const struct command *table_command(int i);

/* The same of crew.def: what the crew's program does by itself. Their access is
 * ACCESS_NONE. The functions below know only the server's commands, table_find_crew() only these. */
const struct command *table_crew(int i);
const struct command *table_find_crew(const char *word);

/* By its words, as "scene add"; NULL if there is none. */
const struct command *table_by_words(const char *words);

/* The row that the first one or two of these words name; *used is how many do. NULL: none, and
 * *used is 0. */
const struct command *table_find(int n_words, char *const *words, int *used);

/* Where a row stands: table_command() of it is the row. */
int table_index(const struct command *command);

/* Whether it may be a line of a show file: not those that run others (no end of it) or that are
 * about show files. */
bool table_is_line(const struct command *command);

/* The index of an argument by its name, or -1. */
int table_argument(const struct command *command, const char *name);

/* How an argument is shown: "SCENE", "[LAYOUT]", "[--at RECT]", "[--once]". Cut at `size`. */
void table_usage(const struct argument *argument, char *text, int size);
