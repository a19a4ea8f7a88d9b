/* SPDX-License-Identifier: EUPL-1.2
 *
 * help: what can be said, from the table, on standard output. No daemon is asked.
 */
#pragma once

#include <stdbool.h>

/* All commands; those of one noun ("scene"); or one command ("scene", "add"). False if no command
 * begins with these words. */
bool help_print(int n_words, char *const *words);
