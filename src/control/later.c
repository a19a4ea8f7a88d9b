/* SPDX-License-Identifier: EUPL-1.2 */
#include "later.h"

#include <uv.h>

#include "clock.h"
#include "error.h"
#include "show.h"

#define TIMER_MS 250

struct waiting {
	uint64_t pending;
	int64_t until_ns;
	later_done *done;
	void *data;
};

struct later {
	struct show *show;
	int most_ms;
	int listener;
	uv_timer_t timer;
	GArray *waiting; /* struct waiting */
};

/* Who waits may go away or wait anew while it is called. */
static void end(struct later *later, guint index, const char *text, const GError *error)
{
	struct waiting waiting = g_array_index(later->waiting, struct waiting, index);

	g_array_remove_index(later->waiting, index);
	if (!later->waiting->len)
		uv_timer_stop(&later->timer);
	waiting.done(text, error, waiting.data);
}

static void on_event(const struct event *event, void *data)
{
	struct later *later = data;

	for (guint i = 0; event->answers && i < later->waiting->len; i++)
		if (g_array_index(later->waiting, struct waiting, i).pending == event->answers) {
			end(later, i, event->text, event->error);
			return;
		}
}

static void on_timer(uv_timer_t *timer)
{
	struct later *later = timer->data;
	int64_t now_ns = clock_now_ns();
	guint i = 0;

	while (i < later->waiting->len) {
		g_autoptr(GError) error = NULL;

		if (g_array_index(later->waiting, struct waiting, i).until_ns > now_ns) {
			i++;
			continue;
		}
		fail(&error, ERROR_INTERNAL,
		     "it is not done after %.1f s; the events will tell what comes of it",
		     later->most_ms / 1000.0);
		end(later, i, NULL, error);
		i = 0;
	}
}

struct later *later_create(struct uv_loop_s *loop, struct show *show, int most_ms)
{
	struct later *later = g_new0(struct later, 1);

	later->show = show;
	later->most_ms = most_ms;
	later->waiting = g_array_new(FALSE, FALSE, sizeof(struct waiting));
	later->listener = show_listen(show, on_event, later);
	uv_timer_init(loop, &later->timer);
	later->timer.data = later;
	return later;
}

void later_wait(struct later *later, uint64_t pending, later_done *done, void *data)
{
	struct waiting waiting = {pending, clock_now_ns() + later->most_ms * NS_PER_MS, done, data};

	g_array_append_val(later->waiting, waiting);
	if (!uv_is_active((uv_handle_t *)&later->timer))
		uv_timer_start(&later->timer, on_timer, TIMER_MS, TIMER_MS);
}

void later_forget(struct later *later, const void *data)
{
	for (guint i = later->waiting->len; i > 0; i--)
		if (g_array_index(later->waiting, struct waiting, i - 1).data == data)
			g_array_remove_index(later->waiting, i - 1);
	if (!later->waiting->len)
		uv_timer_stop(&later->timer);
}

static void on_closed(uv_handle_t *handle)
{
	g_free(handle->data);
}

void later_destroy(struct later *later)
{
	if (!later)
		return;
	show_unlisten(later->show, later->listener);
	g_array_unref(later->waiting);
	uv_timer_stop(&later->timer);
	uv_close((uv_handle_t *)&later->timer, on_closed);
}
