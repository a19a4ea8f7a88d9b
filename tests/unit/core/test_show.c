/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

static void test_empty_show(void **state)
{
	struct stage *stage = *state;
	g_autofree char *text = stage_text(stage, true);

	assert_string_equal(text, "");
	assert_int_equal(show_revision(stage->show), 0);
	assert_int_equal(fakes.encoders, 7);
	assert_int_equal(fakes.picture->n_buses, 4);
	assert_true(fakes.picture->buses[0].is_slate);
	assert_true(fakes.picture->buses[1].is_slate); /* nobody is there yet */
	assert_int_equal(fakes.sound->n_buses, 2);
	assert_non_null(fakes.picture->slate);
}

/* Whatever fails at the start, what was made until then is let go of. */
static void test_create_fails(void **state)
{
	bool *const flags[] = {&fakes.no_mixer, &fakes.no_port, &fakes.no_listener,
			       &fakes.no_encoder};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
		struct stage *stage = stage_create();
		g_autoptr(GError) error = NULL;

		*flags[i] = true;
		assert_false(stage_start(stage, &error));
		assert_int_equal(error_code_of(error), ERROR_MEDIA);
		stage_close((void **)&stage);
	}
}

static void test_no_srt(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "srt_port", "0");
	fakes.no_listener = true;
	assert_done(stage_start(stage, &error));
	add_source(stage, "cam", SOURCE_SRT); /* may be there, nobody can call */
	assert_int_equal(source(stage, "cam").state, SOURCE_WAITING);
	stage_close((void **)&stage);
}

static void test_slate_of_the_settings(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "slate_picture", "README.md");
	assert_done(stage_start(stage, &error));
	assert_string_equal(fakes.still, "README.md");
	stage_close((void **)&stage);
}

/* The show goes on without its slate's picture, and says so to whoever listens by then, once. */
static void test_no_slate(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "slate_picture", "/no/such.png");
	assert_done(stage_start(stage, &error));
	assert_int_equal(fakes.ingests, 0);
	show_on_timer(stage->show);
	assert_int_equal(stage_told(stage, "source_failed slate: no file /no/such.png"), 1);
	show_on_timer(stage->show);
	assert_int_equal(stage_told(stage, "source_failed"), 1);
	stage_close((void **)&stage);
}

static void test_clear(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	g_free(join(stage, "program", NULL));
	struct fake_peer *watching = fake_newest_peer();

	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", "Anna", NULL);
	add_scene(stage, "b", LAYOUT_FULL, NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	assert_done(program_room(stage->show, "a", &error));
	assert_done(program_slate(stage->show, SWITCH_ON, "README.md", &error));
	arrive(stage, token);
	uint64_t serial = fakes.picture->buses[0].serial;
	struct fake_peer *sending = fake_newest_peer();

	show_clear(stage->show);
	g_autofree char *text = stage_text(stage, true);

	assert_string_equal(text, "");
	assert_true(sending->is_closed);
	assert_false(watching->is_closed); /* viewers stay */
	assert_int_equal(fakes.n_callers, 0);
	assert_int_equal(fakes.inputs, 0);
	assert_true(fakes.picture->buses[0].is_slate);
	assert_int_equal(fakes.picture->buses[0].transition, TRANSITION_CUT);
	assert_true(fakes.picture->buses[0].serial > serial); /* what the mixer has begun ends */
}

static void test_clear_brings_the_slate_back(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "slate_picture", "CMakeLists.txt");
	assert_done(stage_start(stage, &error));
	assert_done(program_slate(stage->show, SWITCH_UNSET, "README.md", &error));
	assert_string_equal(fakes.still, "README.md");
	show_clear(stage->show);
	assert_string_equal(fakes.still, "CMakeLists.txt");
	assert_int_equal(fakes.ingests, 1);
	stage_close((void **)&stage);
}

static void count_event(const struct event *event, void *data)
{
	(void)event;
	++*(int *)data;
}

static void test_listeners(void **state)
{
	struct stage *stage = *state;
	int heard[7] = {0}, ids[7];

	for (int i = 0; i < 7; i++)
		ids[i] = show_listen(stage->show, count_event, &heard[i]);
	show_announce(stage->show, EVENT_disk_failed, "disk", "it is full: 100 %s");
	assert_int_equal(stage_told(stage, "disk_failed disk: it is full: 100 %s"), 1);
	show_unlisten(stage->show, ids[3]);
	show_unlisten(stage->show, 4711);
	show_announce(stage->show, EVENT_daemon_started, "", "ready");
	for (int i = 0; i < 7; i++)
		assert_int_equal(heard[i], i == 3 ? 1 : 2);
	/* The place is free again. */
	assert_int_not_equal(show_listen(stage->show, count_event, &heard[3]), ids[3]);
}

static void test_event_names(void **state)
{
	(void)state;
	assert_string_equal(event_name(EVENT_source_live), "source_live");
	assert_false(event_is_warning(EVENT_source_live));
	assert_true(event_is_warning(EVENT_source_lost));
	for (int kind = EVENT_NONE; kind < EVENT_KINDS; kind++)
		assert_true(strlen(event_name(kind)) > 3);
}

static void test_dry_show(void **state)
{
	struct stage *stage = *state;
	struct show_config config = {.settings = stage->settings, .is_dry = true};
	struct show *running = stage->show;
	int encoders = fakes.encoders, ingests = fakes.ingests_ever;

	stage->show = show_create(&config, NULL);
	assert_non_null(stage->show);
	g_free(invite(stage, "Anna"));

	add_source(stage, "cam", SOURCE_SRT);
	add_source(stage, "bars", SOURCE_TEST);
	add_still(stage, "slide");
	add_scene(stage, "a", LAYOUT_PIP, "cam", "slide", "Anna", NULL);
	add_scene(stage, "b", LAYOUT_GRID, "speakers", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_preview(stage->show, "b", &error));
	assert_done(program_take(stage->show, TRANSITION_MIX, 500, &error));
	assert_done(program_slate(stage->show, SWITCH_ON, "README.md", &error));
	assert_done(
		source_set(stage->show, "cam", &(struct source_change){.delay_ms = 100}, &error));
	show_on_timer(stage->show);

	struct program_view view;

	program_view(stage->show, &view);
	assert_false(view.in_transition); /* nothing would end it */
	assert_int_equal(source(stage, "cam").tally, TALLY_PREVIEW);
	assert_int_equal(source(stage, "cam").delay_ms, 100);
	assert_int_equal(fakes.encoders, encoders);
	assert_int_equal(fakes.ingests_ever, ingests);
	assert_int_equal(fakes.n_callers, 0);
	assert_refused(stage, ERROR_IO, "no file",
		       source_add(stage->show,
				  &(struct source_spec){
					  .name = "x", .kind = SOURCE_FILE, .path = "/no/such.mp4"},
				  &error));
	show_destroy(stage->show);
	stage->show = running;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty_show, stage_open, stage_close),
		cmocka_unit_test(test_create_fails),
		cmocka_unit_test(test_no_srt),
		cmocka_unit_test(test_slate_of_the_settings),
		cmocka_unit_test(test_no_slate),
		cmocka_unit_test_setup_teardown(test_clear, stage_open, stage_close),
		cmocka_unit_test(test_clear_brings_the_slate_back),
		cmocka_unit_test_setup_teardown(test_listeners, stage_open, stage_close),
		cmocka_unit_test(test_event_names),
		cmocka_unit_test_setup_teardown(test_dry_show, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
