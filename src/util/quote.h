/* SPDX-License-Identifier: EUPL-1.2
 *
 * quote: a word as it stands in a line of a show file, quoted where it has to be. Pure; any thread.
 */
#pragma once

#include <glib.h>

/* Appends the word so that line_split() (parse.h) reads exactly it again. */
void quote_word(GString *out, const char *word);

/* All of them, a blank between each two. */
void quote_words(GString *out, int n_words, char *const *words);
