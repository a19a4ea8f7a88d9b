/* SPDX-License-Identifier: EUPL-1.2 */
#include "events.h"

#include <glib.h>

#include "log.h"
#include "show.h"

#define LOG_MODULE "event"
#define MOST_KEPT  200

struct subscriber {
	int id;
	void (*heard)(const json_t *event, void *data);
	void *data;
};

struct events {
	struct show *show;
	int listener, last_id;
	GQueue kept;	     /* json_t */
	GArray *subscribers; /* struct subscriber */
};

static struct events *the_events;

char *events_time(int64_t wall_ns)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_ns / 1000000000);
	g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");

	return g_strdup_printf("%s.%03dZ", seconds, (int)(wall_ns / 1000000 % 1000));
}

static struct subscriber *find_subscriber(struct events *events, int id)
{
	for (guint i = 0; i < events->subscribers->len; i++) {
		struct subscriber *one = &g_array_index(events->subscribers, struct subscriber, i);

		if (one->id == id)
			return one;
	}
	return NULL;
}

static void log_event(const struct event *event)
{
	if (event_is_warning(event->kind))
		log_warning("%s %s: %s", event_name(event->kind), event->subject, event->text);
	else
		log_info("%s %s: %s", event_name(event->kind), event->subject, event->text);
}

/* Whoever hears may unsubscribe itself or others: each is asked for again by its id. */
static void tell_subscribers(struct events *events, const json_t *object)
{
	g_autofree int *ids = g_new(int, events->subscribers->len + 1);
	guint n = events->subscribers->len;

	for (guint i = 0; i < n; i++)
		ids[i] = g_array_index(events->subscribers, struct subscriber, i).id;
	for (guint i = 0; i < n; i++) {
		const struct subscriber *one = find_subscriber(events, ids[i]);

		if (one)
			one->heard(object, one->data);
	}
}

static void on_event(const struct event *event, void *data)
{
	struct events *events = data;

	if (event->kind == EVENT_show_changed)
		return;
	g_autofree char *at = events_time(event->wall_ns);
	json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "event", event_name(event->kind), "at",
				   at, "subject", event->subject, "text", event->text);

	log_event(event);
	if (!object)
		return;
	g_queue_push_tail(&events->kept, object);
	if (events->kept.length > MOST_KEPT)
		json_decref(g_queue_pop_head(&events->kept));
	tell_subscribers(events, object);
}

struct events *events_create(struct show *show)
{
	struct events *events = g_new0(struct events, 1);

	events->show = show;
	events->subscribers = g_array_new(FALSE, FALSE, sizeof(struct subscriber));
	events->listener = show_listen(show, on_event, events);
	the_events = events;
	return events;
}

int events_subscribe(struct events *events, void (*heard)(const json_t *event, void *data),
		     void *data)
{
	struct subscriber subscriber = {++events->last_id, heard, data};

	g_array_append_val(events->subscribers, subscriber);
	return subscriber.id;
}

void events_unsubscribe(struct events *events, int id)
{
	for (guint i = 0; i < events->subscribers->len; i++)
		if (g_array_index(events->subscribers, struct subscriber, i).id == id) {
			g_array_remove_index(events->subscribers, i);
			return;
		}
}

json_t *events_kept(const struct events *events)
{
	json_t *array = json_array();

	for (const GList *one = events->kept.head; one; one = one->next)
		json_array_append(array, one->data);
	return array;
}

char *events_line(const json_t *event)
{
	return g_strdup_printf("%s  %s  %s", json_string_value(json_object_get(event, "at")),
			       json_string_value(json_object_get(event, "event")),
			       json_string_value(json_object_get(event, "text")));
}

struct events *events_of(const struct show *show)
{
	return the_events && the_events->show == show ? the_events : NULL;
}

void events_destroy(struct events *events)
{
	if (!events)
		return;
	show_unlisten(events->show, events->listener);
	if (the_events == events)
		the_events = NULL;
	while (events->kept.length)
		json_decref(g_queue_pop_head(&events->kept));
	g_array_free(events->subscribers, TRUE);
	g_free(events);
}
