/* SPDX-License-Identifier: EUPL-1.2
 *
 * What reaches the mixer: who is seen where, on program and in the room.
 */
#include "stage.h"

enum { PROGRAM, ROOM, PREVIEW };

static void check_boxes(struct stage *stage, int bus, const char *expected)
{
	g_autofree char *shown = boxes(stage, bus);

	assert_string_equal(shown, expected);
}

/* Invited, and their browser is connected. */
static void bring(struct stage *stage, const char *name)
{
	g_autofree char *token = invite(stage, name);

	arrive(stage, token);
}

static void admit(struct stage *stage, const char *name)
{
	assert_done(speaker_admit(stage->show, name, &error));
}

static void test_background_and_rectangles(void **state)
{
	struct stage *stage = *state;
	struct scene_spec spec = {"a", LAYOUT_PIP, true, 0xff0000, NULL};
	struct box_spec own = {"cam", true, 50, 50, 50, 50, FIT_UNSET};

	add_source(stage, "cam", SOURCE_SRT);
	assert_done(scene_add(stage->show, &spec, &error));
	assert_done(scene_place(stage->show, "a", &own, &error));
	assert_done(scene_place(stage->show, "a",
				&(struct box_spec){.source = "cam", .fit = FIT_FIT}, &error));
	assert_done(program_cut(stage->show, "a", &error));
	const struct plan_scene *scene = &fakes.picture->buses[PROGRAM].scene;

	/* Red of BT.709, limited range. */
	assert_in_range(scene->background[0], 62, 63);
	assert_in_range(scene->background[1], 102, 103);
	assert_int_equal(scene->background[2], 240);
	assert_int_equal(scene->still, -1);
	assert_int_equal(scene->n_boxes, 2);
	assert_int_equal(scene->boxes[0].x, 640);
	assert_int_equal(scene->boxes[0].y, 360);
	assert_int_equal(scene->boxes[0].width, 640);
	assert_int_equal(scene->boxes[0].height, 360);
	assert_int_equal(scene->boxes[0].fit, FIT_FIT);
	assert_int_equal(scene->boxes[1].width, 320);
	assert_int_equal(scene->boxes[1].fit, FIT_FIT);
}

/* A box of one per cent at the edge is 16 pixels, and inside. */
static void test_smallest_box(void **state)
{
	struct stage *stage = *state;
	struct box_spec own = {"cam", true, 99, 99, 1, 1, FIT_UNSET};

	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, NULL);
	assert_done(scene_place(stage->show, "a", &own, &error));
	assert_done(program_cut(stage->show, "a", &error));
	const struct plan_box *box = &fakes.picture->buses[PROGRAM].scene.boxes[0];

	assert_int_equal(box->width, 16);
	assert_int_equal(box->height, 16);
	assert_int_equal(box->x, 1280 - 16);
	assert_int_equal(box->y, 720 - 16);
}

static void test_still(void **state)
{
	struct stage *stage = *state;

	add_still(stage, "slide");
	assert_done(scene_add(stage->show, &(struct scene_spec){.name = "a", .still = "slide"},
			      &error));
	assert_done(program_cut(stage->show, "a", &error));
	assert_int_equal(fakes.picture->buses[PROGRAM].scene.still, 0);
	assert_true(fakes.picture->sources[0].is_still);
	assert_int_equal(source(stage, "slide").tally, TALLY_PROGRAM);
	assert_int_equal(fakes.sound->n_sources, 0); /* it makes none */
}

/* Who waits is nowhere: not in a box, not among the speakers, not behind the boxes. */
static void test_waiting_speaker_is_nowhere(void **state)
{
	struct stage *stage = *state;

	bring(stage, "Anna");
	assert_done(scene_add(
		stage->show,
		&(struct scene_spec){.name = "a", .layout = LAYOUT_GRID, .still = "Anna"}, &error));
	assert_done(scene_place(stage->show, "a", &(struct box_spec){.source = "Anna"}, &error));
	assert_done(
		scene_place(stage->show, "a", &(struct box_spec){.source = "speakers"}, &error));
	assert_done(program_cut(stage->show, "a", &error));
	check_boxes(stage, PROGRAM, "-");
	check_boxes(stage, ROOM, "");
	assert_int_equal(fakes.picture->buses[PROGRAM].scene.still, -1);
	assert_int_equal(source(stage, "Anna").tally, TALLY_OFF);
	for (int bus = 0; bus < fakes.sound->n_buses; bus++)
		assert_float_equal(gain(stage, bus, "Anna"), 0, 0);
	admit(stage, "Anna");
	check_boxes(stage, PROGRAM, "Anna,Anna");
	check_boxes(stage, ROOM, "Anna");
	assert_int_equal(fakes.picture->buses[PROGRAM].scene.still, 0);
	assert_int_equal(source(stage, "Anna").tally, TALLY_PROGRAM);
	assert_float_equal(gain(stage, 0, "Anna"), 1, 0);
	assert_done(speaker_dismiss(stage->show, "Anna", &error));
	check_boxes(stage, PROGRAM, "-");
	assert_int_equal(fakes.picture->buses[PROGRAM].scene.still, -1);
	assert_float_equal(gain(stage, 0, "Anna"), 0, 0);
}

static void test_speakers_in_order_of_admission(void **state)
{
	struct stage *stage = *state;

	bring(stage, "Anna");
	bring(stage, "Bela");
	bring(stage, "Cora");
	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "panel", LAYOUT_GRID, "cam", "speakers", NULL);
	assert_done(program_cut(stage->show, "panel", &error));
	admit(stage, "Cora");
	admit(stage, "Anna");
	admit(stage, "Bela");
	check_boxes(stage, PROGRAM, "cam,Cora,Anna,Bela");
	admit(stage, "Cora"); /* again: nothing moves */
	check_boxes(stage, PROGRAM, "cam,Cora,Anna,Bela");
	assert_done(speaker_dismiss(stage->show, "Cora", &error));
	admit(stage, "Cora");
	check_boxes(stage, PROGRAM, "cam,Anna,Bela,Cora");
}

static void test_absent_speaker_has_no_place_among_speakers(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");

	admit(stage, "Anna");
	add_scene(stage, "a", LAYOUT_GRID, "speakers", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	check_boxes(stage, PROGRAM, "");
	assert_int_equal(source(stage, "Anna").tally, TALLY_OFF);
	uint64_t peer = arrive(stage, token);

	check_boxes(stage, PROGRAM, "Anna");
	assert_int_equal(source(stage, "Anna").tally, TALLY_PROGRAM);
	note(stage, NOTE_PEER_CLOSED, peer, 0, "gone");
	check_boxes(stage, PROGRAM, "");
}

static void test_room_auto(void **state)
{
	struct stage *stage = *state;

	bring(stage, "Anna");
	bring(stage, "Bela");
	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "far-cam", SOURCE_SRT);
	add_source(stage, "bars", SOURCE_TEST);
	add_still(stage, "slide");
	add_still(stage, "other");
	assert_done(source_set(stage->show, "far-cam",
			       &(struct source_change){.role = ROLE_REMOTE, .delay_ms = -1},
			       &error));
	add_scene(stage, "a", LAYOUT_STAGE_SLIDES, "cam", "slide", "bars", "far-cam", NULL);
	assert_true(fakes.picture->buses[ROOM].is_slate);
	assert_done(program_cut(stage->show, "a", &error));
	check_boxes(stage, ROOM, "bars,slide"); /* never a camera, nor what is not on program */
	assert_false(fakes.picture->buses[ROOM].is_slate);
	admit(stage, "Bela");
	admit(stage, "Anna");
	check_boxes(stage, ROOM, "Bela,Anna,bars,slide");
	/* A clip that is the hall's is not shown to the hall. */
	assert_done(source_set(stage->show, "bars",
			       &(struct source_change){.role = ROLE_HALL, .delay_ms = -1}, &error));
	check_boxes(stage, ROOM, "Bela,Anna,slide");
	assert_done(scene_remove(stage->show, "a", "slide", &error));
	assert_done(speaker_dismiss(stage->show, "Bela", &error));
	check_boxes(stage, ROOM, "Anna");
	assert_int_equal(fakes.picture->buses[ROOM].scene.boxes[0].width, 1280); /* alone: full */
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	assert_done(speaker_dismiss(stage->show, "Anna", &error));
	assert_true(fakes.picture->buses[ROOM].is_slate);
}

static void test_room_shows_a_scene(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "bars", SOURCE_TEST);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "b", LAYOUT_FULL, "bars", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_room(stage->show, "b", &error));
	check_boxes(stage, ROOM, "bars");
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	assert_int_equal(source(stage, "bars").tally, TALLY_OFF); /* the room is not on air */
	/* Program's slate does not cover the room. */
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	assert_false(fakes.picture->buses[ROOM].is_slate);
	check_boxes(stage, ROOM, "bars");
}

/* The same picture is drawn once and encoded once. */
static void test_room_shares_programs_picture(void **state)
{
	struct stage *stage = *state;
	g_free(join(stage, "program", NULL));
	struct track *program = fake_newest_peer()->video;
	g_free(join(stage, "room", NULL));
	struct fake_peer *hall = fake_newest_peer();
	struct track *room = hall->video;

	assert_ptr_not_equal(program, room);
	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "b", LAYOUT_FULL, "cam", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_int_equal(hall->switches, 0);
	assert_done(program_room(stage->show, "a", &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
	assert_ptr_equal(hall->video, program);
	g_free(join(stage, "room", NULL));

	assert_ptr_equal(fake_newest_peer()->video, program);
	assert_ptr_not_equal(fake_newest_peer()->audio, fakes.peers[0].audio); /* the sound never */
	/* In a transition, behind the slate and on another scene they part. */
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_CUT, 0, &error));
	assert_ptr_equal(hall->video, room);
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	assert_ptr_equal(hall->video, room);
	note(stage, NOTE_TRANSITION_ENDED, fakes.picture->buses[0].id,
	     (int64_t)fakes.picture->buses[0].serial, NULL);
	assert_ptr_equal(hall->video, program);
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	assert_ptr_equal(hall->video, room);
	/* `program` is whatever program shows. */
	assert_done(program_room(stage->show, "program", &error));
	assert_ptr_equal(hall->video, program);
	assert_int_equal(hall->switches, 5);
	assert_int_equal(fakes.peers[0].switches, 0);
}

static void test_preview(void **state)
{
	struct stage *stage = *state;
	const struct plan_picture_bus *bus = &fakes.picture->buses[PREVIEW];

	assert_int_equal(bus->kind, PICTURE_PREVIEW);
	assert_false(bus->is_slate);
	assert_int_equal(bus->scene.background[0], 16); /* nothing is black */
	assert_int_equal(bus->scene.n_boxes, 0);
	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "bars", SOURCE_TEST);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "b", LAYOUT_SIDE, "bars", "cam", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	check_boxes(stage, PREVIEW, "bars,cam");
	check_boxes(stage, PROGRAM, "cam");
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	check_boxes(stage, PREVIEW, "cam"); /* at once: it is what the next take brings */
	assert_int_equal(fakes.picture->buses[PREVIEW].same_as, -1);
	/* The slate is program's alone. */
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	assert_false(fakes.picture->buses[PREVIEW].is_slate);
}

/* Whether program and the room (0, 1) and returns (2..) leave a source out now, as "+-": heard by
 * the first, left out by the second. */
static void check_heard(struct stage *stage, const char *name, const char *expected)
{
	uint64_t id = source_id(stage, name);

	for (int i = 0; i < fakes.sound->n_sources; i++)
		if (fakes.sound->sources[i].id == id)
			for (int bus = 0; expected[bus]; bus++)
				assert_int_equal(fakes.sound->buses[bus].is_off_air[i] ? '-' : '+',
						 expected[bus]);
}

static void pin(struct stage *stage, const char *name, enum switch_state state)
{
	assert_done(source_pin(stage->show, name, state, &error));
}

/* The sound goes where the picture goes, with the take; who is pinned stays, and speakers do. */
static void test_sound_follows_picture(void **state)
{
	struct stage *stage = *state;

	bring(stage, "Anna");
	admit(stage, "Anna");
	g_autofree char *token = invite(stage, "Anna");
	g_free(join(stage, "return/Anna", token));
	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "clip", SOURCE_TEST);
	add_source(stage, "desk", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "b", LAYOUT_FULL, "clip", NULL);
	check_heard(stage, "cam", "-+-"); /* nothing is on air yet */
	assert_done(program_cut(stage->show, "a", &error));
	check_heard(stage, "cam", "+++");
	check_heard(stage, "clip", "-+-"); /* the room goes by no picture */
	check_heard(stage, "desk", "-+-");
	check_heard(stage, "Anna", "+++");
	assert_int_equal(fakes.sound->follow_ms, 0);
	uint64_t serial = fakes.sound->follow_serial;

	pin(stage, "desk", SWITCH_UNSET);
	assert_int_equal(stage_told(stage, "source_pinned desk: "), 1);
	check_heard(stage, "desk", "+++");
	assert_int_equal(fakes.sound->follow_serial, serial); /* no take */
	assert_done(program_preview(stage->show, "b", &error));
	check_heard(stage, "clip", "-+-");
	assert_done(program_take(stage->show, TRANSITION_MIX, 700, &error));
	check_heard(stage, "cam", "-+-"); /* on its way out, as its picture */
	check_heard(stage, "clip", "+++");
	check_heard(stage, "desk", "+++");
	check_heard(stage, "Anna", "+++");
	assert_int_equal(fakes.sound->follow_ms, 700);
	assert_true(fakes.sound->follow_serial > serial);
	assert_float_equal(gain(stage, 1, "cam"), 0, 0); /* the hall never, off air or on */
	/* What is on air changes: so does the sound. The slate changes nothing. */
	assert_done(scene_place(stage->show, "b", &(struct box_spec){.source = "cam"}, &error));
	check_heard(stage, "cam", "+++");
	assert_done(program_slate(stage->show, SWITCH_ON, NULL, &error));
	check_heard(stage, "cam", "+++");
	pin(stage, "desk", SWITCH_OFF);
	check_heard(stage, "desk", "-+-");
}

static void test_sound_follows_nothing(void **state)
{
	struct stage *stage = stage_create();

	*state = stage;
	stage_set(stage, "audio_follows_video", "0");
	assert_done(stage_start(stage, &error));
	add_source(stage, "cam", SOURCE_SRT);
	check_heard(stage, "cam", "++");
}

static void end_black(struct stage *stage)
{
	const struct plan_picture_bus *bus = &fakes.picture->buses[PROGRAM];

	note(stage, NOTE_BLACK_ENDED, bus->id, (int64_t)bus->black_serial, NULL);
}

/* Program's picture and sound; not the room's, not the speakers'. */
static void test_black(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");

	g_free(join(stage, "return/Anna", token));
	assert_done(program_black(stage->show, SWITCH_ON, 800, &error));
	assert_true(fakes.picture->buses[PROGRAM].is_black);
	assert_int_equal(fakes.picture->buses[PROGRAM].black_ms, 800);
	assert_true(fakes.sound->buses[0].is_faded);
	assert_int_equal(fakes.sound->buses[0].fade_ms, 800);
	for (int bus = 1; bus < 3; bus++) {
		assert_false(fakes.picture->buses[bus].is_black);
		assert_false(fakes.sound->buses[bus].is_faded);
	}
	assert_done(program_black(stage->show, SWITCH_UNSET, -1, &error));
	assert_false(fakes.picture->buses[PROGRAM].is_black);
	assert_int_equal(fakes.sound->buses[0].fade_ms, stage->settings->black_ms);
}

/* The hall's screens that show program's scene go on showing it, and go back to program's picture
 * only when that is all there again. */
static void test_black_is_not_the_rooms(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_room(stage->show, "a", &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
	assert_done(program_black(stage->show, SWITCH_ON, 800, &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	end_black(stage);
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	assert_done(program_black(stage->show, SWITCH_OFF, 800, &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	note(stage, NOTE_BLACK_ENDED, fakes.picture->buses[ROOM].id, 2, NULL);	  /* not ours */
	note(stage, NOTE_BLACK_ENDED, fakes.picture->buses[PROGRAM].id, 1, NULL); /* late */
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	end_black(stage);
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
	/* Who asked for program gets all of it. */
	assert_done(program_room(stage->show, "program", &error));
	assert_done(program_black(stage->show, SWITCH_ON, 800, &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
}

static void test_most_boxes(void **state)
{
	struct stage *stage = *state;

	add_scene(stage, "a", LAYOUT_GRID, NULL);
	for (int i = 0; i < 12; i++) {
		g_autofree char *name = g_strdup_printf("s%d", i);

		bring(stage, name);
		admit(stage, name);
	}
	for (int i = 0; i < 16; i++)
		assert_done(scene_place(stage->show, "a", &(struct box_spec){.source = "speakers"},
					&error));
	assert_done(program_cut(stage->show, "a", &error));
	assert_int_equal(fakes.picture->buses[PROGRAM].scene.n_boxes, PLAN_MAX_BOXES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_background_and_rectangles, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_smallest_box, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_still, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_waiting_speaker_is_nowhere, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_speakers_in_order_of_admission, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_absent_speaker_has_no_place_among_speakers,
						stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_room_auto, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_room_shows_a_scene, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_room_shares_programs_picture, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_preview, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_sound_follows_picture, stage_open,
						stage_close),
		cmocka_unit_test_teardown(test_sound_follows_nothing, stage_close),
		cmocka_unit_test_setup_teardown(test_black, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_black_is_not_the_rooms, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_most_boxes, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
