/* SPDX-License-Identifier: EUPL-1.2
 *
 * Cues as the crew types them: how they are read, checked, run, and taken back.
 */
#include "desk.h"

#include "cue.h"
#include "cue_run.h"
#include "parse.h"
#include "undo.h"

static int evening_open(void **state)
{
	struct desk *desk;

	desk_open((void **)&desk);
	desk->context.undo = undo_create(desk->stage->show);
	do_say(desk, "source add cam srt");
	do_say(desk, "scene add stage");
	do_say(desk, "scene place stage cam");
	do_say(desk, "scene add panel grid");
	do_say(desk, "scene place panel speakers");
	do_say(desk, "invite \"Dr. Müller\"");
	*state = desk;
	return 0;
}

static int evening_close(void **state)
{
	struct desk *desk = *state;

	undo_destroy(desk->context.undo);
	return desk_close(state);
}

static const char *on_air(struct desk *desk)
{
	struct program_view view;

	program_view(desk->stage->show, &view);
	return view.program;
}

static void check_commands(struct desk *desk, const char *number, const char *wanted)
{
	struct cue_view cue;

	assert_true(cue_find(desk->stage->show, number, &cue, NULL));
	assert_string_equal(cue.commands, wanted);
}

/* ---- how they are read ---- */

static void test_rest_of_a_line(void **state)
{
	static const struct {
		const char *rest, *kept;
	} all[] = {
		{"cut stage", "cut stage"},
		{"'cut stage; speaker admit \"Dr. Müller\"'",
		 "cut stage; speaker admit \"Dr. Müller\""},
		{"cut stage; speaker admit \"Dr. Müller\"",
		 "cut stage; speaker admit \"Dr. Müller\""},
		{"cut stage ;take;;  preview 'panel' ;", "cut stage; take; preview panel"},
		{"title show \"a; b\" 'c;d'", "title show \"a; b\" \"c;d\""},
		{"title show a\\;b", "title show \"a;b\""},
		{"title show \"say \\\";\\\" twice\"; take",
		 "title show \"say \\\";\\\" twice\"; take"},
		{"cut stage # and; cut panel", "cut stage"},
		{"title show \"#1\"", "title show \"#1\""},
		{"take --with mix --over 500ms", "take --with mix --over 500ms"},
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autofree char *line = g_strdup_printf("cue add %zu x -- %s", i, all[i].rest);
		g_autofree char *number = g_strdup_printf("%zu", i);

		do_say(desk, line);
		check_commands(desk, number, all[i].kept);
	}
}

/* As a Unix shell gives them: one word, or several that are quoted again. */
static void test_words_of_a_shell(void **state)
{
	struct desk *desk = *state;
	char *one[] = {"cue", "add", "1", "x", "--", "cut stage; speaker admit \"Dr. Müller\""};
	char *many[] = {"cue", "add", "2", "x", "--", "speaker", "admit", "Dr. Müller"};
	char *separated[] = {"cue", "add", "3", "x", "--", "cut", "stage", ";", "take"};
	char *hidden[] = {"cue", "add", "4", "x", "--", "title", "show", "a; cut b"};
	const struct {
		int n;
		char **words;
		const char *number, *kept;
	} all[] = {{6, one, "1", "cut stage; speaker admit \"Dr. Müller\""},
		   {8, many, "2", "speaker admit \"Dr. Müller\""},
		   {9, separated, "3", "cut stage; take"},
		   {8, hidden, "4", "title show \"a; cut b\""}};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		assert_true(dispatch_words(&desk->context, all[i].n, all[i].words, &desk->reply,
					   NULL, NULL));
		check_commands(desk, all[i].number, all[i].kept);
	}
	do_post(desk, "cue/add",
		"{'cue': '12', 'title': 'Talk', 'commands': 'cut stage; preview panel'}");
	check_commands(desk, "12", "cut stage; preview panel");
}

static void test_refused_when_made(void **state)
{
	struct desk *desk = *state;

	refuse(desk, "cue add 1 x", ERROR_USAGE, "commands is missing", 4);
	refuse(desk, "cue add 1 x --", ERROR_USAGE, "commands: empty", 4);
	refuse(desk, "cue add 1 x -- ;;", ERROR_USAGE, "there is no command", 2);
	refuse(desk, "cue add 1 x -- cut stage; tkae", ERROR_USAGE,
	       "command 2 of 2 (tkae): no command \"tkae\" (did you mean take?)", 2);
	refuse(desk, "cue add 1 x -- take --wiht mix", ERROR_USAGE, "did you mean --with?", 2);
	refuse(desk, "cue add 1 x -- cut", ERROR_USAGE, "scene is missing", 2);
	refuse(desk, "cue add 1 x -- next", ERROR_USAGE, "a cue cannot hold this command", 2);
	refuse(desk, "cue add 1 x -- cue go 1", ERROR_USAGE, "a cue cannot hold", 2);
	refuse(desk, "cue add 1 x -- undo", ERROR_USAGE, "a cue cannot hold", 2);
	refuse(desk, "cue add 1 x -- show load a.show", ERROR_USAGE, "a cue cannot hold", 2);
	refuse(desk, "cue add 1 x -- status", ERROR_USAGE, "a cue cannot hold", 2);
	refuse(desk, "cue add 1,5 x -- take", ERROR_BAD_INPUT, "is no number of a cue", 2);
	refuse(desk, "cue set 1 -- take", ERROR_NOT_FOUND, "no cue \"1\" (have: none)", 2);
	refuse(desk, "cue go 7", ERROR_NOT_FOUND, "no cue \"7\"", 2);
	refuse(desk, "next", ERROR_CONFLICT, "there are no cues", 0);
	refuse(desk, "back", ERROR_CONFLICT, "no cue was run yet", 0);
}

static void test_names_that_are_not_there_yet(void **state)
{
	struct desk *desk = *state;
	const char *text =
		do_say(desk, "cue add 1 x -- cut stag; speaker admit Bela; preview panel");

	assert_string_equal(text, "cue 1: added\n"
				  "warning: no scene \"stag\" (did you mean stage?)\n"
				  "warning: no speaker \"Bela\"");
	assert_int_equal(json_array_size(json_object_get(desk->reply.data, "warnings")), 2);
	do_say(desk, "cue set 1 -- cut stage");
	assert_int_equal(json_array_size(json_object_get(desk->reply.data, "warnings")), 0);
}

static void test_paths_are_made_whole(void **state)
{
	struct desk *desk = *state;

	desk->context.directory = "/srv/show";
	do_say(desk, "cue add 1 x -- slate on --picture break.png");
	desk->context.directory = "/home";
	check_commands(desk, "1", "slate on --picture /srv/show/break.png");
}

/* ---- how they are run ---- */

static void test_an_evening(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "cue add 13 Panel -- preview panel; take --with mix");
	do_say(desk, "cue add 12 Begrüßung -- cut stage; speaker admit \"Dr. Müller\"");
	do_say(desk, "cue add 12.5 Slate -- slate on");
	assert_string_equal(do_say(desk, "next"), "cue 12: Begrüßung; next: 12.5 Slate");
	assert_string_equal(on_air(desk), "stage");
	assert_true(speaker(desk->stage, "Dr. Müller").is_admitted);
	assert_string_equal(do_say(desk, "cue go 13"), "cue 13: Panel; that was the last");
	assert_string_equal(on_air(desk), "panel");
	assert_int_equal(fakes.picture->buses[0].transition, TRANSITION_MIX);
	refuse(desk, "next", ERROR_CONFLICT, "no cue comes after 13", 0);
	assert_string_equal(do_say(desk, "back"), "cue 12.5: Slate; next: 13 Panel");
	do_say(desk, "back");
	assert_string_equal(on_air(desk), "stage");
	refuse(desk, "back", ERROR_CONFLICT, "no cue comes before 12", 0);
	assert_string_equal(do_say(desk, "cue list"),
			    "> 12     Begrüßung: cut stage; speaker admit \"Dr. Müller\"\n"
			    "  12.5   Slate: slate on\n"
			    "  13     Panel: preview panel; take --with mix");
	const char *status = do_say(desk, "status");

	assert_non_null(strstr(status, "\ncue      12 Begrüßung, next: 12.5 Slate\n"));
	assert_string_equal(json_string_value(json_object_get(desk->reply.data, "cue")), "12");
	assert_string_equal(json_string_value(json_object_get(desk->reply.data, "next_cue")),
			    "12.5");
	assert_int_equal(json_array_size(json_object_get(desk->reply.data, "cues")), 3);
	assert_string_equal(do_say(desk, "cue at 12.5"), "next: 13 Panel");
	assert_string_equal(do_say(desk, "cue at"), "next: 12 Begrüßung");
}

/* Several commands are one to those who look: the mixer sees no state between them. */
static void test_one_tick(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "cut stage");
	do_say(desk, "cue add 1 x -- cut panel; slate on; preview stage");
	int before = fakes.n_pictures;

	do_say(desk, "next");
	assert_in_range(fakes.n_pictures - before, 1, 2); /* and where the evening is */
	assert_true(fakes.picture->buses[0].is_slate);
}

static void test_all_or_nothing(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "cut stage");
	do_say(desk, "cue add 1 x -- cut panel; scene remove stage; cut stage; slate on");
	refuse(desk, "next", ERROR_NOT_FOUND,
	       "cue 1 was not run: command 3 of 4 (cut stage): no scene \"stage\"", 0);
	assert_string_equal(on_air(desk), "stage");
	assert_int_equal(stage_told(desk->stage, "cue_started"), 0);
	do_say(desk, "cue set 1 -- cut nowhere");
	refuse(desk, "cue go", ERROR_NOT_FOUND, "cue 1 was not run: cut nowhere: no scene", 1);
}

/* A picture that is there and cannot be decoded: only the real thing can tell. */
static void test_stops_half_way(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "cut stage");
	do_say(desk, "cue add 1 x -- cut panel; source add bars test; slate on");
	fakes.no_ingest = true;
	assert_false(say(desk, "next"));
	fakes.no_ingest = false;
	assert_non_null(strstr(desk->error->message,
			       "cue 1 was not run to its end (done, and undo takes it back: cut "
			       "panel): command 2 of 3 (source add bars test): no ingest today"));
	assert_string_equal(on_air(desk), "panel");
	do_say(desk, "undo");
	assert_string_equal(on_air(desk), "stage");
}

/* ---- taken back ---- */

static void test_undo_cues(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "cut stage");
	do_say(desk, "cue add 1 One -- cut panel; speaker admit \"Dr. Müller\"; slate on");
	g_autofree char *before = stage_text(desk->stage, true);

	do_say(desk, "next");
	g_autofree char *after = stage_text(desk->stage, true);

	assert_string_equal(do_say(desk, "undo"), "undone: cue 1: One");
	g_autofree char *undone = stage_text(desk->stage, true);

	assert_string_equal(undone, before);
	assert_string_equal(do_say(desk, "redo"), "done again: cue 1: One");
	g_autofree char *redone = stage_text(desk->stage, true);

	assert_string_equal(redone, after);
	do_say(desk, "undo");
	assert_string_equal(
		do_say(desk, "undo"),
		"undone: cue add 1 One -- cut panel; speaker admit \"Dr. Müller\"; slate "
		"on");
	assert_int_equal(cue_count(desk->stage->show), 0);
}

/* The texts of a very large show do not add up without end; the last change can always be undone. */
static void test_undo_has_a_limit(void **state)
{
	struct desk *desk = *state;
	struct undo *undo = desk->context.undo;
	g_autofree char *name = g_strnfill(3500, 'x');
	int n = 0;

	desk->context.undo = NULL;
	for (int i = 1; i <= 400; i++) {
		g_autofree char *line =
			g_strdup_printf("cue add %d big -- ticker show %.900s; ticker show %.900s; "
					"ticker show %.900s; ticker show %.900s",
					i, name, name, name, name);

		do_say(desk, line);
	}
	desk->context.undo = undo;
	for (int i = 1; i <= 50; i++) {
		g_autofree char *line = g_strdup_printf("cue set %d --title small", i);

		do_say(desk, line);
	}
	while (say(desk, "undo"))
		n++;
	assert_in_range(n, 1, 25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rest_of_a_line, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_words_of_a_shell, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_refused_when_made, evening_open,
						evening_close),
		cmocka_unit_test_setup_teardown(test_names_that_are_not_there_yet, evening_open,
						evening_close),
		cmocka_unit_test_setup_teardown(test_paths_are_made_whole, evening_open,
						evening_close),
		cmocka_unit_test_setup_teardown(test_an_evening, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_one_tick, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_all_or_nothing, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_stops_half_way, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_undo_cues, evening_open, evening_close),
		cmocka_unit_test_setup_teardown(test_undo_has_a_limit, evening_open, evening_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
