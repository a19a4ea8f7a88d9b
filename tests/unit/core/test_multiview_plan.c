/* SPDX-License-Identifier: EUPL-1.2
 *
 * What stands where on the crew's multiview, and who may see it.
 */
#include "stage.h"

#include "state.h"

#include "multiview.h"

#define RED   0xc8141ee6
#define GREEN 0x0f7a36e6
#define AMBER 0xffb800f0

static bool overlap(struct rect a, struct rect b)
{
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
	       b.y < a.y + a.height;
}

static void check_places(int n_sources, int width, int height, int expected)
{
	struct rect places[PLAN_MAX_TILES];
	int n = multiview_places(n_sources, width, height, places, PLAN_MAX_TILES);
	int64_t area = 0;

	assert_int_equal(n, expected);
	for (int i = 0; i < n; i++) {
		struct rect *one = &places[i];

		assert_int_equal((one->x | one->y | one->width | one->height) & 1, 0);
		assert_true(one->x >= 0 && one->y >= 0 && one->width >= 16 && one->height >= 16);
		assert_true(one->x + one->width <= width && one->y + one->height <= height);
		for (int k = 0; k < i; k++)
			assert_false(overlap(*one, places[k]));
		area += (int64_t)one->width * one->height;
	}
	assert_int_equal(area, (int64_t)width * height); /* and no gap */
	assert_int_equal(places[0].width, width / 2);
	assert_int_equal(places[1].x, width / 2);
}

static void test_places(void **state)
{
	(void)state;
	check_places(0, 960, 540, 4);
	check_places(1, 960, 540, 4);
	check_places(2, 960, 540, 4);
	check_places(3, 960, 540, 10);
	check_places(8, 960, 540, 10);
	check_places(9, 960, 540, 20);
	check_places(18, 960, 540, 20);
	check_places(19, 960, 540, 34);
	check_places(64, 960, 540, 74);
	check_places(64, 1920, 1080, 74);
	check_places(7, 640, 360, 10);
}

/* The shape of program, however many there are. */
static void test_shapes(void **state)
{
	struct rect places[PLAN_MAX_TILES];

	(void)state;
	for (int n_sources = 0; n_sources <= 32; n_sources++) {
		int n = multiview_places(n_sources, 960, 540, places, PLAN_MAX_TILES);

		for (int i = 0; i < n; i++)
			assert_float_equal((double)places[i].width / places[i].height, 16.0 / 9,
					   0.06);
	}
}

static const struct plan_tile *tile(int index)
{
	return &fakes.picture->multiview.tiles[index];
}

static void fill(struct stage *stage)
{
	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "test", SOURCE_TEST);
	add_still(stage, "slides");
	add_scene(stage, "stage", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "panel", LAYOUT_SIDE, "cam", "test", NULL);
	assert_done(program_cut(stage->show, "stage", &error));
	assert_done(program_preview(stage->show, "panel", &error));
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "cam"), 0, "");
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "test"), 0, "");
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "slides"), 0, "");
}

static void check_tile(int index, const char *name, enum plan_light light, uint32_t plate)
{
	assert_string_equal(fake_label(tile(index)->name), name);
	assert_int_equal(tile(index)->light, light);
	if (plate)
		assert_int_equal(fake_plate(tile(index)->name), plate);
}

static void test_plan(void **state)
{
	struct stage *stage = *state;
	const struct plan_multiview *plan;

	fill(stage);
	plan = &fakes.picture->multiview;
	assert_int_equal(plan->width, 960);
	assert_int_equal(plan->height, 540);
	assert_int_equal(plan->every_ticks, 3);
	assert_int_equal(plan->n_tiles, 10);
	assert_non_null(plan->out);
	check_tile(0, "PROGRAM  stage", LIGHT_PROGRAM, RED);
	check_tile(1, "PREVIEW  panel", LIGHT_PREVIEW, GREEN);
	check_tile(2, "cam", LIGHT_PROGRAM, RED);
	check_tile(3, "test", LIGHT_PREVIEW, GREEN);
	check_tile(4, "slides", LIGHT_OFF, 0);
	assert_int_equal(fakes.picture->buses[tile(0)->bus].kind, PICTURE_PROGRAM);
	assert_int_equal(fakes.picture->buses[tile(1)->bus].kind, PICTURE_PREVIEW);
	assert_int_equal(tile(2)->bus, -1);
	assert_int_equal(fakes.picture->sources[tile(2)->source].id, source_id(stage, "cam"));
	assert_non_null(tile(0)->meter);
	assert_non_null(tile(2)->meter);
	assert_null(tile(4)->meter); /* a still is silent */
	assert_int_equal(tile(5)->id, 0);
	assert_null(tile(5)->name);
}

static void test_names_follow(void **state)
{
	struct stage *stage = *state;

	fill(stage);
	int painted = fakes.painted;

	/* Nothing is painted anew that says the same. */
	assert_done(program_room(stage->show, "program", &error));
	assert_int_equal(fakes.painted, painted);
	assert_done(program_take(stage->show, TRANSITION_CUT, 0, &error));
	check_tile(0, "PROGRAM  panel", LIGHT_PROGRAM, RED);
	check_tile(1, "PREVIEW  stage", LIGHT_PREVIEW, GREEN);
	check_tile(3, "test", LIGHT_PROGRAM, RED);
	assert_int_equal(fakes.painted, painted + 3); /* cam is on program as before */
	note(stage, NOTE_SOURCE_STALLED, source_id(stage, "cam"), 0, "");
	check_tile(2, "cam  stalled", LIGHT_PROGRAM, AMBER);
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "cam"), 0, "");
	check_tile(2, "cam", LIGHT_PROGRAM, RED);
	struct source_change change = {.mute = SWITCH_ON, .delay_ms = -1};

	assert_done(source_set(stage->show, "cam", &change, &error));
	check_tile(2, "cam  muted", LIGHT_PROGRAM, RED);
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	check_tile(0, "PROGRAM  slate", LIGHT_PROGRAM, RED);
	assert_done(program_black(stage->show, SWITCH_ON, 0, &error));
	check_tile(0, "PROGRAM  black", LIGHT_PROGRAM, RED);
}

static void test_speaker_who_waits(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");

	check_tile(2, "Anna  waiting", LIGHT_OFF, 0);
	arrive(stage, token);
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "Anna"), 0, "");
	check_tile(2, "Anna  not admitted", LIGHT_OFF, 0);
	assert_done(speaker_admit(stage->show, "Anna", &error));
	check_tile(2, "Anna", LIGHT_OFF, 0);
	assert_done(speaker_uninvite(stage->show, "Anna", &error));
	assert_int_equal(tile(2)->id, 0);
	assert_int_equal((int)stage->show->names->len, 2); /* program's and preview's */
}

static void test_rate(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "fps", "25");
	stage_set(stage, "multiview_fps", "12");
	assert_done(stage_start(stage, &error));
	assert_int_equal(fakes.picture->multiview.every_ticks, 2);
	assert_int_equal(multiview_fps(stage->settings), 12);
	void *left = stage;

	stage_close(&left);
}

/* ---- who watches ---- */

static bool try_crew(struct stage *stage, const char *bus, GError **error)
{
	g_autofree char *session = NULL, *answer = NULL;
	bool is_in =
		viewer_join_crew(stage->show, bus, "10.0.0.1", "v=0", &session, &answer, error);

	assert_true(is_in == (session && answer));
	return is_in;
}

static void test_crew_joins(void **state)
{
	struct stage *stage = *state;
	struct viewer_view view;

	join_crew(stage, "crew");
	struct fake_peer *multiview = fake_newest_peer();

	join_crew(stage, "preview");
	struct fake_peer *preview = fake_newest_peer();

	g_free(join(stage, "program", NULL));
	struct fake_peer *program = fake_newest_peer();

	/* Pictures of their own, one sound. */
	assert_true(multiview->video != preview->video && multiview->video != program->video &&
		    preview->video != program->video);
	assert_ptr_equal(multiview->audio, program->audio);
	assert_ptr_equal(preview->audio, program->audio);
	note(stage, NOTE_PEER_CONNECTED, multiview->id, 0, "10.0.0.1:5000");
	assert_int_equal(stage_told(stage, "viewer_joined crew: from 10.0.0.1:5000"), 1);
	assert_true(viewer_view(stage->show, 0, &view));
	assert_string_equal(view.bus, "crew");
	assert_true(viewer_view(stage->show, 1, &view));
	assert_string_equal(view.bus, "preview");
	note(stage, NOTE_PEER_CLOSED, multiview->id, 0, "no checks for 15 s");
	assert_int_equal(stage_told(stage, "viewer_left crew: 10.0.0.1: no checks for 15 s"), 1);
	note(stage, NOTE_PEER_CLOSED, preview->id, 0, "no answer");
	assert_int_equal(stage_told(stage, "peer_refused preview: "), 1);
	assert_int_equal(viewer_count(stage->show), 1);
}

/* Neither takes the other's places; nobody gets in by the viewers' door. */
static void test_limits(void **state)
{
	struct stage *stage = stage_create();
	g_autofree char *session = NULL, *answer = NULL;

	(void)state;
	stage_set(stage, "max_crew", "2");
	stage_set(stage, "max_viewers", "1");
	assert_done(stage_start(stage, &error));
	join_crew(stage, "crew");
	join_crew(stage, "preview");
	assert_refused(stage, ERROR_LIMIT, "max_crew", try_crew(stage, "crew", &error));
	assert_refused(
		stage, ERROR_NOT_FOUND, "no bus \"crew\"",
		viewer_join(stage->show, "crew", NULL, "a", "v=0", &session, &answer, &error));
	g_free(join(stage, "program", NULL));
	void *left = stage;

	stage_close(&left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test_setup_teardown(test_plan, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_names_follow, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_speaker_who_waits, stage_open, stage_close),
		cmocka_unit_test(test_rate),
		cmocka_unit_test_setup_teardown(test_crew_joins, stage_open, stage_close),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
