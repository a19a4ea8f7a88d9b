/* SPDX-License-Identifier: EUPL-1.2 */
#include "help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "table.h"

#define COLUMN 26

static void upper(char *out, size_t size, const char *text)
{
	size_t i = 0;

	for (; text[i] && i + 1 < size; i++)
		out[i] = (char)toupper((unsigned char)text[i]);
	out[i] = '\0';
}

/* "SCENE", "[LAYOUT]", "--at RECT", "--once" */
static void usage_of(const struct argument *argument, char *out, size_t size)
{
	char name[32];

	upper(name, sizeof(name), argument->name);
	if (argument->place == PLACE_NEEDED)
		snprintf(out, size, "%s", name);
	else if (argument->place == PLACE_MAYBE)
		snprintf(out, size, "[%s]", name);
	else if (argument->type == TYPE_FLAG)
		snprintf(out, size, "--%s", argument->name);
	else
		snprintf(out, size, "--%s %s", argument->name, name);
}

static void print_command(const struct row *row)
{
	char usage[80];

	printf("usage: twinstage %s", row->words);
	for (const struct argument *one = row->arguments; one->place != PLACE_END; one++) {
		usage_of(one, usage, sizeof(usage));
		printf(one->place == PLACE_OPTION ? " [%s]" : " %s", usage);
	}
	printf("\n\n%s.\n", row->summary);
	if (row->arguments[0].place != PLACE_END)
		putchar('\n');
	for (const struct argument *one = row->arguments; one->place != PLACE_END; one++) {
		usage_of(one, usage, sizeof(usage));
		printf("  %-*s%s\n", COLUMN, usage, one->help);
	}
}

static bool print_noun(const char *noun)
{
	size_t length = strlen(noun);
	const struct row *row;
	bool is_found = false;

	for (int i = 0; (row = table_row(i)); i++)
		if (strncmp(row->words, noun, length) == 0 && row->words[length] == ' ') {
			printf("  %-*s%s\n", COLUMN, row->words, row->summary);
			is_found = true;
		}
	return is_found;
}

static void print_all(void)
{
	const struct row *row;

	puts("usage: twinstage [--json] [--socket PATH] COMMAND...\n\n"
	     "The crew's hand on a running twinstaged.\n");
	for (int i = 0; (row = table_row(i)); i++)
		printf("  %-*s%s\n", COLUMN, row->words, row->summary);
	puts("\n  COMMAND --help            what a command takes\n"
	     "  --json                    answer as JSON\n"
	     "  --socket PATH             the daemon's socket (else TWINSTAGE_SOCKET, else\n"
	     "                            /run/twinstage/twinstage.sock, "
	     "/var/lib/twinstage/twinstage.sock)\n\n"
	     "Exit status: 0 done, 1 refused, 2 not understood, 3 no daemon answers.");
}

bool help_print(int n_words, char *const *words)
{
	int used;
	const struct row *row = table_find(n_words, words, &used);

	if (n_words == 0) {
		print_all();
		return true;
	}
	if (row) {
		print_command(row);
		return true;
	}
	return print_noun(words[0]);
}
