/* SPDX-License-Identifier: EUPL-1.2
 *
 *   client (ICE, DTLS, SRTP) --RTP--> [arrival noted] --appsrc--> depay, decode --appsink--> mark, flash
 *                            \------> [arrival noted] --appsrc--> depay, decode --appsink--> beep
 *
 * twinstage-watch: a viewer without a browser. Writes its WHEP offer as one line of JSON, reads the answer from standard input up to its end, and
 * then writes a line for each picture and each beep; all times in ms of CLOCK_MONOTONIC.
 *
 *   {"picture":N,"number":..,"maker":..,"mark_ms":..,"age_ms":..,"arrived_ms":..,"decoded_ms":..,"wall_ms":..,"flash":0,"u":..,"v":..}
 *   {"beep":N,"arrived_ms":..,"wall_ms":..}
 *
 * age_ms: from the mark to the arrival of the picture's last packet. wall_ms: when the sender says (RTCP SR) it is to be shown or heard, on a clock
 * common to both; 0 before the first report.
 */
#include <glib.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "mark.h"

#define NS	   INT64_C(1000000000)
#define VIDEO_PT   102
#define AUDIO_PT   111
#define REMEMBERED 1024
#define LOUD	   0.05F
#define QUIET_S	   0.3
#define FLASH_LUMA 190

struct report {
	bool is_known;
	uint32_t ssrc, rtp_time;
	double wall_ms;
};

struct lane {
	int clock_hz;
	GstElement *pipeline;
	GstAppSrc *in;
	struct report report;
	/* of units, by their number: buffers carry it as their time (in ms) */
	int64_t n_units, n_out;
	struct {
		int64_t arrived_ns;
		uint32_t rtp_time;
	} units[REMEMBERED];
};

struct watch {
	GMutex mutex; /* of reports and output */
	struct lane video, audio;
	int n_pictures, n_beeps;
	double quiet_s;
};

static int64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NS + time.tv_nsec;
}

static uint32_t read32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* ---- the sender's clock ---- */

static double wall_of(const struct lane *lane, uint32_t rtp_time)
{
	const struct report *report = &lane->report;

	return report->is_known ? report->wall_ms + (int32_t)(rtp_time - report->rtp_time) *
							    1000.0 / lane->clock_hz
				: 0;
}

/* A sender report (RFC 3550 6.4.1). */
static void read_rtcp(struct watch *watch, const struct client_packet *packet)
{
	const uint8_t *bytes = packet->bytes;

	if (packet->length < 28 || bytes[1] != 200)
		return;
	struct report report = {
		.is_known = true,
		.ssrc = read32(bytes + 4),
		.rtp_time = read32(bytes + 16),
		.wall_ms = read32(bytes + 8) % 100000 * 1000.0 + read32(bytes + 12) / 4294967.296,
	};

	g_mutex_lock(&watch->mutex);
	if (report.ssrc == watch->video.report.ssrc)
		watch->video.report = report;
	else if (report.ssrc == watch->audio.report.ssrc)
		watch->audio.report = report;
	g_mutex_unlock(&watch->mutex);
}

/* ---- pictures ---- */

static int mean(const uint8_t *plane, int stride, int left, int top, int side)
{
	int sum = 0;

	for (int y = top; y < top + side; y++)
		for (int x = left; x < left + side; x++)
			sum += plane[(size_t)y * (size_t)stride + (size_t)x];
	return sum / (side * side);
}

static void tell_picture(struct watch *watch, const uint8_t *data, int width, int height,
			 int64_t unit)
{
	const struct lane *lane = &watch->video;
	size_t luma = (size_t)width * (size_t)height;
	struct mark mark = {0};
	bool has_mark = mark_read(&mark, data, width, width, height);
	int64_t arrived_ns = lane->units[unit % REMEMBERED].arrived_ns;
	bool is_flash = mean(data, width, width / 4, height * 3 / 4, 16) > FLASH_LUMA;

	g_mutex_lock(&watch->mutex);
	printf("{\"picture\":%d,\"arrived_ms\":%.2f,\"decoded_ms\":%.2f,\"wall_ms\":%.2f,"
	       "\"flash\":%d,\"u\":%d,\"v\":%d",
	       watch->n_pictures++, (double)arrived_ns / 1e6, (double)now_ns() / 1e6,
	       wall_of(lane, lane->units[unit % REMEMBERED].rtp_time), is_flash,
	       mean(data + luma, width / 2, width / 8, height * 3 / 8, 8),
	       mean(data + luma * 5 / 4, width / 2, width / 8, height * 3 / 8, 8));
	if (has_mark)
		printf(",\"number\":%d,\"maker\":%d,\"age_ms\":%.1f", mark.number, mark.maker,
		       mark_ms_between(mark.time, mark_time(arrived_ns)));
	puts("}");
	g_mutex_unlock(&watch->mutex);
}

static GstFlowReturn on_picture(GstAppSink *sink, gpointer data)
{
	struct watch *watch = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstMapInfo map;
	int width = 0, height = 0;

	if (!sample)
		return GST_FLOW_EOS;
	GstBuffer *buffer = gst_sample_get_buffer(sample);
	const GstStructure *caps = gst_caps_get_structure(gst_sample_get_caps(sample), 0);

	gst_structure_get_int(caps, "width", &width);
	gst_structure_get_int(caps, "height", &height);
	if (width % 16 == 0 && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		tell_picture(watch, map.data, width, height,
			     (int64_t)(GST_BUFFER_PTS(buffer) / GST_MSECOND));
		gst_buffer_unmap(buffer, &map);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

/* ---- sound ---- */

static void tell_beep(struct watch *watch, int64_t unit, size_t frame)
{
	const struct lane *lane = &watch->audio;

	g_mutex_lock(&watch->mutex);
	printf("{\"beep\":%d,\"arrived_ms\":%.2f,\"wall_ms\":%.2f}\n", watch->n_beeps++,
	       (double)lane->units[unit % REMEMBERED].arrived_ns / 1e6,
	       wall_of(lane, lane->units[unit % REMEMBERED].rtp_time + (uint32_t)frame));
	g_mutex_unlock(&watch->mutex);
}

static void listen(struct watch *watch, const float *samples, size_t frames, int64_t unit)
{
	for (size_t i = 0; i < frames; i++) {
		if (fabsf(samples[2 * i]) < LOUD) {
			watch->quiet_s += 1.0 / 48000;
			continue;
		}
		if (watch->quiet_s > QUIET_S)
			tell_beep(watch, unit, i);
		watch->quiet_s = 0;
	}
}

/* Opus packets come out as they went in, one for one. */
static GstFlowReturn on_sound(GstAppSink *sink, gpointer data)
{
	struct watch *watch = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstMapInfo map;

	if (!sample)
		return GST_FLOW_EOS;
	if (gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) {
		listen(watch, (const float *)(const void *)map.data, map.size / 8,
		       watch->audio.n_out++);
		gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

/* ---- packets ---- */

static void push(struct lane *lane, const struct client_packet *packet, int64_t arrived_ns)
{
	GstBuffer *buffer = gst_buffer_new_memdup(packet->bytes, packet->length);
	int64_t unit = lane->n_units;

	lane->units[unit % REMEMBERED].arrived_ns = arrived_ns;
	lane->units[unit % REMEMBERED].rtp_time = read32(packet->bytes + 4);
	lane->report.ssrc = read32(packet->bytes + 8);
	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = (GstClockTime)unit * GST_MSECOND;
	gst_app_src_push_buffer(lane->in, buffer);
}

static void take_packet(struct watch *watch, const struct client_packet *packet)
{
	int64_t arrived_ns = now_ns();
	int type = packet->bytes[1] & 127;

	if (packet->is_rtcp) {
		read_rtcp(watch, packet);
	} else if (type == VIDEO_PT) {
		push(&watch->video, packet, arrived_ns);
		watch->video.n_units += packet->bytes[1] >> 7; /* the marker ends a picture */
	} else if (type == AUDIO_PT) {
		push(&watch->audio, packet, arrived_ns);
		watch->audio.n_units++;
	}
}

/* ---- start ---- */

static void start(struct lane *lane, const char *text,
		  GstFlowReturn (*on_sample)(GstAppSink *, gpointer), struct watch *watch)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_sample};
	g_autoptr(GError) error = NULL;

	lane->pipeline = gst_parse_launch(text, &error);
	if (error) {
		fprintf(stderr, "twinstage-watch: %s\n", error->message);
		exit(1);
	}
	g_autoptr(GstElement) out = gst_bin_get_by_name(GST_BIN(lane->pipeline), "out");

	lane->in = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(lane->pipeline), "in"));
	gst_app_sink_set_callbacks(GST_APP_SINK(out), &callbacks, watch, NULL);
	gst_element_set_state(lane->pipeline, GST_STATE_PLAYING);
}

static void start_decoders(struct watch *watch)
{
	watch->video.clock_hz = 90000;
	watch->audio.clock_hz = 48000;
	start(&watch->video,
	      "appsrc name=in format=time is-live=true caps=application/x-rtp,media=video,"
	      "encoding-name=H264,clock-rate=90000,payload=102 ! rtph264depay "
	      "wait-for-keyframe=true "
	      "! h264parse ! avdec_h264 max-threads=1 ! videoconvert ! video/x-raw,format=I420 ! "
	      "appsink name=out sync=false",
	      on_picture, watch);
	start(&watch->audio,
	      "appsrc name=in format=time is-live=true caps=application/x-rtp,media=audio,"
	      "encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,payload=111 ! "
	      "rtpopusdepay ! opusdec ! audioconvert ! "
	      "audio/x-raw,format=F32LE,rate=48000,channels=2,layout=interleaved ! "
	      "appsink name=out sync=false",
	      on_sound, watch);
}

static char *read_answer(void)
{
	GString *answer = g_string_new(NULL);
	char line[1024];

	while (fgets(line, sizeof(line), stdin))
		g_string_append(answer, line);
	return g_string_free(answer, false);
}

int main(void)
{
	const struct client_options options = {
		.use = CLIENT_PLAY, .video_pt = VIDEO_PT, .audio_pt = AUDIO_PT};
	struct client *client = client_create(&options, "127.0.0.1");
	g_autofree char *offer = g_strescape(client_offer(client), NULL);
	struct watch watch = {0};
	struct client_packet packet;

	gst_init(NULL, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("{\"offer\":\"%s\"}\n", offer);
	g_autofree char *answer = read_answer();

	start_decoders(&watch);
	if (!client_take_answer(client, answer) || !client_connect(client, 5000)) {
		fputs("twinstage-watch: no connection\n", stderr);
		return 1;
	}
	for (int64_t checked_ns = 0; !client_is_closed(client);) {
		if (now_ns() - checked_ns > NS) {
			client_send_check(client);
			checked_ns = now_ns();
		}
		if (client_receive(client, &packet, 100))
			take_packet(&watch, &packet);
	}
	client_destroy(client);
	return 0;
}
