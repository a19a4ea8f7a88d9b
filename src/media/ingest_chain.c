/* SPDX-License-Identifier: EUPL-1.2
 *
 *   decodebin --pad--> [probe: anchor] -> queue -> convert -> appsink (sync, ts-offset = anchor)
 *
 * The bins from the queue on are held by the ingest: decodebin takes its pads away when the pipeline has let go of them already.
 * The first picture and the first sound are taken; whatever else there is runs into the void.
 */
#include <gst/app/gstappsink.h>
#include <string.h>

#include "clock.h"
#include "ingest_private.h"
#include "launch.h"
#include "ring.h"

#define LEAST_GAP_NS (NS_PER_S / 66)  /* between pictures: 60 a second pass, jitter and all */
#define LATE_NS	     (10 * NS_PER_MS) /* a picture so long after its moment counts as late */
#define TICK_WAIT_NS (5 * NS_PER_MS)  /* in the slot; the tick keeps to what is on air */
/* The limiter looks 1.5 ms ahead, Opus 2.5 (6.5 below 64 kbit/s). */
#define MIXED_SOUND_NS (4 * NS_PER_MS)

/* ---- when it is due ---- */

static void apply_anchor(struct ingest *ingest, enum anchor_stream stream)
{
	int64_t offset_ns = ingest->anchor.offset_ns[stream];

	if (ingest->branches[stream].sink)
		g_object_set(ingest->branches[stream].sink, "ts-offset", (gint64)offset_ns, NULL);
	atomic_store(&ingest->anchor_ns[stream], offset_ns);
}

/* What is read from the ring is of the middle of what was written. */
static int64_t behind_sound(const struct ingest *ingest, const GstBuffer *buffer)
{
	struct ring_stats stats;

	ring_read_stats(ingest->outlet.ring, &stats);
	return (int64_t)(stats.target_ms * NS_PER_MS) + MIXED_SOUND_NS -
	       (GST_BUFFER_DURATION_IS_VALID(buffer) ? (int64_t)GST_BUFFER_DURATION(buffer) / 2
						     : 0);
}

static bool is_late(const struct ingest *ingest, enum anchor_stream stream, int64_t late_ns)
{
	return stream == ANCHOR_PICTURE &&
	       late_ns - ingest->anchor.offset_ns[ANCHOR_PICTURE] > LATE_NS;
}

static void see_buffer(struct branch *branch, const GstBuffer *buffer, int64_t pts_ns)
{
	struct ingest *ingest = branch->ingest;
	struct anchor *anchor = &ingest->anchor;
	int64_t now_ns = clock_now_ns(), before[ANCHOR_STREAMS], jump_ns;

	g_mutex_lock(&ingest->anchor_mutex);
	bool was_set = anchor->is_set;

	memcpy(before, anchor->offset_ns, sizeof(before));
	if (branch->stream == ANCHOR_SOUND)
		anchor->behind_ns[ANCHOR_SOUND] = behind_sound(ingest, buffer);
	jump_ns = anchor_see(anchor, branch->stream, pts_ns, now_ns);
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		if (!was_set || anchor->offset_ns[i] != before[i])
			apply_anchor(ingest, (enum anchor_stream)i);
	if (is_late(ingest, branch->stream, now_ns - pts_ns))
		atomic_fetch_add(&ingest->late, 1);
	g_mutex_unlock(&ingest->anchor_mutex);
	if (jump_ns)
		outlet_tell(&ingest->outlet, NOTE_SOURCE_JUMPED, jump_ns / NS_PER_MS, NULL);
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

/* False for a picture too soon after the last one that went on. */
static bool is_due(struct branch *branch, int64_t running_ns)
{
	int64_t since_ns = running_ns - branch->last_ns;

	if (branch->stream == ANCHOR_PICTURE && since_ns >= 0 && since_ns < LEAST_GAP_NS)
		return false;
	branch->last_ns = running_ns;
	return true;
}

static bool running_time(GstPad *pad, const GstBuffer *buffer, int64_t *running_ns)
{
	g_autoptr(GstEvent) sticky = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
	const GstSegment *segment = NULL;
	guint64 running = 0;

	if (!sticky || !GST_BUFFER_PTS_IS_VALID(buffer))
		return false;
	gst_event_parse_segment(sticky, &segment);
	int sign = gst_segment_to_running_time_full(segment, GST_FORMAT_TIME,
						    GST_BUFFER_PTS(buffer), &running);

	*running_ns = sign > 0 ? (int64_t)running : -(int64_t)running;
	return sign != 0;
}

static GstPadProbeReturn on_decoded(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct branch *branch = data;
	GstBuffer *buffer = gst_pad_probe_info_get_buffer(info);
	int64_t running_ns;

	if (!running_time(pad, buffer, &running_ns))
		return GST_PAD_PROBE_OK;
	if (!is_due(branch, running_ns))
		return GST_PAD_PROBE_DROP;
	if (branch->ingest->kind == INGEST_TS)
		see_buffer(branch, buffer, running_ns);
	return GST_PAD_PROBE_OK;
}

/* The format may change in mid-stream. */
static GstPadProbeReturn on_decoded_event(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct branch *branch = data;
	GstEvent *event = gst_pad_probe_info_get_event(info);
	GstCaps *caps = NULL;

	(void)pad;
	if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
		return GST_PAD_PROBE_OK;
	gst_event_parse_caps(event, &caps);
	note_format(branch->ingest, gst_caps_get_structure(caps, 0),
		    branch->stream == ANCHOR_PICTURE);
	return GST_PAD_PROBE_OK;
}

/* ---- decodebin's pads ---- */

static GstElement *make_branch(struct branch *branch, GError **error)
{
	const char *text =
		branch->stream == ANCHOR_PICTURE ? "source/picture.launch" : "source/sound.launch";
	GstElement *bin = launch_bin(text, error);

	if (!bin)
		return NULL;
	gst_object_ref_sink(bin);
	branch->sink = launch_element(bin, branch->stream == ANCHOR_PICTURE ? "picture" : "sound");
	if (branch->stream == ANCHOR_PICTURE) {
		outlet_answer_picture(&branch->ingest->outlet, branch->sink);
	} else {
		outlet_answer_sound(&branch->ingest->outlet, branch->sink);
		launch_hurry(bin);
	}
	if (branch->ingest->kind == INGEST_TS)
		g_object_set(branch->sink, "ts-offset",
			     (gint64)atomic_load(&branch->ingest->anchor_ns[branch->stream]), NULL);
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
		outlet_end(&branch->ingest->outlet, NOTE_SOURCE_FAILED, error->message);
		return;
	}
	g_autoptr(GstPad) to = gst_element_get_static_pad(branch->bin, "sink");

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_decoded, branch, NULL);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_decoded_event, branch, NULL);
	gst_element_sync_state_with_parent(branch->bin);
	branch->is_linked = gst_pad_link(pad, to) == GST_PAD_LINK_OK;
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

void ingest_answer_pads(struct ingest *ingest, GstElement *decode)
{
	ingest->anchor.behind_ns[ANCHOR_PICTURE] = TICK_WAIT_NS;
	g_signal_connect(decode, "pad-added", G_CALLBACK(on_pad), ingest);
	g_signal_connect(decode, "pad-removed", G_CALLBACK(on_pad_removed), ingest);
}
