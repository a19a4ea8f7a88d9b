/* SPDX-License-Identifier: EUPL-1.2
 *
 * colour: what the daemon says, with its colours on a terminal: program is red, preview is green, what
 * the crew should look at is yellow. The words stay as they are.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Whether to colour what goes to `file`. `when`: "auto" (or NULL): if it is a terminal that is not dumb
 * and NO_COLOR (no-color.org) is not set; "always", "never". */
bool colour_is_wanted(const char *when, FILE *file);

/* Is it a word that `when` may be? */
bool colour_is_when(const char *when);

/* Prints an answer of one or many lines, and a newline. */
void colour_print(FILE *file, const char *text, bool is_coloured);

/* Prints one message that is a warning. */
void colour_warn(FILE *file, const char *text, bool is_coloured);
