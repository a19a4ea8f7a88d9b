/* SPDX-License-Identifier: EUPL-1.2
 *
 * Every command has all that a command needs: its man text, its place in the HTTP API, and a test. The
 * files are read as they are committed, from the top of the source tree.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "openapi.h"
#include "table.h"
#include "types.h"

static char *read_file(const char *path)
{
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("%s cannot be read", path);
	return text;
}

static void test_man_pages(void **state)
{
	g_autofree char *crew = read_file("docs/man/twinstage.1");
	g_autofree char *show = read_file("docs/man/twinstage-show.5");
	const struct command *row;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++) {
		g_auto(GStrv) parts = g_strsplit(row->words, "-", -1);
		g_autofree char *words = g_strjoinv("\\-", parts);
		g_autofree char *head = g_strdup_printf("\n.TP\n\\fB%s\\fP", words);
		bool is_line = row->access != ACCESS_VIEW && table_is_line(row);

		if (!strstr(crew, head))
			fail_msg("twinstage.1 holds no %s", row->words);
		if (is_line != (strstr(show, head) != NULL))
			fail_msg("twinstage-show.5: %s", row->words);
	}
}

static void check_argument(const struct command *row, const struct argument *argument,
			   const json_t *schema)
{
	const json_t *property =
		json_object_get(json_object_get(schema, "properties"), argument->name);
	const json_t *words = json_object_get(property, "enum");
	const json_t *required = json_object_get(schema, "required");
	bool is_required = false;

	if (!property)
		fail_msg("%s: its schema holds no %s", row->id, argument->name);
	for (size_t i = 0; i < json_array_size(required); i++)
		is_required = is_required || strcmp(json_string_value(json_array_get(required, i)),
						    argument->name) == 0;
	assert_true(is_required == (argument->place == PLACE_NEEDED));
	assert_true((words != NULL) == (type_words(argument->type) != NULL));
}

static void test_api(void **state)
{
	json_t *document = openapi_document();
	json_t *committed = json_load_file("docs/openapi.json", 0, NULL);
	const struct command *row;

	(void)state;
	assert_true(json_equal(document, committed));
	for (int i = 0; (row = table_command(i)); i++) {
		g_autofree char *noun_verb = g_strdelimit(g_strdup(row->words), " ", '/');
		g_autofree char *path = g_strconcat("/v1/", noun_verb, NULL);
		const json_t *item = json_object_get(json_object_get(document, "paths"), path);
		const json_t *post = json_object_get(item, "post");
		const json_t *content =
			json_object_get(json_object_get(post, "requestBody"), "content");
		const json_t *schema =
			json_object_get(json_object_get(content, "application/json"), "schema");

		if (!post)
			fail_msg("the API has no %s", path);
		for (const struct argument *one = row->arguments; one->place != PLACE_END; one++)
			check_argument(row, one, schema);
	}
	json_decref(document);
	json_decref(committed);
}

/* ---- tests ---- */

/* All of the tests' sources that run commands, as one text. Their own tables' tests do not count. */
static char *all_tests(void)
{
	static const struct {
		const char *directory, *ending;
	} where[] = {{"tests/unit/control", ".c"}, {"tests/e2e", ".mjs"}};
	GString *all = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(where); i++) {
		GDir *directory = g_dir_open(where[i].directory, 0, NULL);
		const char *name;

		assert_non_null(directory);
		while ((name = g_dir_read_name(directory))) {
			g_autofree char *path = g_build_filename(where[i].directory, name, NULL);
			g_autofree char *text =
				g_str_has_suffix(name, where[i].ending) ? read_file(path) : NULL;

			g_string_append(all, text ? text : "");
		}
		g_dir_close(directory);
	}
	return g_string_free(all, FALSE);
}

/* The command as a test's line ("scene add panel"), words ("scene", "add") or path (scene/add), where
 * commands stand: said to the desk, to the crew's program or to the API, or first in a row of a table.
 * Elsewhere, "title" is a member of an object. */
static bool is_tested(const struct command *row, const char *tests)
{
	g_auto(GStrv) words = g_strsplit(row->words, " ", 2);
	g_autofree char *separate = g_strjoinv("\", \"", words);
	g_autofree char *path = g_strjoinv("/", words);
	g_autofree char *pattern =
		g_strdup_printf("((crew|twinstage|enter|words)\\(|(say|refuse|"
				"post|with_file)\\([^\"\n]*, |[{\n]\\s*)\"(%s|%s|%s)[\" ]"
				"|(twinstage |/v1/)(%s|%s)[\"'` ]",
				row->words, separate, path, row->words, path);

	return g_regex_match_simple(pattern, tests, 0, 0);
}

static void test_tests(void **state)
{
	g_autofree char *all = all_tests();
	g_autoptr(GString) untested = g_string_new(NULL);
	const struct command *row;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++)
		if (!is_tested(row, all))
			g_string_append_printf(untested, " (%s)", row->words);
	if (untested->len)
		fail_msg("no test runs%s", untested->str);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_man_pages),
		cmocka_unit_test(test_api),
		cmocka_unit_test(test_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
