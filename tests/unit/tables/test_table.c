/* SPDX-License-Identifier: EUPL-1.2
 *
 * The tables: each row is whole, and says what people need to know of it.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"
#include "types.h"

static void check_arguments(const struct command *row)
{
	enum argument_place last = PLACE_NEEDED;

	for (const struct argument *one = row->arguments; one->place != PLACE_END; one++) {
		assert_true(*one->name && *one->help);
		assert_int_equal(strspn(one->name, G_CSET_a_2_z "_"), strlen(one->name));
		/* ARG, then MAYBE, then OPT and FLAG */
		if (one->place < last)
			fail_msg("%s: %s stands too late", row->id, one->name);
		last = one->place;
		if (one->type == TYPE_FLAG)
			assert_int_equal(one->place, PLACE_OPTION);
		for (const struct argument *other = one + 1; other->place != PLACE_END; other++)
			assert_string_not_equal(one->name, other->name);
	}
}

static void test_rows(void **state)
{
	const struct command *row, *other;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++) {
		assert_true(*row->summary && *row->group);
		assert_false(g_str_has_suffix(row->summary, "."));
		assert_in_range(row->access, ACCESS_VIEW, ACCESS_EDIT);
		assert_int_equal(strspn(row->id, G_CSET_a_2_z "_"), strlen(row->id));
		assert_int_equal(table_index(row), i);
		assert_ptr_equal(table_by_words(row->words), row);
		check_arguments(row);
		for (int j = i + 1; (other = table_command(j)); j++)
			assert_string_not_equal(row->id, other->id);
	}
	assert_null(table_command(-1));
}

/* Whoever lists the groups sees each once. */
static void test_groups_stand_together(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const struct command *row;
	const char *last = "";

	(void)state;
	for (int i = 0; (row = table_command(i)); i++) {
		if (strcmp(row->group, last) != 0 && !g_hash_table_add(seen, (char *)row->group))
			fail_msg("%s: its group %s was left before", row->id, row->group);
		last = row->group;
	}
}

/* Sentences, then examples of just this command. */
static void test_manual(void **state)
{
	const struct command *row;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++) {
		g_auto(GStrv) lines = g_strsplit(row->manual, "\n", -1);
		g_autofree char *begin = g_strdup_printf("twinstage %s", row->words);

		if (!g_str_has_suffix(lines[0], ".") || !lines[1])
			fail_msg("%s: no sentences with an example after them", row->id);
		for (int l = 1; lines[l]; l++)
			if (!g_str_has_prefix(lines[l], begin))
				fail_msg("%s: no example: %s", row->id, lines[l]);
	}
}

static void test_finding(void **state)
{
	static const struct {
		const char *words;
		const char *id;
		int used;
	} all[] = {
		{"take", "take", 1},
		{"take --with mix", "take", 1},
		{"scene add panel", "scene_add", 2},
		{"scene", NULL, 0},
		{"scene fly", NULL, 0},
		{"scene_add", NULL, 0},
		{"", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_auto(GStrv) words = g_strsplit(all[i].words, " ", -1);
		int used = -1;
		const struct command *row = table_find((int)g_strv_length(words), words, &used);

		assert_int_equal(used, all[i].used);
		assert_true((row == NULL) == (all[i].id == NULL));
		if (row)
			assert_string_equal(row->id, all[i].id);
	}
}

static void test_usage(void **state)
{
	static const struct {
		struct argument argument;
		const char *usage;
	} all[] = {
		{{PLACE_NEEDED, TYPE_SCENE, "scene", ""}, "SCENE"},
		{{PLACE_MAYBE, TYPE_LAYOUT, "layout", ""}, "[LAYOUT]"},
		{{PLACE_NEEDED, TYPE_REST, "commands", ""}, "-- COMMANDS"},
		{{PLACE_MAYBE, TYPE_REST, "commands", ""}, "[-- COMMANDS]"},
		{{PLACE_OPTION, TYPE_INT, "delay_ms", ""}, "[--delay_ms INT]"},
		{{PLACE_OPTION, TYPE_FLAG, "once", ""}, "[--once]"},
	};
	char usage[40];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		table_usage(&all[i].argument, usage, sizeof(usage));
		assert_string_equal(usage, all[i].usage);
	}
	table_usage(&all[4].argument, usage, 8);
	assert_string_equal(usage, "[--dela");
}

static void test_types(void **state)
{
	(void)state;
	for (int type = 0; type < ARGUMENT_TYPES; type++) {
		const struct word *words = type_words((enum argument_type)type);

		assert_true(*type_of((enum argument_type)type)->name);
		assert_true(*type_of((enum argument_type)type)->form);
		for (int i = 0; words && words[i].text; i++)
			for (int j = 0; j < i; j++)
				assert_true(words[i].code != words[j].code &&
					    strcmp(words[i].text, words[j].text) != 0);
	}
	assert_string_equal(type_words(TYPE_SWITCH)[0].text, "on");
	assert_null(type_words(TYPE_TEXT));
	assert_string_equal(type_of(TYPE_SOURCE_KIND)->name, "SOURCE_KIND");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),   cmocka_unit_test(test_groups_stand_together),
		cmocka_unit_test(test_manual), cmocka_unit_test(test_finding),
		cmocka_unit_test(test_usage),  cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
