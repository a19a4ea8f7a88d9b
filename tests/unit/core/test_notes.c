/* SPDX-License-Identifier: EUPL-1.2
 *
 * What media tells, early, late and about what is gone.
 */
#include "stage.h"

static void test_source_states(void **state)
{
	static const struct {
		enum note_kind kind;
		enum source_state state;
		const char *told;
	} steps[] = {
		{NOTE_SOURCE_CONNECTED, SOURCE_CONNECTED, NULL},
		{NOTE_SOURCE_LIVE, SOURCE_LIVE, "source_live cam: cam is live: why"},
		{NOTE_SOURCE_STALLED, SOURCE_STALLED, "source_stalled cam: cam is stalled: why"},
		{NOTE_SOURCE_LIVE, SOURCE_LIVE, "source_live cam: "},
		{NOTE_SOURCE_LOST, SOURCE_LOST, "source_lost cam: cam is lost: why"},
		{NOTE_SOURCE_FAILED, SOURCE_FAILED, "source_failed cam: cam is failed: why"},
	};
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	uint64_t id = source_id(stage, "cam");

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		stage_forget(stage);
		note(stage, steps[i].kind, id, 0, "why");
		assert_int_equal(source(stage, "cam").state, steps[i].state);
		assert_string_equal(source(stage, "cam").detail, "why");
		assert_int_equal(stage->told->len, steps[i].told ? 1 : 0);
		if (steps[i].told)
			assert_int_equal(stage_told(stage, steps[i].told), 1);
	}
	stage_forget(stage);
	note(stage, NOTE_SOURCE_REPLACED, id, 0, "10.0.0.9:1");
	note(stage, NOTE_SOURCE_JUMPED, id, -40, NULL);
	assert_int_equal(stage_told(stage, "source_replaced cam: cam is taken over by 10.0.0.9:1"),
			 1);
	assert_int_equal(
		stage_told(stage, "source_jumped cam: the time stamps of cam jumped by -40 ms"), 1);
	assert_int_equal(source(stage, "cam").state, SOURCE_FAILED); /* neither changes it */
	assert_int_equal(show_revision(stage->show), 1);
}

/* A clip that failed is started again, later; what is to play once or comes back by itself is not.
 */
static void test_retry(void **state)
{
	struct stage *stage = *state;
	struct source_spec once = {
		.name = "once", .kind = SOURCE_FILE, .path = "README.md", .is_once = true};

	add_source(stage, "bars", SOURCE_TEST);
	assert_done(source_add(stage->show, &once, &error));
	int before = fakes.ingests_ever;

	note(stage, NOTE_SOURCE_LOST, source_id(stage, "once"), 0, "end");
	note(stage, NOTE_SOURCE_FAILED, source_id(stage, "bars"), 0, "why");
	show_on_timer(stage->show);
	assert_int_equal(fakes.ingests_ever, before); /* not in the same moment */
	fakes.no_ingest = true;
	for (int i = 0; i < 300 && fakes.ingests > 1; i++) {
		g_usleep(20000);
		show_on_timer(stage->show);
	}
	assert_int_equal(fakes.ingests, 1); /* tried, in vain */
	fakes.no_ingest = false;
	for (int i = 0; i < 300 && fakes.ingests_ever == before; i++) {
		g_usleep(20000);
		show_on_timer(stage->show);
	}
	assert_int_equal(fakes.ingests_ever, before + 1);
	assert_int_equal(fakes.ingests, 2);
}

static void test_late_notes_find_nothing(void **state)
{
	struct stage *stage = *state;
	const uint64_t ids[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 1000, UINT64_MAX};

	for (int kind = NOTE_NONE; kind <= NOTE_ENCODER_FAILED; kind++) {
		bool names_nothing = kind == NOTE_SRT_REFUSED || kind == NOTE_TICKS_MISSED ||
				     kind == NOTE_SOUND_MISSED;

		for (size_t i = 0; i < G_N_ELEMENTS(ids) && !names_nothing; i++)
			if (kind != NOTE_ENCODER_FAILED || ids[i] == 0 || ids[i] > 7)
				note(stage, (enum note_kind)kind, ids[i], 1, "late");
	}
	assert_int_equal(stage->told->len, 0);
	assert_int_equal(show_revision(stage->show), 0);
}

static void test_notes_of_a_removed_source(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	uint64_t id = source_id(stage, "cam");

	assert_done(source_remove(stage->show, "cam", &error));
	add_source(stage, "cam", SOURCE_SRT);
	stage_forget(stage);
	note(stage, NOTE_SOURCE_LIVE, id, 0, NULL);
	assert_int_equal(stage->told->len, 0);
	assert_int_equal(source(stage, "cam").state, SOURCE_WAITING); /* another one of the name */
	assert_int_not_equal(source_id(stage, "cam"), id);
}

/* An input's last words come after its speaker has left. */
static void test_notes_of_a_speaker_who_left(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	g_autofree char *session = publish(stage, token);
	uint64_t id = source_id(stage, "Anna");

	note(stage, NOTE_SOURCE_CONNECTED, id, 0, NULL);
	assert_int_equal(source(stage, "Anna").state, SOURCE_CONNECTED);
	assert_done(viewer_leave(stage->show, session, token, &error));
	stage_forget(stage);
	note(stage, NOTE_SOURCE_LIVE, id, 0, NULL);
	assert_int_equal(source(stage, "Anna").state, SOURCE_LOST);
	assert_int_equal(stage->told->len, 0);
}

static void test_speaker_is_gone(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t peer = arrive(stage, token);

	note(stage, NOTE_PEER_CLOSED, peer, 0, "no checks for 15 s");
	assert_int_equal(stage_told(stage, "speaker_left Anna: Anna is gone: no checks for 15 s"),
			 1);
	assert_int_equal(source(stage, "Anna").state, SOURCE_LOST);
	assert_false(speaker(stage, "Anna").is_connected);
	assert_int_equal(fakes.inputs, 0);
}

/* A browser that never got through did not leave: it was refused. */
static void test_browser_that_never_came(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	g_free(publish(stage, token));
	uint64_t sending = fake_newest_peer()->id;
	g_free(join(stage, "return/Anna", token));
	uint64_t receiving = fake_newest_peer()->id;
	g_free(join(stage, "program", NULL));
	uint64_t viewer = fake_newest_peer()->id;

	stage_forget(stage);
	note(stage, NOTE_PEER_CLOSED, sending, 0, "nobody followed up");
	note(stage, NOTE_PEER_CLOSED, receiving, 0, "nobody followed up");
	note(stage, NOTE_PEER_CLOSED, viewer, 0, "nobody followed up");
	assert_int_equal(stage_told(stage, "peer_refused Anna: a browser at 10.0.0.1 did not"), 2);
	assert_int_equal(stage_told(stage, "peer_refused program: "), 1);
	assert_int_equal(stage->told->len, 3);
	assert_int_equal(fakes.inputs, 0);
	assert_int_equal(fakes.encoders, 7);
}

static void test_mix(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	g_autofree char *session = join(stage, "return/Anna", token);
	uint64_t bus = fakes.sound->buses[2].id;

	stage_forget(stage);
	note(stage, NOTE_SRT_REFUSED, 0, 0, "10.0.0.7:1 (cam-x): no such source");
	note(stage, NOTE_TICKS_MISSED, 0, 3, NULL);
	note(stage, NOTE_SOUND_MISSED, 0, 7, NULL);
	note(stage, NOTE_ENCODER_FAILED, fakes.picture->buses[0].id, 0, "x264");
	note(stage, NOTE_ENCODER_FAILED, fakes.sound->buses[1].id, 0, "opus");
	note(stage, NOTE_ENCODER_FAILED, bus, 0, "opus");
	assert_int_equal(stage_told(stage, "srt_refused : 10.0.0.7:1 (cam-x): no such source"), 1);
	assert_int_equal(stage_told(stage, "tick_missed mixer: 3 pictures"), 1);
	assert_int_equal(stage_told(stage, "tick_missed mixer: 70 ms of sound"), 1);
	assert_int_equal(stage_told(stage, "output_failed program: x264"), 1);
	assert_int_equal(stage_told(stage, "output_failed room: opus"), 1);
	assert_int_equal(stage_told(stage, "output_failed Anna: the return of Anna: opus"), 1);
	assert_done(viewer_leave(stage->show, session, token, &error));
	stage_forget(stage);
	note(stage, NOTE_ENCODER_FAILED, bus, 0, "opus");
	assert_int_equal(stage->told->len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_source_states, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_retry, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_late_notes_find_nothing, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_notes_of_a_removed_source, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_notes_of_a_speaker_who_left, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_speaker_is_gone, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_browser_that_never_came, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_mix, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
