/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

static bool add(struct stage *stage, struct scene_spec spec, GError **error)
{
	return scene_add(stage->show, &spec, error);
}

static bool place(struct stage *stage, const char *scene, struct box_spec box, GError **error)
{
	return scene_place(stage->show, scene, &box, error);
}

static void test_add(void **state)
{
	struct stage *stage = *state;
	struct scene_view view;

	add_still(stage, "slide");
	assert_done(add(stage, (struct scene_spec){.name = "panel"}, &error));
	assert_done(add(stage, (struct scene_spec){"talk", LAYOUT_PIP, true, 0xff8000, "slide"},
			&error));
	assert_int_equal(stage_told(stage, "scene_changed talk: "), 1);
	assert_int_equal(scene_count(stage->show), 2);
	scene_view(stage->show, 0, &view);
	assert_string_equal(view.name, "panel");
	assert_int_equal(view.layout, LAYOUT_FULL);
	assert_int_equal(view.background, 0x101820);
	assert_string_equal(view.still, "");
	scene_view(stage->show, 1, &view);
	assert_int_equal(view.background, 0xff8000);
	assert_string_equal(view.still, "slide");
}

static void test_add_is_refused(void **state)
{
	struct stage *stage = *state;

	add_scene(stage, "a", LAYOUT_FULL, NULL);
	assert_refused(stage, ERROR_EXISTS, "a scene \"a\" already",
		       add(stage, (struct scene_spec){.name = "a"}, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "command language",
		       add(stage, (struct scene_spec){.name = "auto"}, &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no source \"x\" (have: none)",
		       add(stage, (struct scene_spec){.name = "b", .still = "x"}, &error));
}

static void test_limits(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "max_scenes", "1");
	stage_set(stage, "max_boxes", "2");
	assert_done(stage_start(stage, &error));
	add_scene(stage, "a", LAYOUT_GRID, "speakers", "speakers", NULL);
	assert_refused(stage, ERROR_LIMIT, "max_scenes",
		       add(stage, (struct scene_spec){.name = "b"}, &error));
	assert_refused(stage, ERROR_LIMIT, "max_boxes",
		       place(stage, "a", (struct box_spec){.source = "speakers"}, &error));
	stage_close((void **)&stage);
}

static void test_place(void **state)
{
	struct stage *stage = *state;
	struct box_spec box = {"cam", true, 50, 25.5, 50, 74.5, FIT_FIT}, view;

	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_PIP, "cam", NULL);
	assert_done(place(stage, "a", box, &error));
	assert_done(place(stage, "a", (struct box_spec){.source = "speakers"}, &error));
	scene_box_view(stage->show, 0, 1, &view);
	assert_string_equal(view.source, "cam");
	assert_true(view.has_rect);
	assert_float_equal(view.y, 25.5, 0);
	assert_int_equal(view.fit, FIT_FIT);
	scene_box_view(stage->show, 0, 2, &view);
	assert_string_equal(view.source, "speakers");
	assert_false(view.has_rect);
}

static void test_place_is_refused(void **state)
{
	struct stage *stage = *state;
	const double bad[][4] = {{60, 0, 41, 50},   {0, 60, 50, 41}, {-1, 0, 50, 50},
				 {0, -0.1, 50, 50}, {0, 0, 0.5, 50}, {0, 0, 50, 0},
				 {0, 0, -50, 50}};

	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, NULL);
	assert_refused(stage, ERROR_NOT_FOUND, "no scene \"b\" (have: a)",
		       place(stage, "b", (struct box_spec){.source = "cam"}, &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no source \"x\" (have: cam)",
		       place(stage, "a", (struct box_spec){.source = "x"}, &error));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct box_spec box = {"cam",	  true,	     bad[i][0], bad[i][1],
				       bad[i][2], bad[i][3], FIT_UNSET};

		assert_refused(stage, ERROR_BAD_INPUT, "outside the picture",
			       place(stage, "a", box, &error));
	}
	assert_done(place(stage, "a", (struct box_spec){"cam", true, 0, 0, 100, 100, FIT_UNSET},
			  &error));
}

/* Two scenes with cam, `a` on program and `b` on preview, `c` nowhere. */
static void put_on_air(struct stage *stage)
{
	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "other", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", "cam", NULL);
	add_scene(stage, "b", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "c", LAYOUT_FULL, "speakers", "cam", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
}

static void test_remove_on_air_is_refused(void **state)
{
	struct stage *stage = *state;

	put_on_air(stage);
	assert_refused(stage, ERROR_CONFLICT, "on program",
		       scene_remove(stage->show, "a", NULL, &error));
	assert_refused(stage, ERROR_CONFLICT, "on preview",
		       scene_remove(stage->show, "b", NULL, &error));
	assert_done(program_room(stage->show, "c", &error));
	assert_refused(stage, ERROR_CONFLICT, "room", scene_remove(stage->show, "c", NULL, &error));
	assert_done(program_room(stage->show, "auto", &error));
	assert_done(scene_remove(stage->show, "c", NULL, &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no scene \"c\" (have: a, b)",
		       scene_remove(stage->show, "c", NULL, &error));
}

static void test_remove_what_goes_out_is_refused(void **state)
{
	struct stage *stage = *state;

	put_on_air(stage);
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	assert_done(program_preview(stage->show, "c", &error));
	assert_refused(stage, ERROR_CONFLICT, "on program",
		       scene_remove(stage->show, "a", NULL, &error));
	note(stage, NOTE_TRANSITION_ENDED, fakes.picture->buses[0].id,
	     (int64_t)fakes.picture->buses[0].serial, NULL);
	assert_done(scene_remove(stage->show, "a", NULL, &error));
}

static void test_remove_box(void **state)
{
	struct stage *stage = *state;

	put_on_air(stage);
	assert_refused(stage, ERROR_NOT_FOUND, "scene \"a\" does not show \"speakers\"",
		       scene_remove(stage->show, "a", "speakers", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "does not show \"other\"",
		       scene_remove(stage->show, "a", "other", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no source \"x\"",
		       scene_remove(stage->show, "a", "x", &error));
	assert_done(scene_remove(stage->show, "a", "cam", &error)); /* on air, both boxes */
	assert_int_equal(fakes.picture->buses[0].scene.n_boxes, 0);
	assert_int_equal(source(stage, "cam").tally, TALLY_PREVIEW);
	assert_done(scene_remove(stage->show, "c", "speakers", &error));
	struct box_spec left;

	scene_box_view(stage->show, 2, 0, &left);
	assert_string_equal(left.source, "cam");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_add, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_add_is_refused, stage_open, stage_close),
		cmocka_unit_test(test_limits),
		cmocka_unit_test_setup_teardown(test_place, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_place_is_refused, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_remove_on_air_is_refused, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_remove_what_goes_out_is_refused, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_remove_box, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
