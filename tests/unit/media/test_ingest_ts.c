/* SPDX-License-Identifier: EUPL-1.2
 *
 * What cameras send: MPEG-TS of all kinds, made by ffmpeg and pushed at the pace at which it was made for.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "clock.h"
#include "ingest.h"
#include "studio.h"

#define SOURCE_ID 7
#define TONE	  "-f lavfi -i sine=frequency=440:sample_rate=48000"

static struct ingest *begin(struct studio *studio)
{
	struct ingest_spec spec = {
		.kind = INGEST_TS,
		.source_id = SOURCE_ID,
		.picture = studio->slot,
		.sound = studio->ring,
		.up = studio->up,
	};
	g_autoptr(GError) error = NULL;
	struct ingest *ingest = ingest_create(&spec, &error);

	assert_non_null(ingest);
	return ingest;
}

/* The pipeline is down before the studio goes. */
static void end(struct studio *studio, struct ingest *ingest)
{
	ingest_destroy(ingest);
	studio_house_settle();
	studio_close(studio);
}

/* Whole packets, up to that part of all. */
static void push_part(struct ingest *ingest, const char *bytes, size_t length, size_t *done,
		      double part)
{
	size_t due = part < 1 ? (size_t)((double)length * part) / 188 * 188 : length;

	for (; *done < due; *done += MIN(1316, length - *done))
		ingest_push(ingest, bytes + *done, MIN(1316, length - *done));
}

/* Evenly over that time. */
static void push_bytes(struct studio *studio, struct ingest *ingest, const char *bytes,
		       size_t length, double seconds)
{
	int64_t begin_ns = clock_now_ns();
	size_t done = 0;

	while (done < length) {
		push_part(ingest, bytes, length, &done,
			  (double)(clock_now_ns() - begin_ns) / NS_PER_S / seconds);
		studio_run(studio, 3);
	}
}

static void push_file(struct studio *studio, struct ingest *ingest, const char *path,
		      double seconds)
{
	g_autofree char *bytes = NULL;
	gsize length;

	assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	push_bytes(studio, ingest, bytes, length, seconds);
}

/* ---- several at once ---- */

struct camera {
	struct studio *studio;
	struct ingest *ingest; /* from play_cameras() on */
	char *bytes;
	gsize length;
	size_t done;
	bool is_right; /* of coding_is_seen() */
};

static void open_camera(struct camera *camera, const char *arguments)
{
	*camera = (struct camera){.studio = studio_open()};
	g_autofree char *path = studio_make(camera->studio, "a.ts", arguments);

	assert_true(g_file_get_contents(path, &camera->bytes, &camera->length, NULL));
}

static void play_cameras(struct camera *cameras, size_t n, double seconds)
{
	for (size_t i = 0; i < n; i++)
		cameras[i].ingest = begin(cameras[i].studio);
	int64_t begin_ns = clock_now_ns();
	double part;

	do {
		part = (double)(clock_now_ns() - begin_ns) / NS_PER_S / seconds;
		for (struct camera *camera = cameras; camera < cameras + n; camera++)
			push_part(camera->ingest, camera->bytes, camera->length, &camera->done,
				  part);
		studio_run(cameras[0].studio, 3);
	} while (part < 1);
}

static void stop_camera(struct camera *camera)
{
	ingest_destroy(camera->ingest);
	studio_house_settle();
	camera->ingest = NULL;
	camera->done = 0;
}

static void close_camera(struct camera *camera)
{
	stop_camera(camera);
	studio_close(camera->studio);
	g_free(camera->bytes);
}

/* ---- what plays ---- */

struct kind {
	const char *name, *arguments; /* of ffmpeg: 3 s */
	const char *video, *audio;
	int width, height, rate_hz, channels;
	bool is_interlaced;
	int fps, frames; /* frames: at least */
};

static const struct kind kinds[] = {
	{"H.264 and AAC",
	 "-f lavfi -i testsrc2=size=320x180:rate=30 " TONE
	 " -t 3 -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 15 "
	 "-c:a aac -ac 2",
	 "H.264", "AAC", 320, 180, 48000, 2, false, 30, 70},
	{"HEVC with B-frames, 25 pictures, 44.1 kHz mono",
	 "-f lavfi -i testsrc2=size=320x180:rate=25 -f lavfi -i "
	 "sine=frequency=440:sample_rate=44100 -t 3 -c:v libx265 -preset ultrafast -pix_fmt "
	 "yuv420p -x265-params log-level=none:bframes=3:keyint=10 -c:a aac -ac 1",
	 "HEVC", "AAC", 320, 180, 44100, 1, false, 25, 50},
	{"50i and MP2",
	 "-f lavfi -i testsrc2=size=352x288:rate=50 " TONE
	 " -t 3 -vf interlace -c:v mpeg2video -flags +ildct+ilme -g 10 -b:v 3M -c:a mp2 -ac 2",
	 "MPEG-2", "MP2", 352, 288, 48000, 2, true, 50, 110},
	{"H.264 50i",
	 "-f lavfi -i testsrc2=size=352x288:rate=50 " TONE
	 " -t 3 -vf interlace -c:v libx264 -preset ultrafast -pix_fmt yuv420p -flags +ildct+ilme "
	 "-x264-params tff=1 -g 10 -c:a mp2 -ac 2",
	 "H.264", "MP2", 352, 288, 48000, 2, true, 50, 90},
	{"only pictures",
	 "-f lavfi -i testsrc2=size=160x90:rate=30 -t 3 -c:v libx264 -preset ultrafast -tune "
	 "zerolatency -pix_fmt yuv420p -g 15",
	 "H.264", "", 160, 90, 0, 0, false, 30, 70},
	{"only sound, AC-3", TONE " -t 3 -c:a ac3 -ac 2", "", "AC-3", 0, 0, 48000, 2, false, 0, 0},
	{"only sound, Opus", TONE " -t 3 -c:a libopus -ac 2", "", "Opus", 0, 0, 48000, 2, false, 0,
	 0},
	{"only sound, MP3", TONE " -t 3 -c:a libmp3lame -ac 2", "", "MP3", 0, 0, 48000, 2, false, 0,
	 0},
	{"5.1",
	 "-f lavfi -i testsrc2=size=160x90:rate=30 " TONE
	 " -t 3 -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 15 -c:a aac "
	 "-ac 6",
	 "H.264", "AAC", 160, 90, 48000, 6, false, 30, 70},
	{"10 bits, 4:2:2",
	 "-f lavfi -i testsrc2=size=160x90:rate=30 -t 3 -c:v libx264 -preset ultrafast -tune "
	 "zerolatency -pix_fmt yuv422p10le -g 15",
	 "H.264", "", 160, 90, 0, 0, false, 30, 70},
};

static void check_sound(struct studio *studio)
{
	assert_true(studio_samples(studio, 110000, PATIENCE_MS));
	double hz = SOUND_RATE_HZ * (double)atomic_load(&studio->crossings) /
		    (double)atomic_load(&studio->samples);

	assert_true(hz > 430 && hz < 450);
}

/* Nearly all pictures are known by their first byte, and sound, but for the end of a long packet; sound is kept with its picture. */
static void check_clocks(const struct kind *kind, struct studio *studio,
			 const struct ingest_stats *stats)
{
	struct slot_stats slot;
	struct ring_stats ring;

	slot_read_stats(studio->slot, &slot);
	ring_read_stats(studio->ring, &ring);
	print_message("%-48s arrived %.0f ms ago, sound %.0f ms, skew %.0f ms\n", "",
		      slot.arrived.recent_ms, ring.arrived.recent_ms, stats->skew_ms);
	assert_true(ring.written == 0 || (ring.arrived.count > 0 && ring.arrived.recent_ms > 0));
	assert_true(slot.arrived.count >= slot.written * 3 / 4);
	assert_true(slot.written == 0 || slot.arrived.recent_ms > 0);
	if (!*kind->audio || !*kind->video)
		assert_true(isnan(stats->skew_ms));
}

static void check(const struct kind *kind, struct studio *studio, struct ingest *ingest)
{
	struct ingest_stats stats;

	ingest_read_stats(ingest, &stats);
	print_message("%-48s %d pictures, %.1f fps, %lld samples, anchor %.0f ms, %llu late\n",
		      kind->name, atomic_load(&studio->frames), stats.fps,
		      (long long)atomic_load(&studio->samples), stats.anchor_ms,
		      (unsigned long long)stats.late_frames);
	assert_string_equal(stats.video_codec, kind->video);
	assert_string_equal(stats.audio_codec, kind->audio);
	assert_int_equal(stats.width, kind->width);
	assert_int_equal(stats.height, kind->height);
	assert_int_equal(stats.audio_rate_hz, kind->rate_hz);
	assert_int_equal(stats.audio_channels, kind->channels);
	assert_int_equal(stats.is_interlaced, kind->is_interlaced);
	/* A machine that is too busy passes pictures over, and says how many. */
	int late = (int)stats.late_frames * (kind->is_interlaced ? 2 : 1);

	assert_true(atomic_load(&studio->frames) + late >= kind->frames);
	assert_true(atomic_load(&studio->frames) >= kind->frames / 3);
	assert_true(atomic_load(&studio->frames) <= 3 * kind->fps);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_LIVE), 1);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_FAILED), 0);
	if (*kind->audio)
		check_sound(studio);
	check_clocks(kind, studio, &stats);
}

static bool is_too_few(const struct kind *kind, const struct camera *camera)
{
	return atomic_load(&camera->studio->frames) < kind->frames / 3;
}

/* All at once, as in a hall with ten cameras. What the machine was too busy for comes again, alone. */
static void kinds_play(void **state)
{
	struct camera cameras[G_N_ELEMENTS(kinds)];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		open_camera(&cameras[i], kinds[i].arguments);
	play_cameras(cameras, G_N_ELEMENTS(kinds), 3);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		studio_frames(cameras[i].studio, kinds[i].frames, 3000);
		for (int turn = 0; turn < 3 && is_too_few(&kinds[i], &cameras[i]); turn++) {
			close_camera(&cameras[i]);
			open_camera(&cameras[i], kinds[i].arguments);
			play_cameras(&cameras[i], 1, 3);
			studio_frames(cameras[i].studio, kinds[i].frames, 3000);
		}
		check(&kinds[i], cameras[i].studio, cameras[i].ingest);
		close_camera(&cameras[i]);
	}
}

/* ---- how it was coded ---- */

#define MOVING "-f lavfi -i testsrc2=size=320x180:rate=30 -t 5 -pix_fmt yuv420p "

static const struct coding {
	const char *arguments, *profile;
	double key_ms;
	bool has_b_frames;
} codings[] = {
	{MOVING "-c:v libx264 -preset ultrafast -tune zerolatency -g 30", "constrained-baseline",
	 1000, false},
	{MOVING "-c:v libx264 -preset veryfast -bf 3 -b_strategy 0 -g 60 -sc_threshold 0", "high",
	 2000, true},
	{MOVING "-c:v libx265 -preset ultrafast -x265-params "
		"log-level=none:bframes=3:b-adapt=0:keyint=30:min-keyint=30:scenecut=0",
	 "main", 1000, true},
	/* one key at the start: it is known how long there was none */
	{MOVING "-c:v libx264 -preset ultrafast -bf 0 -g 900 -sc_threshold 0",
	 "constrained-baseline", 4500, false},
};

static bool is_as_coded(const struct coding *coding, const struct ingest_stats *stats)
{
	double by_ms = coding->key_ms > 4000 ? 700 : 40;

	return strcmp(stats->profile, coding->profile) == 0 &&
	       stats->has_b_frames == coding->has_b_frames &&
	       fabs(stats->key_interval_ms - coding->key_ms) < by_ms && stats->coded_fps > 26 &&
	       stats->coded_fps < 34;
}

/* Only of what comes evenly the rate is known: where the machine was too busy for that they come again, alone. */
static void see_coding(const struct coding *coding, struct camera *cameras, size_t n)
{
	play_cameras(cameras, n, 5);
	for (size_t i = 0; i < n; i++) {
		struct ingest_stats stats;

		ingest_read_stats(cameras[i].ingest, &stats);
		print_message("%s, key every %.0f ms, B-frames %d, %.1f coded fps\n", stats.profile,
			      stats.key_interval_ms, stats.has_b_frames, stats.coded_fps);
		cameras[i].is_right = is_as_coded(&coding[i], &stats);
	}
}

static void coding_is_seen(void **state)
{
	struct camera cameras[G_N_ELEMENTS(codings)];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(codings); i++)
		open_camera(&cameras[i], codings[i].arguments);
	see_coding(codings, cameras, G_N_ELEMENTS(codings));
	for (size_t i = 0; i < G_N_ELEMENTS(codings); i++)
		stop_camera(&cameras[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(codings); i++) {
		for (int turn = 0; turn < 3 && !cameras[i].is_right; turn++) {
			see_coding(&codings[i], &cameras[i], 1);
			stop_camera(&cameras[i]);
		}
		assert_true(cameras[i].is_right);
		close_camera(&cameras[i]);
	}
}

/* ---- what changes on the way ---- */

#define TURNS 8 /* a machine that is too busy leaves pictures out; then the same comes again */

static void push_made(struct studio *studio, struct ingest *ingest, const char *arguments)
{
	g_autofree char *path = studio_make(studio, "a.ts", arguments);

	push_file(studio, ingest, path, 1);
}

static void push_until_frames(struct studio *studio, struct ingest *ingest, const char *arguments,
			      int at_least)
{
	for (int turn = 0; turn < TURNS && atomic_load(&studio->frames) < at_least; turn++) {
		push_made(studio, ingest, arguments);
		studio_frames(studio, at_least, 500);
	}
	assert_true(atomic_load(&studio->frames) >= at_least);
}

#define PICTURES(size)                                                                             \
	"-f lavfi -i testsrc2=size=" size                                                          \
	":rate=30 -t 1 -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 15"

static void the_size_may_change(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio);
	int before;

	(void)state;
	push_until_frames(studio, ingest, PICTURES("320x180"), 20);
	assert_int_equal(atomic_load(&studio->width), 320);
	before = atomic_load(&studio->frames);
	push_until_frames(studio, ingest, PICTURES("640x360") " -output_ts_offset 1", before + 20);
	assert_int_equal(atomic_load(&studio->width), 640);
	assert_int_equal(atomic_load(&studio->height), 360);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_FAILED), 0);
	end(studio, ingest);
}

#define SOUND(hz) "-f lavfi -i sine=frequency=440:sample_rate=" hz " -t 1 -c:a aac -ac 2"

static void the_rate_may_change(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio);
	struct ingest_stats stats;

	(void)state;
	push_made(studio, ingest, SOUND("44100"));
	push_made(studio, ingest, SOUND("48000") " -output_ts_offset 1");
	assert_true(studio_samples(studio, 48000 * 3 / 2, PATIENCE_MS));
	ingest_read_stats(ingest, &stats);
	assert_int_equal(stats.audio_rate_hz, 48000);
	assert_int_equal(studio_count(studio, NOTE_SOURCE_FAILED), 0);
	end(studio, ingest);
}

/* The second begins at PTS 0 again, as an encoder does that was started anew. */
static void time_may_jump(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio);
	int before;

	(void)state;
	push_until_frames(studio, ingest, PICTURES("320x180") " -output_ts_offset 5000", 16);
	before = atomic_load(&studio->frames);
	push_until_frames(studio, ingest, PICTURES("320x180"), before + 16);
	end(studio, ingest);
}

/* ---- what cannot be shown ---- */

static void too_large_a_picture_is_refused(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio);
	g_autofree char *path = studio_make(studio, "a.ts",
					    "-f lavfi -i color=size=7680x4320:rate=5 -frames:v 3 "
					    "-c:v libx264 -preset ultrafast -pix_fmt yuv420p");
	const struct note *note;

	(void)state;
	push_file(studio, ingest, path, 1);
	note = studio_note(studio, NOTE_SOURCE_FAILED, PATIENCE_MS);
	assert_non_null(note);
	print_message("%s\n", note->text);
	assert_non_null(strstr(note->text, "7680x4320"));
	assert_true(ingest_is_over(ingest));
	assert_int_equal(atomic_load(&studio->frames), 0);
	end(studio, ingest);
}

static void fill_with_rubbish(char *bytes, size_t length, bool is_packets)
{
	GRand *rand = g_rand_new_with_seed(4711);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)g_rand_int(rand);
	for (size_t i = 0; is_packets && i < length; i += 188)
		bytes[i] = 0x47;
	g_rand_free(rand);
}

/* Without its tables (PAT on PID 0, PMT on 0x1000) nothing can be found. */
static void drop_tables(char *bytes, size_t length)
{
	for (size_t i = 0; i + 188 <= length; i += 188) {
		int pid = (bytes[i + 1] & 0x1f) << 8 | (unsigned char)bytes[i + 2];

		if (pid == 0 || pid == 0x1000) {
			bytes[i + 1] = 0x1f; /* a null packet */
			bytes[i + 2] = (char)0xff;
		}
	}
}

static void rubbish_is_told(void **state)
{
	struct studio *studios[3] = {studio_open(), studio_open(), studio_open()};
	struct ingest *ingests[3] = {begin(studios[0]), begin(studios[1]), begin(studios[2])};
	g_autofree char *path = studio_make(studios[0], "a.ts", PICTURES("320x180"));
	g_autofree char *tableless = NULL;
	static char bytes[2][188 * 700];
	gsize length;

	(void)state;
	assert_true(g_file_get_contents(path, &tableless, &length, NULL));
	drop_tables(tableless, length);
	fill_with_rubbish(bytes[0], sizeof(bytes[0]), false);
	fill_with_rubbish(bytes[1], sizeof(bytes[1]), true);
	push_bytes(studios[0], ingests[0], tableless, length, 0.2);
	push_bytes(studios[1], ingests[1], bytes[0], sizeof(bytes[0]), 0.2);
	push_bytes(studios[2], ingests[2], bytes[1], sizeof(bytes[1]), 0.2);
	for (int i = 0; i < 3; i++) {
		assert_non_null(studio_note(studios[i], NOTE_SOURCE_FAILED, PATIENCE_MS));
		assert_int_equal(atomic_load(&studios[i]->frames), 0);
		assert_int_equal(atomic_load(&studios[i]->samples), 0);
		ingest_push(ingests[i], bytes[0], sizeof(bytes[0]));
	}
	for (int i = 0; i < 3; i++)
		end(studios[i], ingests[i]);
}

static void nothing_may_be_pushed(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio);

	(void)state;
	for (int i = 0; i < 100; i++)
		ingest_push(ingest, "", 0);
	studio_run(studio, 50);
	assert_int_equal(studio->notes->len, 0);
	end(studio, ingest);
}

static void a_pause_is_told(void **state)
{
	struct studio *studio = studio_open();
	struct ingest *ingest = begin(studio);
	g_autofree char *path = studio_make(studio, "a.ts", PICTURES("320x180"));

	(void)state;
	push_file(studio, ingest, path, 1);
	assert_non_null(studio_note(studio, NOTE_SOURCE_STALLED, PATIENCE_MS));
	studio_forget_notes(studio);
	push_file(studio, ingest, path, 1);
	assert_non_null(studio_note(studio, NOTE_SOURCE_LIVE, PATIENCE_MS));
	end(studio, ingest);
}

/* Thirty connections, one after the other, as a camera with a loose plug makes them. */
static void memory_stays_as_it_is(void **state)
{
	struct studio *studio = studio_open();
	g_autofree char *path = studio_make(studio, "a.ts", PICTURES("640x360"));
	g_autofree char *bytes = NULL;
	gsize length;
	long rss = 0;

	(void)state;
	assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	for (int i = 0; i < 30; i++) {
		int frames = atomic_load(&studio->frames);
		struct ingest *ingest = begin(studio);

		for (gsize done = 0; done < length; done += MIN(1316, length - done))
			ingest_push(ingest, bytes + done, MIN(1316, length - done));
#ifdef __SANITIZE_ADDRESS__ /* too slow for so much at once; what is lost it finds itself */
		studio_frames(studio, frames + 3, 300);
#else
		assert_true(studio_frames(studio, frames + 3, PATIENCE_MS));
#endif
		ingest_destroy(ingest);
		if (i == 9)
			rss = studio_rss_kb();
	}
	print_message("RSS %ld kB after 10, %ld kB after 30\n", rss, studio_rss_kb());
#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed */
	/* A pipeline that stayed would be some megabytes, each. */
	assert_true(studio_rss_kb() - rss < 30000);
#endif
	end(studio, NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_play),
		cmocka_unit_test(coding_is_seen),
		cmocka_unit_test(the_size_may_change),
		cmocka_unit_test(the_rate_may_change),
		cmocka_unit_test(time_may_jump),
		cmocka_unit_test(too_large_a_picture_is_refused),
		cmocka_unit_test(rubbish_is_told),
		cmocka_unit_test(nothing_may_be_pushed),
		cmocka_unit_test(a_pause_is_told),
		cmocka_unit_test(memory_stays_as_it_is),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, studio_house_open, studio_house_close);
}
