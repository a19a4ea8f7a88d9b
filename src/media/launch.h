/* SPDX-License-Identifier: EUPL-1.2
 *
 * launch: pipelines from the texts in pipelines/, and their end. Any thread.
 */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

/* Makes the pipeline of a text ("source/ts.launch"; lines that begin with # are comments) on the system's monotonic clock. What a user
 * chose is set on its elements afterwards, never pasted into the text. Caller owns it until launch_end(). */
GstElement *launch_pipeline(const char *name, GError **error);

/* A piece of a pipeline (a bin) from such a text, to be added to one; its loose ends become pads "sink" and "src". */
GstElement *launch_bin(const char *name, GError **error);

/* Makes the pipeline's running time CLOCK_MONOTONIC itself: base time 0, no latency added by sinks. Before it plays. */
void launch_on_wall_time(GstElement *pipeline);

/* The element of that name; it must be in the text. The pipeline keeps it: no reference is given. */
GstElement *launch_element(GstElement *bin, const char *name);

/* Hands the pipeline to the reaper, which brings it down on its own thread and then calls `done(data)`
 * (may be NULL). NULL is allowed for `pipeline`: then only done is called. */
void launch_end(GstElement *pipeline, void (*done)(void *data), void *data);

/* Calls `task(data)` on the reaper's thread, in order with the endings: what a streaming thread must not do itself (seek,
 * change states), done before the pipeline ends or, with a look at its gate, not at all. */
void launch_later(void (*task)(void *data), void *data);
