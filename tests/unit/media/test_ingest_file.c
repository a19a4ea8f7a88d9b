/* SPDX-License-Identifier: EUPL-1.2
 *
 * Clips, slides and the test picture.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "ingest.h"
#include "studio.h"

#define TONE "-f lavfi -i sine=frequency=440:sample_rate=48000"
#define CLIP                                                                                       \
	"-f lavfi -i testsrc2=size=320x180:rate=30 " TONE                                          \
	" -t 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"

static struct ingest *begin(struct studio *studio, enum ingest_kind kind, const char *path,
			    bool is_once, GError **error)
{
	struct ingest_spec spec = {
		.kind = kind,
		.source_id = 3,
		.path = path,
		.is_once = is_once,
		.width = 640,
		.height = 360,
		.fps = 30,
		.picture = studio->slot,
		.sound = studio->ring,
		.up = studio->up,
	};

	return ingest_create(&spec, error);
}

/* The pipeline is down before the studio goes. */
static void end(struct studio *studio, struct ingest *ingest)
{
	ingest_destroy(ingest);
	studio_house_settle();
	studio_close(studio);
}

static void the_test_picture_and_its_tone(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio, INGEST_TEST, NULL, false, NULL);
	struct ingest_stats stats;
	struct slot_stats slot;

	(void)state;
	assert_non_null(ingest);
	assert_true(studio_frames(studio, 75, PATIENCE_MS));
	assert_true(studio_samples(studio, 96000, PATIENCE_MS));
	ingest_read_stats(ingest, &stats);
	assert_int_equal(stats.width, 640);
	assert_int_equal(stats.height, 360);
	assert_true(stats.fps > 10 && stats.fps < 40);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_LIVE), 1);
	/* Nothing of it ever arrived. */
	slot_read_stats(studio->slot, &slot);
	assert_int_equal(slot.arrived.count, 0);
	end(studio, ingest);
}

/* ---- stills ---- */

static void a_still_is_there_at_once(void **state)
{
	static const char *const names[] = {"a.png", "a.jpg"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct studio *studio = studio_open();
		g_autofree char *path = studio_make(
			studio, names[i],
			"-f lavfi -i color=c=white:size=1281x719,format=rgb24 -frames:v 1");
		struct ingest *ingest = begin(studio, INGEST_STILL, path, false, NULL);

		assert_non_null(ingest);
		assert_int_equal(atomic_load(&studio->frames), 1);
		assert_int_equal(atomic_load(&studio->width), 1281);
		assert_in_range(atomic_load(&studio->luma), 233, 238);
		assert_int_equal(studio_count(studio, NOTE_SOURCE_LIVE), 1);
		studio_run(studio, 1700);
		assert_int_equal(studio_count(studio, NOTE_SOURCE_STALLED), 0);
		end(studio, ingest);
	}
}

static void what_is_no_picture_is_refused_at_once(void **state)
{
	struct studio *studio = studio_open();
	g_autofree char *text = g_build_filename(studio->dir, "a.png", NULL),
			*none = g_build_filename(studio->dir, "none.png", NULL);
	g_autofree char *half =
		studio_make(studio, "half.png", "-f lavfi -i testsrc2=size=640x360 -frames:v 1");
	g_autoptr(GError) error = NULL;
	int64_t begin_ns;

	(void)state;
	assert_true(g_file_set_contents(text, "this is no picture", -1, NULL));
	begin_ns = clock_now_ns();
	assert_null(begin(studio, INGEST_STILL, text, false, &error));
	assert_non_null(strstr(error->message, "a.png"));
	g_clear_error(&error);
	assert_null(begin(studio, INGEST_STILL, none, false, &error));
	assert_non_null(strstr(error->message, "none.png"));
	/* Each that is waited for in vain takes two seconds. */
	assert_true(clock_now_ns() - begin_ns < 2 * NS_PER_S);
	assert_true(g_file_set_contents(half, "\x89PNG\r\n\x1a\n", 8, NULL));
	assert_null(begin(studio, INGEST_STILL, half, false, NULL));
	assert_int_equal(atomic_load(&studio->frames), 0);
	end(studio, NULL);
}

static void too_large_a_still_is_refused(void **state)
{
	struct studio *studio = studio_open();
	g_autofree char *path =
		studio_make(studio, "a.png", "-f lavfi -i color=size=5000x3000 -frames:v 1");
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(begin(studio, INGEST_STILL, path, false, &error));
	print_message("%s\n", error->message);
	assert_non_null(strstr(error->message, "3840x2160"));
	end(studio, NULL);
}

/* ---- files ---- */

static const struct {
	const char *name, *arguments, *video, *audio;
	bool is_gapless; /* the container knows segments */
} clips[] = {
	{"a.mkv", CLIP " -c:a pcm_s16le", "H.264", "", true},
	{"a.mp4", CLIP " -c:a aac", "H.264", "AAC", false},
	{"a.ts", CLIP " -c:a aac", "H.264", "AAC", false},
	{"a.webm",
	 "-f lavfi -i testsrc2=size=320x180:rate=30 " TONE
	 " -t 1 -c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus",
	 "VP8", "Opus", false},
	{"a.wav", TONE " -t 1", "", "", true},
};

/* For three and a half seconds, which is three times from the start again. */
static void check_loop(size_t i, struct studio *studio, struct ingest *ingest)
{
	struct ingest_stats stats;

	assert_true(studio_samples(studio, 48000 * 7 / 2, PATIENCE_MS));
	ingest_read_stats(ingest, &stats);
	print_message("%s: %d pictures, longest silence %.0f ms\n", clips[i].name,
		      atomic_load(&studio->frames),
		      (double)atomic_load(&studio->longest_silence) / 48);
	assert_string_equal(stats.video_codec, clips[i].video);
	assert_string_equal(stats.audio_codec, clips[i].audio);
	if (*clips[i].video)
		assert_true(atomic_load(&studio->frames) >= 80);
	if (clips[i].is_gapless)
		assert_true(atomic_load(&studio->longest_silence) < 48 * 5);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_LOST), 0);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_FAILED), 0);
}

static void files_play_for_ever(void **state)
{
	struct studio *studios[G_N_ELEMENTS(clips)];
	struct ingest *ingests[G_N_ELEMENTS(clips)];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(clips); i++) {
		studios[i] = studio_open();
		g_autofree char *path = studio_make(studios[i], clips[i].name, clips[i].arguments);

		ingests[i] = begin(studios[i], INGEST_FILE, path, false, NULL);
		assert_non_null(ingests[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(clips); i++)
		check_loop(i, studios[i], ingests[i]);
	if (studio_hurried() >= 0)
		assert_int_equal(studio_hurried(), G_N_ELEMENTS(clips));
	for (size_t i = 0; i < G_N_ELEMENTS(clips); i++)
		end(studios[i], ingests[i]);
	assert_true(studio_hurried() <= 0);
}

static void a_file_plays_once(void **state)
{
	struct studio *studio = studio_open();
	g_autofree char *path = studio_make(studio, "a.mkv", CLIP " -c:a pcm_s16le");
	struct ingest *ingest = begin(studio, INGEST_FILE, path, true, NULL);

	(void)state;
	assert_non_null(studio_note(studio, NOTE_SOURCE_LOST, PATIENCE_MS));
	assert_int_equal(atomic_load(&studio->frames), 30);
	assert_in_range(atomic_load(&studio->samples), 47000, 49000);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_FAILED), 0);
	end(studio, ingest);
}

static void what_is_no_file_fails(void **state)
{
	struct studio *studio = studio_open();
	g_autofree char *path = g_build_filename(studio->dir, "a.mp4", NULL),
			*none = g_build_filename(studio->dir, "none.mp4", NULL);
	g_autoptr(GError) error = NULL;
	struct ingest *ingest;

	(void)state;
	assert_null(begin(studio, INGEST_FILE, none, false, &error));
	assert_non_null(strstr(error->message, "none.mp4"));
	assert_true(g_file_set_contents(path, "this is no film", -1, NULL));
	ingest = begin(studio, INGEST_FILE, path, false, NULL);
	assert_non_null(studio_note(studio, NOTE_SOURCE_FAILED, PATIENCE_MS));
	end(studio, ingest);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_test_picture_and_its_tone),
		cmocka_unit_test(a_still_is_there_at_once),
		cmocka_unit_test(what_is_no_picture_is_refused_at_once),
		cmocka_unit_test(too_large_a_still_is_refused),
		cmocka_unit_test(files_play_for_ever),
		cmocka_unit_test(a_file_plays_once),
		cmocka_unit_test(what_is_no_file_fails),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, studio_house_open, studio_house_close);
}
