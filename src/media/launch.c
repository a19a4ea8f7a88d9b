/* SPDX-License-Identifier: EUPL-1.2 */
#include "launch.h"

#include "error.h"
#include "priority.h"

static char *directory;

void launch_set_directory(const char *path)
{
	g_free(directory);
	directory = g_strdup(path);
}

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

/* A text of one element makes just that element. */
static GstElement *as_pipeline(GstElement *made)
{
	GstElement *pipeline;

	if (GST_IS_PIPELINE(made))
		return made;
	pipeline = gst_pipeline_new(NULL);
	gst_bin_add(GST_BIN(pipeline), made);
	return pipeline;
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
	pipeline = as_pipeline(pipeline);
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

#define HURRY "twinstage-hurry"

void launch_hurry(GstElement *element)
{
	g_object_set_data(G_OBJECT(element), HURRY, element);
}

static bool is_hurried(GstObject *element)
{
	if (g_object_get_data(G_OBJECT(element), HURRY))
		return true;
	g_autoptr(GstObject) parent = gst_object_get_parent(element);

	return parent && is_hurried(parent);
}

static void give_back(GstTask *task, GThread *thread, gpointer data)
{
	(void)task;
	(void)thread;
	(void)data;
	priority_take(PRIORITY_NORMAL);
}

/* That a thread leaves is told by a message, too; but of an element that was taken out of its bin before it was stopped nobody hears that. */
void launch_answer_thread(GstMessage *message)
{
	GstStreamStatusType type;
	GstElement *owner;

	if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_STREAM_STATUS)
		return;
	gst_message_parse_stream_status(message, &type, &owner);
	const GValue *task = gst_message_get_stream_status_object(message);

	if (type != GST_STREAM_STATUS_TYPE_ENTER || !task || !G_VALUE_HOLDS(task, GST_TYPE_TASK))
		return;
	gst_task_set_leave_callback(g_value_get_object(task), give_back, NULL, NULL);
	if (is_hurried(GST_OBJECT(owner)))
		priority_take(PRIORITY_SOUND);
}

GstElement *launch_element(GstElement *bin, const char *name)
{
	GstElement *element = gst_bin_get_by_name(GST_BIN(bin), name);

	if (!element)
		g_error("a pipeline's text has no element named %s", name);
	gst_object_unref(element);
	return element;
}
