/* SPDX-License-Identifier: EUPL-1.2 */
#include "table.h"

#include <stdio.h>
#include <string.h>

#define COMMAND(id, access, summary, ...)                                                          \
	{#id, ACCESS_##access, summary, {__VA_ARGS__{PLACE_END, TYPE_FLAG, NULL, NULL}}},
static struct row rows[] = {
#include <twinstage/commands.def>
};
#undef COMMAND
#define N_ROWS ((int)(sizeof(rows) / sizeof(*rows)))

const struct row *table_row(int i)
{
	if (i < 0 || i >= N_ROWS)
		return NULL;
	/* "scene_add" is typed "scene add". */
	char *underscore = strchr(rows[i].words, '_');

	if (underscore)
		*underscore = ' ';
	return &rows[i];
}

static const struct row *find_exactly(const char *words)
{
	const struct row *row;

	for (int i = 0; (row = table_row(i)); i++)
		if (strcmp(row->words, words) == 0)
			return row;
	return NULL;
}

const struct row *table_find(int n_words, char *const *words, int *used)
{
	const struct row *row = NULL;
	char two[64];

	if (n_words > 1 &&
	    snprintf(two, sizeof(two), "%s %s", words[0], words[1]) < (int)sizeof(two))
		row = find_exactly(two);
	*used = row ? 2 : 1;
	if (!row && n_words > 0)
		row = find_exactly(words[0]);
	return row;
}
