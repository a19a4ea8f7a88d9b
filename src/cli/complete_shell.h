/* SPDX-License-Identifier: EUPL-1.2
 *
 * complete_shell: completion as the shells' scripts (completion/) ask for it:
 *
 *   twinstage --complete WORD...        the words after "twinstage"; the last one may be ""
 *   twinstage --complete-line LINE [BREAKS]
 *                                       the line up to the cursor, as it was typed, quotes and all. Bash
 *                                       replaces only what is behind the last of its BREAKS (":=") in a word
 *                                       without quotes: so only that part of each candidate is printed
 *
 * Prints a line "candidate<TAB>description" for each; an empty candidate says that files' names do,
 * too. Silent and quick when no daemon answers: what needs none is still printed.
 */
#pragma once

#include <stdbool.h>

bool complete_is_asked(const char *word);

/* `words` begin with the one that asks. `socket`: the daemon's, unless the words name another. Returns
 * 0. */
int complete_for_shell(int n_words, char *const *words, const char *socket);
