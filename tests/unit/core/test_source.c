/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

#include "ring.h"
#include "slot.h"
#include "state.h"

static bool add(struct stage *stage, struct source_spec spec, GError **error)
{
	return source_add(stage->show, &spec, error);
}

static bool set(struct stage *stage, const char *name, struct source_change change, GError **error)
{
	return source_set(stage->show, name, &change, error);
}

static void test_add(void **state)
{
	struct stage *stage = *state;
	struct source_spec camera = {.name = "cam",
				     .kind = SOURCE_SRT,
				     .passphrase = "stage left 2030",
				     .latency_ms = 200};

	assert_done(add(stage, camera, &error));
	assert_int_equal(stage_told(stage, "source_added cam: "), 1);
	assert_int_equal(show_revision(stage->show), 1);
	assert_int_equal(fakes.n_callers, 1);
	assert_string_equal(fakes.callers[0].stream_id, "cam");
	assert_string_equal(fakes.callers[0].passphrase, "stage left 2030");
	assert_int_equal(fakes.callers[0].latency_ms, 200);
	assert_int_equal(fakes.callers[0].source_id, source_id(stage, "cam"));
	struct source_view view = source(stage, "cam");

	assert_int_equal(view.role, ROLE_HALL);
	assert_int_equal(view.state, SOURCE_WAITING);
	assert_true(view.has_passphrase);
	add_source(stage, "open", SOURCE_SRT);
	assert_int_equal(fakes.callers[1].latency_ms, stage->settings->srt_latency_ms);
	assert_false(source(stage, "open").has_passphrase);
	int before = fakes.ingests;

	add_source(stage, "bars", SOURCE_TEST);
	add_still(stage, "slide");
	assert_int_equal(fakes.ingests, before + 2);
	assert_int_equal(fakes.n_callers, 2);
	assert_int_equal(source(stage, "bars").role, ROLE_REMOTE);
	assert_string_equal(source(stage, "slide").path, "README.md");
	assert_string_equal(source(stage, "bars").video_codec, "H.264");
	assert_int_equal(source(stage, "cam").width, 1920);
}

static void test_add_is_refused(void **state)
{
	struct stage *stage = *state;
	char long_phrase[81];

	add_source(stage, "cam", SOURCE_SRT);
	memset(long_phrase, 'x', 80);
	long_phrase[80] = '\0';
	const struct {
		struct source_spec spec;
		enum error_code code;
		const char *part;
	} bad[] = {
		{{.name = "cam", .kind = SOURCE_SRT}, ERROR_EXISTS, "a source \"cam\" already"},
		{{.name = "a/b", .kind = SOURCE_SRT}, ERROR_BAD_INPUT, "holds"},
		{{.name = "program", .kind = SOURCE_SRT}, ERROR_BAD_INPUT, "command language"},
		{{.name = "x", .kind = SOURCE_SRT, .passphrase = "too short"},
		 ERROR_BAD_INPUT,
		 "9 characters"},
		{{.name = "x", .kind = SOURCE_SRT, .passphrase = long_phrase},
		 ERROR_BAD_INPUT,
		 "80 characters"},
		{{.name = "x", .kind = SOURCE_SRT, .path = "README.md"},
		 ERROR_USAGE,
		 "only file and still"},
		{{.name = "x", .kind = SOURCE_TEST, .path = "README.md"},
		 ERROR_USAGE,
		 "only file and still"},
		{{.name = "x", .kind = SOURCE_FILE}, ERROR_USAGE, "path"},
		{{.name = "x", .kind = SOURCE_STILL, .path = ""}, ERROR_USAGE, "path"},
		{{.name = "x", .kind = SOURCE_TEST, .passphrase = "long enough"},
		 ERROR_USAGE,
		 "only srt"},
		{{.name = "x", .kind = SOURCE_TEST, .latency_ms = 100}, ERROR_USAGE, "only srt"},
		{{.name = "x", .kind = SOURCE_SRT, .latency_ms = 19},
		 ERROR_BAD_INPUT,
		 "19 is outside 20 to 8000"},
		{{.name = "x", .kind = SOURCE_SRT, .latency_ms = 8001}, ERROR_BAD_INPUT, "8001"},
		{{.name = "x", .kind = SOURCE_SRT, .latency_ms = -1}, ERROR_BAD_INPUT, "-1"},
		{{.name = "x", .kind = SOURCE_FILE, .path = "/no/such.mp4"},
		 ERROR_IO,
		 "no file /no/such.mp4"},
		{{.name = "x", .kind = SOURCE_FILE, .path = "/"}, ERROR_IO, "no file /"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_refused(stage, bad[i].code, bad[i].part, add(stage, bad[i].spec, &error));
	fakes.no_ingest = true;
	assert_refused(stage, ERROR_MEDIA, "no ingest",
		       add(stage, (struct source_spec){.name = "x", .kind = SOURCE_TEST}, &error));
	assert_int_equal(source_count(stage->show), 1);
}

static void test_limit(void **state)
{
	struct stage *stage = stage_create();
	g_autofree char *token = NULL;

	(void)state;
	stage_set(stage, "max_sources", "2");
	assert_done(stage_start(stage, &error));
	add_source(stage, "a", SOURCE_SRT);
	token = invite(stage, "Anna");
	assert_refused(stage, ERROR_LIMIT, "max_sources",
		       add(stage, (struct source_spec){.name = "x", .kind = SOURCE_SRT}, &error));
	assert_refused(stage, ERROR_LIMIT, "max_sources",
		       speaker_invite(stage->show, &(struct invite_spec){.name = "Bela"},
				      &(char *){0}, &error));
	assert_done(source_remove(stage->show, "a", &error));
	add_source(stage, "x", SOURCE_SRT);
	stage_close((void **)&stage);
}

static void test_set(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	assert_done(set(stage, "cam",
			(struct source_change){.has_gain = true, .gain_db = -6, .delay_ms = -1},
			&error));
	assert_float_equal(gain(stage, 0, "cam"), 0.501187, 1e-5);
	assert_float_equal(gain(stage, 1, "cam"), 0, 0);
	assert_done(set(stage, "cam", (struct source_change){.mute = SWITCH_ON, .delay_ms = 40},
			&error));
	assert_float_equal(gain(stage, 0, "cam"), 0, 0);
	struct source_view view = source(stage, "cam");

	assert_true(view.is_muted);
	assert_int_equal(view.delay_ms, 40);
	assert_float_equal(view.gain_db, -6, 0);
	/* What is not named stays. */
	assert_done(
		set(stage, "cam",
		    (struct source_change){.mute = SWITCH_OFF, .delay_ms = -1, .role = ROLE_REMOTE},
		    &error));
	assert_float_equal(gain(stage, 1, "cam"), 0.501187, 1e-5);
	assert_int_equal(source(stage, "cam").delay_ms, 40);
	assert_done(set(
		stage, "cam",
		(struct source_change){.has_gain = true, .gain_db = GAIN_SILENCE_DB, .delay_ms = 0},
		&error));
	assert_float_equal(gain(stage, 0, "cam"), 0, 0);
}

static void test_set_is_refused(void **state)
{
	struct stage *stage = *state;
	g_free(invite(stage, "Anna"));

	add_source(stage, "cam", SOURCE_SRT);
	const struct {
		const char *name;
		struct source_change change;
		enum error_code code;
		const char *part;
	} bad[] = {
		{"cam-a",
		 {.delay_ms = -1},
		 ERROR_NOT_FOUND,
		 "no source \"cam-a\" (have: Anna, cam)"},
		{"cam", {true, 12.5, SWITCH_ON, -1, ROLE_UNSET}, ERROR_BAD_INPUT, "gain"},
		{"cam", {true, -61, SWITCH_ON, -1, ROLE_UNSET}, ERROR_BAD_INPUT, "gain"},
		{"cam", {.mute = SWITCH_ON, .delay_ms = 2001}, ERROR_BAD_INPUT, "2001 is outside"},
		{"Anna",
		 {.mute = SWITCH_ON, .role = ROLE_HALL, .delay_ms = -1},
		 ERROR_CONFLICT,
		 "remote"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_refused(stage, bad[i].code, bad[i].part,
			       set(stage, bad[i].name, bad[i].change, &error));
}

static void test_remove(void **state)
{
	struct stage *stage = *state;
	g_free(invite(stage, "Anna"));

	add_source(stage, "cam", SOURCE_SRT);
	add_still(stage, "slide");
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	add_scene(stage, "b", LAYOUT_FULL, "cam", "cam", NULL);
	assert_done(scene_add(stage->show, &(struct scene_spec){.name = "c", .still = "slide"},
			      &error));
	assert_refused(stage, ERROR_CONFLICT, "shown by a, b;",
		       source_remove(stage->show, "cam", &error));
	assert_refused(stage, ERROR_CONFLICT, "shown by c;",
		       source_remove(stage->show, "slide", &error));
	assert_refused(stage, ERROR_CONFLICT, "uninvite",
		       source_remove(stage->show, "Anna", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no source \"x\"",
		       source_remove(stage->show, "x", &error));
	assert_done(scene_remove(stage->show, "a", "cam", &error));
	assert_done(scene_remove(stage->show, "b", "cam", &error));
	assert_done(source_remove(stage->show, "cam", &error));
	assert_int_equal(fakes.n_callers, 0);
	assert_int_equal(stage_told(stage, "source_removed cam: "), 1);
	assert_false(source_find(stage->show, "cam", &(struct source_view){0}));
	add_source(stage, "cam", SOURCE_TEST); /* the name is free */
}

static void test_names_are_theirs_alone(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "Zoë", SOURCE_SRT);
	add_source(stage, "Zoe", SOURCE_SRT);
	add_source(stage, "zoe", SOURCE_SRT);
	assert_int_equal(fakes.n_callers, 3);
	assert_string_equal(fakes.callers[0].stream_id, "Zoë");
}

static bool replace(struct stage *stage, struct source_spec spec, GError **error)
{
	return source_replace(stage->show, &spec, error);
}

/* A slot and a ring have one writer: what played before may not have ended yet. */
static void test_other_media_comes_in_by_other_ways(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "bars", SOURCE_TEST);
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "bars"), 0, "");
	struct slot *slot = slot_ref(fakes.picture->sources[0].slot);
	struct ring *ring = ring_ref(fakes.sound->sources[0].ring);

	fakes.no_ingest = true;
	assert_refused(stage, ERROR_MEDIA, "today",
		       replace(stage,
			       (struct source_spec){
				       .name = "bars", .kind = SOURCE_FILE, .path = "README.md"},
			       &error));
	fakes.no_ingest = false;
	show_refresh(stage->show);
	assert_ptr_equal(fakes.picture->sources[0].slot, slot);
	assert_int_equal(source(stage, "bars").state, SOURCE_LIVE);
	assert_done(
		replace(stage, (struct source_spec){.name = "bars", .kind = SOURCE_SRT}, &error));
	assert_ptr_not_equal(fakes.picture->sources[0].slot, slot);
	assert_ptr_not_equal(fakes.sound->sources[0].ring, ring);
	assert_int_equal(source(stage, "bars").state, SOURCE_WAITING); /* nobody has called yet */
	slot_unref(slot);
	ring_unref(ring);
}

/* What a still cannot have does not stay in the show's text, which would not load any more. */
static void test_pinned_becomes_a_still(void **state)
{
	struct stage *stage = *state;
	g_autoptr(GString) text = g_string_new(NULL);

	add_source(stage, "bars", SOURCE_TEST);
	assert_done(source_pin(stage->show, "bars", SWITCH_ON, &error));
	assert_done(replace(
		stage,
		(struct source_spec){.name = "bars", .kind = SOURCE_STILL, .path = "README.md"},
		&error));
	show_write(stage->show, true, text);
	assert_null(strstr(text->str, "pin"));
	assert_null(fakes.picture->sources[0].eye);
	assert_done(
		replace(stage, (struct source_spec){.name = "bars", .kind = SOURCE_TEST}, &error));
	assert_non_null(fakes.picture->sources[0].eye);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_add, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_add_is_refused, stage_open, stage_close),
		cmocka_unit_test(test_limit),
		cmocka_unit_test_setup_teardown(test_set, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_set_is_refused, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_remove, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_names_are_theirs_alone, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_other_media_comes_in_by_other_ways, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_pinned_becomes_a_still, stage_open,
						stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
