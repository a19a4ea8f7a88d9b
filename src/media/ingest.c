/* SPDX-License-Identifier: EUPL-1.2
 *
 *   TS     appsrc -> decodebin --pads--> [probe: anchor] -> queue -> convert -> appsink (sync) -> slot, ring
 *   file   filesrc -> decodebin --pads-->                   queue -> convert -> appsink (sync) -> slot, ring
 *   still  filesrc -> decodebin -> convert -> appsink -> slot, once
 *   test   test sources -> appsinks (sync) -> slot, ring
 *
 * A TS pipeline runs on CLOCK_MONOTONIC itself and the anchor is set as the sinks' ts-offset; the others begin at 0 and their sinks need no help.
 */
#include "ingest.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "clock.h"
#include "error.h"
#include "ingest_private.h"
#include "launch.h"
#include "picture.h"
#include "reaper.h"
#include "ring.h"

#define WATCH_NS (500 * NS_PER_MS)
/* Of bytes without a picture or sound: no PMT, nothing that we decode, no key. A file says so itself, and may be slow to begin where disk or
 * machine are busy: to give it up and begin again would make that worse. */
#define NOTHING_NS	 (5 * NS_PER_S)
#define NO_FILE_NS	 (30 * NS_PER_S)
#define STILL_TIMEOUT_NS (2 * NS_PER_S)

/* ---- life ---- */

struct ingest *ingest_ref(struct ingest *ingest)
{
	atomic_fetch_add(&ingest->refs, 1);
	return ingest;
}

void ingest_unref(void *data)
{
	struct ingest *ingest = data;

	if (atomic_fetch_sub(&ingest->refs, 1) != 1)
		return;
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		gst_clear_object(&ingest->branches[i].bin);
	outlet_finish(&ingest->outlet);
	g_mutex_clear(&ingest->anchor_mutex);
	g_free(ingest);
}

static bool is_nothing_found(const struct ingest *ingest, int64_t now_ns)
{
	int64_t first_ns = atomic_load(&ingest->first_byte_ns);

	return atomic_load(&ingest->outlet.last_ns) == 0 && first_ns &&
	       now_ns - first_ns > (ingest->kind == INGEST_FILE ? NO_FILE_NS : NOTHING_NS);
}

/* Twice a second, on the system clock's thread. */
static gboolean on_watch(GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
	struct ingest *ingest = data;
	int64_t now_ns = clock_now_ns();

	(void)clock;
	(void)time;
	(void)id;
	if (is_nothing_found(ingest, now_ns))
		outlet_end(&ingest->outlet, NOTE_SOURCE_FAILED,
			   ingest->kind == INGEST_FILE
				   ? "no picture and no sound in 30 s"
				   : "no picture and no sound in 5 s of data: no PMT, or nothing "
				     "that can be decoded");
	else if (ingest->kind != INGEST_STILL)
		outlet_check(&ingest->outlet, now_ns);
	return TRUE;
}

static void start_watch(struct ingest *ingest)
{
	g_autoptr(GstClock) clock = gst_system_clock_obtain();

	ingest->watch = gst_clock_new_periodic_id(
		clock, gst_clock_get_time(clock) + (GstClockTime)WATCH_NS, (GstClockTime)WATCH_NS);
	gst_clock_id_wait_async(ingest->watch, on_watch, ingest_ref(ingest), ingest_unref);
}

/* ---- starting ---- */

static bool start_ts(struct ingest *ingest)
{
	launch_on_wall_time(ingest->pipeline);
	ingest->bytes = launch_element(ingest->pipeline, "bytes");
	ingest->outlet.arrivals = &ingest->arrivals;
	ingest->outlet.sound_arrivals = &ingest->sound_arrivals;
	ingest_connect_decoder(ingest, launch_element(ingest->pipeline, "decode"));
	return gst_element_set_state(ingest->pipeline, GST_STATE_PLAYING) !=
	       GST_STATE_CHANGE_FAILURE;
}

static bool start_file(struct ingest *ingest, const char *path)
{
	g_object_set(launch_element(ingest->pipeline, "file"), "location", path, NULL);
	ingest_connect_decoder(ingest, launch_element(ingest->pipeline, "decode"));
	atomic_store(&ingest->first_byte_ns, clock_now_ns());
	/* It plays when its start is decoded (ASYNC_DONE). */
	return gst_element_set_state(ingest->pipeline, GST_STATE_PAUSED) !=
	       GST_STATE_CHANGE_FAILURE;
}

/* The picture, or NULL when it cannot be decoded: then the wait ends with the error. */
static GstSample *wait_for_still(struct ingest *ingest)
{
	GstElement *sink = launch_element(ingest->pipeline, "picture");
	int64_t end_ns = clock_now_ns() + STILL_TIMEOUT_NS;
	GstSample *sample = NULL;

	while (!sample && !ingest_is_over(ingest) && clock_now_ns() < end_ns)
		sample = gst_app_sink_try_pull_preroll(GST_APP_SINK(sink), 20 * GST_MSECOND);
	return sample;
}

/* Waits for the picture: a crew that adds a slide wants to know at once that it can be read. The pipeline is not needed any more then. */
static bool start_still(struct ingest *ingest, const char *path)
{
	g_object_set(launch_element(ingest->pipeline, "file"), "location", path, NULL);
	ingest_connect_decoder(ingest, launch_element(ingest->pipeline, "decode"));
	if (gst_element_set_state(ingest->pipeline, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
		return false;
	GstSample *sample = wait_for_still(ingest);

	if (!sample)
		return false;
	bool is_good = outlet_take_picture(&ingest->outlet, sample);

	atomic_store(&ingest->is_refused, !is_good);
	gst_sample_unref(sample);
	reaper_bring_down(g_steal_pointer(&ingest->pipeline), ingest_unref, ingest_ref(ingest));
	return is_good;
}

static bool start_test(struct ingest *ingest, const struct ingest_spec *spec)
{
	GstCaps *caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420", "width",
					    G_TYPE_INT, spec->width, "height", G_TYPE_INT,
					    spec->height, "framerate", GST_TYPE_FRACTION, spec->fps,
					    1, "colorimetry", G_TYPE_STRING, "bt709", NULL);

	g_object_set(launch_element(ingest->pipeline, "size"), "caps", caps, NULL);
	gst_caps_unref(caps);
	outlet_answer_picture(&ingest->outlet, launch_element(ingest->pipeline, "picture"));
	outlet_answer_sound(&ingest->outlet, launch_element(ingest->pipeline, "sound"));
	return gst_element_set_state(ingest->pipeline, GST_STATE_PLAYING) !=
	       GST_STATE_CHANGE_FAILURE;
}

static bool start(struct ingest *ingest, const struct ingest_spec *spec)
{
	switch (spec->kind) {
	case INGEST_TS:
		return start_ts(ingest);
	case INGEST_FILE:
		return start_file(ingest, spec->path);
	case INGEST_STILL:
		return start_still(ingest, spec->path);
	case INGEST_TEST:
		return start_test(ingest, spec);
	case INGEST_UNSET:
		break;
	}
	return false;
}

static void fail_to_start(const struct ingest *ingest, const struct ingest_spec *spec,
			  GError **error)
{
	const char *name = spec->path ? spec->path : "the source";

	if (atomic_load(&ingest->is_refused))
		fail(error, ERROR_MEDIA, "%s: its picture is larger than %dx%d", name,
		     PICTURE_MOST_WIDTH, PICTURE_MOST_HEIGHT);
	else if (spec->kind == INGEST_STILL)
		fail(error, ERROR_MEDIA, "%s cannot be read as a picture (PNG and JPEG would do)",
		     name);
	else
		fail(error, ERROR_MEDIA, "%s cannot be started", name);
}

static const char *const texts[] = {
	[INGEST_TS] = "source/ts.launch",
	[INGEST_FILE] = "source/file.launch",
	[INGEST_STILL] = "source/still.launch",
	[INGEST_TEST] = "source/test.launch",
};

struct ingest *ingest_create(const struct ingest_spec *spec, GError **error)
{
	GstElement *pipeline = launch_pipeline(texts[spec->kind], error);

	if (!pipeline)
		return NULL;
	struct ingest *ingest = g_new0(struct ingest, 1);

	atomic_init(&ingest->refs, 1);
	ingest->kind = spec->kind;
	ingest->is_once = spec->is_once;
	outlet_init(&ingest->outlet, spec->source_id, spec->picture, spec->sound, spec->up);
	ingest->pipeline = pipeline;
	g_mutex_init(&ingest->anchor_mutex);
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		ingest->branches[i] =
			(struct branch){ingest, (enum anchor_stream)i, .last_ns = G_MININT64 / 2};
	ring_restart(spec->sound);
	ingest_watch_bus(ingest);
	if (!start(ingest, spec)) {
		fail_to_start(ingest, spec, error);
		ingest_destroy(ingest);
		return NULL;
	}
	start_watch(ingest);
	return ingest;
}

/* With the ends of pictures told. */
static GstBuffer *copy_bytes(struct ingest *ingest, const void *bytes, size_t length)
{
	uint8_t *copy = g_malloc(2 * length);
	size_t done = ts_end_pass(&ingest->ends, bytes, length, copy);

	return gst_buffer_new_wrapped_full(0, copy, 2 * length, 0, done, copy, g_free);
}

void ingest_push(struct ingest *ingest, const void *bytes, size_t length)
{
	int64_t none = 0;

	if (!length)
		return;
	GstBuffer *buffer = copy_bytes(ingest, bytes, length);
	int64_t now_ns = clock_now_ns();

	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = (GstClockTime)now_ns;
	atomic_compare_exchange_strong(&ingest->first_byte_ns, &none, now_ns);
	gst_app_src_push_buffer(GST_APP_SRC(ingest->bytes), buffer);
}

bool ingest_is_over(const struct ingest *ingest)
{
	return atomic_load(&ingest->outlet.is_ended);
}

void ingest_read_stats(const struct ingest *ingest, struct ingest_stats *stats)
{
	const char *video = atomic_load(&ingest->video_codec),
		   *audio = atomic_load(&ingest->audio_codec),
		   *profile = atomic_load(&ingest->profile);
	struct coded_stats coded;

	coded_read(&ingest->coded, clock_now_ns(), &coded);
	*stats = (struct ingest_stats){
		.key_interval_ms = coded.key_interval_ms,
		.coded_fps = coded.fps,
		.has_b_frames = coded.has_b_frames,
		.is_interlaced = atomic_load(&ingest->is_interlaced),
		.audio_rate_hz = atomic_load(&ingest->rate_hz),
		.audio_channels = atomic_load(&ingest->channels),
		.late_frames = atomic_load(&ingest->late),
		.anchor_ms = (double)atomic_load(&ingest->anchor_ns[ANCHOR_PICTURE]) / NS_PER_MS,
	};
	outlet_read_stats(&ingest->outlet, stats);
	g_strlcpy(stats->video_codec, video ? video : "", sizeof(stats->video_codec));
	g_strlcpy(stats->audio_codec, audio ? audio : "", sizeof(stats->audio_codec));
	g_strlcpy(stats->profile, profile ? profile : "", sizeof(stats->profile));
}

/* ---- ending ---- */

static void unschedule(struct ingest *ingest)
{
	if (!ingest->watch)
		return;
	gst_clock_id_unschedule(ingest->watch);
	gst_clock_id_unref(ingest->watch);
}

void ingest_destroy(struct ingest *ingest)
{
	if (!ingest)
		return;
	outlet_close(&ingest->outlet);
	unschedule(ingest);
	reaper_bring_down(ingest->pipeline, ingest_unref, ingest);
}
