/* SPDX-License-Identifier: EUPL-1.2 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "conditions.h"
#include "own_options.h"
#include "table.h"

#define COLUMN	     26
#define LINE_COLUMNS 80

/* Prints the first `length` bytes of a text in lines of at most 80 columns, of which `indent` are blank;
 * the first line begins where the cursor is, in column `column`. */
static void print_wrapped(const char *text, size_t length, size_t column, size_t indent)
{
	const char *end = text + length;
	bool is_first = true;

	while (text < end) {
		size_t word = strcspn(text, " \n");

		if (word > (size_t)(end - text))
			word = (size_t)(end - text);
		if (!is_first && column + 1 + word > LINE_COLUMNS) {
			printf("\n%*s", (int)indent, "");
			column = indent;
			is_first = true;
		}
		printf("%s%.*s", is_first ? "" : " ", (int)word, text);
		column += (is_first ? 0 : 1) + word;
		is_first = false;
		text += word + 1;
	}
	putchar('\n');
}

/* "  usage                   what it is", the latter in as many lines as it takes. */
static void print_entry(const char *usage, const char *meaning)
{
	int used = printf("  %-*s", COLUMN, usage);

	if (strlen(usage) >= COLUMN)
		used = printf("\n%*s", COLUMN + 2, "") - 1;
	print_wrapped(meaning, strlen(meaning), (size_t)used, COLUMN + 2);
}

/* Sentences, then the examples, indented. */
static void print_manual(const char *manual)
{
	const char *example = strchr(manual, '\n');

	putchar('\n');
	print_wrapped(manual, example ? (size_t)(example - manual) : strlen(manual), 0, 0);
	if (example)
		putchar('\n');
	while (example) {
		size_t length = strcspn(example + 1, "\n");

		printf("  %.*s\n", (int)length, example + 1);
		example = strchr(example + 1, '\n');
	}
}

/* In as many lines as it takes; an option and its word stay together. */
static void print_usage(const struct command *command)
{
	int column = printf("usage: twinstage %s", command->words), indent = column;
	char usage[80];

	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		table_usage(one, usage, sizeof(usage));
		if (column + 1 + (int)strlen(usage) > LINE_COLUMNS)
			column = printf("\n%*s", indent, "") - 1;
		column += printf(" %s", usage);
	}
	putchar('\n');
}

static void print_command(const struct command *command)
{
	char usage[80];

	print_usage(command);
	printf("\n%s.\n", command->summary);
	if (command->arguments[0].place != PLACE_END)
		putchar('\n');
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		table_usage(one, usage, sizeof(usage));
		print_entry(usage, one->help);
	}
	print_manual(command->manual);
}

static void print_row(const struct command *command)
{
	print_entry(command->words, command->summary);
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

static void print_group(const char *title)
{
	printf("\n%s\n", title);
}

static void print_options(void)
{
	const struct own_option *option;
	char usage[48];

	print_group("Options, anywhere in the line");
	for (int i = 0; (option = own_option("twinstage", i)); i++) {
		snprintf(usage, sizeof(usage), "--%s %s", option->name, option->word);
		print_entry(usage, option->meaning);
	}
}

static void print_conditions(void)
{
	char form[80];

	print_group("What --wait waits for");
	for (int i = 0; i < CONDITIONS; i++) {
		condition_form((enum condition_kind)i, form, sizeof(form));
		print_entry(form, condition_row((enum condition_kind)i)->meaning);
	}
}

static void print_all(void)
{
	const struct command *command;
	const char *group = "";

	puts("usage: twinstage [OPTION...] COMMAND...\n\n"
	     "The crew's hand on a running twinstaged.");
	for (int i = 0; (command = table_command(i)); i++) {
		if (strcmp(group, command->group) != 0)
			print_group(command->group);
		group = command->group;
		print_row(command);
	}
	print_group(table_crew(0)->group);
	for (int i = 0; (command = table_crew(i)); i++)
		print_row(command);
	print_options();
	print_conditions();
	puts("\nCOMMAND --help says what a command takes.\n"
	     "Exit status: 0 done, 1 refused, 2 not understood, 3 no daemon answers;\n"
	     "check: 4 something to look at, 5 something bad.");
}

bool help_print(int n_words, char *const *words)
{
	int used;
	const struct command *command = table_find(n_words, words, &used);

	if (!command && n_words > 0)
		command = table_find_crew(words[0]);
	if (n_words == 0)
		print_all();
	else if (command)
		print_command(command);
	else
		return print_noun(words[0]);
	return true;
}
