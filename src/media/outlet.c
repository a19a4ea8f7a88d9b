/* SPDX-License-Identifier: EUPL-1.2 */
#include "outlet.h"

#include <gst/app/gstappsink.h>

#include "clock.h"
#include "frame.h"
#include "ingest.h"
#include "mailbox.h"
#include "picture.h"
#include "ring.h"
#include "slot.h"

#define STALL_NS      NS_PER_S
#define FPS_WINDOW_NS (2 * NS_PER_S)

void outlet_init(struct outlet *outlet, uint64_t source_id, struct slot *slot, struct ring *ring,
		 struct mailbox *up)
{
	outlet->source_id = source_id;
	outlet->slot = slot_ref(slot);
	outlet->ring = ring_ref(ring);
	outlet->up = up;
}

void outlet_finish(struct outlet *outlet)
{
	slot_unref(outlet->slot);
	ring_unref(outlet->ring);
}

void outlet_close(struct outlet *outlet)
{
	gate_close(&outlet->gate);
}

void outlet_tell(struct outlet *outlet, enum note_kind kind, int64_t value, const char *text)
{
	if (!gate_enter(&outlet->gate))
		return;
	mailbox_post(outlet->up, note_new(kind, outlet->source_id, value, text));
	gate_leave(&outlet->gate);
}

void outlet_end(struct outlet *outlet, enum note_kind kind, const char *text)
{
	if (!atomic_exchange(&outlet->is_ended, true))
		outlet_tell(outlet, kind, 0, text);
}

static void note_decoded(struct outlet *outlet, int64_t now_ns)
{
	atomic_store(&outlet->last_ns, now_ns);
	if (!atomic_load(&outlet->is_ended) && !atomic_exchange(&outlet->is_live, true))
		outlet_tell(outlet, NOTE_SOURCE_LIVE, 0, NULL);
}

static void count_fps(struct outlet *outlet, int64_t now_ns)
{
	outlet->fps_frames++;
	if (now_ns - outlet->fps_begun_ns < FPS_WINDOW_NS)
		return;
	if (outlet->fps_begun_ns)
		atomic_store(&outlet->fps, (double)outlet->fps_frames * NS_PER_S /
						   (double)(now_ns - outlet->fps_begun_ns));
	outlet->fps_frames = 0;
	outlet->fps_begun_ns = now_ns;
}

bool outlet_take_picture(struct outlet *outlet, GstSample *sample)
{
	int64_t now_ns = clock_now_ns();
	struct frame *frame = picture_wrap(sample, now_ns);

	if (!frame)
		return false;
	atomic_store(&outlet->width, frame->width);
	atomic_store(&outlet->height, frame->height);
	atomic_store(&outlet->picture_ns, now_ns);
	atomic_fetch_add(&outlet->frames, 1);
	count_fps(outlet, now_ns);
	if (gate_enter(&outlet->gate)) {
		slot_put(outlet->slot, frame);
		gate_leave(&outlet->gate);
	} else {
		frame_unref(frame);
	}
	note_decoded(outlet, now_ns);
	return true;
}

static GstFlowReturn on_picture(GstAppSink *sink, gpointer data)
{
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	if (!outlet_take_picture(data, sample))
		outlet_end(data, NOTE_SOURCE_FAILED,
			   "its picture is larger than 3840x2160 or of no known form");
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static void take_sound(struct outlet *outlet, GstBuffer *buffer)
{
	GstMapInfo map;

	if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
		return;
	if (gate_enter(&outlet->gate)) {
		ring_write(outlet->ring, (const float *)(const void *)map.data,
			   map.size / (SOUND_CHANNELS * sizeof(float)));
		gate_leave(&outlet->gate);
	}
	gst_buffer_unmap(buffer, &map);
	note_decoded(outlet, clock_now_ns());
}

static GstFlowReturn on_sound(GstAppSink *sink, gpointer data)
{
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	take_sound(data, gst_sample_get_buffer(sample));
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

void outlet_answer_picture(struct outlet *outlet, GstElement *appsink)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_picture};

	gst_app_sink_set_callbacks(GST_APP_SINK(appsink), &callbacks, outlet, NULL);
}

void outlet_answer_sound(struct outlet *outlet, GstElement *appsink)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_sound};

	gst_app_sink_set_callbacks(GST_APP_SINK(appsink), &callbacks, outlet, NULL);
}

void outlet_check(struct outlet *outlet, int64_t now_ns)
{
	int64_t last = atomic_load(&outlet->last_ns);

	if (last && now_ns - last > STALL_NS && !atomic_load(&outlet->is_ended) &&
	    atomic_exchange(&outlet->is_live, false))
		outlet_tell(outlet, NOTE_SOURCE_STALLED, 0, "nothing decoded for a second");
}

void outlet_read_stats(const struct outlet *outlet, struct ingest_stats *stats)
{
	bool is_fresh = clock_now_ns() - atomic_load(&outlet->picture_ns) < FPS_WINDOW_NS;

	stats->width = atomic_load(&outlet->width);
	stats->height = atomic_load(&outlet->height);
	stats->fps = is_fresh ? atomic_load(&outlet->fps) : 0;
	stats->frames = atomic_load(&outlet->frames);
	stats->last_ns = atomic_load(&outlet->last_ns);
}
