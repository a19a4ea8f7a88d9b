/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

#include "rendition.h"

static struct rtc_peer_stats stats_of(int64_t congested_ms, int64_t calm_ms)
{
	return (struct rtc_peer_stats){
		.is_connected = true,
		.address = "10.0.0.1:5000",
		.estimate_kbps = 900,
		.loss_percent = congested_ms ? 30 : 0,
		.queue_ms = congested_ms ? 200 : 0,
		.congested_ms = congested_ms,
		.calm_ms = calm_ms,
	};
}

/* A viewer who is there; the peer. */
static struct fake_peer *arrive_on(struct stage *stage, const char *bus, const char *token)
{
	g_free(join(stage, bus, token));
	struct fake_peer *peer = fake_newest_peer();

	note(stage, NOTE_PEER_CONNECTED, peer->id, 0, "10.0.0.1:5000");
	peer->stats = stats_of(0, 60000);
	return peer;
}

static void judge(struct stage *stage, double seconds)
{
	rendition_judge(stage->show, (int64_t)((1000 + seconds) * NS_PER_S));
}

static void test_only_the_narrow_line_is_moved(void **state)
{
	struct stage *stage = *state;
	struct fake_peer *wide = arrive_on(stage, "program", NULL);
	struct fake_peer *narrow = arrive_on(stage, "program", NULL);
	struct track *full = narrow->video;

	judge(stage, 0);
	assert_int_equal(wide->switches + narrow->switches, 0);
	narrow->stats = stats_of(400, 0);
	judge(stage, 1);
	assert_int_equal(wide->switches, 0);
	assert_int_equal(narrow->switches, 1);
	assert_non_null(narrow->video);
	assert_ptr_not_equal(narrow->video, full);
	assert_int_equal(stage_told(stage, "viewer_moved program: 10.0.0.1: small"), 1);
	narrow->stats = stats_of(0, 20000);
	judge(stage, 5);
	assert_int_equal(narrow->switches, 1);
	judge(stage, 20);
	assert_ptr_equal(narrow->video, full);
	assert_int_equal(stage_told(stage, "viewer_moved program: 10.0.0.1: full"), 1);
}

static void test_sound_alone(void **state)
{
	struct stage *stage = *state;
	struct fake_peer *peer = arrive_on(stage, "program", NULL);

	peer->stats = stats_of(400, 0);
	judge(stage, 1);
	peer->stats = stats_of(6000, 0);
	judge(stage, 6);
	assert_int_equal(peer->switches, 2);
	assert_null(peer->video);
	assert_int_equal(stage_told(stage, "viewer_moved program: 10.0.0.1: sound"), 1);
}

static void test_a_return_is_moved_and_a_screen_is_not(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "anna");
	struct fake_peer *hall = arrive_on(stage, "room", NULL);
	struct fake_peer *anna = arrive_on(stage, "return/anna", token);

	hall->stats = anna->stats = stats_of(400, 0);
	judge(stage, 1);
	assert_int_equal(hall->switches, 0);
	assert_int_equal(anna->switches, 1);
	assert_int_equal(stage_told(stage, "viewer_moved anna: "), 1);
}

/* The same frame as program's, resized; its encoder is there, and rests. */
static void test_plan(void **state)
{
	struct stage *stage = *state;

	show_clear(stage->show);
	assert_int_equal(fakes.picture->n_buses, 4);
	assert_int_equal(fakes.picture->buses[3].kind, PICTURE_SMALL);
	assert_int_equal(fakes.picture->buses[3].same_as, 0);
	assert_int_equal(fakes.picture->buses[3].width, 640);
	assert_int_equal(fakes.picture->buses[3].height, 360);
}

static void test_shape_is_programs(void **state)
{
	struct settings *settings = settings_create();
	struct picture_shape shape;

	(void)state;
	settings->width = 1440;
	settings->height = 1080;
	settings->small_height = 301;
	rendition_shape(settings, &shape);
	assert_int_equal(shape.width, 400);
	assert_int_equal(shape.height, 300);
	settings->small_height = 2000;
	rendition_shape(settings, &shape);
	assert_int_equal(shape.width, 1440);
	assert_int_equal(shape.height, 1080);
	settings_destroy(settings);
}

static void test_switched_off(void **state)
{
	struct stage *stage = stage_create();

	*state = stage;
	stage_set(stage, "small_kbps", "0");
	assert_done(stage_start(stage, &error));
	assert_int_equal(fakes.picture->n_buses, 3);
	struct fake_peer *peer = arrive_on(stage, "program", NULL);

	peer->stats = stats_of(2000, 0);
	judge(stage, 1);
	assert_int_equal(peer->switches, 0);
	peer->stats = stats_of(6000, 0);
	judge(stage, 6);
	assert_null(peer->video);
	assert_int_equal(stage_told(stage, "rendition_refused"), 0);
}

static void test_no_second_encode_on_a_busy_machine(void **state)
{
	struct stage *stage = *state;
	struct fake_peer *peer = arrive_on(stage, "program", NULL);

	judge(stage, 0);
	fakes.mixer.video_ticks += 100;
	fakes.mixer.video_missed += 50;
	judge(stage, 6);
	assert_int_equal(stage_told(stage, "rendition_refused"), 0); /* nobody needs it */
	peer->stats = stats_of(1000, 0);
	judge(stage, 7);
	judge(stage, 8);
	assert_int_equal(peer->switches, 0);
	assert_int_equal(stage_told(stage, "rendition_refused program: "), 1);
	/* It has time again. */
	fakes.mixer.video_ticks += 150;
	judge(stage, 12);
	assert_int_equal(peer->switches, 1);
	assert_non_null(peer->video);
}

static void test_slow_encoder_is_a_busy_machine(void **state)
{
	struct stage *stage = *state;
	struct fake_peer *peer = arrive_on(stage, "program", NULL);

	judge(stage, 0);
	fakes.encode_ms = 50;
	fakes.mixer.video_ticks += 150;
	judge(stage, 6);
	peer->stats = stats_of(1000, 0);
	judge(stage, 7);
	assert_int_equal(peer->switches, 0);
	assert_int_equal(stage_told(stage, "rendition_refused program: "), 1);
}

/* Once it is encoded, the next viewer costs nothing more. */
static void test_busy_machine_goes_on_with_what_it_does(void **state)
{
	struct stage *stage = *state;
	struct fake_peer *first = arrive_on(stage, "program", NULL);
	struct fake_peer *second = arrive_on(stage, "program", NULL);

	judge(stage, 0);
	first->stats = stats_of(400, 0);
	judge(stage, 1);
	fakes.mixer.video_ticks += 100;
	fakes.mixer.video_missed += 50;
	first->stats = stats_of(0, 3000);
	second->stats = stats_of(400, 0);
	judge(stage, 7);
	assert_int_equal(second->switches, 1);
	assert_ptr_equal(second->video, first->video);
}

static void test_list(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "anna");
	struct fake_peer *peer = arrive_on(stage, "program", NULL);
	struct viewer_view view;

	arrive_on(stage, "return/anna", token);
	g_free(publish(stage, token));
	g_free(join(stage, "room", NULL));
	assert_int_equal(viewer_count(stage->show), 4);
	assert_false(viewer_view(stage->show, 2, &view)); /* it sends */
	peer->stats = stats_of(400, 0);
	peer->stats.rtt_ms = 20;
	judge(stage, 1);
	assert_true(viewer_view(stage->show, 0, &view));
	assert_true(view.id == peer->id);
	assert_string_equal(view.bus, "program");
	assert_string_equal(view.rendition, "small");
	assert_string_equal(view.address, "10.0.0.1:5000");
	assert_true(view.is_connected && view.is_congested);
	assert_true(view.kbps == 900 && view.loss_percent == 30 && view.rtt_ms == 20);
	assert_true(viewer_view(stage->show, 1, &view));
	assert_string_equal(view.bus, "return");
	assert_string_equal(view.speaker, "anna");
	assert_string_equal(view.rendition, "full");
	assert_true(viewer_view(stage->show, 3, &view));
	assert_string_equal(view.bus, "room");
	assert_false(view.is_connected);
	assert_string_equal(view.address, "10.0.0.1");
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_only_the_narrow_line_is_moved),
		STAGED(test_sound_alone),
		STAGED(test_a_return_is_moved_and_a_screen_is_not),
		STAGED(test_plan),
		cmocka_unit_test(test_shape_is_programs),
		cmocka_unit_test_teardown(test_switched_off, stage_close),
		STAGED(test_no_second_encode_on_a_busy_machine),
		STAGED(test_slow_encoder_is_a_busy_machine),
		STAGED(test_busy_machine_goes_on_with_what_it_does),
		STAGED(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
