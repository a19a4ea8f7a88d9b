/* SPDX-License-Identifier: EUPL-1.2
 *
 *   launch_end(), launch_later() --queue--> [reaper thread, in order: state NULL, unref, done()]
 */
#include "media.h"

#include <string.h>

#include "clock.h"
#include "error.h"
#include "launch.h"

/* What the pipelines' texts and decodebin need, and the Debian package of each. */
static const struct {
	const char *element, *package;
} needed[] = {
	{"appsrc", "gstreamer1.0-plugins-base"},
	{"decodebin", "gstreamer1.0-plugins-base"},
	{"videoconvert", "gstreamer1.0-plugins-base"},
	{"audioresample", "gstreamer1.0-plugins-base"},
	{"opusenc", "gstreamer1.0-plugins-base"},
	{"rtpbin", "gstreamer1.0-plugins-good"},
	{"rtph264pay", "gstreamer1.0-plugins-good"},
	{"vp8dec", "gstreamer1.0-plugins-good"},
	{"deinterlace", "gstreamer1.0-plugins-good"},
	{"pngdec", "gstreamer1.0-plugins-good"},
	{"jpegdec", "gstreamer1.0-plugins-good"},
	{"tsdemux", "gstreamer1.0-plugins-bad"},
	{"h264parse", "gstreamer1.0-plugins-bad"},
	{"x264enc", "gstreamer1.0-plugins-ugly"},
	{"avdec_h264", "gstreamer1.0-libav"},
	{"avdec_h265", "gstreamer1.0-libav"},
};

struct ending {
	GstElement *pipeline;
	void (*done)(void *data);
	void *data;
};

static char *directory;
static GThread *reaper;
static GAsyncQueue *endings; /* struct ending; one without pipeline and done ends the reaper */
static gint n_pending;

static bool check_elements(GError **error)
{
	g_autoptr(GString) missing = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		GstElementFactory *factory = gst_element_factory_find(needed[i].element);

		if (!factory)
			g_string_append_printf(missing, "%s%s (%s)", missing->len ? ", " : "",
					       needed[i].element, needed[i].package);
		else
			gst_object_unref(factory);
	}
	if (!missing->len)
		return true;
	return fail(error, ERROR_MEDIA, "GStreamer elements are missing; install the packages: %s",
		    missing->str);
}

static void bring_down(struct ending *ending)
{
	if (ending->pipeline) {
		gst_element_set_state(ending->pipeline, GST_STATE_NULL);
		gst_object_unref(ending->pipeline);
	}
	if (ending->done)
		ending->done(ending->data);
	g_atomic_int_add(&n_pending, -1);
}

static void *reap(void *unused)
{
	(void)unused;
	for (;;) {
		struct ending *ending = g_async_queue_pop(endings);
		bool is_last = !ending->pipeline && !ending->done;

		if (!is_last)
			bring_down(ending);
		g_free(ending);
		if (is_last)
			return NULL;
	}
}

static void queue_ending(GstElement *pipeline, void (*done)(void *data), void *data)
{
	struct ending *ending = g_new0(struct ending, 1);

	*ending = (struct ending){pipeline, done, data};
	g_async_queue_push(endings, ending);
}

void launch_end(GstElement *pipeline, void (*done)(void *data), void *data)
{
	if (!pipeline && !done)
		return;
	g_atomic_int_inc(&n_pending);
	queue_ending(pipeline, done, data);
}

void launch_later(void (*done)(void *data), void *data)
{
	launch_end(NULL, done, data);
}

bool media_init(const char *pipelines_dir, GError **error)
{
	GError *cause = NULL;

	if (!gst_init_check(NULL, NULL, &cause)) {
		fail(error, ERROR_MEDIA, "GStreamer: %s", cause ? cause->message : "cannot start");
		g_clear_error(&cause);
		return false;
	}
	if (!check_elements(error))
		return false;
	g_free(directory);
	directory = g_strdup(pipelines_dir);
	if (!reaper) {
		endings = g_async_queue_new();
		reaper = g_thread_new("reaper", reap, NULL);
	}
	return true;
}

void media_finish(int timeout_ms)
{
	int64_t end_ns = clock_now_ns() + timeout_ms * NS_PER_MS;

	if (!reaper)
		return;
	while (g_atomic_int_get(&n_pending) > 0 && clock_now_ns() < end_ns)
		g_usleep(1000);
	if (g_atomic_int_get(&n_pending) > 0)
		return; /* something hangs; the process ends anyway */
	queue_ending(NULL, NULL, NULL);
	g_thread_join(reaper);
	g_async_queue_unref(endings);
	g_clear_pointer(&directory, g_free);
	reaper = NULL;
}

/* ---- pipelines ---- */

static char *read_text(const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *text = NULL;
	GError *cause = NULL;

	if (!g_file_get_contents(path, &text, NULL, &cause)) {
		fail(error, ERROR_MEDIA, "pipeline %s: %s (is pipelines_dir right?)", name,
		     cause->message);
		g_clear_error(&cause);
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *kept = g_string_new(NULL);

	for (int i = 0; lines[i]; i++)
		if (*g_strchug(lines[i]) != '#')
			g_string_append_printf(kept, "%s ", lines[i]);
	return g_string_free(kept, FALSE);
}

GstElement *launch_pipeline(const char *name, GError **error)
{
	g_autofree char *text = read_text(name, error);
	GError *cause = NULL;

	if (!text)
		return NULL;
	GstElement *pipeline =
		gst_parse_launch_full(text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &cause);

	if (!pipeline || cause) {
		fail(error, ERROR_MEDIA, "pipeline %s: %s", name,
		     cause ? cause->message : "cannot be made");
		g_clear_error(&cause);
		g_clear_pointer(&pipeline, gst_object_unref);
		return NULL;
	}
	g_autoptr(GstClock) clock =
		g_object_new(GST_TYPE_SYSTEM_CLOCK, "clock-type", GST_CLOCK_TYPE_MONOTONIC, NULL);

	gst_object_ref_sink(clock);
	gst_pipeline_use_clock(GST_PIPELINE(pipeline), clock);
	return pipeline;
}

void launch_on_wall_time(GstElement *pipeline)
{
	gst_element_set_start_time(pipeline, GST_CLOCK_TIME_NONE);
	gst_element_set_base_time(pipeline, 0);
	gst_pipeline_set_latency(GST_PIPELINE(pipeline), 0);
}

GstElement *launch_bin(const char *name, GError **error)
{
	g_autofree char *text = read_text(name, error);
	GError *cause = NULL;
	GstElement *bin = text ? gst_parse_bin_from_description_full(
					 text, TRUE, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &cause)
			       : NULL;

	if (text && !bin)
		fail(error, ERROR_MEDIA, "pipeline %s: %s", name,
		     cause ? cause->message : "cannot be made");
	g_clear_error(&cause);
	return bin;
}

GstElement *launch_element(GstElement *bin, const char *name)
{
	GstElement *element = gst_bin_get_by_name(GST_BIN(bin), name);

	if (!element)
		g_error("a pipeline's text has no element named %s", name);
	gst_object_unref(element);
	return element;
}
