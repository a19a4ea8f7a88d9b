/* SPDX-License-Identifier: EUPL-1.2
 *
 *   slot --bell (mix thread)--> [frame as a buffer, not copied; a key frame asked for] -> appsrc
 */
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include "clock.h"
#include "encoder_private.h"
#include "frame.h"
#include "launch.h"
#include "slot.h"
#include "track.h"

#define KEY_GAP_NS (500 * NS_PER_MS) /* between key frames asked for */

static void let_go(void *data)
{
	frame_unref(data);
}

/* A buffer over the frame's own memory: three planes, wherever they are. */
static GstBuffer *wrap_frame(struct frame *frame)
{
	GstBuffer *buffer = gst_buffer_new();
	gsize offsets[4] = {0};
	gint strides[4] = {0};
	gsize offset = 0;

	for (int i = 0; i < 3; i++) {
		int rows = i ? (frame->height + 1) / 2 : frame->height;
		int columns = i ? (frame->width + 1) / 2 : frame->width;
		gsize size = (gsize)frame->stride[i] * (gsize)(rows - 1) + (gsize)columns;

		gst_buffer_append_memory(
			buffer, gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, frame->plane[i],
						       size, 0, size, frame_ref(frame), let_go));
		offsets[i] = offset;
		strides[i] = frame->stride[i];
		offset += size;
	}
	gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_I420,
				       (guint)frame->width, (guint)frame->height, 3, offsets,
				       strides);
	return buffer;
}

/* Whether this frame shall be a key frame: asked for, but not so soon after the last one. */
static bool takes_key(struct encoder *encoder, int64_t now_ns)
{
	if (now_ns - atomic_load(&encoder->last_key_ns) < KEY_GAP_NS ||
	    !track_take_key_request(encoder->track))
		return false;
	atomic_store(&encoder->last_key_ns, now_ns);
	return true;
}

static void force_key(GstElement *source)
{
	gst_element_send_event(source, gst_video_event_new_downstream_force_key_unit(
					       GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE,
					       GST_CLOCK_TIME_NONE, TRUE, 0));
}

static void encode(struct encoder *encoder, struct frame *frame)
{
	GstBuffer *buffer = wrap_frame(frame);

	if (takes_key(encoder, clock_now_ns()))
		force_key(encoder->source);
	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = (GstClockTime)frame->pts_ns;
	GST_BUFFER_DURATION(buffer) = GST_SECOND / (GstClockTime)encoder->fps;
	gst_app_src_push_buffer(GST_APP_SRC(encoder->source), buffer);
}

/* The mixer makes no others; x264 would read beyond them. */
static bool is_of_size(const struct encoder *encoder, const struct frame *frame)
{
	return frame->width == encoder->width && frame->height == encoder->height;
}

void encoder_feed_picture(struct encoder *encoder)
{
	struct frame *frame = slot_take(encoder->slot);
	bool is_wanted = track_is_wanted(encoder->track);

	slot_set_wanted(encoder->slot, is_wanted);
	if (is_wanted && !encoder->was_wanted)
		track_ask_key(encoder->track);
	encoder->was_wanted = is_wanted;
	if (encoder_pipeline(encoder) && frame && is_wanted && is_of_size(encoder, frame))
		encode(encoder, frame);
	frame_unref(frame);
}

void encoder_set_up_picture(const struct encoder *encoder, GstElement *pipeline)
{
	GstElement *x264 = launch_element(pipeline, "encoder");
	g_autoptr(GstCaps) in = gst_caps_new_simple(
		"video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, encoder->width,
		"height", G_TYPE_INT, encoder->height, "framerate", GST_TYPE_FRACTION, encoder->fps,
		1, "colorimetry", G_TYPE_STRING, "bt709", NULL);
	g_autoptr(GstCaps) profile = gst_caps_new_simple(
		"video/x-h264", "profile", G_TYPE_STRING, encoder->profile, "stream-format",
		G_TYPE_STRING, "byte-stream", "alignment", G_TYPE_STRING, "au", NULL);

	g_object_set(launch_element(pipeline, "in"), "caps", in, NULL);
	g_object_set(launch_element(pipeline, "profile"), "caps", profile, NULL);
	gst_util_set_object_arg(G_OBJECT(x264), "speed-preset", encoder->preset);
	/* One second's worth of bits may wait in the decoder's buffer at most: a key frame must not stall a narrow line. */
	g_object_set(x264, "bitrate", (guint)encoder->kbps, "vbv-buf-capacity", 600U, "key-int-max",
		     (guint)MAX(1, encoder->key_interval_ms * encoder->fps / 1000), NULL);
}
