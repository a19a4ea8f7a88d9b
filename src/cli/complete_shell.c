/* SPDX-License-Identifier: EUPL-1.2 */
#include "complete_shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "inquiry.h"

bool complete_is_asked(const char *word)
{
	return strcmp(word, "--complete") == 0 || strcmp(word, "--complete-line") == 0;
}

/* ---- a line as it was typed ---- */

/* Splits as a shell does, quotes and backslashes taken away; the last word is what the cursor stands
 * behind, so "" after a blank, and *is_open says that it began with a quote. Nothing is expanded. The
 * words lie in `room`, as long as the line. */
static int split(const char *line, char *room, char **words, bool *is_open)
{
	char quote = 0;
	int n = 0;

	*is_open = false;
	words[n++] = room;
	for (; *line; line++) {
		if (words[n - 1] == room && !quote)
			*is_open = *line == '"' || *line == '\'';
		if (quote ? *line == quote : *line == '"' || *line == '\'') {
			quote = quote ? 0 : *line;
		} else if (!quote && (*line == ' ' || *line == '\t')) {
			if (words[n - 1] == room)
				continue;
			*room++ = '\0';
			words[n++] = room;
		} else if (*line == '\\' && quote != '\'' && line[1]) {
			*room++ = *++line;
		} else {
			*room++ = *line;
		}
	}
	*room = '\0';
	return n;
}

/* ---- printing ---- */

/* Without the first `cut` bytes, which all of them share with what was typed. */
static void print(const struct candidates *candidates, size_t cut)
{
	for (int i = 0; i < candidates->n; i++)
		printf("%s\t%s\n", candidates->list[i].text + cut, candidates->list[i].what);
	if (candidates->wants_files)
		puts("\tfiles");
}

static size_t last_break(const char *word, const char *breaks)
{
	size_t cut = 0;

	for (size_t i = 0; *breaks && word[i]; i++)
		if (strchr(breaks, word[i]))
			cut = i + 1;
	return cut;
}

static void complete_and_print(int n_words, char *const *words, const char *breaks,
			       const char *socket)
{
	struct inquiry inquiry = {.socket = socket};
	const struct asker asker = {inquiry_ask, &inquiry};
	struct candidates candidates;

	for (int i = 0; i + 1 < n_words; i++)
		if (strcmp(words[i], "--socket") == 0)
			inquiry.socket = words[i + 1];
	complete_words(n_words, words, &asker, &candidates);
	print(&candidates, n_words ? last_break(words[n_words - 1], breaks) : 0);
	candidates_finish(&candidates);
	inquiry_end(&inquiry);
}

int complete_for_shell(int n_words, char *const *words, const char *socket)
{
	const char *typed = n_words > 1 ? words[1] : "", *breaks = n_words > 2 ? words[2] : "";
	bool is_open;
	char *room, **split_words;
	int n;

	if (strcmp(words[0], "--complete-line") != 0) {
		complete_and_print(n_words - 1, words + 1, "", socket);
		return 0;
	}
	room = malloc(strlen(typed) + 1);
	split_words = calloc(strlen(typed) + 1, sizeof(*split_words));
	n = split(typed, room, split_words, &is_open);
	/* The first is the program's own name. */
	complete_and_print(n - 1, split_words + 1, is_open ? "" : breaks, socket);
	free(split_words);
	free(room);
	return 0;
}
