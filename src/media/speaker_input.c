/* SPDX-License-Identifier: EUPL-1.2
 *
 *   track rtp_in  --bell (rtc worker)--> pad push -> rtpbin -> jitter buffer -> depay -> decoder -> appsink -> slot, ring
 *   track rtcp_in --bell (rtc worker)--> pad push ---^   '-- RTCP --> pad --> track rtcp_out
 *
 * One RTP session carries both media, as the browser bundles them. Packets are pushed from the thread that rings: up to the jitter buffer nothing
 * blocks, and two threads a speaker are saved. A bell that still rings after the end finds the gate closed; the tracks' bells hold
 * references to the input, so it goes with the last of them.
 */
#include "speaker_input.h"

#include <gst/app/gstappsink.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <gst/video/video.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <twinstage/note.h>

#include "clock.h"
#include "error.h"
#include "frame.h"
#include "gate.h"
#include "ingest.h"
#include "launch.h"
#include "mailbox.h"
#include "picture.h"
#include "reaper.h"
#include "ring.h"
#include "slot.h"
#include "track.h"

#define SESSION 0
#define FEEDBACK_BANDWIDTH                                                                         \
	8000000.0 /* rtpsession rations NACK and TWCC by it: with the default half of all losses stay */
#define RTCP_INTERVAL_NS (100 * NS_PER_MS)
#define WATCH_NS	 (500 * NS_PER_MS)
#define STALL_NS	 NS_PER_S
#define KEY_GAP_NS	 (500 * NS_PER_MS)
#define FPS_WINDOW_NS	 (2 * NS_PER_S)
#define TWCC_URI	 "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

/* A way in: our own source pad, linked to one of rtpbin's sinks, and the cursor into a track. */
struct inlet {
	struct speaker_input *input;
	struct track *track;
	uint64_t cursor;
	GstPad *pad;
	bool has_begun;
};

struct speaker_input {
	uint64_t source_id;
	struct rtp_format format;
	int video_latency_ms, audio_latency_ms;
	struct slot *slot;
	struct ring *ring;
	struct track *rtcp_out;
	struct mailbox *up;
	GstElement *pipeline, *bin;
	GstElement *picture; /* appsink: where key frames are asked from */
	GstPad *rtcp_pad;    /* takes rtpbin's RTCP */
	struct inlet rtp, rtcp;
	GstClockID watch;
	struct gate gate;
	atomic_int refs;
	atomic_bool is_live, is_failed;
	_Atomic(int64_t) created_ns, last_ns, picture_ns, asked_ns;
	_Atomic(uint64_t) frames, bytes;
	atomic_int width, height;
	_Atomic(double) fps, kbps;
	uint64_t fps_frames, watched_bytes;
	int64_t fps_begun_ns, watched_ns;
};

static void input_unref(void *data)
{
	struct speaker_input *input = data;

	if (atomic_fetch_sub(&input->refs, 1) != 1)
		return;
	gst_clear_object(&input->rtp.pad);
	gst_clear_object(&input->rtcp.pad);
	gst_clear_object(&input->rtcp_pad);
	slot_unref(input->slot);
	ring_unref(input->ring);
	g_free(input);
}

/* The pipeline is down: nobody uses the tracks from here any more. */
static void input_finish(void *data)
{
	struct speaker_input *input = data;

	track_unref(input->rtp.track);
	track_unref(input->rtcp.track);
	track_unref(input->rtcp_out);
	input_unref(input);
}

static struct speaker_input *input_ref(struct speaker_input *input)
{
	atomic_fetch_add(&input->refs, 1);
	return input;
}

static void release_inlet(void *data)
{
	input_unref(((struct inlet *)data)->input);
}

/* The track's bell holds a reference to the input. */
static void hang_bell(struct inlet *inlet, void (*ring)(void *data))
{
	input_ref(inlet->input);
	track_hang_bell(inlet->track, (struct bell){ring, inlet, release_inlet});
}

static void tell(struct speaker_input *input, enum note_kind kind, const char *text)
{
	if (!gate_enter(&input->gate))
		return;
	mailbox_post(input->up, note_new(kind, input->source_id, 0, text));
	gate_leave(&input->gate);
}

/* ---- in: from the tracks to rtpbin (rtc worker) ---- */

static void begin_pad(struct inlet *inlet, const char *stream, const char *media_type)
{
	GstSegment segment;
	g_autoptr(GstCaps) caps = gst_caps_new_empty_simple(media_type);

	gst_pad_push_event(inlet->pad, gst_event_new_stream_start(stream));
	gst_pad_push_event(inlet->pad, gst_event_new_caps(caps));
	gst_segment_init(&segment, GST_FORMAT_TIME);
	gst_pad_push_event(inlet->pad, gst_event_new_segment(&segment));
	inlet->has_begun = true;
}

static void push(struct inlet *inlet, const struct packet *packet)
{
	GstBuffer *buffer = gst_buffer_new_memdup(packet->bytes, packet->length);

	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = (GstClockTime)packet->written_ns;
	gst_pad_push(inlet->pad, buffer);
}

static void drain(struct inlet *inlet, bool is_rtp)
{
	const struct packet *packet;

	if (!inlet->has_begun)
		begin_pad(inlet, is_rtp ? "rtp" : "rtcp",
			  is_rtp ? "application/x-rtp" : "application/x-rtcp");
	while ((packet = track_next(inlet->track, &inlet->cursor, NULL))) {
		if (is_rtp)
			atomic_fetch_add_explicit(&inlet->input->bytes, packet->length,
						  memory_order_relaxed);
		push(inlet, packet);
		packet_unref(packet);
	}
}

static void on_bell(void *data)
{
	struct inlet *inlet = data;
	struct speaker_input *input = inlet->input;

	if (!gate_enter(&input->gate))
		return;
	drain(inlet, inlet == &input->rtp);
	gate_leave(&input->gate);
}

/* ---- out: RTCP (rtpbin's threads) ---- */

static GstFlowReturn on_rtcp(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
	struct speaker_input *input = g_object_get_data(G_OBJECT(pad), "input");

	(void)parent;
	if (gst_buffer_get_size(buffer) <= PACKET_MAX && gate_enter(&input->gate)) {
		struct packet *packet = track_begin(input->rtcp_out);

		if (packet) {
			packet->length =
				(uint16_t)gst_buffer_extract(buffer, 0, packet->bytes, PACKET_MAX);
			packet->rtp_seq = 0;
			packet->pts_ns = 0;
			track_commit(input->rtcp_out, packet);
			track_ring(input->rtcp_out);
		}
		gate_leave(&input->gate);
	}
	gst_buffer_unref(buffer);
	return GST_FLOW_OK;
}

/* ---- decoded ---- */

static void note_decoded(struct speaker_input *input, int64_t now_ns)
{
	atomic_store(&input->last_ns, now_ns);
	if (!atomic_load(&input->is_failed) && !atomic_exchange(&input->is_live, true))
		tell(input, NOTE_SOURCE_LIVE, NULL);
}

static void count_fps(struct speaker_input *input, int64_t now_ns)
{
	input->fps_frames++;
	if (now_ns - input->fps_begun_ns < FPS_WINDOW_NS)
		return;
	if (input->fps_begun_ns)
		atomic_store(&input->fps, (double)input->fps_frames * NS_PER_S /
						  (double)(now_ns - input->fps_begun_ns));
	input->fps_frames = 0;
	input->fps_begun_ns = now_ns;
}

static void take_picture(struct speaker_input *input, GstSample *sample)
{
	int64_t now_ns = clock_now_ns();
	struct frame *frame = picture_wrap(sample, now_ns);

	if (!frame) {
		if (!atomic_exchange(&input->is_failed, true))
			tell(input, NOTE_SOURCE_FAILED,
			     "its picture is larger than 3840x2160 or of no known form");
		return;
	}
	atomic_store(&input->width, frame->width);
	atomic_store(&input->height, frame->height);
	atomic_store(&input->picture_ns, now_ns);
	atomic_fetch_add(&input->frames, 1);
	count_fps(input, now_ns);
	if (gate_enter(&input->gate)) {
		slot_put(input->slot, frame);
		gate_leave(&input->gate);
	} else {
		frame_unref(frame);
	}
	note_decoded(input, now_ns);
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
	struct speaker_input *input = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstMapInfo map;

	if (!sample)
		return GST_FLOW_EOS;
	if (gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) {
		if (gate_enter(&input->gate)) {
			ring_write(input->ring, (const float *)(const void *)map.data,
				   map.size / (SOUND_CHANNELS * sizeof(float)));
			gate_leave(&input->gate);
		}
		gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
		note_decoded(input, clock_now_ns());
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

/* ---- rtpbin's questions ---- */

static GstCaps *common_caps(const struct speaker_input *input, const char *media,
			    const char *encoding, int clock, unsigned pt)
{
	GstCaps *caps = gst_caps_new_simple(
		"application/x-rtp", "media", G_TYPE_STRING, media, "encoding-name", G_TYPE_STRING,
		encoding, "clock-rate", G_TYPE_INT, clock, "payload", G_TYPE_INT, (int)pt, NULL);

	/* Without the extension's map no transport-wide feedback flows, and the browser stays at 300 kbit/s. */
	if (input->format.twcc_id) {
		g_autofree char *key = g_strdup_printf("extmap-%u", input->format.twcc_id);

		gst_caps_set_simple(caps, key, G_TYPE_STRING, TWCC_URI, NULL);
	}
	return caps;
}

static GstCaps *on_pt_map(GstElement *bin, guint session, guint pt, gpointer data)
{
	const struct speaker_input *input = data;
	const struct rtp_format *format = &input->format;
	GstCaps *caps = NULL;

	(void)bin;
	(void)session;
	if (format->video && pt == format->video_pt) {
		caps = common_caps(input, "video", format->video == VIDEO_H264 ? "H264" : "VP8",
				   90000, pt);
		gst_caps_set_simple(caps, "rtcp-fb-nack", G_TYPE_BOOLEAN, TRUE, "rtcp-fb-nack-pli",
				    G_TYPE_BOOLEAN, TRUE, "rtcp-fb-transport-cc", G_TYPE_BOOLEAN,
				    TRUE, NULL);
	} else if (format->video_rtx_pt && pt == format->video_rtx_pt) {
		g_autofree char *apt = g_strdup_printf("%u", format->video_pt);

		caps = common_caps(input, "video", "RTX", 90000, pt);
		gst_caps_set_simple(caps, "apt", G_TYPE_STRING, apt, NULL);
	} else if (format->has_audio && pt == format->audio_pt) {
		caps = common_caps(input, "audio", "OPUS", 48000, pt);
		gst_caps_set_simple(caps, "encoding-params", G_TYPE_STRING, "2", NULL);
	}
	return caps;
}

static bool is_audio_ssrc(const struct speaker_input *input, unsigned ssrc)
{
	return input->format.has_audio &&
	       (input->format.video == VIDEO_NONE || ssrc == input->format.audio_ssrc);
}

static void on_jitterbuffer(GstElement *bin, GstElement *buffer, guint session, guint ssrc,
			    gpointer data)
{
	const struct speaker_input *input = data;
	bool is_audio = is_audio_ssrc(input, ssrc);

	(void)bin;
	(void)session;
	/* Guessing the next packet's time makes NACKs without a loss whenever a pacer spaces packets unevenly. */
	g_object_set(buffer, "rtx-next-seqnum", FALSE, "faststart-min-packets", 1U, "latency",
		     (guint)(is_audio ? input->audio_latency_ms : input->video_latency_ms),
		     "do-retransmission", !is_audio && input->format.video_rtx_pt != 0, NULL);
}

/* What comes back as RTX (RFC 4588) is put in its place before the jitter buffer. */
static GstElement *on_aux_receiver(GstElement *bin, guint session, gpointer data)
{
	const struct speaker_input *input = data;
	GstElement *aux = gst_bin_new(NULL);
	GstElement *receive = gst_element_factory_make("rtprtxreceive", NULL);
	g_autofree char *pt = g_strdup_printf("%u", input->format.video_pt);
	g_autofree char *sink_name = g_strdup_printf("sink_%u", session),
			*source_name = g_strdup_printf("src_%u", session);
	GstStructure *map =
		gst_structure_new("map", pt, G_TYPE_UINT, (guint)input->format.video_rtx_pt, NULL);

	(void)bin;
	if (input->format.video_rtx_pt)
		g_object_set(receive, "payload-type-map", map, NULL);
	gst_structure_free(map);
	gst_bin_add(GST_BIN(aux), receive);
	g_autoptr(GstPad) sink = gst_element_get_static_pad(receive, "sink");
	g_autoptr(GstPad) source = gst_element_get_static_pad(receive, "src");

	gst_element_add_pad(aux, gst_ghost_pad_new(sink_name, sink));
	gst_element_add_pad(aux, gst_ghost_pad_new(source_name, source));
	return aux;
}

/* ---- streams as they come ---- */

static void add_branch(struct speaker_input *input, const char *text, GstPad *pad,
		       const char *sink_name, GstAppSinkCallbacks callbacks)
{
	g_autoptr(GError) error = NULL;
	GstElement *branch = launch_bin(text, &error);

	if (!branch) {
		tell(input, NOTE_SOURCE_FAILED, error->message);
		return;
	}
	GstElement *sink = launch_element(branch, sink_name);

	gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, input, NULL);
	if (strcmp(sink_name, "picture") == 0)
		input->picture = sink;
	gst_bin_add(GST_BIN(input->pipeline), branch);
	gst_element_sync_state_with_parent(branch);
	g_autoptr(GstPad) to = gst_element_get_static_pad(branch, "sink");

	gst_pad_link(pad, to);
}

static void add_void(struct speaker_input *input, GstPad *pad)
{
	GstElement *sink = gst_element_factory_make("fakesink", NULL);

	g_object_set(sink, "sync", FALSE, "async", FALSE, NULL);
	gst_bin_add(GST_BIN(input->pipeline), sink);
	gst_element_sync_state_with_parent(sink);
	g_autoptr(GstPad) to = gst_element_get_static_pad(sink, "sink");

	gst_pad_link(pad, to);
}

/* recv_rtp_src_SESSION_SSRC_PT: one stream of one payload type. A second one of a kind (a new SSRC) goes into the void. */
static void on_pad(GstElement *bin, GstPad *pad, gpointer data)
{
	struct speaker_input *input = data;
	unsigned session, ssrc, pt;
	GstAppSinkCallbacks picture = {.new_sample = on_picture}, sound = {.new_sample = on_sound};

	(void)bin;
	if (sscanf(GST_PAD_NAME(pad), "recv_rtp_src_%u_%u_%u", &session, &ssrc, &pt) != 3)
		return;
	if (input->format.video && pt == input->format.video_pt && !input->picture)
		add_branch(input,
			   input->format.video == VIDEO_H264 ? "source/speaker-h264.launch"
							     : "source/speaker-vp8.launch",
			   pad, "picture", picture);
	else if (input->format.has_audio && pt == input->format.audio_pt)
		add_branch(input, "source/speaker-opus.launch", pad, "sound", sound);
	else
		add_void(input, pad);
}

/* ---- watching ---- */

/* A picture that does not come, or no longer, is asked for (RFC 4585 6.3.1). */
static void ask_key_if_needed(struct speaker_input *input, int64_t now_ns)
{
	int64_t last = MAX(atomic_load(&input->picture_ns), atomic_load(&input->created_ns));

	if (!input->picture || now_ns - last < KEY_GAP_NS ||
	    now_ns - atomic_load(&input->asked_ns) < KEY_GAP_NS)
		return;
	atomic_store(&input->asked_ns, now_ns);
	gst_element_send_event(input->picture, gst_video_event_new_upstream_force_key_unit(
						       GST_CLOCK_TIME_NONE, FALSE, 0));
}

static void measure(struct speaker_input *input, int64_t now_ns)
{
	uint64_t bytes = atomic_load(&input->bytes);

	if (input->watched_ns)
		atomic_store(&input->kbps, (double)(bytes - input->watched_bytes) * 8e6 /
						   (double)(now_ns - input->watched_ns));
	input->watched_ns = now_ns;
	input->watched_bytes = bytes;
}

static gboolean on_watch(GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
	struct speaker_input *input = data;
	int64_t now_ns = clock_now_ns(), last = atomic_load(&input->last_ns);

	(void)clock;
	(void)time;
	(void)id;
	if (!gate_enter(&input->gate))
		return TRUE;
	measure(input, now_ns);
	ask_key_if_needed(input, now_ns);
	gate_leave(&input->gate);
	if (last && now_ns - last > STALL_NS && atomic_exchange(&input->is_live, false))
		tell(input, NOTE_SOURCE_STALLED, "nothing has come for a second");
	return TRUE;
}

static void start_watch(struct speaker_input *input)
{
	g_autoptr(GstClock) clock = gst_system_clock_obtain();

	input->watch = gst_clock_new_periodic_id(
		clock, gst_clock_get_time(clock) + (GstClockTime)WATCH_NS, (GstClockTime)WATCH_NS);
	gst_clock_id_wait_async(input->watch, on_watch, input_ref(input), input_unref);
}

static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct speaker_input *input = data;

	(void)bus;
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR &&
	    !atomic_exchange(&input->is_failed, true)) {
		g_autoptr(GError) cause = NULL;

		gst_message_parse_error(message, &cause, NULL);
		tell(input, NOTE_SOURCE_FAILED,
		     cause ? cause->message : "its media cannot be used");
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

/* ---- building ---- */

static void open_inlet(struct speaker_input *input, struct inlet *inlet, const char *sink_name)
{
	g_autoptr(GstPad) sink = gst_element_request_pad_simple(input->bin, sink_name);

	inlet->input = input;
	inlet->pad = gst_object_ref_sink(gst_pad_new(NULL, GST_PAD_SRC));
	gst_pad_set_active(inlet->pad, TRUE);
	gst_pad_link(inlet->pad, sink);
}

static void open_rtcp_out(struct speaker_input *input)
{
	g_autoptr(GstPad) source = gst_element_request_pad_simple(input->bin, "send_rtcp_src_0");

	input->rtcp_pad = gst_object_ref_sink(gst_pad_new(NULL, GST_PAD_SINK));
	g_object_set_data(G_OBJECT(input->rtcp_pad), "input", input);
	gst_pad_set_chain_function(input->rtcp_pad, on_rtcp);
	gst_pad_set_active(input->rtcp_pad, TRUE);
	gst_pad_link(source, input->rtcp_pad);
}

static void set_up_session(struct speaker_input *input)
{
	GObject *session = NULL;

	g_signal_emit_by_name(input->bin, "get-internal-session", SESSION, &session);
	if (!session)
		return;
	g_object_set(session, "rtcp-reduced-size", TRUE, "bandwidth", FEEDBACK_BANDWIDTH,
		     "rtcp-min-interval", (guint64)RTCP_INTERVAL_NS, "probation", 0U, NULL);
	g_object_unref(session);
}

static bool build(struct speaker_input *input, GError **error)
{
	input->pipeline = launch_pipeline("source/speaker.launch", error);
	if (!input->pipeline)
		return false;
	launch_on_wall_time(input->pipeline);
	input->bin = launch_element(input->pipeline, "rtp");
	g_signal_connect(input->bin, "request-pt-map", G_CALLBACK(on_pt_map), input);
	g_signal_connect(input->bin, "new-jitterbuffer", G_CALLBACK(on_jitterbuffer), input);
	g_signal_connect(input->bin, "request-aux-receiver", G_CALLBACK(on_aux_receiver), input);
	g_signal_connect(input->bin, "pad-added", G_CALLBACK(on_pad), input);
	g_autoptr(GstBus) bus = gst_element_get_bus(input->pipeline);

	gst_bus_set_sync_handler(bus, on_message, input, NULL);
	open_inlet(input, &input->rtp, "recv_rtp_sink_0");
	open_inlet(input, &input->rtcp, "recv_rtcp_sink_0");
	open_rtcp_out(input);
	set_up_session(input);
	if (gst_element_set_state(input->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
		return fail(error, ERROR_MEDIA, "the speaker's pipeline cannot start");
	return true;
}

struct speaker_input *speaker_input_create(const struct speaker_input_spec *spec, GError **error)
{
	struct speaker_input *input = g_new0(struct speaker_input, 1);

	atomic_init(&input->refs, 1);
	atomic_init(&input->created_ns, clock_now_ns());
	input->source_id = spec->source_id;
	input->format = spec->format;
	input->video_latency_ms = spec->video_latency_ms;
	input->audio_latency_ms = spec->audio_latency_ms;
	input->slot = slot_ref(spec->picture);
	input->ring = ring_ref(spec->sound);
	input->rtp.track = track_ref(spec->rtp_in);
	input->rtcp.track = track_ref(spec->rtcp_in);
	input->rtcp_out = track_ref(spec->rtcp_out);
	input->up = spec->up;
	if (!build(input, error)) {
		speaker_input_destroy(input);
		return NULL;
	}
	ring_restart(input->ring);
	start_watch(input);
	hang_bell(&input->rtp, on_bell);
	hang_bell(&input->rtcp, on_bell);
	return input;
}

static void read_losses(struct speaker_input *input, struct speaker_stats *stats)
{
	GstStructure *session_stats = NULL;
	GObject *session = NULL;

	g_signal_emit_by_name(input->bin, "get-internal-session", SESSION, &session);
	if (!session)
		return;
	g_object_get(session, "stats", &session_stats, NULL);
	if (session_stats) {
		guint recv_nacks = 0, sent_nacks = 0;

		gst_structure_get_uint(session_stats, "recv-nack-count", &recv_nacks);
		gst_structure_get_uint(session_stats, "sent-nack-count", &sent_nacks);
		stats->lost = sent_nacks;
		gst_structure_free(session_stats);
	}
	g_object_unref(session);
}

void speaker_input_read_stats(const struct speaker_input *input, struct ingest_stats *ingest,
			      struct speaker_stats *speaker)
{
	static const char *const names[] = {
		[VIDEO_NONE] = "", [VIDEO_H264] = "H.264", [VIDEO_VP8] = "VP8"};

	*ingest = (struct ingest_stats){
		.width = atomic_load(&input->width),
		.height = atomic_load(&input->height),
		.fps = clock_now_ns() - atomic_load(&input->picture_ns) < FPS_WINDOW_NS
			       ? atomic_load(&input->fps)
			       : 0,
		.audio_rate_hz = input->format.has_audio ? 48000 : 0,
		.audio_channels = input->format.has_audio ? 2 : 0,
		.frames = atomic_load(&input->frames),
		.last_ns = atomic_load(&input->last_ns),
	};
	g_strlcpy(ingest->video_codec, names[input->format.video], sizeof(ingest->video_codec));
	g_strlcpy(ingest->audio_codec, input->format.has_audio ? "Opus" : "",
		  sizeof(ingest->audio_codec));
	*speaker = (struct speaker_stats){.kbps = atomic_load(&input->kbps)};
	read_losses((struct speaker_input *)(uintptr_t)input, speaker);
}

void speaker_input_destroy(struct speaker_input *input)
{
	if (!input)
		return;
	gate_close(&input->gate);
	if (input->watch) {
		gst_clock_id_unschedule(input->watch);
		gst_clock_id_unref(input->watch);
	}
	reaper_bring_down(input->pipeline, input_finish, input);
}
