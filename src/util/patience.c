/* SPDX-License-Identifier: EUPL-1.2 */
#include "patience.h"

#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

#include "clock.h"

struct errand {
	void (*work)(void *data);
	void *data;
	void (*release)(void *data);
	pthread_mutex_t mutex; /* not GMutex: the thread checker has to see it */
	pthread_cond_t is_back;
	bool is_done, is_left;
};

static atomic_int n_left;

static void errand_free(struct errand *errand)
{
	pthread_mutex_destroy(&errand->mutex);
	pthread_cond_destroy(&errand->is_back);
	g_free(errand);
}

static void *run(void *data)
{
	struct errand *errand = data;

	errand->work(errand->data);
	pthread_mutex_lock(&errand->mutex);
	errand->is_done = true;
	bool is_left = errand->is_left;

	pthread_cond_signal(&errand->is_back);
	pthread_mutex_unlock(&errand->mutex);
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
	int64_t end_ns = clock_now_ns() + most_ms * NS_PER_MS;
	struct timespec end = {.tv_sec = end_ns / NS_PER_S, .tv_nsec = end_ns % NS_PER_S};
	int reason = 0;

	pthread_mutex_lock(&errand->mutex);
	while (!errand->is_done && reason != ETIMEDOUT)
		reason = pthread_cond_timedwait(&errand->is_back, &errand->mutex, &end);
	bool is_done = errand->is_done;

	errand->is_left = !is_done;
	if (!is_done)
		atomic_fetch_add(&n_left, 1);
	pthread_mutex_unlock(&errand->mutex);
	return is_done;
}

static struct errand *errand_new(void (*work)(void *data), void *data, void (*release)(void *data))
{
	struct errand *errand = g_new0(struct errand, 1);
	pthread_condattr_t monotonic;

	*errand = (struct errand){.work = work, .data = data, .release = release};
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&errand->mutex, NULL);
	pthread_cond_init(&errand->is_back, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return errand;
}

bool patience_run(void (*work)(void *data), void *data, void (*release)(void *data), int most_ms)
{
	struct errand *errand = errand_new(work, data, release);
	pthread_t thread;

	if (atomic_load(&n_left) >= PATIENCE_MOST ||
	    pthread_create(&thread, NULL, run, errand) != 0) {
		release(data);
		errand_free(errand);
		return false;
	}
	if (!wait_for(errand, most_ms)) {
		pthread_detach(thread);
		return false;
	}
	pthread_join(thread, NULL);
	errand_free(errand);
	return true;
}
