/* SPDX-License-Identifier: EUPL-1.2 */
#include "outlet.h"

#include <gst/app/gstappsink.h>
#include <math.h>

#include "arrivals.h"
#include "clock.h"
#include "frame.h"
#include "ingest.h"
#include "mailbox.h"
#include "picture.h"
#include "picture_pool.h"
#include "ring.h"
#include "slot.h"

#define STALL_NS      NS_PER_S
#define FPS_WINDOW_NS (2 * NS_PER_S)
#define LAG_SMOOTHING 32

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
	colourist_finish(&outlet->colourist);
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

static bool running_time(GstSample *sample, int64_t *running_ns)
{
	const GstSegment *segment = gst_sample_get_segment(sample);
	GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
	GstClockTime running = segment && GST_CLOCK_TIME_IS_VALID(pts)
				       ? gst_segment_to_running_time(segment, GST_FORMAT_TIME, pts)
				       : GST_CLOCK_TIME_NONE;

	*running_ns = (int64_t)running;
	return GST_CLOCK_TIME_IS_VALID(running);
}

/* One writer each. Time stamps that jumped are not smoothed over. */
static void note_lag(_Atomic(int64_t) *lag_ns, int64_t now_lag_ns)
{
	int64_t before_ns = atomic_load(lag_ns), change_ns = now_lag_ns - before_ns;
	bool is_new = !before_ns || change_ns > NS_PER_S || change_ns < -NS_PER_S;

	atomic_store(lag_ns, is_new ? now_lag_ns : before_ns + change_ns / LAG_SMOOTHING);
}

/* When the first byte of a sample came; 0: not known. */
static int64_t arrival_of(const struct outlet *outlet, const struct arrivals *arrivals,
			  GstSample *sample, int64_t running_ns)
{
	if (outlet->is_stamped_on_arrival)
		return running_ns;
	return arrivals ? arrivals_find(arrivals,
					(int64_t)GST_BUFFER_PTS(gst_sample_get_buffer(sample)))
			: 0;
}

/* Dates a picture that nobody else has yet. */
static void date_picture(struct outlet *outlet, struct frame *frame, GstSample *sample,
			 int64_t now_ns)
{
	int64_t running_ns = 0;
	bool has_time = running_time(sample, &running_ns);

	frame->pts_ns = now_ns;
	if (!has_time)
		return;
	note_lag(&outlet->picture_lag_ns, now_ns - running_ns);
	frame->arrived_ns = arrival_of(outlet, outlet->arrivals, sample, running_ns);
}

static void put_picture(struct outlet *outlet, struct frame *frame, int64_t now_ns)
{
	atomic_store(&outlet->width, frame->width);
	atomic_store(&outlet->height, frame->height);
	atomic_fetch_add(&outlet->frames, 1);
	count_fps(outlet, now_ns);
	if (gate_enter(&outlet->gate)) {
		slot_put(outlet->slot, frame);
		gate_leave(&outlet->gate);
	} else {
		frame_unref(frame);
	}
}

bool outlet_take_picture(struct outlet *outlet, GstSample *sample)
{
	int64_t now_ns = clock_now_ns();
	struct frame *frame = picture_wrap(sample);

	if (!frame)
		return false;
	atomic_store(&outlet->picture_ns, now_ns);
	frame = colourist_bring(&outlet->colourist, frame, gst_sample_get_caps(sample));
	if (frame) {
		date_picture(outlet, frame, sample, now_ns);
		put_picture(outlet, frame, now_ns);
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

/* Decoded just now. */
static void note_sound(struct outlet *outlet, GstSample *sample, size_t frames, int64_t now_ns)
{
	int64_t running_ns, arrived_ns;

	if (!running_time(sample, &running_ns))
		return;
	note_lag(&outlet->sound_lag_ns,
		 now_ns - running_ns - (int64_t)frames * NS_PER_S / SOUND_RATE_HZ / 2);
	arrived_ns = arrival_of(outlet, outlet->sound_arrivals, sample, running_ns);
	if (arrived_ns)
		ring_note_arrival(outlet->ring, now_ns - arrived_ns);
}

static void take_sound(struct outlet *outlet, GstSample *sample)
{
	GstBuffer *buffer = gst_sample_get_buffer(sample);
	int64_t now_ns = clock_now_ns();
	GstMapInfo map;

	if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
		return;
	size_t frames = map.size / (SOUND_CHANNELS * sizeof(float));

	note_sound(outlet, sample, frames, now_ns);
	if (gate_enter(&outlet->gate)) {
		ring_write(outlet->ring, (const float *)(const void *)map.data, frames);
		gate_leave(&outlet->gate);
	}
	gst_buffer_unmap(buffer, &map);
	note_decoded(outlet, now_ns);
}

static GstFlowReturn on_sound(GstAppSink *sink, gpointer data)
{
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	take_sound(data, sample);
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

void outlet_answer_picture(struct outlet *outlet, GstElement *appsink)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_picture};

	picture_pool_offer(appsink);
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
	int64_t picture_lag_ns = atomic_load(&outlet->picture_lag_ns),
		sound_lag_ns = atomic_load(&outlet->sound_lag_ns);

	stats->width = atomic_load(&outlet->width);
	stats->height = atomic_load(&outlet->height);
	stats->fps = is_fresh ? atomic_load(&outlet->fps) : 0;
	stats->frames = atomic_load(&outlet->frames);
	stats->skew_ms = is_fresh && picture_lag_ns && sound_lag_ns
				 ? (double)(picture_lag_ns - sound_lag_ns) / NS_PER_MS
				 : NAN;
	stats->last_ns = atomic_load(&outlet->last_ns);
}
