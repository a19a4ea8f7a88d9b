/* SPDX-License-Identifier: EUPL-1.2
 *
 * complete: what may be typed next, from the table and, for the names of things, from the running
 * show. Knows no shell: words in, candidates out; each candidate is a whole word, without quotes, to
 * put in the place of the last one.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

struct candidate {
	char *text;
	char *what; /* a few words about it; may be "" */
};

struct candidates {
	struct candidate *list;
	int n;
	bool wants_files; /* the word is a file's name: whoever asked knows the files better */
};

/* How to ask the daemon a command without arguments, as "scene list": its answer for programs (the
 * caller's), NULL if nobody answers. */
struct asker {
	json_t *(*ask)(void *data, const char *words);
	void *data;
};

/* Completes the last of these words (after "twinstage"; the last one may be empty) as part of a
 * command. `asker` NULL: no names of things. Fills *out, which candidates_finish() frees. */
void complete_command(int n_words, char *const *words, const struct asker *asker,
		      struct candidates *out);

/* The same, with the options that the crew's program itself takes (--json, --wait ..) in between. */
void complete_words(int n_words, char *const *words, const struct asker *asker,
		    struct candidates *out);

void candidates_finish(struct candidates *candidates);
