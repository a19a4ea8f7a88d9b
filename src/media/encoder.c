/* SPDX-License-Identifier: EUPL-1.2
 *
 *   slot --bell (mix thread)--> appsrc -> x264enc -> rtph264pay -> appsink --packets--> track
 *   ring --bell (mix thread)--> appsrc -> opusenc -> rtpopuspay -> appsink --packets--> track
 *
 * The bells hold references to the encoder: one that rings after its end finds the gate closed, and it goes with the last of them.
 */
#include "encoder.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <gst/video/video.h>
#include <stdatomic.h>
#include <string.h>
#include <twinstage/note.h>

#include "clock.h"
#include "error.h"
#include "frame.h"
#include "gate.h"
#include "launch.h"
#include "mailbox.h"
#include "reaper.h"
#include "ring.h"
#include "slot.h"
#include "track.h"

#define KEY_GAP_NS     (500 * NS_PER_MS) /* between key frames asked for */
#define RESTART_NS     NS_PER_S
#define KBPS_WINDOW_NS NS_PER_S
#define MOST_PENDING   16

struct encoder {
	bool is_video;
	uint64_t bus_id;
	struct slot *slot;
	struct ring *ring;
	struct track *track;
	struct mailbox *up;
	struct gate gate; /* the bells' way in, and the way out to the track */
	char *preset, *profile;
	int width, height, fps, kbps, key_interval_ms;
	_Atomic(GstElement *) pipeline;
	GstElement *source; /* its appsrc */
	GstClockID restart;
	atomic_int refs;

	/* mix thread's */
	bool was_wanted;
	int64_t last_key_ns;
	int64_t sound_pts_ns;  /* of the next 10 ms; 0: none yet */
	uint64_t sound_frames; /* since sound_begun_ns */
	int64_t sound_begun_ns;

	/* appsink's thread */
	int64_t kbps_begun_ns;
	uint64_t kbps_bytes;

	_Atomic(uint64_t) frames, key_frames;
	_Atomic(double) encode_ms, kbps_now;
};

static bool build(struct encoder *encoder, GError **error);

static struct encoder *encoder_ref(struct encoder *encoder)
{
	atomic_fetch_add(&encoder->refs, 1);
	return encoder;
}

static void encoder_unref(void *data)
{
	struct encoder *encoder = data;

	if (atomic_fetch_sub(&encoder->refs, 1) != 1)
		return;
	g_free(encoder->preset);
	g_free(encoder->profile);
	g_free(encoder);
}

/* The pipeline is down: nobody uses them from here any more. */
static void encoder_finish(void *data)
{
	struct encoder *encoder = data;

	slot_unref(encoder->slot);
	ring_unref(encoder->ring);
	track_unref(encoder->track);
	encoder_unref(encoder);
}

/* ---- packets out (appsink's thread) ---- */

static void count_bytes(struct encoder *encoder, size_t bytes, int64_t now_ns)
{
	encoder->kbps_bytes += bytes;
	if (now_ns - encoder->kbps_begun_ns < KBPS_WINDOW_NS)
		return;
	if (encoder->kbps_begun_ns)
		atomic_store(&encoder->kbps_now, (double)encoder->kbps_bytes * 8e6 /
							 (double)(now_ns - encoder->kbps_begun_ns));
	encoder->kbps_bytes = 0;
	encoder->kbps_begun_ns = now_ns;
}

/* RFC 6184 5.4: the NAL unit type of a single unit, an aggregation's first (STAP-A, 24), or a fragment's (FU-A, 28). A key frame begins with its
 * parameter sets. */
static bool begins_key(const uint8_t *payload, size_t length)
{
	int type = length ? payload[0] & 31 : 0;

	if (type == 24 && length > 3)
		type = payload[3] & 31;
	else if (type == 28 && length > 1)
		type = payload[1] & 31;
	return type == 5 || type == 7 || type == 8;
}

static size_t write_packet(struct encoder *encoder, GstBuffer *buffer, bool is_key, bool is_start,
			   bool is_end, int64_t pts_ns)
{
	struct packet *packet = track_begin(encoder->track);
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
	size_t length = gst_buffer_get_size(buffer);

	if (!packet || length > PACKET_MAX || !gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp))
		return 0;
	packet->rtp_seq = gst_rtp_buffer_get_seq(&rtp);
	packet->rtp_time = gst_rtp_buffer_get_timestamp(&rtp);
	gst_rtp_buffer_unmap(&rtp);
	packet->length = (uint16_t)gst_buffer_extract(buffer, 0, packet->bytes, PACKET_MAX);
	packet->is_key = is_key;
	packet->is_start = is_start;
	packet->is_end = is_end;
	packet->pts_ns = pts_ns;
	track_commit(encoder->track, packet);
	return length;
}

static bool is_key_unit(const struct encoder *encoder, GstBuffer *first)
{
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

	if (!encoder->is_video)
		return true;
	if (!gst_rtp_buffer_map(first, GST_MAP_READ, &rtp))
		return false;
	bool is_key =
		begins_key(gst_rtp_buffer_get_payload(&rtp), gst_rtp_buffer_get_payload_len(&rtp));

	gst_rtp_buffer_unmap(&rtp);
	return is_key;
}

static void count_unit(struct encoder *encoder, bool is_key, size_t bytes, int64_t pts_ns)
{
	int64_t now_ns = clock_now_ns();
	double ms = (double)(now_ns - pts_ns) / NS_PER_MS,
	       smooth = atomic_load(&encoder->encode_ms);

	count_bytes(encoder, bytes, now_ns);
	atomic_store(&encoder->encode_ms, smooth + (ms - smooth) / 30);
	atomic_fetch_add(&encoder->frames, 1);
	if (is_key)
		atomic_fetch_add(&encoder->key_frames, 1);
}

/* One access unit: a list of packets (pictures), or one packet (sound, small pictures). */
static void write_unit(struct encoder *encoder, GstSample *sample)
{
	GstBufferList *list = gst_sample_get_buffer_list(sample);
	GstBuffer *single = gst_sample_get_buffer(sample);
	guint n = list ? gst_buffer_list_length(list) : single ? 1 : 0;
	GstBuffer *first = n == 0 ? NULL : list ? gst_buffer_list_get(list, 0) : single;
	size_t bytes = 0;

	if (!first)
		return;
	bool is_key = is_key_unit(encoder, first);
	int64_t pts_ns =
		GST_BUFFER_PTS_IS_VALID(first) ? (int64_t)GST_BUFFER_PTS(first) : clock_now_ns();

	for (guint i = 0; i < n; i++) {
		GstBuffer *buffer = list ? gst_buffer_list_get(list, i) : single;
		bool is_end = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_MARKER) || i == n - 1;

		bytes += write_packet(encoder, buffer, is_key, i == 0, is_end, pts_ns);
	}
	track_ring(encoder->track);
	count_unit(encoder, is_key, bytes, pts_ns);
}

static GstFlowReturn on_packets(GstAppSink *sink, gpointer data)
{
	struct encoder *encoder = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	if (gate_enter(&encoder->gate)) {
		write_unit(encoder, sample);
		gate_leave(&encoder->gate);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

/* ---- pictures in (mix thread) ---- */

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
	if (now_ns - encoder->last_key_ns < KEY_GAP_NS || !track_take_key_request(encoder->track))
		return false;
	encoder->last_key_ns = now_ns;
	return true;
}

static void force_key(struct encoder *encoder, GstElement *source)
{
	GstEvent *event = gst_video_event_new_downstream_force_key_unit(
		GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, TRUE, 0);

	(void)encoder;
	gst_element_send_event(source, event);
}

static void feed_picture(struct encoder *encoder)
{
	struct frame *frame = slot_take(encoder->slot);
	bool is_wanted = track_is_wanted(encoder->track);

	slot_set_wanted(encoder->slot, is_wanted);
	if (frame && is_wanted && atomic_load(&encoder->pipeline)) {
		GstBuffer *buffer = wrap_frame(frame);

		if (!encoder->was_wanted)
			track_ask_key(encoder->track);
		if (takes_key(encoder, frame->pts_ns))
			force_key(encoder, encoder->source);
		GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = (GstClockTime)frame->pts_ns;
		GST_BUFFER_DURATION(buffer) = GST_SECOND / (GstClockTime)encoder->fps;
		gst_app_src_push_buffer(GST_APP_SRC(encoder->source), buffer);
	}
	encoder->was_wanted = is_wanted;
	frame_unref(frame);
}

/* ---- sound in (mix thread) ---- */

/* Time counts in samples: the moment of the first, and from there on by their number. After a pause it begins anew. */
static GstClockTime sound_time(struct encoder *encoder, int64_t now_ns)
{
	int64_t pts_ns = encoder->sound_begun_ns +
			 (int64_t)(encoder->sound_frames * NS_PER_S / SOUND_RATE_HZ);

	if (!encoder->sound_begun_ns || now_ns - pts_ns > NS_PER_S) {
		encoder->sound_begun_ns = pts_ns = now_ns;
		encoder->sound_frames = 0;
	}
	encoder->sound_frames += SOUND_TICK_FRAMES;
	return (GstClockTime)pts_ns;
}

static void feed_sound(struct encoder *encoder)
{
	size_t bytes = SOUND_TICK_FRAMES * SOUND_CHANNELS * sizeof(float);
	float *samples = g_malloc(bytes);

	if (ring_drain(encoder->ring, samples, SOUND_TICK_FRAMES) < SOUND_TICK_FRAMES ||
	    !atomic_load(&encoder->pipeline)) {
		g_free(samples);
		return;
	}
	GstBuffer *buffer = gst_buffer_new_wrapped(samples, bytes);

	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = sound_time(encoder, clock_now_ns());
	GST_BUFFER_DURATION(buffer) = 10 * GST_MSECOND;
	gst_app_src_push_buffer(GST_APP_SRC(encoder->source), buffer);
}

static void on_bell(void *data)
{
	struct encoder *encoder = data;

	if (!gate_enter(&encoder->gate))
		return;
	if (encoder->is_video)
		feed_picture(encoder);
	else
		feed_sound(encoder);
	gate_leave(&encoder->gate);
}

/* A reader came, or asks for a key frame: pictures are wanted again. */
static void on_key_bell(void *data)
{
	struct encoder *encoder = data;

	if (!gate_enter(&encoder->gate))
		return;
	if (track_is_wanted(encoder->track))
		slot_set_wanted(encoder->slot, true);
	gate_leave(&encoder->gate);
}

/* ---- failing and starting again ---- */

static gboolean on_restart(GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
	struct encoder *encoder = data;
	g_autoptr(GError) error = NULL;

	(void)clock;
	(void)time;
	(void)id;
	if (!gate_enter(&encoder->gate))
		return TRUE;
	if (!build(encoder, &error))
		mailbox_post(encoder->up,
			     note_new(NOTE_ENCODER_FAILED, encoder->bus_id, 0, error->message));
	gate_leave(&encoder->gate);
	return TRUE;
}

static void restart_later(struct encoder *encoder)
{
	g_autoptr(GstClock) clock = gst_system_clock_obtain();
	GstClockID id = gst_clock_new_single_shot_id(clock, gst_clock_get_time(clock) +
								    (GstClockTime)RESTART_NS);

	gst_clock_id_wait_async(id, on_restart, encoder_ref(encoder), encoder_unref);
	gst_clock_id_unref(id);
}

static void fail_encoder(struct encoder *encoder, GstMessage *message)
{
	g_autoptr(GError) cause = NULL;
	GstElement *pipeline = atomic_exchange(&encoder->pipeline, NULL);

	if (!pipeline)
		return;
	gst_message_parse_error(message, &cause, NULL);
	mailbox_post(encoder->up, note_new(NOTE_ENCODER_FAILED, encoder->bus_id, 0,
					   cause ? cause->message : ""));
	reaper_bring_down(pipeline, NULL, NULL);
	restart_later(encoder);
}

static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct encoder *encoder = data;

	(void)bus;
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && gate_enter(&encoder->gate)) {
		fail_encoder(encoder, message);
		gate_leave(&encoder->gate);
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

/* ---- building ---- */

static void set_up_picture(struct encoder *encoder, GstElement *pipeline)
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

static void set_up_sound(struct encoder *encoder, GstElement *pipeline)
{
	g_object_set(launch_element(pipeline, "encoder"), "bitrate", encoder->kbps * 1000, NULL);
}

static bool build(struct encoder *encoder, GError **error)
{
	GstElement *pipeline = launch_pipeline(
		encoder->is_video ? "encode/picture.launch" : "encode/sound.launch", error);
	const struct track_format *format = track_format(encoder->track);
	GstAppSinkCallbacks callbacks = {.new_sample = on_packets};

	if (!pipeline)
		return false;
	launch_on_wall_time(pipeline);
	if (encoder->is_video)
		set_up_picture(encoder, pipeline);
	else
		set_up_sound(encoder, pipeline);
	g_object_set(launch_element(pipeline, "pay"), "ssrc", format->ssrc, "pt",
		     (guint)format->payload_type, NULL);
	gst_app_sink_set_callbacks(GST_APP_SINK(launch_element(pipeline, "out")), &callbacks,
				   encoder, NULL);
	g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);

	gst_bus_set_sync_handler(bus, on_message, encoder, NULL);
	if (gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
		reaper_bring_down(pipeline, NULL, NULL);
		return fail(error, ERROR_MEDIA, "the %s encoder cannot start",
			    encoder->is_video ? "picture" : "sound");
	}
	encoder->source = launch_element(pipeline, "in");
	atomic_store(&encoder->pipeline, pipeline);
	return true;
}

static struct encoder *begin(struct encoder *encoder, GError **error)
{
	atomic_init(&encoder->refs, 1);
	if (!build(encoder, error)) {
		encoder_finish(encoder);
		return NULL;
	}
	return encoder;
}

struct encoder *encoder_create_picture(const struct picture_encoder_spec *spec, GError **error)
{
	struct encoder *encoder = g_new0(struct encoder, 1);

	encoder->is_video = true;
	encoder->bus_id = spec->bus_id;
	encoder->slot = slot_ref(spec->in);
	encoder->track = track_ref(spec->out);
	encoder->up = spec->up;
	encoder->preset = g_strdup(spec->preset);
	encoder->profile = g_strdup(spec->profile);
	encoder->width = spec->width;
	encoder->height = spec->height;
	encoder->fps = spec->fps;
	encoder->kbps = spec->kbps;
	encoder->key_interval_ms = spec->key_interval_ms;
	encoder = begin(encoder, error);
	if (encoder) {
		slot_set_wanted(encoder->slot, false);
		track_hang_key_bell(encoder->track, (struct bell){on_key_bell, encoder_ref(encoder),
								  encoder_unref});
		slot_hang_bell(encoder->slot,
			       (struct bell){on_bell, encoder_ref(encoder), encoder_unref});
	}
	return encoder;
}

struct encoder *encoder_create_sound(const struct sound_encoder_spec *spec, GError **error)
{
	struct encoder *encoder = g_new0(struct encoder, 1);

	encoder->bus_id = spec->bus_id;
	encoder->ring = ring_ref(spec->in);
	encoder->track = track_ref(spec->out);
	encoder->up = spec->up;
	encoder->kbps = spec->kbps;
	encoder = begin(encoder, error);
	if (encoder)
		ring_hang_bell(encoder->ring,
			       (struct bell){on_bell, encoder_ref(encoder), encoder_unref});
	return encoder;
}

void encoder_read_stats(const struct encoder *encoder, struct encoder_stats *stats)
{
	*stats = (struct encoder_stats){
		.frames = atomic_load(&encoder->frames),
		.key_frames = atomic_load(&encoder->key_frames),
		.encode_ms = atomic_load(&encoder->encode_ms),
		.kbps = atomic_load(&encoder->kbps_now),
	};
}

void encoder_destroy(struct encoder *encoder)
{
	if (!encoder)
		return;
	gate_close(&encoder->gate);
	reaper_bring_down(atomic_exchange(&encoder->pipeline, NULL), encoder_finish, encoder);
}
