/* SPDX-License-Identifier: EUPL-1.2
 *
 * reaper: PRIVATE to this folder. The thread on which pipelines are brought down: a state change to
 * NULL may block, and neither the control loop nor a streaming thread may wait for it. Any thread.
 */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

/* Once; a second call does nothing. */
void reaper_start(void);

/* Waits until all has been brought down and ends the thread. False if something still hangs after
 * `timeout_ms`; then the thread is left behind. */
bool reaper_finish(int timeout_ms);

/* Brings the pipeline down on the reaper's thread and then calls `done(data)` (may be NULL). NULL
 * is allowed for `pipeline`: then only done is called. */
void reaper_bring_down(GstElement *pipeline, void (*done)(void *data), void *data);

/* Calls `task(data)` on the reaper's thread, in order with the endings: what a streaming thread
 * must not do itself (seek, change states), done before the pipeline ends or, with a look at its
 * gate, not at all. */
void reaper_run(void (*task)(void *data), void *data);
