/* SPDX-License-Identifier: EUPL-1.2
 *
 * --help: every row of the table has one, and all of it fits a terminal.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "help.h"
#include "table.h"

#define COLUMNS 80

/* What help_print() writes to standard output; a new string. */
static char *help_of(const char *words)
{
	g_auto(GStrv) split = g_strsplit(words, " ", -1);
	FILE *file = tmpfile();
	int before = dup(STDOUT_FILENO);
	char *text = g_malloc0(65536);

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	bool is_known = help_print(*words ? (int)g_strv_length(split) : 0, split);

	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	rewind(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	assert_true(is_known);
	return text;
}

static void check_width(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++)
		if (g_utf8_strlen(lines[i], -1) > COLUMNS)
			fail_msg("wider than a terminal: %s", lines[i]);
}

/* Texts are wrapped: only the first words of each are sure to stand in one line. */
static void holds(const char *text, const char *row, const char *part)
{
	g_autofree char *begin = g_strndup(part, strcspn(part, " \n"));

	if (!strstr(text, begin))
		fail_msg("the help of %s does not hold \"%s\"", row, begin);
}

static void check_row(const struct command *row)
{
	g_autofree char *text = help_of(row->words);
	g_autofree char *usage = g_strdup_printf("usage: twinstage %s", row->words);

	assert_true(g_str_has_prefix(text, usage));
	assert_non_null(strstr(text, row->summary));
	for (const struct argument *one = row->arguments; one->place != PLACE_END; one++) {
		char form[80];

		table_usage(one, form, sizeof(form));
		assert_non_null(strstr(text, form));
		holds(text, row->words, one->help);
	}
	holds(text, row->words, row->manual);
	check_width(text);
}

static void test_every_row(void **state)
{
	const struct command *row;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++)
		check_row(row);
	for (int i = 0; (row = table_crew(i)); i++)
		check_row(row);
}

static void test_all(void **state)
{
	g_autofree char *text = help_of("");
	const struct command *row;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++) {
		g_autofree char *entry = g_strdup_printf("\n  %s ", row->words);

		if (!strstr(text, entry))
			fail_msg("--help does not list %s", row->words);
	}
	check_width(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
