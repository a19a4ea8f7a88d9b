/* SPDX-License-Identifier: EUPL-1.2
 *
 *   reaper_bring_down(), reaper_run() --queue--> [reaper thread, in order: state NULL, unref, done()]
 */
#include "reaper.h"

#include "clock.h"

struct ending {
	GstElement *pipeline;
	void (*done)(void *data);
	void *data;
};

static GThread *reaper;
static GAsyncQueue *endings; /* struct ending; one without pipeline and done ends the reaper */
static gint n_pending;

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

void reaper_bring_down(GstElement *pipeline, void (*done)(void *data), void *data)
{
	if (!pipeline && !done)
		return;
	g_atomic_int_inc(&n_pending);
	queue_ending(pipeline, done, data);
}

void reaper_run(void (*task)(void *data), void *data)
{
	reaper_bring_down(NULL, task, data);
}

void reaper_start(void)
{
	if (reaper)
		return;
	endings = g_async_queue_new();
	reaper = g_thread_new("reaper", reap, NULL);
}

bool reaper_finish(int timeout_ms)
{
	int64_t end_ns = clock_now_ns() + timeout_ms * NS_PER_MS;

	if (!reaper)
		return true;
	while (g_atomic_int_get(&n_pending) > 0 && clock_now_ns() < end_ns)
		g_usleep(1000);
	if (g_atomic_int_get(&n_pending) > 0)
		return false;
	queue_ending(NULL, NULL, NULL);
	g_thread_join(reaper);
	g_async_queue_unref(endings);
	reaper = NULL;
	return true;
}
