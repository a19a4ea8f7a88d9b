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
#include <gst/video/video.h>
#include <stdatomic.h>
#include <string.h>
#include <twinstage/note.h>

#include "anchor.h"
#include "clock.h"
#include "error.h"
#include "frame.h"
#include "gate.h"
#include "launch.h"
#include "mailbox.h"
#include "picture.h"
#include "reaper.h"
#include "ring.h"
#include "slot.h"

#define WATCH_NS (500 * NS_PER_MS)
#define STALL_NS NS_PER_S
#define NOTHING_NS                                                                                 \
	(5 *                                                                                       \
	 NS_PER_S) /* of bytes without a picture or sound: no PMT, nothing that we decode, no key */
#define STILL_TIMEOUT_NS (2 * NS_PER_S)
#define FPS_WINDOW_NS	 (2 * NS_PER_S)

struct branch {
	struct ingest *ingest;
	enum anchor_stream stream;
	GstElement *bin, *sink; /* NULL until the stream is there */
	bool is_linked;
};

struct ingest {
	enum ingest_kind kind;
	uint64_t source_id;
	bool is_once;
	struct slot *slot;
	struct ring *ring;
	struct mailbox *up;
	GstElement *pipeline;
	GstClockID watch;
	struct gate gate;
	struct branch branches[ANCHOR_STREAMS];

	GMutex anchor_mutex; /* two streaming threads see the anchor; nothing else waits for it */
	struct anchor anchor;

	atomic_bool is_live, is_ended, is_refused, is_playing;
	atomic_int refs; /* the owner's, the watch's, and those of tasks on their way */
	_Atomic(int64_t) first_byte_ns, last_ns, anchor_ns;
	_Atomic(uint64_t) frames, late;
	atomic_int width, height, rate_hz, channels;
	atomic_bool is_interlaced;
	_Atomic(const char *) video_codec, audio_codec; /* interned */
	_Atomic(double) fps;
	uint64_t fps_frames; /* picture's streaming thread */
	int64_t fps_begun_ns;
};

/* ---- life ---- */

static struct ingest *ingest_ref(struct ingest *ingest)
{
	atomic_fetch_add(&ingest->refs, 1);
	return ingest;
}

static void ingest_unref(void *data)
{
	struct ingest *ingest = data;

	if (atomic_fetch_sub(&ingest->refs, 1) != 1)
		return;
	slot_unref(ingest->slot);
	ring_unref(ingest->ring);
	g_mutex_clear(&ingest->anchor_mutex);
	g_free(ingest);
}

/* ---- telling ---- */

static void tell(struct ingest *ingest, enum note_kind kind, int64_t value, const char *text)
{
	if (!gate_enter(&ingest->gate))
		return;
	mailbox_post(ingest->up, note_new(kind, ingest->source_id, value, text));
	gate_leave(&ingest->gate);
}

/* One ending is told, and nothing after it. */
static void tell_end(struct ingest *ingest, enum note_kind kind, const char *text)
{
	if (!atomic_exchange(&ingest->is_ended, true))
		tell(ingest, kind, 0, text);
}

static void note_decoded(struct ingest *ingest)
{
	atomic_store(&ingest->last_ns, clock_now_ns());
	if (!atomic_load(&ingest->is_ended) && !atomic_exchange(&ingest->is_live, true))
		tell(ingest, NOTE_SOURCE_LIVE, 0, NULL);
}

/* Twice a second, on the system clock's thread. */
static gboolean on_watch(GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
	struct ingest *ingest = data;
	int64_t now = clock_now_ns(), first = atomic_load(&ingest->first_byte_ns),
		last = atomic_load(&ingest->last_ns);

	(void)clock;
	(void)time;
	(void)id;
	if (atomic_load(&ingest->is_ended) || ingest->kind == INGEST_STILL)
		return TRUE;
	if (last == 0 && first && now - first > NOTHING_NS)
		tell_end(ingest, NOTE_SOURCE_FAILED,
			 "no picture and no sound in 5 s of data: no PMT, or nothing that can be "
			 "decoded");
	else if (last && now - last > STALL_NS && atomic_exchange(&ingest->is_live, false))
		tell(ingest, NOTE_SOURCE_STALLED, 0, "nothing decoded for a second");
	return TRUE;
}

static void start_watch(struct ingest *ingest)
{
	g_autoptr(GstClock) clock = gst_system_clock_obtain();

	ingest->watch = gst_clock_new_periodic_id(
		clock, gst_clock_get_time(clock) + (GstClockTime)WATCH_NS, (GstClockTime)WATCH_NS);
	gst_clock_id_wait_async(ingest->watch, on_watch, ingest_ref(ingest), ingest_unref);
}

/* ---- frames and samples ---- */

static void count_fps(struct ingest *ingest, int64_t now)
{
	ingest->fps_frames++;
	if (now - ingest->fps_begun_ns < FPS_WINDOW_NS)
		return;
	if (ingest->fps_begun_ns)
		atomic_store(&ingest->fps, (double)ingest->fps_frames * NS_PER_S /
						   (double)(now - ingest->fps_begun_ns));
	ingest->fps_frames = 0;
	ingest->fps_begun_ns = now;
}

static void refuse_size(struct ingest *ingest, int width, int height)
{
	g_autofree char *text = g_strdup_printf("its picture of %dx%d is larger than %dx%d", width,
						height, PICTURE_MOST_WIDTH, PICTURE_MOST_HEIGHT);

	if (!atomic_exchange(&ingest->is_refused, true))
		tell_end(ingest, NOTE_SOURCE_FAILED, text);
}

static void take_picture(struct ingest *ingest, GstSample *sample)
{
	struct frame *frame = picture_wrap(sample, clock_now_ns());

	if (!frame)
		return;
	atomic_store(&ingest->width, frame->width);
	atomic_store(&ingest->height, frame->height);
	atomic_fetch_add(&ingest->frames, 1);
	count_fps(ingest, frame->arrived_ns);
	if (gate_enter(&ingest->gate)) {
		slot_put(ingest->slot, frame);
		gate_leave(&ingest->gate);
	} else {
		frame_unref(frame);
	}
	note_decoded(ingest);
}

static GstFlowReturn on_picture(GstAppSink *sink, gpointer data)
{
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	take_picture(data, sample);
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static GstFlowReturn on_sound(GstAppSink *sink, gpointer data)
{
	struct ingest *ingest = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstMapInfo map;

	if (!sample)
		return GST_FLOW_EOS;
	if (gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) {
		if (gate_enter(&ingest->gate)) {
			ring_write(ingest->ring, (const float *)(const void *)map.data,
				   map.size / (SOUND_CHANNELS * sizeof(float)));
			gate_leave(&ingest->gate);
		}
		gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
		note_decoded(ingest);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static void answer_sink(struct ingest *ingest, GstElement *sink, enum anchor_stream stream)
{
	GstAppSinkCallbacks callbacks = {.new_sample =
						 stream == ANCHOR_PICTURE ? on_picture : on_sound};

	gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, ingest, NULL);
}

/* ---- when it is due ---- */

static void apply_anchor(struct ingest *ingest, int64_t offset_ns)
{
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		if (ingest->branches[i].sink)
			g_object_set(ingest->branches[i].sink, "ts-offset", (gint64)offset_ns,
				     NULL);
	atomic_store(&ingest->anchor_ns, offset_ns);
}

static void see_buffer(struct branch *branch, int64_t pts_ns)
{
	struct ingest *ingest = branch->ingest;
	int64_t jump_ns;

	g_mutex_lock(&ingest->anchor_mutex);
	int64_t before = ingest->anchor.offset_ns;
	bool was_set = ingest->anchor.is_set;

	jump_ns = anchor_see(&ingest->anchor, branch->stream, pts_ns, clock_now_ns());
	if (!was_set || ingest->anchor.offset_ns != before)
		apply_anchor(ingest, ingest->anchor.offset_ns);
	g_mutex_unlock(&ingest->anchor_mutex);
	if (was_set && !jump_ns && ingest->anchor.offset_ns > before)
		atomic_fetch_add(&ingest->late, 1);
	if (jump_ns)
		tell(ingest, NOTE_SOURCE_JUMPED, jump_ns / NS_PER_MS, NULL);
}

static GstPadProbeReturn on_decoded(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct branch *branch = data;
	GstBuffer *buffer = gst_pad_probe_info_get_buffer(info);
	g_autoptr(GstEvent) sticky = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
	const GstSegment *segment = NULL;
	guint64 running = 0;

	if (!sticky || !GST_BUFFER_PTS_IS_VALID(buffer))
		return GST_PAD_PROBE_OK;
	gst_event_parse_segment(sticky, &segment);
	int sign = gst_segment_to_running_time_full(segment, GST_FORMAT_TIME,
						    GST_BUFFER_PTS(buffer), &running);

	if (sign)
		see_buffer(branch, sign > 0 ? (int64_t)running : -(int64_t)running);
	return GST_PAD_PROBE_OK;
}

/* ---- decodebin's pads ---- */

static bool is_too_large(const GstStructure *caps, int *width, int *height)
{
	return gst_structure_get_int(caps, "width", width) &&
	       gst_structure_get_int(caps, "height", height) &&
	       (*width > PICTURE_MOST_WIDTH || *height > PICTURE_MOST_HEIGHT);
}

/* FALSE leaves the stream undecoded. Asked for each stage, so the size is known before a decoder would take memory for it. */
static gboolean on_continue(GstElement *decode, GstPad *pad, GstCaps *caps, gpointer data)
{
	struct ingest *ingest = data;
	const GstStructure *structure =
		gst_caps_get_size(caps) ? gst_caps_get_structure(caps, 0) : NULL;
	int width, height;

	(void)decode;
	(void)pad;
	if (!structure || !is_too_large(structure, &width, &height))
		return TRUE;
	refuse_size(ingest, width, height);
	return FALSE;
}

static const char *codec_of(const GstStructure *caps)
{
	static const struct {
		const char *media, *name;
	} codecs[] = {
		{"video/x-h264", "H.264"},  {"video/x-h265", "HEVC"},	  {"video/x-vp8", "VP8"},
		{"video/x-vp9", "VP9"},	    {"video/x-av1", "AV1"},	  {"audio/x-opus", "Opus"},
		{"audio/x-ac3", "AC-3"},    {"audio/x-vorbis", "Vorbis"}, {"audio/x-flac", "FLAC"},
		{"audio/x-eac3", "E-AC-3"},
	};
	int version = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
		if (gst_structure_has_name(caps, codecs[i].media))
			return codecs[i].name;
	if (!gst_structure_has_name(caps, "audio/mpeg"))
		return NULL;
	gst_structure_get_int(caps, "mpegversion", &version);
	return version == 1 ? "MPEG audio" : "AAC";
}

/* Decoders must not add frames of delay: slice threads do not, frame threads do (38 ms on two cores). Their input tells the codec. */
static void on_element(GstBin *bin, GstBin *sub, GstElement *element, gpointer data)
{
	GObjectClass *class = G_OBJECT_GET_CLASS(element);

	(void)bin;
	(void)sub;
	(void)data;
	if (g_object_class_find_property(class, "thread-type"))
		gst_util_set_object_arg(G_OBJECT(element), "thread-type", "slice");
	if (g_str_has_prefix(G_OBJECT_TYPE_NAME(element), "GstTSDemux"))
		g_object_set(element, "latency", 0, NULL);
}

static void note_codec(struct ingest *ingest, const GstStructure *caps)
{
	const char *codec = codec_of(caps);

	if (codec && g_str_has_prefix(gst_structure_get_name(caps), "video/"))
		atomic_store(&ingest->video_codec, g_intern_string(codec));
	else if (codec)
		atomic_store(&ingest->audio_codec, g_intern_string(codec));
}

static gboolean on_autoplug(GstElement *decode, GstPad *pad, GstCaps *caps, gpointer data)
{
	if (gst_caps_get_size(caps))
		note_codec(data, gst_caps_get_structure(caps, 0));
	return on_continue(decode, pad, caps, data);
}

static GstElement *make_branch(struct branch *branch, GError **error)
{
	const char *text =
		branch->stream == ANCHOR_PICTURE ? "source/picture.launch" : "source/sound.launch";
	GstElement *bin = launch_bin(text, error);

	if (!bin)
		return NULL;
	branch->sink = launch_element(bin, branch->stream == ANCHOR_PICTURE ? "picture" : "sound");
	answer_sink(branch->ingest, branch->sink, branch->stream);
	if (branch->ingest->kind == INGEST_TS)
		g_object_set(branch->sink, "ts-offset",
			     (gint64)atomic_load(&branch->ingest->anchor_ns), NULL);
	gst_bin_add(GST_BIN(branch->ingest->pipeline), bin);
	return bin;
}

static void drop_pad(struct ingest *ingest, GstPad *pad)
{
	GstElement *sink = gst_element_factory_make("fakesink", NULL);

	g_object_set(sink, "async", FALSE, "sync", FALSE, NULL);
	gst_bin_add(GST_BIN(ingest->pipeline), sink);
	gst_element_sync_state_with_parent(sink);
	g_autoptr(GstPad) to = gst_element_get_static_pad(sink, "sink");

	gst_pad_link(pad, to);
}

static void link_branch(struct branch *branch, GstPad *pad)
{
	g_autoptr(GError) error = NULL;

	if (!branch->bin)
		branch->bin = make_branch(branch, &error);
	if (!branch->bin) {
		tell_end(branch->ingest, NOTE_SOURCE_FAILED, error->message);
		return;
	}
	g_autoptr(GstPad) to = gst_element_get_static_pad(branch->bin, "sink");

	if (branch->ingest->kind == INGEST_TS)
		gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_decoded, branch, NULL);
	gst_element_sync_state_with_parent(branch->bin);
	branch->is_linked = gst_pad_link(pad, to) == GST_PAD_LINK_OK;
}

static void note_format(struct ingest *ingest, const GstStructure *caps, bool is_video)
{
	int rate = 0, channels = 0;
	const char *mode = gst_structure_get_string(caps, "interlace-mode");

	if (is_video) {
		atomic_store(&ingest->is_interlaced, mode && strcmp(mode, "progressive") != 0);
		return;
	}
	gst_structure_get_int(caps, "rate", &rate);
	gst_structure_get_int(caps, "channels", &channels);
	atomic_store(&ingest->rate_hz, rate);
	atomic_store(&ingest->channels, channels);
}

/* The first picture and the first sound are taken; whatever else there is runs into the void, so that the demuxer does not stop for it. */
static void on_pad(GstElement *decode, GstPad *pad, gpointer data)
{
	struct ingest *ingest = data;
	g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
	const GstStructure *structure = caps ? gst_caps_get_structure(caps, 0) : NULL;
	bool is_video = structure && gst_structure_has_name(structure, "video/x-raw");
	bool is_audio = structure && gst_structure_has_name(structure, "audio/x-raw");
	struct branch *branch = &ingest->branches[is_video ? ANCHOR_PICTURE : ANCHOR_SOUND];

	(void)decode;
	if ((!is_video && !is_audio) || branch->is_linked) {
		drop_pad(ingest, pad);
		return;
	}
	note_format(ingest, structure, is_video);
	link_branch(branch, pad);
}

static void on_pad_removed(GstElement *decode, GstPad *pad, gpointer data)
{
	struct ingest *ingest = data;

	(void)decode;
	for (int i = 0; i < ANCHOR_STREAMS; i++) {
		struct branch *branch = &ingest->branches[i];
		g_autoptr(GstPad) to =
			branch->bin ? gst_element_get_static_pad(branch->bin, "sink") : NULL;
		g_autoptr(GstPad) peer = to ? gst_pad_get_peer(to) : NULL;

		if (to && (!peer || peer == pad))
			branch->is_linked = false;
	}
}

/* ---- the message bus ---- */

/* On the reaper's thread, so never after the pipeline's end. */
static void seek_to_start(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->gate.is_closed))
		gst_element_seek(ingest->pipeline, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_SEGMENT,
				 GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
	ingest_unref(ingest);
}

/* A file that is played for ever is asked for segments, which end without draining the sinks. */
static void begin_playing(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->gate.is_closed)) {
		if (!ingest->is_once)
			gst_element_seek(ingest->pipeline, 1, GST_FORMAT_TIME,
					 GST_SEEK_FLAG_SEGMENT | GST_SEEK_FLAG_FLUSH,
					 GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
		gst_element_set_state(ingest->pipeline, GST_STATE_PLAYING);
	}
	ingest_unref(ingest);
}

static void on_error(struct ingest *ingest, GstMessage *message)
{
	g_autoptr(GError) cause = NULL;

	gst_message_parse_error(message, &cause, NULL);
	tell_end(ingest, NOTE_SOURCE_FAILED, cause ? cause->message : "its media cannot be used");
}

/* On the thread that posts. Nothing is left on the message bus: nobody would read it. */
static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct ingest *ingest = data;

	(void)bus;
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ERROR:
		on_error(ingest, message);
		break;
	case GST_MESSAGE_EOS:
		if (ingest->kind != INGEST_STILL)
			tell_end(ingest, NOTE_SOURCE_LOST, "its end");
		break;
	case GST_MESSAGE_SEGMENT_DONE:
		reaper_run(seek_to_start, ingest_ref(ingest));
		break;
	case GST_MESSAGE_ASYNC_DONE:
		if (ingest->kind == INGEST_FILE && !atomic_exchange(&ingest->is_playing, true))
			reaper_run(begin_playing, ingest_ref(ingest));
		break;
	default:
		break;
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

static void watch_bus(struct ingest *ingest)
{
	g_autoptr(GstBus) bus = gst_element_get_bus(ingest->pipeline);

	gst_bus_set_sync_handler(bus, on_message, ingest, NULL);
}

/* ---- starting ---- */

static void connect_decoder(struct ingest *ingest)
{
	GstElement *decode = launch_element(ingest->pipeline, "decode");

	g_signal_connect(decode, "autoplug-continue", G_CALLBACK(on_autoplug), ingest);
	g_signal_connect(decode, "deep-element-added", G_CALLBACK(on_element), ingest);
	g_signal_connect(decode, "pad-added", G_CALLBACK(on_pad), ingest);
	g_signal_connect(decode, "pad-removed", G_CALLBACK(on_pad_removed), ingest);
}

static bool start_ts(struct ingest *ingest)
{
	launch_on_wall_time(ingest->pipeline);
	connect_decoder(ingest);
	return gst_element_set_state(ingest->pipeline, GST_STATE_PLAYING) !=
	       GST_STATE_CHANGE_FAILURE;
}

static bool start_file(struct ingest *ingest, const char *path)
{
	g_object_set(launch_element(ingest->pipeline, "file"), "location", path, NULL);
	connect_decoder(ingest);
	atomic_store(&ingest->first_byte_ns, clock_now_ns());
	/* It plays when its start is decoded (ASYNC_DONE). */
	return gst_element_set_state(ingest->pipeline, GST_STATE_PAUSED) !=
	       GST_STATE_CHANGE_FAILURE;
}

/* Waits for the picture: a crew that adds a slide wants to know at once that it can be read. */
static bool start_still(struct ingest *ingest, const char *path)
{
	GstElement *sink = launch_element(ingest->pipeline, "picture");

	g_object_set(launch_element(ingest->pipeline, "file"), "location", path, NULL);
	if (gst_element_set_state(ingest->pipeline, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
		return false;
	GstSample *sample = gst_app_sink_try_pull_preroll(GST_APP_SINK(sink), STILL_TIMEOUT_NS);

	if (!sample)
		return false;
	take_picture(ingest, sample);
	gst_sample_unref(sample);
	return atomic_load(&ingest->frames) > 0;
}

static bool start_test(struct ingest *ingest, const struct ingest_spec *spec)
{
	GstCaps *caps =
		gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420", "width",
				    G_TYPE_INT, spec->width, "height", G_TYPE_INT, spec->height,
				    "framerate", GST_TYPE_FRACTION, spec->fps, 1, NULL);

	g_object_set(launch_element(ingest->pipeline, "size"), "caps", caps, NULL);
	gst_caps_unref(caps);
	answer_sink(ingest, launch_element(ingest->pipeline, "picture"), ANCHOR_PICTURE);
	answer_sink(ingest, launch_element(ingest->pipeline, "sound"), ANCHOR_SOUND);
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
	ingest->source_id = spec->source_id;
	ingest->is_once = spec->is_once;
	ingest->slot = slot_ref(spec->picture);
	ingest->ring = ring_ref(spec->sound);
	ingest->up = spec->up;
	ingest->pipeline = pipeline;
	g_mutex_init(&ingest->anchor_mutex);
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		ingest->branches[i] =
			(struct branch){.ingest = ingest, .stream = (enum anchor_stream)i};
	ring_restart(ingest->ring);
	watch_bus(ingest);
	if (!start(ingest, spec)) {
		fail(error, ERROR_MEDIA, "%s cannot be %s", spec->path ? spec->path : "the source",
		     spec->kind == INGEST_STILL ? "read as a picture (PNG and JPEG would do)"
						: "started");
		ingest_destroy(ingest);
		return NULL;
	}
	start_watch(ingest);
	return ingest;
}

void ingest_push(struct ingest *ingest, const void *bytes, size_t length)
{
	GstBuffer *buffer = gst_buffer_new_memdup(bytes, length);
	int64_t none = 0;

	atomic_compare_exchange_strong(&ingest->first_byte_ns, &none, clock_now_ns());
	gst_app_src_push_buffer(GST_APP_SRC(launch_element(ingest->pipeline, "bytes")), buffer);
}

void ingest_read_stats(const struct ingest *ingest, struct ingest_stats *stats)
{
	const char *video = atomic_load(&ingest->video_codec),
		   *audio = atomic_load(&ingest->audio_codec);
	int64_t last = atomic_load(&ingest->last_ns);
	bool is_fresh = clock_now_ns() - last < FPS_WINDOW_NS;

	*stats = (struct ingest_stats){
		.width = atomic_load(&ingest->width),
		.height = atomic_load(&ingest->height),
		.fps = is_fresh ? atomic_load(&ingest->fps) : 0,
		.is_interlaced = atomic_load(&ingest->is_interlaced),
		.audio_rate_hz = atomic_load(&ingest->rate_hz),
		.audio_channels = atomic_load(&ingest->channels),
		.frames = atomic_load(&ingest->frames),
		.late_frames = atomic_load(&ingest->late),
		.anchor_ms = (double)atomic_load(&ingest->anchor_ns) / NS_PER_MS,
		.last_ns = last,
	};
	g_strlcpy(stats->video_codec, video ? video : "", sizeof(stats->video_codec));
	g_strlcpy(stats->audio_codec, audio ? audio : "", sizeof(stats->audio_codec));
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
	gate_close(&ingest->gate);
	unschedule(ingest);
	reaper_bring_down(ingest->pipeline, ingest_unref, ingest);
}
