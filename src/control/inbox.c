/* SPDX-License-Identifier: EUPL-1.2 */
#include "inbox.h"

#include <glib.h>
#include <twinstage/note.h>
#include <uv.h>

#include "mailbox.h"
#include "show.h"

#define TIMER_MS 250

struct inbox {
	struct mailbox *mailbox;
	struct show *show;
	uv_timer_t timer;
};

static void on_note(void *message, void *data)
{
	struct inbox *inbox = data;

	if (inbox->show)
		show_take_note(inbox->show, message);
	g_free(message);
}

static void on_timer(uv_timer_t *timer)
{
	struct inbox *inbox = timer->data;

	if (inbox->show)
		show_on_timer(inbox->show);
}

struct inbox *inbox_create(struct uv_loop_s *loop)
{
	struct inbox *inbox = g_new0(struct inbox, 1);

	inbox->mailbox = mailbox_create(loop, on_note, g_free, inbox);
	uv_timer_init(loop, &inbox->timer);
	inbox->timer.data = inbox;
	uv_timer_start(&inbox->timer, on_timer, TIMER_MS, TIMER_MS);
	return inbox;
}

struct mailbox *inbox_mailbox(struct inbox *inbox)
{
	return inbox->mailbox;
}

void inbox_serve(struct inbox *inbox, struct show *show)
{
	inbox->show = show;
}

static void on_closed(uv_handle_t *handle)
{
	g_free(handle->data);
}

void inbox_destroy(struct inbox *inbox)
{
	if (!inbox)
		return;
	mailbox_destroy(inbox->mailbox);
	uv_timer_stop(&inbox->timer);
	uv_close((uv_handle_t *)&inbox->timer, on_closed);
}
