/* SPDX-License-Identifier: EUPL-1.2
 *
 * Pictures of H.264 decoders in the pool's memory, looked at while the decoder goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gst/app/gstappsink.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "picture.h"
#include "picture_pool.h"

#define PICTURES 30
#define HELD	 4

/* What was decoded, pictures being held as a slot and a mixer do. */
struct look {
	struct frame *held[HELD];
	guint sums[HELD];
	const uint8_t *places[PICTURES];
	int n, n_places, n_shared; /* shared: the decoder's own memory */
};

/* Of the rows that are seen only. */
static guint sum_of(const struct frame *frame)
{
	guint sum = 0;

	for (int p = 0; p < 3; p++)
		for (int y = 0; y < (p ? frame->height / 2 : frame->height); y += 3)
			for (int x = 0; x < (p ? frame->width / 2 : frame->width); x++)
				sum = sum * 31 + frame->plane[p][y * frame->stride[p] + x];
	return sum;
}

static void let_go(struct look *look, int place)
{
	if (!look->held[place])
		return;
	assert_int_equal(sum_of(look->held[place]), look->sums[place]);
	frame_unref(look->held[place]);
	look->held[place] = NULL;
}

static void note_place(struct look *look, const uint8_t *plane)
{
	for (int i = 0; i < look->n_places; i++)
		if (look->places[i] == plane)
			return;
	look->places[look->n_places++] = plane;
}

/* The decoder keeps a buffer of the same memory, for it refers to the picture. */
static bool is_shared(GstBuffer *buffer)
{
	GstParentBufferMeta *tie = gst_buffer_get_parent_buffer_meta(buffer);

	return tie && gst_buffer_peek_memory(tie->buffer, 0) == gst_buffer_peek_memory(buffer, 0);
}

static void take(struct look *look, GstSample *sample, int width, int height)
{
	struct frame *frame = picture_wrap(sample);
	int place = look->n % HELD;

	look->n_shared += is_shared(gst_sample_get_buffer(sample));
	gst_sample_unref(sample);
	assert_non_null(frame);
	assert_int_equal(frame->width, width);
	assert_int_equal(frame->height, height);
	let_go(look, place);
	look->held[place] = frame;
	look->sums[place] = sum_of(frame);
	note_place(look, frame->plane[0]);
	look->n++;
}

/* The sums of all pictures that `text` makes, in a queue of no more than one. */
static void run(struct look *look, const char *text, bool is_offered, int width, int height)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GstElement) pipeline = gst_parse_launch(text, &error);
	GstSample *sample;

	assert_null(error);
	g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");

	memset(look, 0, sizeof(*look));
	if (is_offered)
		picture_pool_offer(sink);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	while ((sample = gst_app_sink_pull_sample(GST_APP_SINK(sink))))
		take(look, sample, width, height);
	assert_int_equal(look->n, PICTURES);
	/* The pictures outlive the pipeline. */
	gst_element_set_state(pipeline, GST_STATE_NULL);
}

static void finish(struct look *look)
{
	for (int i = 0; i < HELD; i++)
		let_go(look, i);
}

/* Made once for both: what x264 makes is not the same each time. */
static char *encode(int width, int height)
{
	char *path = g_build_filename(g_get_tmp_dir(), "picture-pool-XXXXXX", NULL);
	int fd = g_mkstemp(path);

	assert_true(fd >= 0);
	g_autofree char *text =
		g_strdup_printf("videotestsrc num-buffers=%d horizontal-speed=7 "
				"! video/x-raw,format=I420,width=%d,height=%d,framerate=30/1 "
				"! x264enc speed-preset=ultrafast tune=zerolatency "
				"! video/x-h264,stream-format=byte-stream ! filesink location=%s",
				PICTURES, width, height, path);
	g_autoptr(GstElement) pipeline = gst_parse_launch(text, NULL);
	g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);

	close(fd);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	gst_message_unref(gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS));
	gst_element_set_state(pipeline, GST_STATE_NULL);
	return path;
}

static char *decode(const char *path)
{
	return g_strdup_printf("filesrc location=%s ! h264parse ! avdec_h264 max-threads=1 "
			       "! videoconvert ! video/x-raw,format=I420 "
			       "! appsink name=sink sync=false max-buffers=1",
			       path);
}

/* Sizes that are multiples of 16 and such that are not: the same pictures as without a pool. A width that is cropped cannot be shared. */
static void nothing_is_copied_and_nothing_changes(void **state)
{
	static const struct {
		int width, height, least_shared;
	} sizes[] = {{1920, 1080, PICTURES - 2}, {1280, 720, PICTURES - 2}, {642, 362, 0}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *path = encode(sizes[i].width, sizes[i].height);
		g_autofree char *text = decode(path);
		struct look without, with;

		run(&without, text, false, sizes[i].width, sizes[i].height);
		run(&with, text, true, sizes[i].width, sizes[i].height);
		assert_memory_equal(without.sums, with.sums, sizeof(with.sums));
		assert_int_equal(without.n_shared, 0);
		assert_in_range(with.n_shared, sizes[i].least_shared, PICTURES);
		/* Memory comes back: the decoder's references, what is held, what is on its way. */
		assert_in_range(with.n_places, 2, HELD + 8);
		finish(&without);
		finish(&with);
		unlink(path);
	}
}

static gboolean write_all(GstBuffer *buffer, const GstVideoInfo *info)
{
	GstVideoFrame frame;

	if (!gst_video_frame_map(&frame, info, buffer, GST_MAP_WRITE))
		return FALSE;
	for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT(&frame); y++)
		memset((uint8_t *)frame.data[0] + (ptrdiff_t)y * frame.info.stride[0], 200,
		       (size_t)GST_VIDEO_FRAME_WIDTH(&frame));
	gst_video_frame_unmap(&frame);
	return TRUE;
}

static GstPadProbeReturn scribble(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
	GstBuffer *buffer = gst_buffer_make_writable(gst_pad_probe_info_get_buffer(info));
	GstVideoInfo picture;

	(void)data;
	assert_true(gst_video_info_from_caps(&picture, caps));
	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	assert_true(write_all(buffer, &picture));
	return GST_PAD_PROBE_OK;
}

/* Whoever writes behind the decoder writes into a copy: its references stay what they are. */
static void a_writer_gets_a_copy(void **state)
{
	const char *text =
		"videotestsrc num-buffers=30 ! video/x-raw,format=I420,width=640,height=360 "
		"! x264enc speed-preset=ultrafast tune=zerolatency key-int-max=100 ! h264parse "
		"! avdec_h264 max-threads=1 ! tee name=both both. ! queue ! identity name=writer "
		"! fakesink sync=false async=false both. ! queue ! appsink name=sink sync=false "
		"async=false";
	g_autoptr(GstElement) pipeline = gst_parse_launch(text, NULL);
	g_autoptr(GstElement) writer = gst_bin_get_by_name(GST_BIN(pipeline), "writer");
	g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
	g_autoptr(GstPad) pad = gst_element_get_static_pad(writer, "src");
	GstSample *sample;

	(void)state;
	picture_pool_offer(sink);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, scribble, NULL, NULL);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	while ((sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)))) {
		struct frame *frame = picture_wrap(sample);

		gst_sample_unref(sample);
		/* The bars' white, at the upper left. */
		assert_in_range(frame->plane[0][20 * frame->stride[0] + 20], 230, 240);
		frame_unref(frame);
	}
	gst_element_set_state(pipeline, GST_STATE_NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_copied_and_nothing_changes),
		cmocka_unit_test(a_writer_gets_a_copy),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
