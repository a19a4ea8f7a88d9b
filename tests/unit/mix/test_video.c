/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>
#include <twinstage/note.h>
#include <uv.h>

#include "clock.h"
#include "easel.h"
#include "mailbox.h"
#include "mixer.h"
#include "picture.h"
#include "slot.h"
#include "stamp.h"
#include "video.h"

#define WIDTH	128
#define HEIGHT	72
#define FPS	25
#define HOLD_MS 400
#define SOURCES 3
#define BUSES	2
#define TICK_NS (NS_PER_S / FPS)

/* Two buses, three sources and a slate, in a time of our own. */
struct bench {
	uv_loop_t loop;
	struct mailbox *up;
	struct video *video;
	struct slot *sources[SOURCES], *outs[BUSES], *slate;
	struct picture_plan *plan; /* the newest */
	struct picture_plan *older[32];
	int n_older;
	int64_t now_ns;
	struct frame *seen[BUSES]; /* by the last tick; NULL: nothing new */
	enum note_kind note_expected;
	int n_ended;
	uint64_t ended_bus;
	int64_t ended_serial;
};

static void take_note(void *message, void *data)
{
	struct note *note = message;
	struct bench *bench = data;

	assert_int_equal(note->kind, bench->note_expected);
	bench->n_ended++;
	bench->ended_bus = note->id;
	bench->ended_serial = note->value;
	g_free(note);
}

static void show_full(struct plan_scene *scene, int source)
{
	scene->still = -1;
	scene->n_boxes = 1;
	scene->boxes[0] = (struct plan_box){source, 0, 0, WIDTH, HEIGHT, FIT_FIT};
}

/* A copy of the last plan to change; at first each bus shows source 0. */
static struct picture_plan *new_plan(struct bench *bench)
{
	struct picture_plan *plan = picture_plan_create();

	if (bench->plan) {
		*plan = *bench->plan;
		bench->older[bench->n_older++] = bench->plan;
	} else {
		plan->n_sources = SOURCES;
		for (int i = 0; i < SOURCES; i++)
			plan->sources[i] = (struct plan_picture_source){.id = 10 + (uint64_t)i,
									.slot = bench->sources[i]};
		plan->slate = bench->slate;
		plan->n_buses = BUSES;
		for (int i = 0; i < BUSES; i++) {
			plan->buses[i] = (struct plan_picture_bus){
				.id = 100 + (uint64_t)i, .out = bench->outs[i], .same_as = -1};
			show_full(&plan->buses[i].scene, 0);
		}
	}
	bench->plan = plan;
	return plan;
}

static int set_up(void **state)
{
	static struct bench bench;
	struct mixer_config config = {
		.width = WIDTH, .height = HEIGHT, .fps = FPS, .hold_ms = HOLD_MS};

	memset(&bench, 0, sizeof(bench));
	bench.note_expected = NOTE_TRANSITION_ENDED;
	uv_loop_init(&bench.loop);
	bench.up = mailbox_create(&bench.loop, take_note, g_free, &bench);
	bench.video = video_create(&config, bench.up);
	bench.now_ns = 1000 * NS_PER_S;
	for (int i = 0; i < SOURCES; i++)
		bench.sources[i] = slot_create();
	for (int i = 0; i < BUSES; i++)
		bench.outs[i] = slot_create();
	bench.slate = slot_create();
	slot_put(bench.slate, frame_create_colour(WIDTH, HEIGHT, 200, 128, 128));
	new_plan(&bench);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	video_destroy(bench->video);
	video_destroy(NULL);
	for (int i = 0; i < SOURCES; i++)
		slot_unref(bench->sources[i]);
	for (int i = 0; i < BUSES; i++) {
		slot_unref(bench->outs[i]);
		frame_unref(bench->seen[i]);
	}
	slot_unref(bench->slate);
	for (int i = 0; i < bench->n_older; i++)
		g_free(bench->older[i]);
	g_free(bench->plan);
	mailbox_destroy(bench->up);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	uv_loop_close(&bench->loop);
	return 0;
}

static void put(struct bench *bench, int source, uint8_t grey)
{
	struct frame *frame = frame_create_colour(WIDTH, HEIGHT, grey, 128, 128);

	frame->arrived_ns = bench->now_ns - 5 * NS_PER_MS;
	slot_put(bench->sources[source], frame);
}

static void tick(struct bench *bench)
{
	bench->now_ns += TICK_NS;
	video_tick(bench->video, bench->plan, bench->now_ns);
	for (int i = 0; i < BUSES; i++) {
		frame_unref(bench->seen[i]);
		bench->seen[i] = slot_take(bench->outs[i]);
	}
	uv_run(&bench->loop, UV_RUN_NOWAIT);
}

/* The first bus's level in the middle; -1: no picture. */
static int level(const struct bench *bench)
{
	return bench->seen[0] ? pixel(bench->seen[0], 0, WIDTH / 2, HEIGHT / 2) : -1;
}

static void test_nothing_to_do(void **state)
{
	struct bench *bench = *state;

	video_tick(bench->video, NULL, bench->now_ns);
	assert_null(slot_take(bench->outs[0]));
}

static void test_newest_frame(void **state)
{
	struct bench *bench = *state;

	put(bench, 0, 10);
	put(bench, 0, 20);
	tick(bench);
	assert_int_equal(level(bench), 20);
	assert_true(bench->seen[0]->pts_ns == bench->now_ns);
	assert_true(bench->seen[0]->arrived_ns == bench->now_ns - TICK_NS - 5 * NS_PER_MS);
	uint64_t serial = bench->seen[0]->serial;

	tick(bench); /* none came: the same again, but a picture of its own */
	assert_int_equal(level(bench), 20);
	assert_true(bench->seen[0]->serial != serial);
	assert_true(bench->seen[0]->pts_ns == bench->now_ns);
}

static void test_hold_then_slate_and_back(void **state)
{
	struct bench *bench = *state;

	put(bench, 0, 20);
	for (int n = 0; n <= HOLD_MS * FPS / 1000; n++) {
		tick(bench);
		assert_int_equal(level(bench), 20);
	}
	for (int n = 0; n < 50; n++) {
		tick(bench);
		assert_int_equal(level(bench), 200);
	}
	put(bench, 0, 30);
	tick(bench);
	assert_int_equal(level(bench), 30);
}

static void test_stills_never_go(void **state)
{
	struct bench *bench = *state;

	bench->plan->sources[0].is_still = true;
	put(bench, 0, 20);
	for (int n = 0; n < 100; n++)
		tick(bench);
	assert_int_equal(level(bench), 20);
	/* at another place in another plan */
	struct picture_plan *plan = new_plan(bench);

	plan->sources[2] = plan->sources[0];
	plan->sources[0] = bench->older[0]->sources[2];
	show_full(&plan->buses[0].scene, 2);
	tick(bench);
	assert_int_equal(level(bench), 20);
}

static void put_both(struct bench *bench)
{
	put(bench, 0, 50);
	put(bench, 1, 150);
}

static void black(struct bench *bench, bool is_black, int ms)
{
	struct plan_picture_bus *bus = &new_plan(bench)->buses[0];

	bus->is_black = is_black;
	bus->black_ms = ms;
	bus->black_serial++;
}

/* There in the time, eased like a transition, through a change of scene, and back from half way. */
static void test_fade_to_black(void **state)
{
	struct bench *bench = *state;

	bench->note_expected = NOTE_BLACK_ENDED;
	for (int i = 0; i < SOURCES; i++)
		bench->plan->sources[i].is_still = true;
	put_both(bench);
	tick(bench);
	black(bench, true, 400);
	for (int n = 1; n < 10; n++) { /* 40 ms each */
		int expected = 50 - (int)(34 * n * n * (30 - 2 * n) / 1000.0 + 0.5);

		tick(bench);
		assert_in_range(level(bench), expected - 1, expected + 1);
		assert_int_equal(bench->n_ended, 0);
	}
	tick(bench);
	assert_int_equal(level(bench), 16);
	assert_true(bench->n_ended == 1 && bench->ended_bus == 100 && bench->ended_serial == 1);
	assert_int_equal(pixel(bench->seen[1], 0, 5, 5), 50); /* the other bus saw none of it */
	show_full(&new_plan(bench)->buses[0].scene, 1);
	tick(bench);
	assert_int_equal(level(bench), 16);
	black(bench, false, 400);
	for (int n = 0; n < 5; n++)
		tick(bench);
	assert_in_range(level(bench), 82, 84); /* half way from 16 to 150 */
	black(bench, true, 400);
	for (int n = 0; n < 5; n++)
		tick(bench);
	assert_int_equal(level(bench), 16);
	assert_int_equal(bench->n_ended, 2);
	black(bench, false, 0);
	tick(bench);
	assert_int_equal(level(bench), 150);
	assert_true(bench->n_ended == 3 && bench->ended_serial == 4);
	/* There and back before a tick saw any of it: it is complete, all the same. */
	black(bench, true, 400);
	black(bench, false, 400);
	tick(bench);
	assert_int_equal(level(bench), 150);
	assert_true(bench->n_ended == 4 && bench->ended_serial == 6);
}

/* Nobody looks, and it gets there; whoever then looks sees black. A show that begins so is so. */
static void test_black_unseen_and_at_first(void **state)
{
	struct bench *bench = *state;

	bench->note_expected = NOTE_BLACK_ENDED;
	bench->plan->buses[1].is_black = true;
	bench->plan->buses[1].black_ms = 5000;
	put_both(bench);
	tick(bench);
	assert_int_equal(pixel(bench->seen[1], 0, 5, 5), 16);
	slot_set_wanted(bench->outs[0], false);
	black(bench, true, 100);
	for (int n = 0; n < 3; n++)
		tick(bench);
	assert_int_equal(bench->n_ended, 1);
	slot_set_wanted(bench->outs[0], true);
	tick(bench);
	assert_int_equal(level(bench), 16);
}

static void test_slate_over_all(void **state)
{
	struct bench *bench = *state;

	put(bench, 0, 20);
	tick(bench);
	new_plan(bench)->buses[0].is_slate = true;
	put(bench, 0, 21);
	tick(bench);
	assert_int_equal(level(bench), 200);
	new_plan(bench)->buses[0].is_slate = false;
	tick(bench);
	assert_int_equal(level(bench), 21);
}

/* A plan is on air with the next tick, whatever else stays the same. */
static void test_every_plan_is_followed(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < SOURCES; i++) {
		bench->plan->sources[i].is_still = true;
		put(bench, i, (uint8_t)(20 + i));
	}
	tick(bench);
	assert_int_equal(level(bench), 20);
	show_full(&new_plan(bench)->buses[0].scene, 1);
	tick(bench);
	assert_int_equal(level(bench), 21);
	/* Unseen for some plans, one of which may get the memory of an older one. */
	slot_set_wanted(bench->outs[0], false);
	struct picture_plan changed = *bench->plan;

	new_plan(bench);
	tick(bench);
	slot_set_wanted(bench->outs[0], true);
	changed.buses[0].scene.boxes[0].width = WIDTH / 2; /* the same picture, elsewhere */
	*bench->older[bench->n_older - 1] = changed;
	struct picture_plan *kept = bench->plan;

	bench->plan = bench->older[bench->n_older - 1];
	tick(bench);
	assert_int_equal(pixel(bench->seen[0], 0, WIDTH - 1, HEIGHT - 1), 0);
	bench->plan = kept;
}

static void take(struct bench *bench, enum transition_kind kind, int ms, int to)
{
	struct picture_plan *plan = new_plan(bench);

	plan->buses[0].from = plan->buses[0].scene;
	show_full(&plan->buses[0].scene, to);
	plan->buses[0].transition = kind;
	plan->buses[0].transition_ms = ms;
	plan->buses[0].serial++;
}

static void test_cut(void **state)
{
	struct bench *bench = *state;

	put_both(bench);
	tick(bench);
	take(bench, TRANSITION_CUT, 0, 1);
	tick(bench);
	assert_int_equal(level(bench), 150);
	for (int n = 0; n < 5; n++)
		tick(bench);
	assert_int_equal(bench->n_ended, 0); /* there was nothing to wait for */
}

static void test_mix(void **state)
{
	struct bench *bench = *state;

	put_both(bench);
	tick(bench);
	take(bench, TRANSITION_MIX, 400, 1);
	for (int n = 1; n < 10; n++) { /* 40 ms each */
		put_both(bench);
		tick(bench);
		int expected = 50 + (int)(100 * n * n * (30 - 2 * n) / 1000.0 + 0.5); /* eased */

		assert_in_range(level(bench), expected - 1, expected + 1);
		assert_int_equal(bench->n_ended, 0);
		if (n == 4)
			new_plan(bench); /* something else changed: it goes on */
	}
	put_both(bench);
	tick(bench);
	assert_int_equal(level(bench), 150);
	assert_int_equal(bench->n_ended, 1);
	assert_true(bench->ended_bus == 100 && bench->ended_serial == 1);
	tick(bench);
	assert_int_equal(bench->n_ended, 1);
	/* the other bus saw none of it */
	assert_int_equal(pixel(bench->seen[1], 0, 5, 5), 50);
}

static void test_wipe(void **state)
{
	struct bench *bench = *state;

	put_both(bench);
	tick(bench);
	take(bench, TRANSITION_WIPE, 400, 1);
	for (int n = 0; n < 5; n++) {
		put_both(bench);
		tick(bench);
	}
	assert_true(is_grey(bench->seen[0], 0, 0, WIDTH / 2, HEIGHT, 150));
	assert_true(is_grey(bench->seen[0], WIDTH / 2, 0, WIDTH / 2, HEIGHT, 50));
}

/* As a saved show begins that was written by hand: whoever waits for the end is told. */
static void test_transition_and_black_at_first(void **state)
{
	struct bench *bench = *state;

	put_both(bench);
	take(bench, TRANSITION_MIX, 400, 1);
	tick(bench);
	assert_int_equal(level(bench), 150);
	assert_true(bench->n_ended == 1 && bench->ended_bus == 100 && bench->ended_serial == 1);
	tick(bench);
	assert_int_equal(bench->n_ended, 1);
	bench->note_expected = NOTE_BLACK_ENDED;
	new_plan(bench)->buses[0].id = 77;
	bench->plan->buses[0].transition = TRANSITION_CUT;
	bench->plan->buses[0].is_black = true;
	bench->plan->buses[0].black_serial = 5;
	tick(bench);
	assert_int_equal(level(bench), 16);
	assert_true(bench->n_ended == 2 && bench->ended_bus == 77 && bench->ended_serial == 5);
}

/* A take in the middle of another begins from where that one was going. */
static void test_take_within_a_take(void **state)
{
	struct bench *bench = *state;

	put_both(bench);
	tick(bench);
	take(bench, TRANSITION_MIX, 400, 1);
	tick(bench);
	put(bench, 2, 250);
	take(bench, TRANSITION_MIX, 400, 2);
	for (int n = 0; n < 5; n++) {
		put_both(bench);
		put(bench, 2, 250);
		tick(bench);
	}
	assert_in_range(level(bench), 199, 201);
	for (int n = 0; n < 6; n++)
		tick(bench);
	assert_int_equal(bench->n_ended, 1);
	assert_true(bench->ended_serial == 2);
}

/* Its `from` was removed: the plan says cut, and so it ends. */
static void test_transition_is_cut_short(void **state)
{
	struct bench *bench = *state;

	put_both(bench);
	tick(bench);
	take(bench, TRANSITION_MIX, 4000, 1);
	tick(bench);
	struct plan_picture_bus *bus = &new_plan(bench)->buses[0];

	bus->transition = TRANSITION_CUT;
	memset(&bus->from, 0, sizeof(bus->from));
	tick(bench);
	assert_int_equal(level(bench), 150);
	assert_int_equal(bench->n_ended, 1);
}

/* A transition nobody looks at ends all the same, and one on a bus that follows another one. */
static void test_transition_unseen(void **state)
{
	struct bench *bench = *state;

	tick(bench);
	slot_set_wanted(bench->outs[0], false);
	take(bench, TRANSITION_MIX, 100, 1);
	for (int n = 0; n < 4; n++)
		tick(bench);
	assert_int_equal(bench->n_ended, 1);
	slot_set_wanted(bench->outs[0], true);
	struct plan_picture_bus *bus = &new_plan(bench)->buses[1];

	bus->same_as = 0;
	bus->transition = TRANSITION_MIX;
	bus->transition_ms = 100;
	bus->serial++;
	for (int n = 0; n < 4; n++)
		tick(bench);
	assert_int_equal(bench->n_ended, 2);
	assert_true(bench->ended_bus == 101);
}

static void test_same_as_shares(void **state)
{
	struct bench *bench = *state;

	bench->plan->buses[1].same_as = 0;
	show_full(&bench->plan->buses[0].scene, 0);
	bench->plan->buses[0].scene.boxes[0].width = 64; /* has to be drawn */
	put(bench, 0, 20);
	tick(bench);
	assert_ptr_equal(bench->seen[0]->plane[0], bench->seen[1]->plane[0]);
	slot_set_wanted(bench->outs[0], false); /* drawn for the second one only */
	put(bench, 0, 30);
	tick(bench);
	assert_null(bench->seen[0]);
	assert_int_equal(pixel(bench->seen[1], 0, 30, HEIGHT / 2), 30);
}

/* The second one's pictures in another size; one that has not changed is not made again. */
static void test_same_as_in_another_size(void **state)
{
	struct bench *bench = *state;

	bench->plan->buses[1].same_as = 0;
	bench->plan->buses[1].width = WIDTH / 2;
	bench->plan->buses[1].height = HEIGHT / 2;
	put(bench, 0, 20);
	tick(bench);
	assert_int_equal(bench->seen[0]->width, WIDTH);
	assert_int_equal(bench->seen[1]->width, WIDTH / 2);
	assert_int_equal(bench->seen[1]->height, HEIGHT / 2);
	assert_true(is_grey(bench->seen[1], 0, 0, WIDTH / 2, HEIGHT / 2, 20));
	assert_true(bench->seen[1]->pts_ns == bench->seen[0]->pts_ns);
	const uint8_t *made = bench->seen[1]->plane[0];

	tick(bench);
	assert_ptr_equal(bench->seen[1]->plane[0], made);
	put(bench, 0, 90);
	tick(bench);
	assert_true(is_grey(bench->seen[1], 0, 0, WIDTH / 2, HEIGHT / 2, 90));
	/* For as long as somebody looks. */
	slot_set_wanted(bench->outs[1], false);
	tick(bench);
	assert_null(bench->seen[1]);
	bench->plan->buses[1].width = WIDTH;
	bench->plan->buses[1].height = HEIGHT;
	slot_set_wanted(bench->outs[1], true);
	tick(bench);
	assert_ptr_equal(bench->seen[0]->plane[0], bench->seen[1]->plane[0]);
}

static void test_unwanted_is_not_drawn(void **state)
{
	struct bench *bench = *state;
	struct frame *frame = picture_lockable(300, 200, 20);

	picture_lock(frame, true); /* whoever draws it crashes */
	slot_put(bench->sources[0], frame);
	slot_set_wanted(bench->outs[0], false);
	slot_set_wanted(bench->outs[1], false);
	tick(bench);
	assert_true(!bench->seen[0] && !bench->seen[1]);
	/* but taken: no old picture waits there */
	assert_null(slot_take(bench->sources[0]));
}

/* What did not change is not drawn again. */
static void test_still_picture_is_drawn_once(void **state)
{
	struct bench *bench = *state;
	struct frame *frame = picture_lockable(300, 200, 20);

	bench->plan->sources[0].is_still = true;
	slot_put(bench->sources[0], frame);
	tick(bench);
	const uint8_t *samples = bench->seen[0]->plane[0];

	picture_lock(frame, true);
	for (int n = 0; n < 5; n++)
		tick(bench);
	assert_ptr_equal(bench->seen[0]->plane[0], samples);
	assert_true(is_grey(bench->seen[0], 20, 0, 80, HEIGHT, 20));
}

static void test_full_is_never_copied(void **state)
{
	struct bench *bench = *state;
	struct frame *frame = picture_lockable(WIDTH, HEIGHT, 20);
	const uint8_t *samples = frame->plane[0];

	slot_put(bench->sources[0], frame);
	tick(bench);
	assert_ptr_equal(bench->seen[0]->plane[0], samples);
	assert_ptr_equal(bench->seen[1]->plane[0], samples);
}

/* ---- overlays ---- */

/* A square in the first bus's top left corner. */
static struct easel *lay(struct bench *bench)
{
	struct picture_plan *plan = new_plan(bench);
	struct easel *easel = easel_create();

	plan->buses[0].has_overlays = true;
	plan->overlays[plan->n_overlays++] = (struct plan_overlay){
		.id = 7, .kind = OVERLAY_CLOCK, .corner = CORNER_TOP_LEFT, .easel = easel};
	return easel;
}

static void stamp_it(struct easel *easel, uint8_t grey)
{
	uint32_t pixels[16 * 16];

	for (size_t i = 0; i < G_N_ELEMENTS(pixels); i++)
		pixels[i] = 0xff000000 | (uint32_t)grey * 0x010101;
	easel_put(easel, stamp_from_argb((const uint8_t *)pixels, 64, 16, 16));
}

static int stamped(const struct bench *bench, int bus)
{
	return pixel(bench->seen[bus], 0, 12, 10);
}

/* A picture that goes through by reference is copied before anything is laid over it. */
static void test_overlay_over_a_source(void **state)
{
	struct bench *bench = *state;
	struct frame *frame = picture_noise(WIDTH, HEIGHT, 1),
		     *before = picture_noise(WIDTH, HEIGHT, 1);
	struct easel *easel = lay(bench);

	bench->plan->sources[0].is_still = true;
	slot_put(bench->sources[0], frame_ref(frame));
	tick(bench);
	assert_ptr_equal(bench->seen[0]->plane[0], frame->plane[0]); /* not painted yet */
	stamp_it(easel, 255);
	for (int n = 0; n < 10; n++)
		tick(bench);
	assert_int_equal(stamped(bench, 0), 235);
	assert_true(is_same_picture(frame, before));
	assert_ptr_equal(bench->seen[1]->plane[0], frame->plane[0]); /* the other bus has none */
	easel_unref(easel);
	frame_unref(frame);
	frame_unref(before);
}

/* A steady picture with a steady overlay is made once; another stamp makes it anew. */
static void test_steady_overlay_is_drawn_once(void **state)
{
	struct bench *bench = *state;
	struct easel *easel = lay(bench);

	bench->plan->sources[0].is_still = true;
	slot_put(bench->sources[0], frame_create_colour(300, 200, 20, 128, 128));
	stamp_it(easel, 255);
	for (int n = 0; n < 10; n++)
		tick(bench);
	const uint8_t *samples = bench->seen[0]->plane[0];

	for (int n = 0; n < 5; n++) {
		tick(bench);
		assert_ptr_equal(bench->seen[0]->plane[0], samples);
	}
	stamp_it(easel, 0);
	tick(bench);
	assert_ptr_not_equal(bench->seen[0]->plane[0], samples);
	assert_int_equal(stamped(bench, 0), 16);
	easel_unref(easel);
}

/* It stays through a transition and over the slate, and goes with the black. */
static void test_overlay_through_everything(void **state)
{
	struct bench *bench = *state;
	struct easel *easel = lay(bench);

	bench->note_expected = NOTE_BLACK_ENDED;
	for (int i = 0; i < SOURCES; i++)
		bench->plan->sources[i].is_still = true;
	put_both(bench);
	stamp_it(easel, 255);
	for (int n = 0; n < 10; n++)
		tick(bench);
	struct picture_plan *plan = new_plan(bench);

	plan->buses[0].from = plan->buses[0].scene;
	show_full(&plan->buses[0].scene, 1);
	plan->buses[0].transition = TRANSITION_MIX;
	plan->buses[0].transition_ms = 4000;
	plan->buses[0].serial++;
	for (int n = 0; n < 50; n++)
		tick(bench);
	assert_in_range(level(bench), 90, 110);
	assert_int_equal(stamped(bench, 0), 235);
	new_plan(bench)->buses[0].is_slate = true;
	tick(bench);
	assert_int_equal(level(bench), 200);
	assert_int_equal(stamped(bench, 0), 235);
	black(bench, true, 0);
	tick(bench);
	assert_int_equal(stamped(bench, 0), 16);
	easel_unref(easel);
}

static void test_shared_bus_has_the_overlay(void **state)
{
	struct bench *bench = *state;
	struct easel *easel = lay(bench);

	bench->plan->buses[1].same_as = 0;
	put(bench, 0, 20);
	stamp_it(easel, 255);
	for (int n = 0; n < 9; n++)
		tick(bench);
	assert_int_equal(stamped(bench, 1), 235);
	assert_ptr_equal(bench->seen[0]->plane[0], bench->seen[1]->plane[0]);
	easel_unref(easel);
}

/* An encoder that lets go of nothing gets the last picture again, and the ticks go on. */
static void test_no_canvas_left(void **state)
{
	struct bench *bench = *state;
	struct frame *kept[80];
	int n_kept = 0;

	bench->plan->buses[0].scene.boxes[0].width = 64;
	slot_set_wanted(bench->outs[1], false);
	for (int n = 0; n < 80; n++) {
		put(bench, 0, (uint8_t)(n + 20));
		tick(bench);
		assert_non_null(bench->seen[0]);
		kept[n_kept++] = frame_ref(bench->seen[0]);
	}
	for (int n = 0; n < n_kept; n++)
		frame_unref(kept[n]);
	put(bench, 0, 250);
	tick(bench);
	assert_int_equal(pixel(bench->seen[0], 0, 30, HEIGHT / 2), 250);
}

/* A source that left the plans is let go of; one that returns has nothing old to show. */
static void test_source_leaves(void **state)
{
	struct bench *bench = *state;

	put(bench, 0, 20);
	tick(bench);
	struct picture_plan *plan = new_plan(bench);

	plan->sources[0].id = 77;
	tick(bench);
	assert_int_equal(level(bench), 200);
	new_plan(bench)->n_buses = 1;
	tick(bench);
	assert_null(bench->seen[1]);
}

/* The tick keeps to a source as long as it is shown, and to none that does not move. */
static void test_on_air(void **state)
{
	struct bench *bench = *state;
	struct plan_scene *scene = &bench->plan->buses[0].scene;
	uint64_t id = 0;

	assert_int_equal(video_on_air(bench->video, NULL, &id), 0);
	for (int i = 0; i < SOURCES; i++) {
		struct frame *frame = frame_create_colour(WIDTH, HEIGHT, 50, 128, 128);

		frame->pts_ns = 1000 + i;
		slot_put(bench->sources[i], frame);
	}
	scene->n_boxes = 3;
	for (int i = 0; i < 3; i++)
		scene->boxes[i] = (struct plan_box){i, 0, 0, WIDTH, HEIGHT, FIT_FIT};
	bench->plan->sources[0].is_still = true;
	tick(bench);
	assert_int_equal(video_on_air(bench->video, bench->plan, &id), 1001);
	assert_int_equal(id, 11);
	id = 12;
	assert_int_equal(video_on_air(bench->video, bench->plan, &id), 1002);
	assert_int_equal(id, 12);
	new_plan(bench)->buses[0].scene.n_boxes = 2;
	tick(bench);
	assert_int_equal(video_on_air(bench->video, bench->plan, &id), 1001);
	assert_int_equal(id, 11);
	new_plan(bench)->buses[0].is_slate = true;
	tick(bench);
	assert_int_equal(video_on_air(bench->video, bench->plan, &id), 0);
	assert_int_equal(id, 0);
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_on_air),
		BENCHED(test_nothing_to_do),
		BENCHED(test_newest_frame),
		BENCHED(test_hold_then_slate_and_back),
		BENCHED(test_stills_never_go),
		BENCHED(test_fade_to_black),
		BENCHED(test_black_unseen_and_at_first),
		BENCHED(test_slate_over_all),
		BENCHED(test_every_plan_is_followed),
		BENCHED(test_cut),
		BENCHED(test_mix),
		BENCHED(test_wipe),
		BENCHED(test_take_within_a_take),
		BENCHED(test_transition_and_black_at_first),
		BENCHED(test_transition_is_cut_short),
		BENCHED(test_transition_unseen),
		BENCHED(test_same_as_shares),
		BENCHED(test_same_as_in_another_size),
		BENCHED(test_unwanted_is_not_drawn),
		BENCHED(test_still_picture_is_drawn_once),
		BENCHED(test_full_is_never_copied),
		BENCHED(test_overlay_over_a_source),
		BENCHED(test_steady_overlay_is_drawn_once),
		BENCHED(test_overlay_through_everything),
		BENCHED(test_shared_bus_has_the_overlay),
		BENCHED(test_no_canvas_left),
		BENCHED(test_source_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
