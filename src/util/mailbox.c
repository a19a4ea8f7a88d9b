/* SPDX-License-Identifier: EUPL-1.2 */
#include "mailbox.h"

#include <glib.h>
#include <pthread.h>
#include <uv.h>

struct mailbox {
	uv_async_t async;
	pthread_mutex_t mutex; /* not GMutex: the thread checker has to see it */
	GQueue queue;	       /* under mutex */
	void (*deliver)(void *message, void *data);
	void (*drop)(void *message);
	void *data;
};

/* Takes the whole queue at once, so that posters wait for a pointer swap and not for the reader. */
static GQueue take_all(struct mailbox *mailbox)
{
	GQueue taken;

	pthread_mutex_lock(&mailbox->mutex);
	taken = mailbox->queue;
	g_queue_init(&mailbox->queue);
	pthread_mutex_unlock(&mailbox->mutex);
	return taken;
}

static void on_wake(uv_async_t *async)
{
	struct mailbox *mailbox = async->data;
	GQueue taken = take_all(mailbox);
	void *message;

	while ((message = g_queue_pop_head(&taken)))
		mailbox->deliver(message, mailbox->data);
}

struct mailbox *mailbox_create(struct uv_loop_s *loop, void (*deliver)(void *message, void *data),
			       void (*drop)(void *message), void *data)
{
	struct mailbox *mailbox = g_new0(struct mailbox, 1);

	mailbox->deliver = deliver;
	mailbox->drop = drop;
	mailbox->data = data;
	pthread_mutex_init(&mailbox->mutex, NULL);
	g_queue_init(&mailbox->queue);
	if (uv_async_init(loop, &mailbox->async, on_wake) != 0)
		g_error("mailbox: no file descriptor for a wake-up");
	mailbox->async.data = mailbox;
	return mailbox;
}

void mailbox_post(struct mailbox *mailbox, void *message)
{
	if (!mailbox) {
		g_free(message);
		return;
	}
	pthread_mutex_lock(&mailbox->mutex);
	g_queue_push_tail(&mailbox->queue, message);
	pthread_mutex_unlock(&mailbox->mutex);
	uv_async_send(&mailbox->async);
}

static void on_closed(uv_handle_t *handle)
{
	struct mailbox *mailbox = handle->data;

	pthread_mutex_destroy(&mailbox->mutex);
	g_free(mailbox);
}

void mailbox_destroy(struct mailbox *mailbox)
{
	void *message;

	if (!mailbox)
		return;
	GQueue taken = take_all(mailbox);
	while ((message = g_queue_pop_head(&taken)))
		if (mailbox->drop)
			mailbox->drop(message);
	uv_close((uv_handle_t *)&mailbox->async, on_closed);
}
