/* SPDX-License-Identifier: EUPL-1.2
 *
 * Completion without a shell: a line so far, and what it may go on with.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "complete.h"
#include "table.h"
#include "types.h"

/* ---- a show that answers ---- */

static int questions;

static json_t *answer(void *data, const char *words)
{
	(void)data;
	questions++;
	if (strcmp(words, "source list") == 0)
		return json_pack("{s:[{s:s,s:s},{s:s,s:s}]}", "sources", "name", "cam-a", "state",
				 "live", "name", "Zoë Ångström", "state", "waiting");
	if (strcmp(words, "scene list") == 0)
		return json_pack("{s:[{s:s,s:s},{s:s,s:s}]}", "scenes", "name", "stage", "layout",
				 "pip", "name", "panel", "layout", "grid");
	if (strcmp(words, "speaker list") == 0)
		return json_pack("{s:[{s:s,s:b}]}", "speakers", "name", "Zoë Ångström", "connected",
				 0);
	return NULL;
}

static const struct asker show = {answer, NULL};

/* The candidates of a line whose words are separated by |, joined by blanks. */
static char *after(const char *line, const struct asker *asker)
{
	g_auto(GStrv) words = g_strsplit(line, "|", -1);
	g_autoptr(GString) found = g_string_new(NULL);
	struct candidates candidates;

	complete_words((int)g_strv_length(words), words, asker, &candidates);
	for (int i = 0; i < candidates.n; i++)
		g_string_append_printf(found, "%s%s", i ? " " : "", candidates.list[i].text);
	if (candidates.wants_files)
		g_string_append(found, "FILES");
	candidates_finish(&candidates);
	return g_string_free(g_steal_pointer(&found), FALSE);
}

static void offers(const char *line, const char *expected)
{
	g_autofree char *found = after(line, &show);

	if (strcmp(found, expected) != 0)
		fail_msg("after \"%s\": \"%s\" instead of \"%s\"", line, found, expected);
}

static void includes(const char *line, const char *word, bool is_there)
{
	g_autofree char *found = after(line, &show);
	g_auto(GStrv) words = g_strsplit(found, " ", -1);

	if (g_strv_contains((const char *const *)words, word) != is_there)
		fail_msg("after \"%s\": \"%s\"", line, found);
}

/* ---- tests ---- */

static void test_names_of_commands(void **state)
{
	(void)state;
	offers("uninv", "uninvite");
	offers("source|", "add set remove list");
	offers("scene|pl", "place");
	includes("", "scene", true);
	includes("", "take", true);
	includes("", "scene place", false);
	offers("nothing|", "");
	offers("nothing|of|the|kind|", "");
}

static void test_names_of_things(void **state)
{
	(void)state;
	offers("cut|", "stage panel");
	offers("cut|p", "panel");
	offers("cut|stage|", "");
	offers("scene|place|panel|", "cam-a Zoë Ångström speakers");
	offers("scene|place|panel|Zo", "Zoë Ångström");
	offers("speaker|mute|", "Zoë Ångström");
	offers("speaker|mute|Zoë Ångström|", "on off");
	offers("scene|add|", "");
	offers("title|Z", "Zoë Ångström");
	offers("invite|Z", "Zoë Ångström");
	offers("room|", "stage panel auto program");
	offers("help|scene|p", "place");
	offers("help|scene|place|", "");
	offers("scene|add|x|st", "stage+slides");
}

static void test_options(void **state)
{
	(void)state;
	offers("take|", "--with --over");
	offers("take|--with|", "cut mix wipe slide move");
	offers("take|--with|mix|", "--over");
	offers("take|--with|mix|--over|1s|", "");
	offers("scene|place|--fit|", "fit fill");
	offers("scene|place|--fit|fill|", "stage panel");
	offers("scene|add|x|--still|", "cam-a Zoë Ångström");
	offers("source|add|x|file|", "--passphrase --latency_ms --role --onceFILES");
	offers("show|load|ev", "FILES");
	includes("cut|", "--json", false);
	includes("cut|--", "--json", true);
	includes("cut|--", "stage", false);
}

static void test_own_options_in_between(void **state)
{
	(void)state;
	offers("--json|cut|", "stage panel");
	offers("--socket|/x|cut|--json|p", "panel");
	offers("--socket|", "FILES");
	offers("cut|--color|", "auto always never");
	offers("take|--wait|s", "settled slate= source: speaker:");
	offers("take|--wait|settled", "settled");
	offers("--wait|program=", "program=stage program=panel");
	offers("--wait|room=p", "room=panel room=program");
	offers("--wait|source:", "source:cam-a= source:Zoë Ångström=");
	offers("--wait|source:cam-a=l", "source:cam-a=live source:cam-a=lost");
	offers("--wait|speaker:Zoë Ångström=a",
	       "speaker:Zoë Ångström=absent speaker:Zoë Ångström=admitted");
	offers("--wait|slate=", "slate=on slate=off");
}

/* What a cue does is commands, too. */
static void test_commands_within(void **state)
{
	(void)state;
	offers("cue|add|12|Begin|--|cu|", "");
	offers("cue|add|12|Begin|--|unin", "uninvite");
	offers("cue|add|12|Begin|--|cut|", "stage panel");
	offers("cue|add|12|Begin|--|cut|stage;|speaker|admit|", "Zoë Ångström");
	includes("cue|add|12|Begin|--|take|--", "--with", true);
	includes("cue|add|12|Begin|--|take|--", "--json", false);
	offers("--|cut|st", "stage");
}

static void test_no_daemon(void **state)
{
	g_autofree char *names = after("cut|", NULL);
	g_autofree char *box = after("scene|place|panel|", NULL);

	(void)state;
	assert_string_equal(names, "");
	assert_string_equal(box, "speakers");
}

static void test_asks_only_what_is_needed(void **state)
{
	(void)state;
	questions = 0;
	offers("scene|", "add place remove list");
	offers("take|--with|", "cut mix wipe slide move");
	assert_int_equal(questions, 0);
	offers("cut|st", "stage");
	assert_int_equal(questions, 1);
}

static void test_descriptions(void **state)
{
	char *words[] = {"speaker", "admit", ""};
	struct candidates candidates;

	(void)state;
	complete_words(3, words, &show, &candidates);
	assert_int_equal(candidates.n, 1);
	assert_string_equal(candidates.list[0].what, "not connected");
	candidates_finish(&candidates);
}

/* Whatever the table holds: each command is found by its words, and each of its options and closed
 * vocabularies is offered. */
static void test_every_row(void **state)
{
	const struct command *row;

	(void)state;
	for (int i = 0; (row = table_command(i)); i++) {
		g_auto(GStrv) name = g_strsplit(row->words, " ", 2);
		g_autofree char *begun = g_strjoinv("|", name);
		g_autofree char *dashed = g_strdup_printf("%s|--", begun);

		includes("", name[0], true);
		if (name[1]) {
			g_autofree char *noun = g_strdup_printf("%s|", name[0]);

			includes(noun, name[1], true);
		}
		for (const struct argument *one = row->arguments; one->place != PLACE_END; one++) {
			g_autofree char *option = g_strdup_printf("--%s", one->name);
			g_autofree char *value = g_strdup_printf("%s|%s|", begun, option);
			const struct word *words = type_words(one->type);

			if (one->place != PLACE_OPTION)
				continue;
			includes(dashed, option, true);
			if (words)
				includes(value, words[0].text, true);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_commands),
		cmocka_unit_test(test_names_of_things),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_own_options_in_between),
		cmocka_unit_test(test_commands_within),
		cmocka_unit_test(test_no_daemon),
		cmocka_unit_test(test_asks_only_what_is_needed),
		cmocka_unit_test(test_descriptions),
		cmocka_unit_test(test_every_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
