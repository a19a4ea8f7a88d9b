/* SPDX-License-Identifier: EUPL-1.2
 *
 * parse: lines into words, and words into values of the types of commands.def. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/commands.h>

/* One argument's value. Which members count depends on its type. */
struct value {
	bool is_set;
	const char *text; /* every type: the word itself */
	int64_t number; /* INT; DURATION in ms; TIME in s since 1970 UTC; COLOUR 0xRRGGBB; the code
			   of a word of words.h */
	double gain_db; /* GAIN */
	double rect[4]; /* RECT: x, y, width, height in per cent */
};

/* The words of one line: `words` NULL-terminated, each with the column (from 1, in characters) that
 * it begins at. */
struct line {
	int n_words;
	char **words;
	int *columns;
};

/* Splits as a shell does; but what stands after a bare -- is one word, as it was written. Fails with the column of an unclosed quote in *column; `line` is then
 * untouched. */
bool line_split(const char *text, struct line *line, int *column, GError **error);
void line_finish(struct line *line);

/* Commands with a ; between them, as a cue holds them: an array of struct line, which frees what it
 * holds; columns are the text's. A ; in quotes or after a backslash is part of a word, but quotes around all of it
 * are none of its. NULL with
 * the column of an unclosed quote, or if there is no command. */
GArray *commands_split(const char *text, int *column, GError **error);

/* Appends the words of a REST argument as text that commands_split() reads: a single word is such a
 * text (somebody has quoted it), several are quoted where they have to be, and a word ; stands
 * between two commands. */
void words_join(GString *out, int n_words, char *const *words);

/* ERROR_USAGE: which argument, what was given, what would do. */
bool value_parse(const struct argument *argument, const char *word, struct value *value,
		 GError **error);
