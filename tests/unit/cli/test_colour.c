/* SPDX-License-Identifier: EUPL-1.2
 *
 * Colours: which words get which, and who gets any.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "colour.h"

/* What is printed, with the sequences shown as <red> <green> <yellow> <>. */
static char *shown(const char *text, bool is_coloured)
{
	static const char *const names[][2] = {{"\033[1;31m", "<red>"},
					       {"\033[32m", "<green>"},
					       {"\033[33m", "<yellow>"},
					       {"\033[0m", "<>"}};
	char *written = NULL;
	size_t size;
	FILE *file = open_memstream(&written, &size);

	colour_print(file, text, is_coloured);
	fclose(file);
	g_autoptr(GString) result = g_string_new(written);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_string_replace(result, names[i][0], names[i][1], 0);
	free(written);
	return g_string_free(g_steal_pointer(&result), FALSE);
}

static void is_shown(const char *text, const char *expected)
{
	g_autofree char *coloured = shown(text, true), *plain = shown(text, false);
	g_autofree char *line = g_strconcat(text, "\n", NULL);

	assert_string_equal(coloured, expected);
	assert_string_equal(plain, line);
}

static void test_answers(void **state)
{
	(void)state;
	is_shown("source cam-a: created", "source cam-a: created\n");
	is_shown("program: stage, preview: panel",
		 "<red>program: stage<>, <green>preview: panel<>\n");
	is_shown("program  stage\npreview  panel\nroom     auto",
		 "<red>program  stage<>\n<green>preview  panel<>\nroom     auto\n");
	is_shown("", "\n");
}

static void test_verdicts(void **state)
{
	(void)state;
	is_shown("BAD: 1 to mend, 1 to look at, 9 well",
		 "<red>BAD: 1 to mend, 1 to look at, 9 well<>\n");
	is_shown("BAD   cam  black for 9 s\n           -> lens cap?\nLOOK  cam  B-frames\nOK    "
		 "cam  "
		 "1280x720",
		 "<red>BAD   cam  black for 9 s<>\n           -> lens cap?\n<yellow>LOOK  cam  "
		 "B-frames<>\n<green>OK<>    cam  1280x720\n");
	is_shown("OKAY", "OKAY\n");
}

static void test_lists(void **state)
{
	(void)state;
	is_shown("stage            PGM  pip\npanel            pvw  grid\nbreak            full",
		 "<red>stage            PGM  pip<>\n<green>panel            pvw  grid<>\n"
		 "break            full\n");
	/* On air and gone: that it is gone is the news. */
	is_shown("cam-a            PGM  lost", "<yellow>cam-a            PGM  lost<>\n");
	is_shown("cam-almost      live", "cam-almost      live\n");
}

static void test_events(void **state)
{
	(void)state;
	is_shown("2030-05-01T20:00:00.000Z  source_lost  source cam-a: lost",
		 "<yellow>2030-05-01T20:00:00.000Z  source_lost  source cam-a: lost<>\n");
	is_shown("2030-05-01T20:00:00.000Z  program_changed  stage",
		 "<red>2030-05-01T20:00:00.000Z  program_changed  stage<>\n");
	is_shown("2030-05-01T20:00:00.000Z  viewer_joined  a viewer",
		 "2030-05-01T20:00:00.000Z  viewer_joined  a viewer\n");
}

static void test_wanted(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	assert_true(colour_is_wanted("always", file));
	assert_false(colour_is_wanted("never", file));
	assert_false(colour_is_wanted("auto", file)); /* no terminal */
	assert_false(colour_is_wanted(NULL, file));
	assert_true(colour_is_when("auto") && !colour_is_when("sometimes"));
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers), cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_lists),	cmocka_unit_test(test_events),
		cmocka_unit_test(test_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
