/* SPDX-License-Identifier: EUPL-1.2
 *
 * What is measured of sources and buses, as it is seen from above.
 */
#include "stage.h"

#include <math.h>

#include "bus_view.h"
#include "frame.h"
#include "ring.h"
#include "slot.h"

static struct source_view look(struct stage *stage, const char *name)
{
	struct source_view view;

	assert_true(source_find(stage->show, name, &view));
	return view;
}

static void put_picture(struct slot *slot, int64_t age_ns)
{
	struct frame *frame = frame_create_colour(2, 2, 16, 128, 128);

	frame->arrived_ns = age_ns ? clock_now_ns() - age_ns : 0;
	slot_put(slot, frame);
}

static void set_up(struct stage *stage)
{
	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	assert_done(program_cut(stage->show, "a", &error));
}

static void test_nothing_yet(void **state)
{
	struct stage *stage = *state;

	set_up(stage);
	struct source_view view = look(stage, "cam");

	assert_false(view.has_picture || view.has_sound);
	assert_true(isnan(view.decode_ms) && isnan(view.tick_wait_ms));
	assert_true(isnan(view.picture_delay_ms) && isnan(view.lip_sync_ms));
	assert_true(view.resampler_ratio == 1 && view.decode.count == 0);
}

static void test_clocks_of_a_source(void **state)
{
	struct stage *stage = *state;
	float sound[2 * 480] = {0};

	set_up(stage);
	struct slot *slot = fakes.picture->sources[0].slot;

	note(stage, NOTE_SOURCE_LIVE, fakes.picture->sources[0].id, 0, NULL);
	put_picture(slot, 50 * NS_PER_MS);
	ring_write(fakes.sound->sources[0].ring, sound, 480);
	struct source_view view = look(stage, "cam");

	assert_true(view.has_picture && view.has_sound);
	assert_int_equal(view.pictures, 1);
	assert_int_equal(view.pictures_late, 3);
	assert_int_equal(view.decode.count, 1);
	assert_true(view.decode_ms >= 50);
	/* Nobody has looked: half a tick is what it would wait. */
	double half_ms = 500.0 / stage->settings->fps;

	assert_true(isnan(view.tick_wait_ms));
	assert_float_equal(view.picture_delay_ms, view.decode_ms + half_ms, 1e-6);
	assert_float_equal(view.lip_sync_ms, 20 + half_ms - view.ring_ms, 1e-6);
	frame_unref(slot_take(slot));
	view = look(stage, "cam");
	assert_true(view.tick_wait_ms >= 0);
	assert_int_equal(view.tick_wait.count, 1);
	assert_float_equal(view.picture_delay_ms, view.decode_ms + view.tick_wait_ms, 1e-6);
	assert_float_equal(view.lip_sync_ms, 20 + view.tick_wait_ms - view.ring_ms, 1e-6);
	/* Gone: what was measured last is not true any more, what was counted stays. */
	note(stage, NOTE_SOURCE_LOST, fakes.picture->sources[0].id, 0, "gone");
	view = look(stage, "cam");
	assert_true(isnan(view.lip_sync_ms) && isnan(view.picture_delay_ms));
	assert_int_equal(view.decode.count, 1);
}

static void test_buses(void **state)
{
	struct stage *stage = *state;
	struct bus_view view;

	set_up(stage);
	assert_int_equal(bus_count(stage->show), 4);
	bus_view(stage->show, 0, &view);
	assert_true(view.kind == BUS_PROGRAM && view.has_picture && view.peers == 0);
	assert_true(view.picture.kbps == 0 && isnan(view.picture.encode_ms));
	g_free(join(stage, "program", NULL));

	note(stage, NOTE_PEER_CONNECTED, fake_newest_peer()->id, 0, "1.2.3.4:5");
	bus_view(stage->show, 0, &view);
	assert_int_equal(view.peers, 1);
	bus_view(stage->show, 1, &view);
	assert_true(view.kind == BUS_ROOM && view.has_picture && view.peers == 0);
	/* The crew hears program's sound. */
	bus_view(stage->show, 2, &view);
	assert_true(view.kind == BUS_PREVIEW && view.has_picture && !view.has_sound);
	assert_string_equal(bus_name(view.kind), "preview");
	join_crew(stage, "crew");
	note(stage, NOTE_PEER_CONNECTED, fake_newest_peer()->id, 0, "1.2.3.4:6");
	bus_view(stage->show, 3, &view);
	assert_true(view.kind == BUS_CREW && view.has_picture && !view.has_sound);
	assert_int_equal(view.peers, 1);
}

static void test_returns(void **state)
{
	struct stage *stage = *state;
	struct bus_view view;
	g_autofree char *bert = invite(stage, "Bert");

	g_free(invite(stage, "Anna"));
	g_free(join(stage, "return/Bert", bert));

	assert_int_equal(bus_count(stage->show), 5);
	bus_view(stage->show, 4, &view);
	assert_true(view.kind == BUS_RETURN && !view.has_picture && view.peers == 0);
	assert_string_equal(view.speaker, "Bert");
	note(stage, NOTE_PEER_CONNECTED, fake_newest_peer()->id, 0, "1.2.3.4:5");
	bus_view(stage->show, 4, &view);
	assert_int_equal(view.peers, 1);
	assert_string_equal(bus_name(view.kind), "return");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_yet, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_clocks_of_a_source, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_buses, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_returns, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
