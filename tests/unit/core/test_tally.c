/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

static void test_lights(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "both", SOURCE_SRT);
	add_source(stage, "next", SOURCE_SRT);
	add_source(stage, "none", SOURCE_SRT);
	add_still(stage, "back");
	add_scene(stage, "a", LAYOUT_PIP, "both", "both", NULL);
	assert_done(
		scene_add(stage->show, &(struct scene_spec){.name = "b", .still = "back"}, &error));
	assert_done(scene_place(stage->show, "b", &(struct box_spec){.source = "both"}, &error));
	assert_done(scene_place(stage->show, "b", &(struct box_spec){.source = "next"}, &error));
	stage_forget(stage);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_int_equal(source(stage, "both").tally, TALLY_PROGRAM); /* red wins */
	assert_int_equal(source(stage, "next").tally, TALLY_PREVIEW);
	assert_int_equal(source(stage, "back").tally, TALLY_PREVIEW);
	assert_int_equal(source(stage, "none").tally, TALLY_OFF);
	/* Each change is told once, and nothing else is. */
	assert_int_equal(stage_told(stage, "tally_changed both: program"), 1);
	assert_int_equal(stage_told(stage, "tally_changed next: preview"), 1);
	assert_int_equal(stage_told(stage, "tally_changed back: preview"), 1);
	assert_int_equal(stage_told(stage, "tally_changed"), 3);
	stage_forget(stage);
	assert_done(program_take(stage->show, TRANSITION_CUT, 0, &error));
	assert_int_equal(stage_told(stage, "tally_changed next: program"), 1);
	assert_int_equal(stage_told(stage, "tally_changed"), 2);
	assert_done(scene_remove(stage->show, "b", "next", &error));
	assert_int_equal(stage_told(stage, "tally_changed next: off"), 1);
}

static void test_speaker_lights(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t peer;

	add_scene(stage, "all", LAYOUT_GRID, "speakers", NULL);
	add_scene(stage, "one", LAYOUT_FULL, "Anna", NULL);
	assert_done(program_cut(stage->show, "all", &error));
	assert_done(program_preview(stage->show, "one", &error));
	peer = arrive(stage, token);
	assert_int_equal(speaker(stage, "Anna").tally, TALLY_OFF); /* waits */
	assert_done(speaker_admit(stage->show, "Anna", &error));
	assert_int_equal(speaker(stage, "Anna").tally, TALLY_PROGRAM);
	note(stage, NOTE_PEER_CLOSED, peer, 0, "gone");
	assert_int_equal(speaker(stage, "Anna").tally,
			 TALLY_PREVIEW); /* by name in the other scene */
	assert_done(speaker_dismiss(stage->show, "Anna", &error));
	assert_int_equal(speaker(stage, "Anna").tally, TALLY_OFF);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(tally_name(TALLY_OFF), "off");
	assert_string_equal(tally_name(TALLY_PREVIEW), "preview");
	assert_string_equal(tally_name(TALLY_PROGRAM), "program");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lights, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_speaker_lights, stage_open, stage_close),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
