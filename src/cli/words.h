/* SPDX-License-Identifier: EUPL-1.2
 *
 * words: a line as somebody types it, split as a shell does: blanks, "double" and 'single' quotes,
 * \ escapes, # comments, and ; between commands. Behind a bare -- the rest of the line is one word, as
 * it stands: what a cue does. Nothing is expanded.
 */
#pragma once

#include <stdbool.h>

struct words {
	int n;
	char **words; /* ended by NULL */
};

/* Reads the next command of the line and moves *line behind it. No words and true: it is empty, and
 * the line may go on behind a ';'. False: *why says what is wrong, and there is nothing to free. */
bool words_next(const char **line, struct words *words, const char **why);

/* The words of the last command of a line that is still being typed, for completing it: the last word
 * is what the line ends in, unquoted, and "" behind a blank. *begun is where that word begins in the
 * line, with its quote. */
void words_typed(const char *line, struct words *words, const char **begun);

void words_free(struct words *words);
