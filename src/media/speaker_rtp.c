/* SPDX-License-Identifier: EUPL-1.2
 *
 *   track rtp_in, rtcp_in --bell (rtc worker)--> pad push -> rtpbin -- RTCP --> pad --> track rtcp_out
 *
 * Packets are pushed from the thread that rings: up to the jitter buffer nothing blocks, and two threads a speaker are saved.
 */
#include <gst/rtp/gstrtpbuffer.h>

#include "speaker_private.h"
#include "track.h"

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

static unsigned type_of(const struct packet *packet)
{
	return packet->length > 1 ? packet->bytes[1] & 127u : 128;
}

static bool is_sound(const struct rtp_format *format, const struct packet *packet)
{
	return format->has_audio && type_of(packet) == format->audio_pt;
}

/* Only what was agreed on: anything else would get a jitter buffer, with its threads, for nothing. */
static bool is_agreed(const struct rtp_format *format, const struct packet *packet)
{
	unsigned pt = type_of(packet);

	return (format->video &&
		(pt == format->video_pt || (format->video_rtx_pt && pt == format->video_rtx_pt))) ||
	       is_sound(format, packet);
}

/* Of sound: whether there is more of it than one sender may have decoded. */
static bool is_flood(struct inlet *inlet, GstBuffer *buffer, int64_t now_ns)
{
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

	if (!gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp))
		return true;
	bool is_allowed =
		sound_budget_allows(&inlet->sound_budget, gst_rtp_buffer_get_payload(&rtp),
				    gst_rtp_buffer_get_payload_len(&rtp), now_ns);

	gst_rtp_buffer_unmap(&rtp);
	return !is_allowed;
}

static void push(struct inlet *inlet, const struct packet *packet, bool is_counted)
{
	GstBuffer *buffer = gst_buffer_new_memdup(packet->bytes, packet->length);

	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = (GstClockTime)packet->written_ns;
	if (is_counted && is_flood(inlet, buffer, packet->written_ns))
		gst_buffer_unref(buffer);
	else
		gst_pad_push(inlet->pad, buffer);
}

static void push_rtp(struct inlet *inlet, const struct packet *packet)
{
	struct speaker_input *input = inlet->input;

	atomic_fetch_add_explicit(&input->bytes, packet->length, memory_order_relaxed);
	if (is_agreed(&input->format, packet))
		push(inlet, packet, is_sound(&input->format, packet));
}

static void drain(struct inlet *inlet, bool is_rtp)
{
	const struct packet *packet;

	if (!inlet->has_begun)
		begin_pad(inlet, is_rtp ? "rtp" : "rtcp",
			  is_rtp ? "application/x-rtp" : "application/x-rtcp");
	while ((packet = track_next(inlet->track, &inlet->cursor, NULL))) {
		if (is_rtp)
			push_rtp(inlet, packet);
		else
			push(inlet, packet, false);
		packet_unref(packet);
	}
}

static void on_bell(void *data)
{
	struct inlet *inlet = data;
	struct speaker_input *input = inlet->input;

	if (!gate_enter(&input->outlet.gate))
		return;
	drain(inlet, inlet == &input->rtp);
	gate_leave(&input->outlet.gate);
}

/* ---- out: RTCP (rtpbin's threads) ---- */

static GstFlowReturn on_rtcp(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
	struct speaker_input *input = g_object_get_data(G_OBJECT(pad), "input");

	(void)parent;
	if (gst_buffer_get_size(buffer) <= PACKET_MAX && gate_enter(&input->outlet.gate)) {
		struct packet *packet = track_begin(input->rtcp_out);

		if (packet) {
			packet->length =
				(uint16_t)gst_buffer_extract(buffer, 0, packet->bytes, PACKET_MAX);
			packet->rtp_seq = 0;
			packet->pts_ns = 0;
			track_commit(input->rtcp_out, packet);
			track_ring(input->rtcp_out);
		}
		gate_leave(&input->outlet.gate);
	}
	gst_buffer_unref(buffer);
	return GST_FLOW_OK;
}

static void release_inlet(void *data)
{
	speaker_input_unref(((struct inlet *)data)->input);
}

/* The track's bell holds a reference to the input. */
void speaker_hang_bell(struct inlet *inlet)
{
	speaker_input_ref(inlet->input);
	track_hang_bell(inlet->track, (struct bell){on_bell, inlet, release_inlet});
}

void speaker_open_inlet(struct speaker_input *input, struct inlet *inlet, const char *sink_name)
{
	g_autoptr(GstPad) sink = gst_element_request_pad_simple(input->bin, sink_name);

	inlet->input = input;
	inlet->pad = gst_object_ref_sink(gst_pad_new(NULL, GST_PAD_SRC));
	gst_pad_set_active(inlet->pad, TRUE);
	gst_pad_link(inlet->pad, sink);
}

void speaker_open_rtcp_out(struct speaker_input *input)
{
	g_autoptr(GstPad) source = gst_element_request_pad_simple(input->bin, "send_rtcp_src_0");

	input->rtcp_pad = gst_object_ref_sink(gst_pad_new(NULL, GST_PAD_SINK));
	g_object_set_data(G_OBJECT(input->rtcp_pad), "input", input);
	gst_pad_set_chain_function(input->rtcp_pad, on_rtcp);
	gst_pad_set_active(input->rtcp_pad, TRUE);
	gst_pad_link(source, input->rtcp_pad);
}
