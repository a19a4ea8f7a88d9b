/* SPDX-License-Identifier: EUPL-1.2 */
#include "painter.h"

#include <glib.h>
#include <stdbool.h>
#include <twinstage/note.h>

#include "clock.h"
#include "easel.h"
#include "graphic.h"
#include "mailbox.h"

/* What is to be painted, or (without a graphic) no longer; id 0 ends the thread. */
struct job {
	uint64_t id;
	struct easel *easel;
	struct graphic *graphic;
};

struct painter {
	struct mailbox *up;
	GAsyncQueue *jobs;
	GThread *thread;
	GPtrArray *running; /* the thread's: jobs that show time */
};

static void job_free(void *data)
{
	struct job *job = data;

	easel_unref(job->easel);
	graphic_free(job->graphic);
	g_free(job);
}

static void paint(struct painter *painter, const struct job *job)
{
	GError *error = NULL;
	struct stamp *stamp = graphic_paint(job->graphic, clock_wall_ns() / NS_PER_S, &error);

	if (stamp) {
		easel_put(job->easel, stamp);
		return;
	}
	if (painter->up)
		mailbox_post(painter->up,
			     note_new(NOTE_OVERLAY_FAILED, job->id, 0, error->message));
	g_error_free(error);
}

static void stop(struct painter *painter, uint64_t id)
{
	for (guint i = 0; i < painter->running->len; i++)
		if (((const struct job *)painter->running->pdata[i])->id == id) {
			g_ptr_array_remove_index(painter->running, i);
			return;
		}
}

/* The next job, or NULL when a second begins that something has to show. */
static struct job *next_job(const struct painter *painter)
{
	int64_t left_ns = NS_PER_S - clock_wall_ns() % NS_PER_S;

	return painter->running->len
		       ? g_async_queue_timeout_pop(painter->jobs, (guint64)(left_ns / 1000 + 1000))
		       : g_async_queue_pop(painter->jobs);
}

static void take(struct painter *painter, struct job *job)
{
	if (!job->graphic) {
		stop(painter, job->id);
		job_free(job);
		return;
	}
	paint(painter, job);
	if (graphic_shows_time(job->graphic))
		g_ptr_array_add(painter->running, job);
	else
		job_free(job);
}

static void *run(void *data)
{
	struct painter *painter = data;
	int64_t second = 0;

	for (;;) {
		struct job *job = next_job(painter);
		int64_t now = clock_wall_ns() / NS_PER_S;

		if (job && !job->id) {
			job_free(job);
			return NULL;
		}
		if (job)
			take(painter, job);
		if (now == second)
			continue;
		second = now;
		for (guint i = 0; i < painter->running->len; i++)
			paint(painter, painter->running->pdata[i]);
	}
}

struct painter *painter_create(struct mailbox *up)
{
	struct painter *painter = g_new0(struct painter, 1);

	painter->up = up;
	painter->jobs = g_async_queue_new_full(job_free);
	painter->running = g_ptr_array_new_with_free_func(job_free);
	painter->thread = g_thread_new("painter", run, painter);
	return painter;
}

static void give(struct painter *painter, struct job job)
{
	g_async_queue_push(painter->jobs, g_memdup2(&job, sizeof(job)));
}

void painter_paint(struct painter *painter, uint64_t id, struct easel *easel,
		   const struct graphic *graphic)
{
	g_assert(id);
	give(painter, (struct job){id, easel_ref(easel), graphic_copy(graphic)});
}

void painter_stop(struct painter *painter, uint64_t id)
{
	g_assert(id);
	give(painter, (struct job){.id = id});
}

void painter_destroy(struct painter *painter)
{
	if (!painter)
		return;
	give(painter, (struct job){0});
	g_thread_join(painter->thread);
	g_async_queue_unref(painter->jobs);
	g_ptr_array_free(painter->running, TRUE);
	g_free(painter);
}
