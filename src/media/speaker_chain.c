/* SPDX-License-Identifier: EUPL-1.2
 *
 *   rtpbin --pad of an SSRC--> depay -> decoder -> appsink (no sync) -> outlet
 */
#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "launch.h"
#include "priority.h"
#include "speaker_private.h"

#define KEY_GAP_NS     (500 * NS_PER_MS)
#define WAIT_SMOOTHING 64

/* Our pipelines' running time is CLOCK_MONOTONIC, and so the jitter buffer's stamps are. */
static void note_wait(_Atomic(int64_t) *wait_ns, const GstBuffer *buffer)
{
	int64_t before_ns = atomic_load_explicit(wait_ns, memory_order_relaxed);

	if (!GST_BUFFER_PTS_IS_VALID(buffer))
		return;
	int64_t now_ns = MAX(clock_now_ns() - (int64_t)GST_BUFFER_PTS(buffer), 1);

	atomic_store_explicit(
		wait_ns, before_ns ? before_ns + (now_ns - before_ns) / WAIT_SMOOTHING : now_ns,
		memory_order_relaxed);
}

/* On the jitter buffer's thread, which decodes what it lets go of, too. rtpbin starts it before it shows the buffer, so launch_hurry() would come
 * too late; and what a stream carries is its sender's choice: no picture is ever decoded first. */
static GstPadProbeReturn on_picture(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct speaker_input *input = data;

	(void)pad;
	priority_take(PRIORITY_NORMAL);
	note_wait(&input->picture_wait_ns, gst_pad_probe_info_get_buffer(info));
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_sound(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct speaker_input *input = data;

	(void)pad;
	priority_take(PRIORITY_SOUND);
	note_wait(&input->sound_wait_ns, gst_pad_probe_info_get_buffer(info));
	return GST_PAD_PROBE_OK;
}

static void watch_released(struct speaker_input *input, GstElement *branch, bool is_picture)
{
	g_autoptr(GstPad) pad = gst_element_get_static_pad(branch, "sink");

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, is_picture ? on_picture : on_sound, input,
			  NULL);
}

static GstElement *make_branch(struct speaker_input *input, bool is_picture)
{
	g_autoptr(GError) error = NULL;
	const char *text = !is_picture			       ? "source/speaker-opus.launch"
			   : input->format.video == VIDEO_H264 ? "source/speaker-h264.launch"
							       : "source/speaker-vp8.launch";
	GstElement *branch = launch_bin(text, &error);

	if (!branch) {
		outlet_end(&input->outlet, NOTE_SOURCE_FAILED, error->message);
		return NULL;
	}
	gst_object_ref_sink(branch);
	if (is_picture) {
		atomic_store(&input->picture, launch_element(branch, "picture"));
		outlet_answer_picture(&input->outlet, launch_element(branch, "picture"));
	} else {
		outlet_answer_sound(&input->outlet, launch_element(branch, "sound"));
	}
	watch_released(input, branch, is_picture);
	gst_bin_add(GST_BIN(input->pipeline), branch);
	gst_element_sync_state_with_parent(branch);
	return branch;
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

/* The newest stream of a kind has the branch: a browser that begins anew comes with another SSRC. What it had goes into the void. */
static void link_branch(struct speaker_input *input, GstElement **branch, GstPad *pad,
			bool is_picture)
{
	if (!*branch)
		*branch = make_branch(input, is_picture);
	if (!*branch) {
		add_void(input, pad);
		return;
	}
	g_autoptr(GstPad) to = gst_element_get_static_pad(*branch, "sink");
	g_autoptr(GstPad) older = gst_pad_get_peer(to);

	if (older) {
		gst_pad_unlink(older, to);
		add_void(input, older);
	}
	gst_pad_link(pad, to);
}

/* recv_rtp_src_SESSION_SSRC_PT: one stream of one payload type. */
static void on_pad(GstElement *bin, GstPad *pad, gpointer data)
{
	struct speaker_input *input = data;
	unsigned session, ssrc, pt;

	(void)bin;
	if (sscanf(GST_PAD_NAME(pad), "recv_rtp_src_%u_%u_%u", &session, &ssrc, &pt) != 3)
		return;
	if (input->format.video && pt == input->format.video_pt)
		link_branch(input, &input->picture_bin, pad, true);
	else if (input->format.has_audio && pt == input->format.audio_pt)
		link_branch(input, &input->sound_bin, pad, false);
	else
		add_void(input, pad);
}

/* A picture that does not come, or no longer, is asked for (RFC 4585 6.3.1). */
void speaker_ask_key_if_needed(struct speaker_input *input, int64_t now_ns)
{
	int64_t last = MAX(atomic_load(&input->outlet.picture_ns), atomic_load(&input->created_ns));

	GstElement *picture = atomic_load(&input->picture);

	if (!picture || now_ns - last < KEY_GAP_NS ||
	    now_ns - atomic_load(&input->asked_ns) < KEY_GAP_NS)
		return;
	atomic_store(&input->asked_ns, now_ns);
	gst_element_send_event(picture, gst_video_event_new_upstream_force_key_unit(
						GST_CLOCK_TIME_NONE, FALSE, 0));
}

void speaker_answer_streams(struct speaker_input *input)
{
	g_signal_connect(input->bin, "pad-added", G_CALLBACK(on_pad), input);
}
