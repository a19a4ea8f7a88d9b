/* SPDX-License-Identifier: EUPL-1.2
 *
 * launch: PRIVATE to this folder. Pipelines from the texts in pipelines/. Any thread.
 */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

/* Where the texts are; before any other call. NULL frees what is remembered. */
void launch_set_directory(const char *path);

/* Makes the pipeline of a text ("source/ts.launch"; lines that begin with # are comments) on the system's monotonic clock. What a user
 * chose is set on its elements afterwards, never pasted into the text. Caller owns it until reaper_bring_down(). */
GstElement *launch_pipeline(const char *name, GError **error);

/* A piece of a pipeline (a bin) from such a text, to be added to one; its loose ends become pads "sink" and "src". */
GstElement *launch_bin(const char *name, GError **error);

/* Makes the pipeline's running time CLOCK_MONOTONIC itself: base time 0, no latency added by sinks. Before it plays. */
void launch_on_wall_time(GstElement *pipeline);

/* Threads that `element` starts from now on, and a bin's elements, run with PRIORITY_SOUND (priority.h), if the message bus's sync
 * handler lets launch_answer_thread() see each message. */
void launch_hurry(GstElement *element);

/* On the thread that posts: GST_MESSAGE_STREAM_STATUS comes from the very thread that begins. Whatever priority such a thread takes, now or later,
 * the pool of which it is gets it back without. */
void launch_answer_thread(GstMessage *message);

/* The element of that name; it must be in the text. The pipeline keeps it: no reference is given. */
GstElement *launch_element(GstElement *bin, const char *name);
