/* SPDX-License-Identifier: EUPL-1.2 */
#include "saver.h"

#include <uv.h>

#include "error.h"
#include "log.h"
#include "show.h"
#include "show_file.h"

#define LOG_MODULE     "show"
#define SAVE_AFTER_MS  0 /* in the next turn of the loop: a file of commands is one change */
#define RETRY_AFTER_MS 5000
#define MOST_SAVING    8

/* `show save`: a file that somebody waits for. */
struct saving {
	struct saver *saver;
	uv_work_t work;
	uint64_t promise;
	char *path, *text;
	GError *failure;
};

struct saver {
	struct show *show;
	int n_saving;
	uv_timer_t timer;
	uv_work_t work;
	int listener;
	bool is_writing, is_dirty, has_failed;
	char *path, *text;
	GError *failure;
};

static void on_timer(uv_timer_t *timer);

static void on_event(const struct event *event, void *data)
{
	struct saver *saver = data;

	if (event->kind != EVENT_show_changed)
		return;
	saver->is_dirty = true;
	if (!uv_is_active((uv_handle_t *)&saver->timer))
		uv_timer_start(&saver->timer, on_timer, SAVE_AFTER_MS, 0);
}

static char *private_text(const struct show *show)
{
	GString *text = g_string_new(
		"# The running show: written after each change, read at the next start.\n");

	show_write(show, true, text);
	return g_string_free(text, FALSE);
}

/* A thread of libuv's pool: the disk may take its time. */
static void do_write(uv_work_t *work)
{
	struct saver *saver = work->data;

	show_file_write(saver->path, saver->text, &saver->failure);
}

static void after_write(uv_work_t *work, int status)
{
	struct saver *saver = work->data;
	g_autoptr(GError) failure = g_steal_pointer(&saver->failure);
	bool is_new = failure && !saver->has_failed;

	(void)status;
	saver->is_writing = false;
	saver->has_failed = failure != NULL;
	saver->is_dirty |= saver->has_failed;
	g_clear_pointer(&saver->text, g_free);
	if (saver->is_dirty)
		uv_timer_start(&saver->timer, on_timer, failure ? RETRY_AFTER_MS : SAVE_AFTER_MS,
			       0);
	if (is_new)
		show_announce(saver->show, EVENT_disk_failed, "running.show", failure->message);
}

static void on_timer(uv_timer_t *timer)
{
	struct saver *saver = timer->data;

	if (saver->is_writing || !saver->is_dirty)
		return;
	saver->is_dirty = false;
	saver->is_writing = true;
	saver->text = private_text(saver->show);
	uv_queue_work(timer->loop, &saver->work, do_write, after_write);
}

struct saver *saver_create(struct uv_loop_s *loop, struct show *show)
{
	struct saver *saver = g_new0(struct saver, 1);

	saver->show = show;
	saver->path = show_file_running(show);
	uv_timer_init(loop, &saver->timer);
	saver->timer.data = saver->work.data = saver;
	saver->listener = show_listen(show, on_event, saver);
	return saver;
}

/* ---- for whoever asks ---- */

static void do_save(uv_work_t *work)
{
	struct saving *saving = work->data;

	show_file_write(saving->path, saving->text, &saving->failure);
}

static void after_save(uv_work_t *work, int status)
{
	struct saving *saving = work->data;
	g_autofree char *text = g_strdup_printf("%s: saved", saving->path);
	const GError *failure = saving->failure;

	(void)status;
	saving->saver->n_saving--;
	show_keep_promise(saving->saver->show, saving->promise, failure,
			  failure ? EVENT_show_not_saved : EVENT_show_saved, saving->path,
			  failure ? failure->message : text);
	g_clear_error(&saving->failure);
	g_free(saving->path);
	g_free(saving->text);
	g_free(saving);
}

bool saver_save(struct saver *saver, const char *path, uint64_t *promise, GError **error)
{
	struct saving *saving;

	if (saver->n_saving >= MOST_SAVING)
		return fail(error, ERROR_LIMIT, "%d files are being saved; try again in a moment",
			    MOST_SAVING);
	saving = g_new0(struct saving, 1);
	saving->saver = saver;
	saving->work.data = saving;
	saving->promise = *promise = show_promise(saver->show);
	saving->path = g_strdup(path);
	saving->text = show_file_text(saver->show);
	saver->n_saving++;
	uv_queue_work(saver->timer.loop, &saving->work, do_save, after_save);
	return true;
}

/* ---- beginning and end ---- */

static void on_closed(uv_handle_t *handle)
{
	struct saver *saver = handle->data;

	g_free(saver->path);
	g_free(saver);
}

void saver_destroy(struct saver *saver)
{
	g_autoptr(GError) error = NULL;

	if (!saver)
		return;
	show_unlisten(saver->show, saver->listener);
	while (saver->is_writing || saver->n_saving)
		uv_run(saver->timer.loop, UV_RUN_ONCE);
	g_autofree char *text = private_text(saver->show);

	if (!show_file_write(saver->path, text, &error))
		log_error("the running show could not be saved: %s", error->message);
	uv_timer_stop(&saver->timer);
	uv_close((uv_handle_t *)&saver->timer, on_closed);
}
