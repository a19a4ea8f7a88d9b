/* SPDX-License-Identifier: EUPL-1.2
 *
 *   scene, mark --appsrc--> x264 --appsink--> ts --> srt_sendmsg()
 *         sound --appsrc--> aac  --appsink-/
 *
 * twinstage-camera: a stage camera whose pictures say when they were taken (mark.h) and whose flash and beep begin at the same moment (scene.h).
 * Pictures and sound go out as soon as they are encoded. Each second a line of JSON says how long that took.
 */
#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <netdb.h>
#include <srt/srt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mark.h"
#include "scene.h"
#include "ts.h"

#define NS	      INT64_C(1000000000)
#define CHUNK	      480 /* 10 ms of sound */
#define REMEMBERED    256
#define CONNECT_TRIES 50
#define NOISE	      0.004F
#define PRIMING_NS                                                                                 \
	(1024 * NS / 48000) /* avenc_aac begins with a frame of silence, and does not say so */

struct options {
	char *size, *srt, *streamid, *passphrase, *preset;
	int fps, maker, hue, latency_ms, kbps, seconds;
	gboolean tells_length, is_silent;
};

struct camera {
	struct options options;
	struct scene_look look;
	GstElement *picture, *sound; /* pipelines */
	GstAppSrc *picture_in, *sound_in;
	GMutex mutex; /* of all below: both encoders send */
	struct ts ts;
	SRTSOCKET socket;
	bool is_broken;
	int64_t start_ns, handed_ns[REMEMBERED];
	double sent_ms[REMEMBERED];
	int n_sent;
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

/* ---- SRT ---- */

static bool set_up_socket(const struct options *options, SRTSOCKET socket)
{
	int latency = options->latency_ms;

	return srt_setsockflag(socket, SRTO_LATENCY, &latency, sizeof(latency)) == 0 &&
	       srt_setsockflag(socket, SRTO_STREAMID, options->streamid,
			       (int)strlen(options->streamid)) == 0 &&
	       (!options->passphrase ||
		srt_setsockflag(socket, SRTO_PASSPHRASE, options->passphrase,
				(int)strlen(options->passphrase)) == 0);
}

static SRTSOCKET call_once(const struct options *options, const struct addrinfo *address)
{
	SRTSOCKET socket = srt_create_socket();

	if (set_up_socket(options, socket) &&
	    srt_connect(socket, address->ai_addr, (int)address->ai_addrlen) == 0)
		return socket;
	srt_close(socket);
	return SRT_INVALID_SOCK;
}

static SRTSOCKET call(const struct options *options)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *address = NULL;
	char **words = g_strsplit(options->srt, ":", 2);
	SRTSOCKET socket = SRT_INVALID_SOCK;

	if (g_strv_length(words) == 2 && getaddrinfo(words[0], words[1], &hints, &address) == 0)
		for (int i = 0; i < CONNECT_TRIES && socket == SRT_INVALID_SOCK; i++) {
			socket = call_once(options, address);
			if (socket == SRT_INVALID_SOCK)
				g_usleep(200000);
		}
	if (address)
		freeaddrinfo(address);
	g_strfreev(words);
	return socket;
}

static void send_message(void *data, const uint8_t *bytes, size_t length)
{
	struct camera *camera = data;

	if (srt_sendmsg(camera->socket, (const char *)bytes, (int)length, -1, 1) == SRT_ERROR)
		camera->is_broken = true;
}

/* ---- what the encoders make ---- */

static void note_sent(struct camera *camera, int64_t pts_ns)
{
	int64_t n = (pts_ns * camera->look.fps + NS / 2) / NS;

	camera->sent_ms[camera->n_sent++ % REMEMBERED] =
		(double)(now_ns() - camera->handed_ns[n % REMEMBERED]) / 1e6;
}

static void write_unit(struct camera *camera, GstSample *sample, enum ts_stream stream)
{
	GstBuffer *buffer = gst_sample_get_buffer(sample);
	int64_t pts_ns = (int64_t)gst_segment_to_running_time(
		gst_sample_get_segment(sample), GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
	bool is_key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
	GstMapInfo map;

	if (stream == TS_AUDIO)
		pts_ns -= PRIMING_NS;
	if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
		return;
	g_mutex_lock(&camera->mutex);
	ts_write(&camera->ts, stream, map.data, map.size, (camera->start_ns + pts_ns) / 1000,
		 is_key && stream == TS_VIDEO);
	if (stream == TS_VIDEO)
		note_sent(camera, pts_ns);
	g_mutex_unlock(&camera->mutex);
	gst_buffer_unmap(buffer, &map);
}

static GstFlowReturn take(GstAppSink *sink, struct camera *camera, enum ts_stream stream)
{
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	write_unit(camera, sample, stream);
	gst_sample_unref(sample);
	return camera->is_broken ? GST_FLOW_ERROR : GST_FLOW_OK;
}

static GstFlowReturn on_picture(GstAppSink *sink, gpointer data)
{
	return take(sink, data, TS_VIDEO);
}

static GstFlowReturn on_sound(GstAppSink *sink, gpointer data)
{
	return take(sink, data, TS_AUDIO);
}

/* ---- the encoders ---- */

static GstElement *start(const char *text, GstAppSrc **in,
			 GstFlowReturn (*on_sample)(GstAppSink *, gpointer), struct camera *camera)
{
	GstAppSinkCallbacks callbacks = {.new_sample = on_sample};
	g_autoptr(GError) error = NULL;
	GstElement *pipeline = gst_parse_launch(text, &error);

	if (error) {
		fprintf(stderr, "twinstage-camera: %s\n", error->message);
		exit(1);
	}
	g_autoptr(GstElement) out = gst_bin_get_by_name(GST_BIN(pipeline), "out");

	*in = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(pipeline), "in"));
	gst_app_sink_set_callbacks(GST_APP_SINK(out), &callbacks, camera, NULL);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	return pipeline;
}

static void start_encoders(struct camera *camera)
{
	const struct options *options = &camera->options;
	g_autofree char *picture = g_strdup_printf(
		"appsrc name=in format=time is-live=true caps=video/x-raw,format=I420,width=%d,"
		"height=%d,framerate=%d/1,colorimetry=bt709 ! x264enc tune=zerolatency threads=1 "
		"speed-preset=%s bitrate=%d key-int-max=%d byte-stream=true aud=true bframes=0 ! "
		"video/x-h264,stream-format=byte-stream,alignment=au,profile=main ! appsink "
		"name=out sync=false",
		camera->look.width, camera->look.height, camera->look.fps, options->preset,
		options->kbps, camera->look.fps);

	camera->picture = start(picture, &camera->picture_in, on_picture, camera);
	camera->sound =
		start("appsrc name=in format=time is-live=true caps=audio/x-raw,"
		      "format=F32LE,rate=48000,channels=1,layout=interleaved ! audioconvert ! "
		      "avenc_aac bitrate=128000 ! aacparse ! "
		      "audio/mpeg,stream-format=adts,framed=true ! "
		      "appsink name=out sync=false",
		      &camera->sound_in, on_sound, camera);
}

/* ---- the world in front of it ---- */

static void show(struct camera *camera, int64_t n)
{
	const struct scene_look *look = &camera->look;
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, scene_bytes(look), NULL);
	GstMapInfo map;

	gst_buffer_map(buffer, &map, GST_MAP_WRITE);
	scene_draw(look, n, map.data);
	int64_t handed_ns = now_ns();
	struct mark mark = {.time = mark_time(handed_ns),
			    .number = n & 4095,
			    .maker = (uint8_t)camera->options.maker};

	mark_draw(&mark, map.data, look->width, look->width);
	gst_buffer_unmap(buffer, &map);
	camera->handed_ns[n % REMEMBERED] = handed_ns;
	GST_BUFFER_PTS(buffer) = (GstClockTime)(n * NS / look->fps);
	GST_BUFFER_DURATION(buffer) = (GstClockTime)(NS / look->fps);
	gst_app_src_push_buffer(camera->picture_in, buffer);
}

static void sound(struct camera *camera, int64_t n)
{
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, CHUNK * sizeof(float), NULL);
	GstMapInfo map;

	gst_buffer_map(buffer, &map, GST_MAP_WRITE);
	scene_sound(&camera->look, n * CHUNK, CHUNK, (float *)(void *)map.data);
	gst_buffer_unmap(buffer, &map);
	GST_BUFFER_PTS(buffer) = (GstClockTime)(n * NS / 100);
	GST_BUFFER_DURATION(buffer) = (GstClockTime)(NS / 100);
	gst_app_src_push_buffer(camera->sound_in, buffer);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void report(struct camera *camera)
{
	double sent[REMEMBERED];
	SRT_TRACEBSTATS stats = {0};

	g_mutex_lock(&camera->mutex);
	int n = MIN(camera->n_sent, REMEMBERED);

	memcpy(sent, camera->sent_ms, sizeof(double) * (size_t)n);
	camera->n_sent = 0;
	g_mutex_unlock(&camera->mutex);
	qsort(sent, (size_t)n, sizeof(double), by_size);
	srt_bistats(camera->socket, &stats, 0, 1);
	printf("{\"frames\":%d,\"sent_ms_p50\":%.2f,\"sent_ms_p95\":%.2f,\"rtt_ms\":%.2f,"
	       "\"lost\":%d,\"dropped\":%d}\n",
	       n, n ? sent[n / 2] : 0, n ? sent[n * 95 / 100] : 0, stats.msRTT,
	       stats.pktSndLossTotal, stats.pktSndDropTotal);
	fflush(stdout);
}

/* A chunk of sound is there when its last sample was heard. */
static void run(struct camera *camera)
{
	int64_t n_pictures = 0, n_sounds = 0;
	int64_t end_ns = camera->options.seconds ? camera->options.seconds * NS : INT64_MAX;

	camera->start_ns = (now_ns() / NS + 1) * NS;
	while (!camera->is_broken) {
		int64_t picture_ns = n_pictures * NS / camera->look.fps;
		int64_t sound_ns = (n_sounds + 1) * NS / 100;
		bool is_picture = picture_ns <= sound_ns;

		if (MIN(picture_ns, sound_ns) >= end_ns)
			return;
		sleep_until(camera->start_ns + (is_picture ? picture_ns : sound_ns));
		if (is_picture)
			show(camera, n_pictures++);
		else
			sound(camera, n_sounds++);
		if (is_picture && n_pictures % camera->look.fps == 0)
			report(camera);
	}
}

static bool read_options(struct options *options, int *argc, char ***argv)
{
	const GOptionEntry entries[] = {
		{"srt", 0, 0, G_OPTION_ARG_STRING, &options->srt, "where to call", "HOST:PORT"},
		{"streamid", 0, 0, G_OPTION_ARG_STRING, &options->streamid, "as whom", "NAME"},
		{"passphrase", 0, 0, G_OPTION_ARG_STRING, &options->passphrase, "", "TEXT"},
		{"latency-ms", 0, 0, G_OPTION_ARG_INT, &options->latency_ms, "of SRT (120)", "MS"},
		{"size", 0, 0, G_OPTION_ARG_STRING, &options->size, "1280x720", "WxH"},
		{"fps", 0, 0, G_OPTION_ARG_INT, &options->fps, "30", "N"},
		{"bitrate", 0, 0, G_OPTION_ARG_INT, &options->kbps, "kbit/s (3000)", "N"},
		{"preset", 0, 0, G_OPTION_ARG_STRING, &options->preset, "x264's (ultrafast)",
		 "NAME"},
		{"maker", 0, 0, G_OPTION_ARG_INT, &options->maker, "0..15, in the mark", "N"},
		{"hue", 0, 0, G_OPTION_ARG_INT, &options->hue, "of the picture, degrees", "N"},
		{"seconds", 0, 0, G_OPTION_ARG_INT, &options->seconds, "0: for ever", "N"},
		{"pes-length", 0, 0, G_OPTION_ARG_NONE, &options->tells_length,
		 "pictures' PES packets tell their length", NULL},
		{"silence", 0, 0, G_OPTION_ARG_NONE, &options->is_silent,
		 "digital silence between the beeps instead of noise", NULL},
		{0},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- a camera that tells the time");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &error) || !options->srt ||
	    !options->streamid) {
		fprintf(stderr, "twinstage-camera: %s\n",
			error ? error->message : "--srt and --streamid are needed");
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct camera camera = {.options = {.fps = 30,
					    .hue = 200,
					    .kbps = 3000,
					    .latency_ms = 120,
					    .size = "1280x720",
					    .preset = "ultrafast"}};
	int latency = 0, length = sizeof(latency);

	if (!read_options(&camera.options, &argc, &argv))
		return 2;
	gst_init(NULL, NULL);
	srt_startup();
	camera.look = (struct scene_look){.fps = camera.options.fps,
					  .hue = camera.options.hue,
					  .noise = camera.options.is_silent ? 0 : NOISE};
	if (sscanf(camera.options.size, "%dx%d", &camera.look.width, &camera.look.height) != 2)
		return 2;
	camera.ts = (struct ts){
		.send = send_message, .data = &camera, .tells_length = camera.options.tells_length};
	camera.socket = call(&camera.options);
	if (camera.socket == SRT_INVALID_SOCK) {
		fprintf(stderr, "twinstage-camera: %s: %s\n", camera.options.srt,
			srt_getlasterror_str());
		return 1;
	}
	srt_getsockflag(camera.socket, SRTO_PEERLATENCY, &latency, &length);
	printf("{\"connected\":true,\"latency_ms\":%d}\n", latency);
	fflush(stdout);
	start_encoders(&camera);
	run(&camera);
	gst_element_set_state(camera.picture, GST_STATE_NULL);
	gst_element_set_state(camera.sound, GST_STATE_NULL);
	srt_close(camera.socket);
	return camera.is_broken ? 1 : 0;
}
