/* SPDX-License-Identifier: EUPL-1.2
 *
 * The thread runs a uv loop: jobs come through a mailbox, seconds by a timer.
 */
#include "painter.h"

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>
#include <uv.h>

#include "clock.h"
#include "easel.h"
#include "graphic.h"
#include "mailbox.h"
#include "paint.h"

enum job_kind { JOB_PAINT, JOB_WRITE, JOB_STOP, JOB_END };

struct job {
	enum job_kind kind;
	uint64_t id;
	struct easel *easel;
	struct graphic *graphic; /* JOB_PAINT */
	struct paint_text text;	 /* JOB_WRITE; its strings are ours */
};

/* All but `jobs` is the thread's. */
struct painter {
	struct mailbox *jobs;
	pthread_t thread;
	uv_loop_t loop;
	uv_timer_t second;
	GPtrArray *running; /* jobs that show time */
};

static void job_free(void *data)
{
	struct job *job = data;

	easel_unref(job->easel);
	graphic_free(job->graphic);
	g_free((char *)(uintptr_t)job->text.text);
	g_free((char *)(uintptr_t)job->text.font);
	g_free(job);
}

static void paint(const struct job *job)
{
	easel_put(job->easel, graphic_paint(job->graphic, clock_wall_ns() / NS_PER_S));
}

static void on_second(uv_timer_t *timer);

static void wait_for_second(struct painter *painter)
{
	int64_t left_ns = NS_PER_S - clock_wall_ns() % NS_PER_S;

	uv_update_time(&painter->loop);
	if (painter->running->len)
		uv_timer_start(&painter->second, on_second, (uint64_t)(left_ns / NS_PER_MS + 1), 0);
	else
		uv_timer_stop(&painter->second);
}

static void on_second(uv_timer_t *timer)
{
	struct painter *painter = timer->data;

	for (guint i = 0; i < painter->running->len; i++)
		paint(painter->running->pdata[i]);
	wait_for_second(painter);
}

static void stop(struct painter *painter, uint64_t id)
{
	for (guint i = 0; i < painter->running->len; i++)
		if (((const struct job *)painter->running->pdata[i])->id == id) {
			g_ptr_array_remove_index(painter->running, i);
			return;
		}
}

static void take(void *message, void *data)
{
	struct job *job = message;
	struct painter *painter = data;

	switch (job->kind) {
	case JOB_PAINT:
		paint(job);
		break;
	case JOB_WRITE:
		easel_put(job->easel, paint_text(&job->text));
		break;
	case JOB_STOP:
		stop(painter, job->id);
		break;
	case JOB_END:
		uv_stop(&painter->loop);
		break;
	}
	if (job->kind == JOB_PAINT && graphic_shows_time(job->graphic))
		g_ptr_array_add(painter->running, job);
	else
		job_free(job);
	wait_for_second(painter);
}

static void *run(void *data)
{
	struct painter *painter = data;

	pthread_setname_np(pthread_self(), "painter");
	uv_run(&painter->loop, UV_RUN_DEFAULT);
	mailbox_destroy(painter->jobs);
	uv_close((uv_handle_t *)&painter->second, NULL);
	uv_run(&painter->loop, UV_RUN_DEFAULT);
	return NULL;
}

struct painter *painter_create(void)
{
	struct painter *painter = g_new0(struct painter, 1);

	painter->running = g_ptr_array_new_with_free_func(job_free);
	uv_loop_init(&painter->loop);
	uv_timer_init(&painter->loop, &painter->second);
	painter->second.data = painter;
	painter->jobs = mailbox_create(&painter->loop, take, job_free, painter);
	if (pthread_create(&painter->thread, NULL, run, painter) != 0)
		g_error("painter: no thread to be had");
	return painter;
}

static void give(struct painter *painter, struct job job)
{
	mailbox_post(painter->jobs, g_memdup2(&job, sizeof(job)));
}

void painter_paint(struct painter *painter, uint64_t id, struct easel *easel,
		   const struct graphic *graphic)
{
	g_assert(id);
	give(painter, (struct job){.kind = JOB_PAINT,
				   .id = id,
				   .easel = easel_ref(easel),
				   .graphic = graphic_copy(graphic)});
}

void painter_write(struct painter *painter, struct easel *easel, const struct paint_text *text)
{
	struct job job = {.kind = JOB_WRITE, .easel = easel_ref(easel), .text = *text};

	job.text.text = g_strdup(text->text);
	job.text.font = g_strdup(text->font);
	give(painter, job);
}

void painter_stop(struct painter *painter, uint64_t id)
{
	g_assert(id);
	give(painter, (struct job){.kind = JOB_STOP, .id = id});
}

void painter_destroy(struct painter *painter)
{
	if (!painter)
		return;
	give(painter, (struct job){.kind = JOB_END});
	pthread_join(painter->thread, NULL);
	uv_loop_close(&painter->loop);
	g_ptr_array_free(painter->running, TRUE);
	g_free(painter);
}
