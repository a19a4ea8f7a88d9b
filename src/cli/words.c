/* SPDX-License-Identifier: EUPL-1.2 */
#include "words.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(char letter)
{
	return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

static void append(struct words *words, char *word)
{
	words->words = realloc(words->words, (size_t)(words->n + 2) * sizeof(char *));
	words->words[words->n++] = word;
	words->words[words->n] = NULL;
}

/* Copies what is between quotes to `out` and returns what is behind; NULL: they do not end. */
static const char *quoted(const char *at, char **out)
{
	char quote = *at++;

	for (; *at && *at != quote; at++) {
		if (quote == '"' && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		*(*out)++ = *at;
	}
	return *at ? at + 1 : NULL;
}

/* One word from `at`, written to `out` (which has room); NULL: *why. */
static const char *word(const char *at, char *out, const char **why)
{
	while (*at && !is_blank(*at) && *at != ';') {
		if (*at == '"' || *at == '\'') {
			at = quoted(at, &out);
			if (!at) {
				*why = "a quote does not end";
				return NULL;
			}
		} else if (*at == '\\' && !at[1]) {
			*why = "nothing follows the \\ at the end";
			return NULL;
		} else {
			at += *at == '\\';
			*out++ = *at++;
		}
	}
	*out = '\0';
	return at;
}

static bool is_rest(const char *at)
{
	return at[0] == '-' && at[1] == '-' && (!at[2] || is_blank(at[2]));
}

/* Where the last word from `at` to the end of the line ends, `;` and all; NULL: *why. */
static const char *end_of_rest(const char *at, const char **why)
{
	char *room = malloc(strlen(at) + 1);
	const char *end = at;

	while (at && *at && *at != '#') {
		at = is_blank(*at) || *at == ';' ? at + 1 : word(at, room, why);
		if (at && !is_blank(at[-1]))
			end = at;
	}
	free(room);
	return at ? end : NULL;
}

/* Adds "--" and, as one word that is left as it stands, what is behind it. */
static bool take_rest(const char **at, struct words *words, const char **why)
{
	const char *begin = *at + 2, *end;

	append(words, strdup("--"));
	while (is_blank(*begin))
		begin++;
	end = end_of_rest(begin, why);
	if (!end)
		return false;
	if (end > begin)
		append(words, strndup(begin, (size_t)(end - begin)));
	*at = begin + strlen(begin);
	return true;
}

bool words_next(const char **line, struct words *words, const char **why)
{
	const char *at = *line;

	*words = (struct words){0, calloc(1, sizeof(char *))};
	for (;;) {
		char *one;

		while (is_blank(*at))
			at++;
		if (*at == '#')
			at += strlen(at);
		if (!*at || *at == ';')
			break;
		if (is_rest(at)) {
			if (take_rest(&at, words, why))
				continue;
			words_free(words);
			return false;
		}
		one = malloc(strlen(at) + 1);
		at = word(at, one, why);
		if (!at) {
			free(one);
			words_free(words);
			return false;
		}
		append(words, one);
	}
	*line = *at == ';' ? at + 1 : at;
	return true;
}

void words_free(struct words *words)
{
	for (int i = 0; i < words->n; i++)
		free(words->words[i]);
	free(words->words);
	*words = (struct words){0};
}

/* Copies the word at `at`, whose quotes need not end, to `out`; what is behind it. */
static const char *begun_word(const char *at, char *out)
{
	char quote = 0;

	for (; *at && (quote || (!is_blank(*at) && *at != ';')); at++) {
		if (quote ? *at == quote : *at == '"' || *at == '\'')
			quote = quote ? 0 : *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			*out++ = *++at;
		else
			*out++ = *at;
	}
	*out = '\0';
	return at;
}

void words_typed(const char *line, struct words *words, const char **begun)
{
	*words = (struct words){0, calloc(1, sizeof(char *))};
	for (;;) {
		char *one;

		while (is_blank(*line) || *line == ';') {
			if (*line++ != ';')
				continue;
			words_free(words);
			words->words = calloc(1, sizeof(char *));
		}
		*begun = line;
		one = malloc(strlen(line) + 1);
		line = begun_word(line, one);
		append(words, one);
		if (!*line)
			return;
	}
}
