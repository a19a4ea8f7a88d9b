/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

#include "cue.h"

static void add(struct stage *stage, const char *number, const char *title, const char *commands)
{
	struct cue_spec spec = {number, title, commands};

	assert_done(cue_add(stage->show, &spec, &error));
}

static void check_order(struct stage *stage, const char *wanted)
{
	g_autoptr(GString) order = g_string_new(NULL);
	struct cue_view view;

	for (int i = 0; i < cue_count(stage->show); i++) {
		cue_view(stage->show, i, &view);
		g_string_append_printf(order, "%s%s", i ? " " : "", view.number);
	}
	assert_string_equal(order->str, wanted);
}

static void test_order_is_of_numbers(void **state)
{
	struct stage *stage = *state;

	add(stage, "13", "c", "take");
	add(stage, "12.50", "b", "take");
	add(stage, "2", "a", "take");
	add(stage, "12.05", "d", "take");
	add(stage, "0", "e", "take");
	check_order(stage, "0 2 12.05 12.5 13");
	struct cue_spec change = {.number = "99999.999"};

	assert_done(cue_set(stage->show, "2", &change, &error));
	check_order(stage, "0 12.05 12.5 13 99999.999");
	assert_done(cue_remove(stage->show, "12.5", &error));
	check_order(stage, "0 12.05 13 99999.999");
	assert_true(stage_told(stage, "cue_changed 12.5: ") > 0);
}

static void test_refusals(void **state)
{
	struct stage *stage = *state;
	static const char *const bad[] = {"",
					  "a",
					  "1a",
					  "-1",
					  "1.",
					  ".5",
					  "1.2345",
					  "100000",
					  "1.2.3",
					  " 1",
					  "+1",
					  "1e3",
					  "999999999999999999999",
					  "1,5"};
	g_autofree char *long_title = g_strnfill(101, 'x');
	struct cue_spec spec = {"1", "a", "take"};

	assert_done(cue_add(stage->show, &spec, &error));
	assert_refused(stage, ERROR_EXISTS, "there is a cue 1.0 already: a",
		       cue_add(stage->show, &(struct cue_spec){"1.0", "b", "take"}, &error));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_refused(
			stage, ERROR_BAD_INPUT, "is no number of a cue",
			cue_add(stage->show, &(struct cue_spec){bad[i], "b", "take"}, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "too long: 101",
		       cue_add(stage->show, &(struct cue_spec){"2", long_title, "take"}, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "begins with --",
		       cue_set(stage->show, "1", &(struct cue_spec){.title = "--x"}, &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no cue \"3\" (have: 1)",
		       cue_remove(stage->show, "3", &error));
	stage_set(stage, "max_cues", "1");
	assert_refused(stage, ERROR_LIMIT, "max_cues",
		       cue_add(stage->show, &(struct cue_spec){"2", "b", "take"}, &error));
}

static void check_around(struct stage *stage, const char *before, const char *after)
{
	struct cue_view view;

	assert_true(cue_previous(stage->show, &view, NULL) == (before != NULL));
	if (before)
		assert_string_equal(view.number, before);
	assert_true(cue_next(stage->show, &view, NULL) == (after != NULL));
	if (after)
		assert_string_equal(view.number, after);
}

static void test_the_evening(void **state)
{
	struct stage *stage = *state;
	struct cue_view view;

	assert_refused(stage, ERROR_CONFLICT, "there are no cues",
		       cue_next(stage->show, &view, &error));
	add(stage, "1", "a", "take");
	add(stage, "2", "b", "take");
	add(stage, "3", "c", "take");
	check_around(stage, NULL, "1");
	assert_refused(stage, ERROR_CONFLICT, "no cue was run yet",
		       cue_previous(stage->show, &view, &error));
	cue_start(stage->show, "2");
	assert_int_equal(stage_told(stage, "cue_started 2: cue 2: b"), 1);
	check_around(stage, "1", "3");
	assert_true(cue_find(stage->show, "2.000", &view, NULL));
	assert_true(view.is_current);
	/* Where the evening is stays, whatever becomes of the cue. */
	assert_done(cue_remove(stage->show, "2", &error));
	check_around(stage, "1", "3");
	add(stage, "2.5", "d", "take");
	check_around(stage, "1", "2.5");
	assert_done(cue_mark(stage->show, "3", &error));
	check_around(stage, "2.5", NULL);
	assert_refused(stage, ERROR_CONFLICT, "no cue comes after 3",
		       cue_next(stage->show, &view, &error));
	assert_done(cue_mark(stage->show, NULL, &error));
	check_around(stage, NULL, "1");
}

static void test_text(void **state)
{
	struct stage *stage = *state;

	add(stage, "12.50", "Begrüßung \"A\"", "cut stage; take --with mix");
	cue_start(stage->show, "12.5");
	g_autofree char *mine = stage_text(stage, true), *theirs = stage_text(stage, false);

	assert_string_equal(mine, "cue add 12.5 \"Begrüßung \\\"A\\\"\" -- cut stage; take --with "
				  "mix\ncue at 12.5\n");
	assert_false(strstr(theirs, "cue at"));
	show_clear(stage->show);
	assert_int_equal(cue_count(stage->show), 0);
	g_autofree char *empty = stage_text(stage, true);

	assert_string_equal(empty, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_is_of_numbers, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_refusals, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_the_evening, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_text, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
