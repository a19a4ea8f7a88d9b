/* SPDX-License-Identifier: EUPL-1.2
 *
 * What comes out of an encoder's pipeline: RTP packets of access units, into the track.
 */
#include <gst/app/gstappsink.h>
#include <gst/rtp/gstrtpbuffer.h>

#include "clock.h"
#include "encoder_private.h"
#include "track.h"

#define KBPS_WINDOW_NS NS_PER_S

static void count_bytes(struct encoder *encoder, size_t bytes, int64_t now_ns)
{
	encoder->kbps_bytes += bytes;
	atomic_store(&encoder->last_ns, now_ns);
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

static size_t write_packet(struct encoder *encoder, GstBuffer *buffer, bool is_start, bool is_end)
{
	struct packet *packet = track_begin(encoder->track);
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
	size_t length = gst_buffer_get_size(buffer);

	if (!packet || length > PACKET_MAX || !gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp))
		return 0;
	/* Counted here, so that a pipeline that starts again goes on where the last one was: SRTP (RFC 3711 3.3.1) and the history need it. */
	packet->rtp_seq = encoder->next_seq++;
	packet->rtp_time = gst_rtp_buffer_get_timestamp(&rtp);
	gst_rtp_buffer_unmap(&rtp);
	packet->length = (uint16_t)gst_buffer_extract(buffer, 0, packet->bytes, PACKET_MAX);
	packet->bytes[2] = (uint8_t)(packet->rtp_seq >> 8);
	packet->bytes[3] = (uint8_t)packet->rtp_seq;
	packet->is_key = encoder->unit.is_key;
	packet->is_start = is_start;
	packet->is_end = is_end;
	packet->pts_ns = encoder->unit.pts_ns;
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

static void count_unit(struct encoder *encoder)
{
	int64_t now_ns = clock_now_ns();
	double ms = (double)(now_ns - encoder->unit.pts_ns) / NS_PER_MS,
	       smooth = atomic_load(&encoder->encode_ms);

	count_bytes(encoder, encoder->unit.bytes, now_ns);
	atomic_store(&encoder->encode_ms, smooth + (ms - smooth) / 30);
	atomic_fetch_add(&encoder->frames, 1);
	atomic_fetch_add(&encoder->bytes, encoder->unit.bytes);
	if (encoder->unit.is_key)
		atomic_fetch_add(&encoder->key_frames, 1);
	if (encoder->unit.is_key && encoder->is_video)
		atomic_store(&encoder->last_key_ns, now_ns);
}

/* x264enc counts PTS from 1000 h on (it needs room below for DTS); what holds is the running time, which is CLOCK_MONOTONIC here. */
static int64_t running_time(GstSample *sample, const GstBuffer *buffer)
{
	GstClockTime running = gst_segment_to_running_time(gst_sample_get_segment(sample),
							   GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));

	return GST_CLOCK_TIME_IS_VALID(running) ? (int64_t)running : clock_now_ns();
}

/* The payloader hands out an access unit slice by slice (one time stamp, RFC 6184 5.1): its first packet says what it is. */
static bool begins_unit(struct encoder *encoder, GstBuffer *first, int64_t pts_ns)
{
	if (pts_ns == encoder->unit.pts_ns)
		return false;
	encoder->unit.pts_ns = pts_ns;
	encoder->unit.is_key = is_key_unit(encoder, first);
	encoder->unit.bytes = 0;
	return true;
}

/* The marker is on a picture's last packet (RFC 6184 5.1), on a talk spurt's first of sound (RFC 7587 4.1). */
static bool ends_unit(const struct encoder *encoder, GstBuffer *buffer)
{
	return !encoder->is_video || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_MARKER);
}

/* A slice: a list of packets, or one packet; or sound, which is one packet. */
static void write_sample(struct encoder *encoder, GstSample *sample)
{
	GstBufferList *list = gst_sample_get_buffer_list(sample);
	GstBuffer *single = gst_sample_get_buffer(sample);
	guint n = list ? gst_buffer_list_length(list) : single ? 1 : 0;
	GstBuffer *buffer = n == 0 ? NULL : list ? gst_buffer_list_get(list, 0) : single;
	bool is_end = false;

	if (!buffer)
		return;
	int64_t pts_ns = running_time(sample, buffer);
	bool is_start = begins_unit(encoder, buffer, pts_ns);

	for (guint i = 0; i < n; i++) {
		buffer = list ? gst_buffer_list_get(list, i) : single;
		is_end = ends_unit(encoder, buffer);
		encoder->unit.bytes += write_packet(encoder, buffer, is_start && i == 0, is_end);
	}
	track_ring(encoder->track);
	if (is_end)
		count_unit(encoder);
}

static GstFlowReturn on_packets(GstAppSink *sink, gpointer data)
{
	struct encoder *encoder = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	if (gate_enter(&encoder->gate)) {
		write_sample(encoder, sample);
		gate_leave(&encoder->gate);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

void encoder_answer_packets(struct encoder *encoder, GstElement *appsink)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_packets};

	gst_app_sink_set_callbacks(GST_APP_SINK(appsink), &callbacks, encoder, NULL);
}
