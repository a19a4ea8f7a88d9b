/* SPDX-License-Identifier: EUPL-1.2
 *
 *   scene's sound --appsrc--> opus, RTP --appsink--> queue -> client (ICE, DTLS, SRTP)
 *
 * twinstage-speak: a speaker without a browser and without a picture, who beeps at each full second of CLOCK_MONOTONIC (scene.h). Writes its WHIP
 * offer as one line of JSON, reads the answer from standard input up to its end, then speaks until it is ended. A chunk of 10 ms is handed to the
 * encoder when its last sample was heard, as a microphone does.
 */
#include <errno.h>
#include <glib.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <stdio.h>
#include <time.h>

#include "client.h"
#include "scene.h"

#define NS	 INT64_C(1000000000)
#define AUDIO_PT 111
#define CHUNK	 480
#define NOISE	 0.004F

struct speaker {
	GstAppSrc *in;
	GAsyncQueue *packets; /* GBytes */
};

static int64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NS + time.tv_nsec;
}

static void sleep_until(int64_t when_ns)
{
	struct timespec time = {.tv_sec = when_ns / NS, .tv_nsec = when_ns % NS};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

static GstFlowReturn on_packet(GstAppSink *sink, gpointer data)
{
	struct speaker *speaker = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	gsize length = 0;

	if (!sample)
		return GST_FLOW_EOS;
	GstBuffer *buffer = gst_sample_get_buffer(sample);
	gpointer bytes = NULL;

	gst_buffer_extract_dup(buffer, 0, gst_buffer_get_size(buffer), &bytes, &length);
	g_async_queue_push(speaker->packets, g_bytes_new_take(bytes, length));
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static void start_encoder(struct speaker *speaker)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_packet};
	GstElement *pipeline = gst_parse_launch(
		"appsrc name=in format=time is-live=true caps=audio/x-raw,format=F32LE,rate=48000,"
		"channels=1,layout=interleaved ! audioconvert ! opusenc frame-size=10 "
		"bitrate=64000 "
		"audio-type=voice ! rtpopuspay pt=111 ! appsink name=out sync=false",
		NULL);
	g_autoptr(GstElement) out = gst_bin_get_by_name(GST_BIN(pipeline), "out");

	speaker->in = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(pipeline), "in"));
	gst_app_sink_set_callbacks(GST_APP_SINK(out), &callbacks, speaker, NULL);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
}

static gpointer run_microphone(gpointer data)
{
	const struct scene_look look = {.noise = NOISE};
	struct speaker *speaker = data;
	int64_t start_ns = (now_ns() / NS + 1) * NS;

	for (int64_t n = 0;; n++) {
		GstBuffer *buffer = gst_buffer_new_allocate(NULL, CHUNK * sizeof(float), NULL);
		GstMapInfo map;

		gst_buffer_map(buffer, &map, GST_MAP_WRITE);
		scene_sound(&look, n * CHUNK, CHUNK, (float *)(void *)map.data);
		gst_buffer_unmap(buffer, &map);
		GST_BUFFER_PTS(buffer) = (GstClockTime)(n * NS / 100);
		GST_BUFFER_DURATION(buffer) = (GstClockTime)(NS / 100);
		sleep_until(start_ns + (n + 1) * NS / 100);
		gst_app_src_push_buffer(speaker->in, buffer);
	}
	return NULL;
}

static char *read_answer(void)
{
	GString *answer = g_string_new(NULL);
	char line[1024];

	while (fgets(line, sizeof(line), stdin))
		g_string_append(answer, line);
	return g_string_free(answer, false);
}

static void send_waiting(struct speaker *speaker, struct client *client)
{
	for (GBytes *packet; (packet = g_async_queue_try_pop(speaker->packets));) {
		gsize length = 0;
		const uint8_t *bytes = g_bytes_get_data(packet, &length);

		client_send_rtp(client, bytes, length);
		g_bytes_unref(packet);
	}
}

int main(void)
{
	const struct client_options options = {.use = CLIENT_PUBLISH, .audio_pt = AUDIO_PT};
	struct client *client = client_create(&options, "127.0.0.1");
	g_autofree char *offer = g_strescape(client_offer(client), NULL);
	struct speaker speaker = {.packets = g_async_queue_new()};
	struct client_packet packet;

	gst_init(NULL, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("{\"offer\":\"%s\"}\n", offer);
	g_autofree char *answer = read_answer();

	if (!client_take_answer(client, answer) || !client_connect(client, 5000)) {
		fputs("twinstage-speak: no connection\n", stderr);
		return 1;
	}
	start_encoder(&speaker);
	g_thread_unref(g_thread_new("microphone", run_microphone, &speaker));
	for (int64_t checked_ns = 0; !client_is_closed(client);) {
		if (now_ns() - checked_ns > NS) {
			client_send_check(client);
			checked_ns = now_ns();
		}
		send_waiting(&speaker, client);
		client_receive(client, &packet, 1);
	}
	return 0;
}
