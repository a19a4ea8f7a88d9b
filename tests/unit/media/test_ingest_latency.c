/* SPDX-License-Identifier: EUPL-1.2
 *
 * How much must have come before a picture can be seen, or a sound heard: a camera's frame is
 * pushed whole, and then nothing.
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

#define PICTURES    45 /* ends are told from the 31st on */
#define HELD	    8  /* in a decoder and on the way to it, or fewer */
#define MOST_UNITS  400
#define AAC_SAMPLES 1024

struct unit {
	size_t at, length;
};

struct stream {
	char *bytes;
	gsize length;
	struct unit units[MOST_UNITS];
	int n;
};

/* ISO 13818-1 2.4.3.2: the unit begins with a packet of the picture's PID that says so. ffmpeg
 * gives its first stream PID 0x100. */
static void find_units(struct stream *stream)
{
	for (gsize i = 0; i + 188 <= stream->length; i += 188) {
		const unsigned char *packet = (const unsigned char *)stream->bytes + i;

		if (((packet[1] & 0x1f) << 8 | packet[2]) == 0x100 && (packet[1] & 0x40) &&
		    stream->n < MOST_UNITS)
			stream->units[stream->n++].at = i;
	}
	stream->units[0].at = 0; /* with the tables */
	for (int i = 0; i < stream->n; i++)
		stream->units[i].length =
			(i + 1 < stream->n ? stream->units[i + 1].at : stream->length) -
			stream->units[i].at;
}

static void push_unit(struct ingest *ingest, const struct stream *stream, int i)
{
	const struct unit *unit = &stream->units[i];

	for (size_t done = 0; done < unit->length; done += MIN(1316, unit->length - done))
		ingest_push(ingest, stream->bytes + unit->at + done,
			    MIN(1316, unit->length - done));
}

/* On a busy machine what is pushed too soon grows old and is left out, to a key frame that is fresh. At most HELD pictures ahead of what is
 * seen; what does not come at all was left out. */
static void keep_pace(struct studio *studio, int *ahead_of, int per_unit)
{
	*ahead_of += per_unit;
	studio_run(studio, 40);
	if (!studio_frames(studio, *ahead_of - HELD * per_unit, 3000))
		*ahead_of = atomic_load(&studio->frames);
}

static bool is_white(struct studio *studio, void *data)
{
	(void)data;
	return atomic_load(&studio->luma) > 200;
}

static void close_all(struct studio *studio, struct ingest *ingest, struct stream *stream)
{
	g_free(stream->bytes);
	ingest_destroy(ingest);
	studio_house_settle();
	studio_close(studio);
}

/* The last pictures are white in the middle, from that one on (of interlaced ones two are one).
 * Nothing comes behind the last one: it is seen nevertheless. */
static void see_the_end(const char *form, const char *encoder, int white_from)
{
	struct studio *studio = studio_open();
	struct stream stream = {0};
	g_autofree char *arguments = g_strdup_printf(
		"-f lavfi -i testsrc2=size=%s,drawbox=c=black:t=fill,drawbox=x=40:w=240:c="
		"white:t=fill:enable=gte(n\\,%d) -frames:v %d -pix_fmt yuv420p %s -muxdelay 0 "
		"-muxpreload 0",
		form, white_from, PICTURES, encoder);
	g_autofree char *path = studio_make(studio, "a.ts", arguments);
	struct ingest_spec spec = {.kind = INGEST_TS,
				   .source_id = 1,
				   .picture = studio->slot,
				   .sound = studio->ring,
				   .up = studio->up};
	struct ingest *ingest = ingest_create(&spec, NULL);

	assert_true(g_file_get_contents(path, &stream.bytes, &stream.length, NULL));
	find_units(&stream);
	assert_int_equal(stream.n, PICTURES);
	for (int i = 0, ahead_of = 0; i < stream.n; i++) {
		push_unit(ingest, &stream, i);
		keep_pace(studio, &ahead_of, white_from > PICTURES ? 2 : 1);
	}
	bool is_seen = studio_until(studio, is_white, NULL, PATIENCE_MS);

	print_message("%.50s: %d pictures of %d\n", encoder, atomic_load(&studio->frames),
		      PICTURES);
	assert_true(is_seen);
	assert_true(atomic_load(&studio->frames) <=
		    (white_from > PICTURES ? 2 * PICTURES : PICTURES));
	close_all(studio, ingest, &stream);
}

static void h264_waits_for_nothing(void **state)
{
	(void)state;
	see_the_end("320x180:rate=25", "-c:v libx264 -preset ultrafast -tune zerolatency -g 15",
		    PICTURES - 1);
}

static void hevc_waits_for_nothing(void **state)
{
	(void)state;
	see_the_end("320x180:rate=25",
		    "-c:v libx265 -preset ultrafast -tune zerolatency -x265-params "
		    "log-level=none:keyint=15",
		    PICTURES - 1);
}

/* A decoder keeps what it must for the order, and not a picture more. */
static void b_frames_wait_for_their_order_alone(void **state)
{
	(void)state;
	see_the_end("320x180:rate=25", "-c:v libx264 -preset ultrafast -bf 2 -g 15", PICTURES - 3);
	see_the_end(
		"320x180:rate=25",
		"-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=2:keyint=15",
		PICTURES - 3);
}

/* Fields come as frames of their own, and making one needs those around it. */
static void interlaced_pictures_are_told(void **state)
{
	(void)state;
	see_the_end("320x180:rate=50",
		    "-vf interlace -c:v libx264 -preset ultrafast -tune zerolatency -g 15 -flags "
		    "+ildct+ilme -x264-params tff=1",
		    PICTURES * 2 - 2);
}

static void slices_are_one_picture(void **state)
{
	(void)state;
	see_the_end("320x180:rate=25",
		    "-c:v libx264 -preset ultrafast -tune zerolatency -g 15 -x264-params slices=4",
		    PICTURES - 1);
}

/* What is loud has large frames; a parser that asks for as much of each would hold a second of
 * silence. */
static void silence_after_a_loud_start_is_not_held(void **state)
{
	struct studio *studio = studio_open();
	struct stream stream = {0};
	g_autofree char *path =
		studio_make(studio, "a.ts",
			    "-f lavfi -i aevalsrc='lt(t,1)*(random(0)-0.5)':s=48000:d=3 -c:a aac "
			    "-b:a 256k -ac 2 "
			    "-pes_payload_size 0 -muxdelay 0 -muxpreload 0");
	struct ingest_spec spec = {.kind = INGEST_TS,
				   .source_id = 1,
				   .picture = studio->slot,
				   .sound = studio->ring,
				   .up = studio->up};
	struct ingest *ingest = ingest_create(&spec, NULL);

	(void)state;
	assert_true(g_file_get_contents(path, &stream.bytes, &stream.length, NULL));
	find_units(&stream);
	assert_in_range(stream.n, 120, 150);
	for (int i = 0; i < stream.n; i++) {
		push_unit(ingest, &stream, i);
		studio_run(studio, 10);
	}
	studio_samples(studio, (uint64_t)(stream.n - 2) * AAC_SAMPLES, PATIENCE_MS);
	print_message("%d of %d AAC frames without what follows\n",
		      (int)(atomic_load(&studio->samples) / AAC_SAMPLES), stream.n);
	assert_true(atomic_load(&studio->samples) >= (uint64_t)(stream.n - 2) * AAC_SAMPLES);
	close_all(studio, ingest, &stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(h264_waits_for_nothing),
		cmocka_unit_test(hevc_waits_for_nothing),
		cmocka_unit_test(b_frames_wait_for_their_order_alone),
		cmocka_unit_test(slices_are_one_picture),
		cmocka_unit_test(interlaced_pictures_are_told),
		cmocka_unit_test(silence_after_a_loud_start_is_not_held),
	};

	return cmocka_run_group_tests(tests, studio_house_open, studio_house_close);
}
