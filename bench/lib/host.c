/* SPDX-License-Identifier: EUPL-1.2
 *
 * host: plays one GStreamer pipeline, as gst-launch-1.0 does, and is told things while it plays.
 *
 *   host TEXT            (the end of its input ends it)
 *   set ELEMENT[:PAD] PROPERTY VALUE
 *   count                prints how many pictures came out of the decoders "decoder0", "decoder1", ... so far
 *   pictures FILE        raw I420, WIDTH x HEIGHT: each 1/30 s the next one goes into appsrc "ring", not copied
 *
 * What a fakesink cannot say for itself is said for it, as Twinstage says it for its own sinks (picture_pool.h): "strided0", "strided1", ... take
 * what the decoder has drawn where it is, so that nothing is copied.
 */
#include <fcntl.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture_pool.h"

#define WIDTH	1280
#define HEIGHT	720
#define PICTURE ((gsize)WIDTH * HEIGHT * 3 / 2)

struct host {
	GMainLoop *loop;
	GstElement *pipeline, *ring;
	guint8 *pictures;
	gsize n_pictures;
	guint64 n_pushed;
	gint n_decoded;
};

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct host *host = data;
	GError *error = NULL;

	(void)bus;
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		gst_message_parse_error(message, &error, NULL);
		fprintf(stderr, "host: %s: %s\n", GST_OBJECT_NAME(message->src), error->message);
		g_main_loop_quit(host->loop);
	} else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
		gst_bin_recalculate_latency(GST_BIN(host->pipeline));
	}
	return G_SOURCE_CONTINUE;
}

static void push_picture(struct host *host)
{
	guint8 *picture = host->pictures + host->n_pushed % host->n_pictures * PICTURE;
	GstBuffer *buffer = gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, picture, PICTURE,
							0, PICTURE, NULL, NULL);

	GST_BUFFER_PTS(buffer) = gst_util_uint64_scale(host->n_pushed, GST_SECOND, 30);
	GST_BUFFER_DURATION(buffer) = GST_SECOND / 30;
	gst_app_src_push_buffer(GST_APP_SRC(host->ring), buffer);
	host->n_pushed++;
}

static gboolean on_time(gpointer data)
{
	struct host *host = data;
	static gint64 begun_us;
	gint64 now_us = g_get_monotonic_time();

	if (!begun_us)
		begun_us = now_us;
	/* As many as are due since the first one: 30 a second, however late a call comes. */
	while (host->pictures && (gint64)host->n_pushed * G_USEC_PER_SEC / 30 <= now_us - begun_us)
		push_picture(host);
	return G_SOURCE_CONTINUE;
}

static void map_pictures(struct host *host, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || (gsize)status.st_size < PICTURE) {
		fprintf(stderr, "host: %s holds no pictures\n", file);
		exit(1);
	}
	host->n_pictures = (gsize)status.st_size / PICTURE;
	host->pictures =
		mmap(NULL, (gsize)status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	close(fd);
}

/* gst_util_set_object_arg() leaves these out without a word. */
static void set_structure(GObject *object, const char *property, const char *text)
{
	GstStructure *structure = gst_structure_from_string(text, NULL);

	if (!structure)
		fprintf(stderr, "host: %s is no structure: %s\n", property, text);
	else
		g_object_set(object, property, structure, NULL);
	g_clear_pointer(&structure, gst_structure_free);
}

static void set_property(struct host *host, const char *where, const char *property,
			 const char *value)
{
	char **names = g_strsplit(where, ":", 2);
	GstElement *element = gst_bin_get_by_name(GST_BIN(host->pipeline), names[0]);
	GstPad *pad = element && names[1] ? gst_element_get_static_pad(element, names[1]) : NULL;
	GObject *object = pad ? G_OBJECT(pad) : G_OBJECT(element);
	GParamSpec *known =
		object ? g_object_class_find_property(G_OBJECT_GET_CLASS(object), property) : NULL;

	if (!element || (names[1] && !pad))
		fprintf(stderr, "host: there is no %s\n", where);
	else if (known && known->value_type == GST_TYPE_STRUCTURE)
		set_structure(object, property, value);
	else
		gst_util_set_object_arg(object, property, value);
	g_clear_object(&pad);
	g_clear_object(&element);
	g_strfreev(names);
}

static gboolean on_line(GIOChannel *input, GIOCondition condition, gpointer data)
{
	struct host *host = data;
	char *line = NULL;

	(void)condition;
	if (g_io_channel_read_line(input, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
		g_main_loop_quit(host->loop);
		return G_SOURCE_REMOVE;
	}
	char **words = g_strsplit(g_strchomp(line), " ", 4);

	if (g_strv_length(words) == 4 && strcmp(words[0], "set") == 0)
		set_property(host, words[1], words[2], words[3]);
	else if (g_strv_length(words) == 2 && strcmp(words[0], "pictures") == 0)
		map_pictures(host, words[1]);
	else if (g_strv_length(words) == 1 && strcmp(words[0], "count") == 0)
		g_print("%d\n", g_atomic_int_get(&host->n_decoded));
	else
		fprintf(stderr, "host: not understood: %s\n", line);
	g_strfreev(words);
	g_free(line);
	return G_SOURCE_CONTINUE;
}

static GstPadProbeReturn on_decoded(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct host *host = data;

	(void)pad;
	(void)info;
	g_atomic_int_inc(&host->n_decoded);
	return GST_PAD_PROBE_OK;
}

static void count_decoded(struct host *host, GstElement *decoder)
{
	GstPad *pad = gst_element_get_static_pad(decoder, "src");

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_decoded, host, NULL);
	gst_object_unref(pad);
}

static void offer_memory(struct host *host, GstElement *sink)
{
	(void)host;
	picture_pool_offer(sink);
}

/* To each element that is named `name` and a number. */
static void do_to_all(struct host *host, const char *name,
		      void (*what)(struct host *host, GstElement *element))
{
	for (int i = 0;; i++) {
		char *full = g_strdup_printf("%s%d", name, i);
		GstElement *element = gst_bin_get_by_name(GST_BIN(host->pipeline), full);

		g_free(full);
		if (!element)
			return;
		what(host, element);
		gst_object_unref(element);
	}
}

int main(int argc, char **argv)
{
	struct host host = {0};
	GError *error = NULL;

	gst_init(&argc, &argv);
	/* A value of this type is understood only when the type is there (compositor's converter-config). */
	g_type_ensure(GST_TYPE_VIDEO_RESAMPLER_METHOD);
	host.pipeline = argc == 2 ? gst_parse_launch(argv[1], &error) : NULL;
	if (!host.pipeline || error) {
		fprintf(stderr, "host: %s\n",
			error ? error->message : "one argument: the pipeline");
		return 2;
	}
	host.loop = g_main_loop_new(NULL, FALSE);
	host.ring = gst_bin_get_by_name(GST_BIN(host.pipeline), "ring");
	do_to_all(&host, "strided", offer_memory);
	do_to_all(&host, "decoder", count_decoded);
	gst_bus_add_watch(gst_element_get_bus(host.pipeline), on_message, &host);
	g_io_add_watch(g_io_channel_unix_new(STDIN_FILENO), G_IO_IN | G_IO_HUP, on_line, &host);
	if (host.ring)
		g_timeout_add(16, on_time, &host);
	gst_element_set_state(host.pipeline, GST_STATE_PLAYING);
	g_main_loop_run(host.loop);
	/* Ended by its owner, who has read its CPU: nothing is to be kept. */
	_exit(0);
}
