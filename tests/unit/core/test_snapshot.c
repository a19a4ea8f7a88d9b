/* SPDX-License-Identifier: EUPL-1.2
 *
 * A snapshot's way: asked for, in the plan, taken, saved, told.
 */
#include "stage.h"

#include "frame.h"
#include "slot.h"
#include "snapshot.h"

/* What the last event that answers a command said. */
struct ear {
	uint64_t answers;
	bool is_error;
	int n;
};

static void hear(const struct event *event, void *data)
{
	struct ear *ear = data;

	if (!event->answers)
		return;
	ear->n++;
	ear->answers = event->answers;
	ear->is_error = event->error != NULL;
}

static uint64_t ask(struct stage *stage, const char *target)
{
	uint64_t id = 0;

	assert_done(snapshot_take(stage->show, target, "/tmp/a.png", &id, &error));
	assert_int_not_equal(id, 0);
	return id;
}

static void put_picture(int shot)
{
	slot_put(fakes.picture->shots[shot].out, frame_create_colour(32, 18, 90, 128, 128));
}

static void test_source(void **state)
{
	struct stage *stage = *state;
	struct ear ear = {0};

	show_listen(stage->show, hear, &ear);
	add_source(stage, "cam", SOURCE_SRT);
	uint64_t id = ask(stage, "cam");
	const struct plan_shot *shot = &fakes.picture->shots[0];

	assert_int_equal(fakes.picture->n_shots, 1);
	assert_int_equal(shot->id, id);
	assert_int_equal(shot->kind, SHOT_SOURCE);
	assert_int_equal(fakes.picture->sources[shot->index].id, source_id(stage, "cam"));
	put_picture(0);
	note(stage, NOTE_PICTURE_TAKEN, id, 1, "");
	assert_int_equal(fakes.saved_id, id);
	assert_string_equal(fakes.saved_path, "/tmp/a.png");
	assert_int_equal(ear.n, 0);
	add_source(stage, "other", SOURCE_TEST); /* another plan */
	assert_int_equal(fakes.picture->n_shots, 0);
	note(stage, NOTE_PICTURE_SAVED, id, 1, "");
	assert_int_equal(stage_told(stage, "snapshot_saved cam: cam is saved as /tmp/a.png"), 1);
	assert_true(ear.n == 1 && ear.answers == id && !ear.is_error);
	note(stage, NOTE_PICTURE_SAVED, id, 1, ""); /* nobody waits for it any more */
	assert_int_equal(ear.n, 1);
}

static void test_failures(void **state)
{
	struct stage *stage = *state;
	struct ear ear = {0};

	show_listen(stage->show, hear, &ear);
	add_source(stage, "cam", SOURCE_SRT);
	uint64_t id = ask(stage, "cam");

	note(stage, NOTE_PICTURE_TAKEN, id, 0, "");
	assert_int_equal(stage_told(stage, "snapshot_failed cam: no snapshot of cam: it shows no "
					   "picture"),
			 1);
	assert_true(ear.n == 1 && ear.answers == id && ear.is_error);
	id = ask(stage, "program");
	put_picture(0);
	note(stage, NOTE_PICTURE_TAKEN, id, 1, "");
	note(stage, NOTE_PICTURE_SAVED, id, 0, "/tmp/a.png: No space left on device");
	assert_int_equal(stage_told(stage, "snapshot_failed program: no snapshot of program: "
					   "/tmp/a.png: No space"),
			 1);
	assert_true(ear.n == 2 && ear.is_error);
}

static void test_buses(void **state)
{
	struct stage *stage = *state;
	static const struct {
		const char *name;
		enum shot_kind kind;
		enum picture_bus_kind bus;
	} expected[] = {
		{"program", SHOT_BUS, PICTURE_PROGRAM},
		{"preview", SHOT_BUS, PICTURE_PREVIEW},
		{"room", SHOT_BUS, PICTURE_ROOM},
		{"multiview", SHOT_MULTIVIEW, PICTURE_PROGRAM},
	};

	for (int i = 0; i < 4; i++) {
		ask(stage, expected[i].name);
		const struct plan_shot *shot = &fakes.picture->shots[i];

		assert_int_equal(fakes.picture->n_shots, i + 1);
		assert_int_equal(shot->kind, expected[i].kind);
		if (shot->kind == SHOT_BUS)
			assert_int_equal(fakes.picture->buses[shot->index].kind, expected[i].bus);
	}
	uint64_t id;

	assert_refused(stage, ERROR_LIMIT, "4 snapshots",
		       snapshot_take(stage->show, "program", "/tmp/a.png", &id, &error));
}

static void test_refusals(void **state)
{
	struct stage *stage = *state;
	uint64_t id;

	add_source(stage, "cam", SOURCE_SRT);
	assert_refused(stage, ERROR_NOT_FOUND, "no source \"cma\" (did you mean cam? have: cam)",
		       snapshot_take(stage->show, "cma", "/tmp/a.png", &id, &error));
	assert_refused(stage, ERROR_BAD_INPUT, ".png",
		       snapshot_take(stage->show, "cam", "/tmp/a.jpg", &id, &error));
}

/* The source goes while its picture is waited for: no answer is missing. */
static void test_source_goes(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	ask(stage, "cam");
	assert_done(source_remove(stage->show, "cam", &error));
	assert_int_equal(fakes.picture->n_shots, 0);
	assert_int_equal(stage_told(stage, "snapshot_failed cam: "), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_source, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_failures, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_buses, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_refusals, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_source_goes, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
