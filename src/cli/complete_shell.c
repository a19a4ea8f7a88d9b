/* SPDX-License-Identifier: EUPL-1.2 */
#include "complete_shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "complete.h"
#include "daemon.h"

#define MOST_ANSWER_MS 500

bool complete_is_asked(const char *word)
{
	return strcmp(word, "--complete") == 0 || strcmp(word, "--complete-line") == 0;
}

/* ---- the daemon, once it is needed ---- */

struct line_to_daemon {
	const char *socket;
	FILE *daemon;
	bool is_tried;
};

static void connect_once(struct line_to_daemon *line)
{
	const struct timeval limit = {.tv_usec = MOST_ANSWER_MS * 1000};
	char why[256];

	if (line->is_tried)
		return;
	line->is_tried = true;
	line->daemon = daemon_connect(line->socket, why, sizeof(why));
	if (line->daemon)
		setsockopt(fileno(line->daemon), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static json_t *ask(void *data, const char *words)
{
	struct line_to_daemon *line = data;
	const char *blank = strchr(words, ' ');
	size_t first = strcspn(words, " ");
	json_t *list = json_array(), *answer, *found;

	json_array_append_new(list, json_stringn(words, first));
	if (blank)
		json_array_append_new(list, json_string(blank + 1));
	connect_once(line);
	if (!line->daemon || !daemon_send(line->daemon, json_pack("{s:O}", "words", list))) {
		json_decref(list);
		return NULL;
	}
	answer = daemon_receive(line->daemon);
	found = json_incref(json_object_get(answer, "data"));
	json_decref(answer);
	json_decref(list);
	return found;
}

/* ---- a line as it was typed ---- */

/* Splits as a shell does, quotes and backslashes taken away; the last word is what the cursor stands
 * behind, so "" after a blank. Nothing is expanded. The words lie in `room`, as long as the line. */
static int split(const char *line, char *room, char **words)
{
	char quote = 0;
	int n = 0;

	words[n++] = room;
	for (; *line; line++) {
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

static void print(const struct candidates *candidates)
{
	for (int i = 0; i < candidates->n; i++)
		printf("%s\t%s\n", candidates->list[i].text, candidates->list[i].what);
	if (candidates->wants_files)
		puts("\tfiles");
}

static void complete_and_print(int n_words, char *const *words, const char *socket)
{
	struct line_to_daemon line = {.socket = socket};
	const struct asker asker = {ask, &line};
	struct candidates candidates;

	for (int i = 0; i + 1 < n_words; i++)
		if (strcmp(words[i], "--socket") == 0)
			line.socket = words[i + 1];
	complete_words(n_words, words, &asker, &candidates);
	print(&candidates);
	candidates_finish(&candidates);
	if (line.daemon)
		fclose(line.daemon);
}

int complete_for_shell(int n_words, char *const *words, const char *socket)
{
	const char *typed = n_words > 1 ? words[1] : "";
	char *room, **split_words;
	int n;

	if (strcmp(words[0], "--complete-line") != 0) {
		complete_and_print(n_words - 1, words + 1, socket);
		return 0;
	}
	room = malloc(strlen(typed) + 1);
	split_words = calloc(strlen(typed) + 1, sizeof(*split_words));
	n = split(typed, room, split_words);
	/* The first is the program's own name. */
	complete_and_print(n - 1, split_words + 1, socket);
	free(split_words);
	free(room);
	return 0;
}
