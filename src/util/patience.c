/* SPDX-License-Identifier: EUPL-1.2 */
#include "patience.h"

#include <glib.h>
#include <stdatomic.h>

struct errand {
	void (*work)(void *data);
	void *data;
	void (*release)(void *data);
	GMutex mutex;
	GCond is_back;
	bool is_done, is_left;
};

static atomic_int n_left;

static void errand_free(struct errand *errand)
{
	g_mutex_clear(&errand->mutex);
	g_cond_clear(&errand->is_back);
	g_free(errand);
}

static gpointer run(gpointer data)
{
	struct errand *errand = data;

	errand->work(errand->data);
	g_mutex_lock(&errand->mutex);
	errand->is_done = true;
	bool is_left = errand->is_left;

	g_cond_signal(&errand->is_back);
	g_mutex_unlock(&errand->mutex);
	if (is_left) {
		errand->release(errand->data);
		errand_free(errand);
		atomic_fetch_sub(&n_left, 1);
	}
	return NULL;
}

/* Whether it is done; if not, it is left alone from now on. */
static bool wait_for(struct errand *errand, int most_ms)
{
	gint64 end_us = g_get_monotonic_time() + most_ms * G_TIME_SPAN_MILLISECOND;

	g_mutex_lock(&errand->mutex);
	while (!errand->is_done && g_cond_wait_until(&errand->is_back, &errand->mutex, end_us)) {
	}
	bool is_done = errand->is_done;

	errand->is_left = !is_done;
	if (!is_done)
		atomic_fetch_add(&n_left, 1);
	g_mutex_unlock(&errand->mutex);
	return is_done;
}

static struct errand *errand_new(void (*work)(void *data), void *data, void (*release)(void *data))
{
	struct errand *errand = g_new0(struct errand, 1);

	*errand = (struct errand){.work = work, .data = data, .release = release};
	g_mutex_init(&errand->mutex);
	g_cond_init(&errand->is_back);
	return errand;
}

bool patience_run(void (*work)(void *data), void *data, void (*release)(void *data), int most_ms)
{
	struct errand *errand = errand_new(work, data, release);
	GThread *thread = atomic_load(&n_left) < PATIENCE_MOST
				  ? g_thread_try_new("errand", run, errand, NULL)
				  : NULL;

	if (!thread) {
		release(data);
		errand_free(errand);
		return false;
	}
	if (!wait_for(errand, most_ms)) {
		g_thread_unref(thread);
		return false;
	}
	g_thread_join(thread);
	errand_free(errand);
	return true;
}
