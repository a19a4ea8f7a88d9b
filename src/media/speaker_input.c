/* SPDX-License-Identifier: EUPL-1.2
 *
 *   track rtp_in  --bell (rtc worker)--> pad push -> rtpbin -> jitter buffer -> depay -> decoder -> appsink -> slot, ring
 *   track rtcp_in --bell (rtc worker)--> pad push ---^   '-- RTCP --> pad --> track rtcp_out
 *
 * One RTP session carries both media, as the browser bundles them. A bell that still rings after the end finds the gate closed; the tracks' bells hold
 * references to the input, so it goes with the last of them.
 */
#include "speaker_input.h"

#include "clock.h"
#include "error.h"
#include "ingest.h"
#include "launch.h"
#include "reaper.h"
#include "ring.h"
#include "speaker_private.h"
#include "track.h"

#define WATCH_NS (500 * NS_PER_MS)

void speaker_input_unref(void *data)
{
	struct speaker_input *input = data;

	if (atomic_fetch_sub(&input->refs, 1) != 1)
		return;
	gst_clear_object(&input->rtp.pad);
	gst_clear_object(&input->rtcp.pad);
	gst_clear_object(&input->rtcp_pad);
	gst_clear_object(&input->picture_bin);
	gst_clear_object(&input->sound_bin);
	g_weak_ref_clear(&input->picture_jitter);
	g_weak_ref_clear(&input->sound_jitter);
	outlet_finish(&input->outlet);
	g_free(input);
}

/* The pipeline is down: nobody uses the tracks from here any more. */
static void input_finish(void *data)
{
	struct speaker_input *input = data;

	track_unref(input->rtp.track);
	track_unref(input->rtcp.track);
	track_unref(input->rtcp_out);
	speaker_input_unref(input);
}

struct speaker_input *speaker_input_ref(struct speaker_input *input)
{
	atomic_fetch_add(&input->refs, 1);
	return input;
}

/* ---- watching ---- */

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
	int64_t now_ns = clock_now_ns();

	(void)clock;
	(void)time;
	(void)id;
	if (!gate_enter(&input->outlet.gate))
		return TRUE;
	measure(input, now_ns);
	speaker_measure_losses(input);
	speaker_ask_key_if_needed(input, now_ns);
	gate_leave(&input->outlet.gate);
	outlet_check(&input->outlet, now_ns);
	return TRUE;
}

static void start_watch(struct speaker_input *input)
{
	g_autoptr(GstClock) clock = gst_system_clock_obtain();

	input->watch = gst_clock_new_periodic_id(
		clock, gst_clock_get_time(clock) + (GstClockTime)WATCH_NS, (GstClockTime)WATCH_NS);
	gst_clock_id_wait_async(input->watch, on_watch, speaker_input_ref(input),
				speaker_input_unref);
}

static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct speaker_input *input = data;

	(void)bus;
	launch_answer_thread(message);
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		g_autoptr(GError) cause = NULL;

		gst_message_parse_error(message, &cause, NULL);
		outlet_end(&input->outlet, NOTE_SOURCE_FAILED,
			   cause ? cause->message : "its media cannot be used");
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

/* ---- building ---- */

static bool build(struct speaker_input *input, GError **error)
{
	input->pipeline = launch_pipeline("source/speaker.launch", error);
	if (!input->pipeline)
		return false;
	launch_on_wall_time(input->pipeline);
	input->bin = launch_element(input->pipeline, "rtp");
	speaker_answer_session(input);
	speaker_answer_streams(input);
	g_autoptr(GstBus) bus = gst_element_get_bus(input->pipeline);

	gst_bus_set_sync_handler(bus, on_message, input, NULL);
	speaker_open_inlet(input, &input->rtp, "recv_rtp_sink_0");
	speaker_open_inlet(input, &input->rtcp, "recv_rtcp_sink_0");
	speaker_open_rtcp_out(input);
	speaker_set_up_session(input);
	if (gst_element_set_state(input->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
		return fail(error, ERROR_MEDIA, "the speaker's pipeline cannot start");
	return true;
}

struct speaker_input *speaker_input_create(const struct speaker_input_spec *spec, GError **error)
{
	struct speaker_input *input = g_new0(struct speaker_input, 1);

	atomic_init(&input->refs, 1);
	g_weak_ref_init(&input->picture_jitter, NULL);
	g_weak_ref_init(&input->sound_jitter, NULL);
	atomic_init(&input->created_ns, clock_now_ns());
	input->format = spec->format;
	input->video_latency_ms = spec->video_latency_ms;
	input->audio_latency_ms = spec->audio_latency_ms;
	outlet_init(&input->outlet, spec->source_id, spec->picture, spec->sound, spec->up);
	input->outlet.is_stamped_on_arrival = true;
	input->rtp.track = track_ref(spec->rtp_in);
	input->rtcp.track = track_ref(spec->rtcp_in);
	input->rtcp_out = track_ref(spec->rtcp_out);
	if (!build(input, error)) {
		speaker_input_destroy(input);
		return NULL;
	}
	ring_restart(spec->sound);
	start_watch(input);
	speaker_hang_bell(&input->rtp);
	speaker_hang_bell(&input->rtcp);
	return input;
}

void speaker_input_read_stats(const struct speaker_input *input, struct ingest_stats *ingest,
			      struct speaker_stats *speaker)
{
	static const char *const names[] = {
		[VIDEO_NONE] = "", [VIDEO_H264] = "H.264", [VIDEO_VP8] = "VP8"};

	*ingest = (struct ingest_stats){
		.audio_rate_hz = input->format.has_audio ? 48000 : 0,
		.audio_channels = input->format.has_audio ? 2 : 0,
	};
	outlet_read_stats(&input->outlet, ingest);
	g_strlcpy(ingest->video_codec, names[input->format.video], sizeof(ingest->video_codec));
	g_strlcpy(ingest->audio_codec, input->format.has_audio ? "Opus" : "",
		  sizeof(ingest->audio_codec));
	*speaker = (struct speaker_stats){
		.loss_percent = atomic_load(&input->loss_percent),
		.window_loss_percent = atomic_load(&input->window_loss_percent),
		.received = atomic_load(&input->received),
		.lost = atomic_load(&input->lost),
		.recovered = atomic_load(&input->recovered),
		.jitter_ms = atomic_load(&input->jitter_ms),
		.picture_wait_ms = (double)atomic_load(&input->picture_wait_ns) / NS_PER_MS,
		.sound_wait_ms = (double)atomic_load(&input->sound_wait_ns) / NS_PER_MS,
		.kbps = atomic_load(&input->kbps),
	};
}

void speaker_input_destroy(struct speaker_input *input)
{
	if (!input)
		return;
	outlet_close(&input->outlet);
	if (input->watch) {
		gst_clock_id_unschedule(input->watch);
		gst_clock_id_unref(input->watch);
	}
	reaper_bring_down(input->pipeline, input_finish, input);
}
