/* SPDX-License-Identifier: EUPL-1.2 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "table.h"

#define COLUMN	     26
#define LINE_COLUMNS 80

/* Prints the first `length` bytes of a text in lines of at most 80 columns. */
static void print_wrapped(const char *text, size_t length)
{
	const char *end = text + length;
	size_t column = 0;

	while (text < end) {
		size_t word = strcspn(text, " \n");

		if (word > (size_t)(end - text))
			word = (size_t)(end - text);
		if (column && column + 1 + word > LINE_COLUMNS) {
			putchar('\n');
			column = 0;
		}
		printf("%s%.*s", column ? " " : "", (int)word, text);
		column += (column ? 1 : 0) + word;
		text += word + 1;
	}
	putchar('\n');
}

/* Sentences, then the examples, indented. */
static void print_manual(const char *manual)
{
	const char *example = strchr(manual, '\n');

	putchar('\n');
	print_wrapped(manual, example ? (size_t)(example - manual) : strlen(manual));
	if (example)
		putchar('\n');
	while (example) {
		size_t length = strcspn(example + 1, "\n");

		printf("  %.*s\n", (int)length, example + 1);
		example = strchr(example + 1, '\n');
	}
}

static void print_command(const struct command *command)
{
	char usage[80];

	printf("usage: twinstage %s", command->words);
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		table_usage(one, usage, sizeof(usage));
		printf(" %s", usage);
	}
	printf("\n\n%s.\n", command->summary);
	if (command->arguments[0].place != PLACE_END)
		putchar('\n');
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		table_usage(one, usage, sizeof(usage));
		printf("  %-*s%s\n", COLUMN, usage, one->help);
	}
	print_manual(command->manual);
}

static void print_row(const struct command *command)
{
	printf("  %-*s%s\n", COLUMN, command->words, command->summary);
}

static bool print_noun(const char *noun)
{
	size_t length = strlen(noun);
	const struct command *command;
	bool is_found = false;

	for (int i = 0; (command = table_command(i)); i++)
		if (strncmp(command->words, noun, length) == 0 && command->words[length] == ' ') {
			print_row(command);
			is_found = true;
		}
	return is_found;
}

static void print_all(void)
{
	const struct command *command;
	const char *group = NULL;

	puts("usage: twinstage [--json] [--socket PATH] COMMAND...\n\n"
	     "The crew's hand on a running twinstaged.");
	for (int i = 0; (command = table_command(i)); i++) {
		if (!group || strcmp(group, command->group) != 0)
			printf("\n%s\n", command->group);
		group = command->group;
		print_row(command);
	}
	puts("\nOptions\n"
	     "  COMMAND --help            what a command takes\n"
	     "  --json                    answer as JSON\n"
	     "  --socket PATH             the daemon's socket (else TWINSTAGE_SOCKET, else\n"
	     "                            /run/twinstage/twinstage.sock, "
	     "/var/lib/twinstage/twinstage.sock)\n\n"
	     "Exit status: 0 done, 1 refused, 2 not understood, 3 no daemon answers.");
}

bool help_print(int n_words, char *const *words)
{
	int used;
	const struct command *command = table_find(n_words, words, &used);

	if (n_words == 0) {
		print_all();
		return true;
	}
	if (command) {
		print_command(command);
		return true;
	}
	return print_noun(words[0]);
}
