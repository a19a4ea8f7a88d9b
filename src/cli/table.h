/* SPDX-License-Identifier: EUPL-1.2
 *
 * table: commands.def without handlers: what the command line knows of the commands by itself.
 */
#pragma once

#include <twinstage/commands.h>

struct row {
	char words[32]; /* "scene add" */
	enum access access;
	const char *summary;
	struct argument arguments[COMMAND_MOST_ARGUMENTS + 1]; /* ended by PLACE_END */
};

/* The i-th row, NULL after the last. */
const struct row *table_row(int i);

/* The row that these words begin with; *used is how many of them name it. NULL: none. */
const struct row *table_find(int n_words, char *const *words, int *used);
