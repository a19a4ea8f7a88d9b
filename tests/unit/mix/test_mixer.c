/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <stdatomic.h>
#include <twinstage/note.h>
#include <uv.h>

#include "clock.h"
#include "mailbox.h"
#include "mixer.h"
#include "ring.h"
#include "slot.h"

#define WIDTH  160
#define HEIGHT 90
#define FPS    50

/* The real threads, for as short as they need to do what is asked; nothing here depends on how long
 * that takes. */
struct bench {
	uv_loop_t loop;
	struct mailbox *up;
	struct mixer *mixer;
	struct slot *source, *out;
	struct ring *voice, *bus;
	struct meter *meter;
	int n_ended;
	uint64_t last_serial;
	int64_t told_pictures, told_sound; /* how many ticks were missed */
	atomic_bool is_held, is_released;  /* what holds a thread up, below */
};

static void take_note(void *message, void *data)
{
	struct note *note = message;
	struct bench *bench = data;

	if (note->kind == NOTE_TRANSITION_ENDED) {
		bench->n_ended++;
		bench->last_serial = (uint64_t)note->value;
	}
	if (note->kind == NOTE_TICKS_MISSED)
		bench->told_pictures += note->value;
	if (note->kind == NOTE_SOUND_MISSED)
		bench->told_sound += note->value;
	g_free(note);
}

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);
	struct mixer_config config = {.width = WIDTH, .height = HEIGHT, .fps = FPS, .hold_ms = 100};

	uv_loop_init(&bench->loop);
	bench->up = mailbox_create(&bench->loop, take_note, g_free, bench);
	bench->source = slot_create();
	bench->out = slot_create();
	bench->voice = ring_create(1000, 20);
	bench->bus = ring_create(1000, 10);
	bench->meter = meter_create();
	bench->mixer = mixer_create(&config, bench->up, NULL);
	assert_non_null(bench->mixer);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	mixer_destroy(bench->mixer);
	mixer_destroy(NULL);
	slot_unref(bench->source);
	slot_unref(bench->out);
	ring_unref(bench->voice);
	ring_unref(bench->bus);
	meter_unref(bench->meter);
	mailbox_destroy(bench->up);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench->loop), 0);
	g_free(bench);
	return 0;
}

static void show(struct bench *bench, uint64_t serial, enum transition_kind kind)
{
	struct picture_plan *plan = picture_plan_create();
	struct plan_picture_bus *bus = &plan->buses[0];

	plan->n_sources = plan->n_buses = 1;
	plan->sources[0] = (struct plan_picture_source){.id = 1, .slot = bench->source};
	*bus = (struct plan_picture_bus){.id = 2,
					 .out = bench->out,
					 .same_as = -1,
					 .serial = serial,
					 .transition = kind,
					 .transition_ms = 100};
	bus->scene.still = bus->from.still = -1;
	bus->scene.n_boxes = 1;
	bus->scene.boxes[0] = (struct plan_box){0, 0, 0, WIDTH, HEIGHT, FIT_FIT};
	mixer_show(bench->mixer, plan);
}

static void route(struct bench *bench, float gain)
{
	struct sound_plan *plan = sound_plan_create();

	plan->n_sources = plan->n_buses = 1;
	plan->sources[0] = (struct plan_sound_source){3, bench->voice, bench->meter};
	plan->buses[0] = (struct plan_sound_bus){.id = 4, .out = bench->bus};
	plan->buses[0].gain[0] = gain;
	mixer_route(bench->mixer, plan);
}

/* The next picture's level. Waits for it, however long that takes. */
static int next_level(struct bench *bench)
{
	struct frame *frame;

	while (!(frame = slot_take(bench->out)))
		g_usleep(1000);
	int level = frame->plane[0][HEIGHT / 2 * frame->stride[0] + WIDTH / 2];

	assert_true(frame->pts_ns > 0);
	frame_unref(frame);
	return level;
}

static void wait_for_level(struct bench *bench, int level)
{
	while (next_level(bench) != level)
		;
}

/* Puts it until it is seen: on a machine that sleeps for longer than a frame is held, one is not
 * enough. */
static void put_until_seen(struct bench *bench, uint8_t level)
{
	do
		slot_put(bench->source, frame_create_colour(WIDTH, HEIGHT, level, 128, 128));
	while (next_level(bench) != level);
}

static void test_pictures(void **state)
{
	struct bench *bench = *state;
	struct mixer_stats stats;

	show(bench, 1, TRANSITION_CUT);
	put_until_seen(bench, 90);
	wait_for_level(bench, 40); /* it stopped; the ticks did not */
	for (int n = 0; n < 5; n++)
		next_level(bench);
	put_until_seen(bench, 91);
	mixer_read_stats(bench->mixer, &stats);
	assert_true(stats.video_ticks >= 8 && stats.video_tick_us > 0);
}

/* Each picture is due on the grid: the n-th at start + n / fps, however late the threads are. */
static void test_grid(void **state)
{
	struct bench *bench = *state;
	int64_t first_ns = 0;

	show(bench, 1, TRANSITION_CUT);
	for (int n = 0; n < 10;) {
		struct frame *frame = slot_take(bench->out);

		if (!frame) {
			g_usleep(1000);
			continue;
		}
		if (!first_ns)
			first_ns = frame->pts_ns;
		int64_t off_ns = (frame->pts_ns - first_ns) % (NS_PER_S / FPS);

		assert_true(off_ns == 0);
		frame_unref(frame);
		n++;
	}
}

static void test_transition_ends(void **state)
{
	struct bench *bench = *state;

	show(bench, 1, TRANSITION_CUT);
	next_level(bench);
	show(bench, 2, TRANSITION_MIX);
	while (bench->n_ended == 0) {
		uv_run(&bench->loop, UV_RUN_NOWAIT);
		g_usleep(1000);
	}
	assert_true(bench->last_serial == 2);
}

/* A ring's reader is one tick at a time: what comes out of the bus is what went in, and goes on as
 * silence when it stops. */
static void test_sound(void **state)
{
	struct bench *bench = *state;
	float in[SOUND_TICK_FRAMES * 2], out[SOUND_TICK_FRAMES * 2], loudest = 0;
	struct mixer_stats stats;

	for (int i = 0; i < SOUND_TICK_FRAMES * 2; i++)
		in[i] = 0.5f;
	route(bench, 0.5f);
	while (loudest < 0.249f) {
		if (ring_waiting(bench->voice) < 4800)
			ring_write(bench->voice, in, SOUND_TICK_FRAMES);
		size_t got = ring_drain(bench->bus, out, SOUND_TICK_FRAMES);

		for (size_t i = 0; i < 2 * got; i++)
			loudest = MAX(loudest, out[i]);
		g_usleep(2000);
	}
	assert_true(loudest < 0.26f);
	do { /* nobody writes any more */
		g_usleep(2000);
		loudest = 1;
		size_t got = ring_drain(bench->bus, out, SOUND_TICK_FRAMES);

		for (size_t i = 0; i < 2 * got; i++)
			loudest = i == 0 ? out[i] : MAX(loudest, out[i]);
	} while (loudest != 0);
	for (int waited_ms = 0; waited_ms < 10000; waited_ms++) {
		mixer_read_stats(bench->mixer, &stats);
		if (stats.audio_ticks > 5 && stats.audio_tick_us > 0)
			break;
		g_usleep(1000);
	}
	assert_true(stats.audio_ticks > 5 && stats.audio_tick_us > 0);
}

/* A bell that holds its thread up, once, until it is let go. */
static void hold_up(void *data)
{
	struct bench *bench = data;

	if (atomic_exchange(&bench->is_held, true))
		return;
	while (!atomic_load(&bench->is_released))
		g_usleep(1000);
}

static struct mixer_stats wait_until_held(struct bench *bench)
{
	struct mixer_stats stats;

	while (!atomic_load(&bench->is_held))
		g_usleep(1000);
	mixer_read_stats(bench->mixer, &stats);
	return stats;
}

/* However long a picture takes: sound goes on, what was missed is counted and told, and the grid holds. */
static void test_overrun(void **state)
{
	struct bench *bench = *state;
	struct mixer_stats before, stats;

	slot_hang_bell(bench->out, (struct bell){.ring = hold_up, .data = bench});
	show(bench, 1, TRANSITION_CUT);
	route(bench, 1);
	before = wait_until_held(bench);
	do {
		g_usleep(1000);
		mixer_read_stats(bench->mixer, &stats);
	} while (stats.audio_ticks + stats.audio_missed <
		 before.audio_ticks + before.audio_missed + 20);
	assert_true(stats.video_ticks == before.video_ticks);
	atomic_store(&bench->is_released, true);
	while (bench->told_pictures == 0) {
		uv_run(&bench->loop, UV_RUN_NOWAIT);
		g_usleep(1000);
	}
	mixer_read_stats(bench->mixer, &stats);
	/* Twenty ticks of sound are ten pictures; the last of them is made. */
	assert_true(bench->told_pictures >= 8);
	assert_true(stats.video_missed >= (uint64_t)bench->told_pictures);
}

/* Sound that comes too late to be heard is not lost without a word. */
static void test_sound_overrun(void **state)
{
	struct bench *bench = *state;
	struct mixer_stats stats;

	ring_hang_bell(bench->bus, (struct bell){.ring = hold_up, .data = bench});
	route(bench, 1);
	wait_until_held(bench);
	g_usleep(200000); /* at least */
	atomic_store(&bench->is_released, true);
	while (bench->told_sound == 0) {
		uv_run(&bench->loop, UV_RUN_NOWAIT);
		g_usleep(1000);
	}
	mixer_read_stats(bench->mixer, &stats);
	assert_true(bench->told_sound >= 15);
	assert_true(stats.audio_missed >= (uint64_t)bench->told_sound);
}

/* Plans given as fast as they can be made, with their slots and rings let go of at once: everything
 * is freed in the end. */
static void test_many_plans(void **state)
{
	struct bench *bench = *state;

	for (int n = 0; n < 2000; n++) {
		struct slot *source = bench->source, *out = bench->out;
		struct ring *voice = bench->voice, *bus = bench->bus;

		show(bench, (uint64_t)n / 100, n % 2 ? TRANSITION_MIX : TRANSITION_CUT);
		route(bench, (float)(n % 5) / 5);
		if (n % 100 == 99) {
			bench->source = slot_create();
			bench->out = slot_create();
			bench->voice = ring_create(100, 10);
			bench->bus = ring_create(100, 10);
			slot_unref(source);
			slot_unref(out);
			ring_unref(voice);
			ring_unref(bus);
			g_usleep(1000);
		}
	}
	show(bench, 999, TRANSITION_CUT);
	next_level(bench);
}

/* A plan given and never read is freed, too. */
static void test_ends_in_order(void **state)
{
	struct bench *bench = *state;

	show(bench, 1, TRANSITION_CUT);
	route(bench, 1);
	mixer_destroy(bench->mixer);
	bench->mixer = NULL;
	/* ours still */
	slot_put(bench->source, frame_create_colour(2, 2, 0, 0, 0));
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_pictures),	       BENCHED(test_grid),
		BENCHED(test_transition_ends), BENCHED(test_sound),
		BENCHED(test_overrun),	       BENCHED(test_sound_overrun),
		BENCHED(test_many_plans),      BENCHED(test_ends_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
