/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

static struct program_view view_of(struct stage *stage)
{
	struct program_view view;

	program_view(stage->show, &view);
	return view;
}

static void check_air(struct stage *stage, const char *program, const char *preview)
{
	struct program_view view = view_of(stage);

	assert_string_equal(view.program, program);
	assert_string_equal(view.preview, preview);
}

static const struct plan_picture_bus *program_bus(void)
{
	return &fakes.picture->buses[0];
}

static void end_transition(struct stage *stage, uint64_t serial)
{
	note(stage, NOTE_TRANSITION_ENDED, program_bus()->id, (int64_t)serial, NULL);
}

/* Scenes a, b, c, each with a camera of its name in capitals. */
static void set_up(struct stage *stage)
{
	add_source(stage, "A", SOURCE_SRT);
	add_source(stage, "B", SOURCE_SRT);
	add_source(stage, "C", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "A", NULL);
	add_scene(stage, "b", LAYOUT_FULL, "B", NULL);
	add_scene(stage, "c", LAYOUT_FULL, "C", NULL);
}

static void test_cut(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	check_air(stage, "", "");
	assert_true(program_bus()->is_slate);
	assert_done(program_cut(stage->show, "a", &error));
	check_air(stage, "a", "");
	assert_false(program_bus()->is_slate);
	assert_int_equal(stage_told(stage, "program_changed a: "), 1);
	assert_int_equal(stage_told(stage, "tally_changed A: program"), 1);
	uint64_t serial = program_bus()->serial;

	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_cut(stage->show, "c", &error));
	check_air(stage, "c", "b"); /* preview stays */
	assert_int_equal(program_bus()->transition, TRANSITION_CUT);
	assert_true(program_bus()->serial > serial);
	assert_refused(stage, ERROR_NOT_FOUND, "no scene \"x\" (have: a, b, c)",
		       program_cut(stage->show, "x", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no scene \"x\"",
		       program_preview(stage->show, "x", &error));
}

static void test_take(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_refused(stage, ERROR_CONFLICT, "nothing is on preview",
		       program_take(stage->show, TRANSITION_CUT, -1, &error));
	assert_done(program_preview(stage->show, "a", &error));
	assert_int_equal(stage_told(stage, "preview_changed a: "), 1);
	assert_int_equal(source(stage, "A").tally, TALLY_PREVIEW);
	assert_done(program_take(stage->show, TRANSITION_UNSET, -1, &error));
	check_air(stage, "a", ""); /* nothing was on program to come back */
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_UNSET, -1, &error));
	check_air(stage, "b", "a");
	assert_false(view_of(stage).in_transition);
	assert_refused(stage, ERROR_BAD_INPUT, "10001 ms",
		       program_take(stage->show, TRANSITION_MIX, 10001, &error));
	check_air(stage, "b", "a");
}

/* The first take has nothing to come from: the slate is cut away. */
static void test_mix_from_nothing(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_preview(stage->show, "a", &error));
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	assert_false(view_of(stage).in_transition);
	assert_int_equal(program_bus()->transition, TRANSITION_CUT);
}

static void test_transition(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_WIPE, -1, &error));
	assert_true(view_of(stage).in_transition);
	assert_int_equal(program_bus()->transition, TRANSITION_WIPE);
	assert_int_equal(program_bus()->transition_ms, stage->settings->transition_ms);
	assert_int_equal(program_bus()->from.n_boxes, 1);
	/* Both are seen, so both are red. */
	assert_int_equal(source(stage, "A").tally, TALLY_PROGRAM);
	assert_int_equal(source(stage, "B").tally, TALLY_PROGRAM);
	uint64_t serial = program_bus()->serial;

	/* Another command in between goes on with it. */
	assert_done(
		source_set(stage->show, "A", &(struct source_change){.mute = SWITCH_ON}, &error));
	assert_int_equal(program_bus()->serial, serial);
	assert_int_equal(program_bus()->transition, TRANSITION_WIPE);
	/* Not ours: another bus, another take. */
	note(stage, NOTE_TRANSITION_ENDED, fakes.picture->buses[1].id, (int64_t)serial, NULL);
	end_transition(stage, serial - 1);
	assert_true(view_of(stage).in_transition);
	stage_forget(stage);
	end_transition(stage, serial);
	assert_false(view_of(stage).in_transition);
	assert_int_equal(stage_told(stage, "transition_ended b: "), 1);
	assert_int_equal(source(stage, "A").tally, TALLY_PREVIEW);
	assert_int_equal(source(stage, "B").tally, TALLY_PROGRAM);
	assert_int_equal(program_bus()->serial, serial); /* the mixer begins nothing anew */
	end_transition(stage, serial);
	assert_int_equal(stage_told(stage, "transition_ended"), 1);
}

static void test_take_twice_in_a_row(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	uint64_t first = program_bus()->serial;

	assert_done(program_take(stage->show, TRANSITION_MIX, 700, &error));
	check_air(stage, "a", "b");
	assert_int_equal(program_bus()->serial, first + 1);
	assert_int_equal(program_bus()->transition_ms, 700);
	assert_int_equal(source(stage, "B").tally, TALLY_PROGRAM);
	/* The end of the first comes late. */
	end_transition(stage, first);
	assert_true(view_of(stage).in_transition);
	end_transition(stage, first + 1);
	assert_false(view_of(stage).in_transition);
	assert_int_equal(source(stage, "A").tally, TALLY_PROGRAM);
	assert_int_equal(source(stage, "B").tally, TALLY_PREVIEW);
}

static void test_cut_during_a_transition(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	assert_done(program_cut(stage->show, "c", &error));
	assert_false(view_of(stage).in_transition);
	assert_int_equal(program_bus()->transition, TRANSITION_CUT);
	assert_int_equal(source(stage, "A").tally, TALLY_PREVIEW);
	assert_int_equal(source(stage, "B").tally, TALLY_OFF);
	assert_int_equal(source(stage, "C").tally, TALLY_PROGRAM);
}

static void test_no_length_is_a_cut(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_MIX, 0, &error));
	assert_false(view_of(stage).in_transition);
	assert_int_equal(source(stage, "A").tally, TALLY_PREVIEW);
}

static void test_same_scene_on_both(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "a", &error));
	assert_int_equal(source(stage, "A").tally, TALLY_PROGRAM);
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	check_air(stage, "a", "a");
	end_transition(stage, program_bus()->serial);
	assert_false(view_of(stage).in_transition);
}

static void test_slate(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	assert_true(view_of(stage).is_slate);
	assert_true(program_bus()->is_slate);
	assert_float_equal(gain(stage, 0, "A"), 1, 0); /* the sound goes on */
	assert_int_equal(stage_told(stage, "slate_changed slate: the slate is on program"), 1);
	assert_done(program_slate(stage->show, SWITCH_UNSET, "README.md", &error));
	assert_true(view_of(stage).is_slate);
	assert_string_equal(fakes.still, "README.md");
	assert_refused(stage, ERROR_IO, "no file /no/such.png",
		       program_slate(stage->show, SWITCH_OFF, "/no/such.png", &error));
	fakes.no_ingest = true;
	assert_refused(stage, ERROR_MEDIA, "no ingest",
		       program_slate(stage->show, SWITCH_OFF, "README.md", &error));
	assert_true(view_of(stage).is_slate);
	assert_done(program_slate(stage->show, SWITCH_OFF, NULL, &error));
	assert_false(program_bus()->is_slate);
}

/* It says what it does, does it once, and stays through whatever is put on air below it. */
static void test_black(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_black(stage->show, SWITCH_ON, 2000, &error));
	assert_true(view_of(stage).is_black && view_of(stage).is_fading);
	assert_int_equal(stage_told(stage,
				    "black_changed program: program fades to black, over 2000 "
				    "ms"),
			 1);
	uint64_t serial = program_bus()->black_serial, revision = show_revision(stage->show);

	assert_done(program_black(stage->show, SWITCH_ON, 0, &error)); /* as it is already */
	assert_int_equal(program_bus()->black_serial, serial);
	assert_int_equal(show_revision(stage->show), revision);
	note(stage, NOTE_BLACK_ENDED, program_bus()->id, (int64_t)serial, NULL);
	assert_true(view_of(stage).is_black && !view_of(stage).is_fading);
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_MOVE, 500, &error));
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	assert_true(program_bus()->is_black);
	assert_int_equal(source(stage, "B").tally, TALLY_PROGRAM); /* who is in the scene */
	assert_refused(stage, ERROR_BAD_INPUT, "10001 ms",
		       program_black(stage->show, SWITCH_OFF, 10001, &error));
	assert_done(program_black(stage->show, SWITCH_UNSET, -1, &error));
	assert_false(view_of(stage).is_black);
	show_clear(stage->show);
	assert_false(program_bus()->is_black);
}

static void test_room(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	assert_string_equal(view_of(stage).room, "auto");
	assert_done(program_room(stage->show, "b", &error));
	assert_string_equal(view_of(stage).room, "b");
	assert_int_equal(stage_told(stage, "room_changed b: the room shows b"), 1);
	assert_done(program_room(stage->show, "program", &error));
	assert_string_equal(view_of(stage).room, "program");
	assert_refused(stage, ERROR_NOT_FOUND,
		       "room takes auto, program or a scene: no scene \"x\"",
		       program_room(stage->show, "x", &error));
	assert_done(program_room(stage->show, "auto", &error));
	assert_string_equal(view_of(stage).room, "auto");
}

static void test_view(void **state)
{
	struct stage *stage = *state;
	struct program_view view = view_of(stage);

	assert_float_equal(view.program_peak_db, -120, 0);
	assert_int_equal(view.video_ticks, 1);
	assert_float_equal(view.encode_ms, 5, 0);
	assert_int_equal(view.viewers + view.screens, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cut, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_take, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_mix_from_nothing, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_transition, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_take_twice_in_a_row, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_cut_during_a_transition, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_no_length_is_a_cut, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_same_scene_on_both, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_slate, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_black, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_room, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_view, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
