/* SPDX-License-Identifier: EUPL-1.2
 *
 * events: the last 200 things that happened, and who wants to hear of more. Each is a JSON object
 * {"event", "at", "subject", "text"}; each is logged, too.
 */
#pragma once

#include <jansson.h>

struct show;
struct events;

struct events *events_create(struct show *show);

/* Calls `heard` with each further event (borrowed) until unsubscribed, which may be done while it
 * is called; the id is never 0. show_changed is not among them: it says nothing that the others do
 * not. */
int events_subscribe(struct events *events, void (*heard)(const json_t *event, void *data),
		     void *data);
void events_unsubscribe(struct events *events, int id);

/* A new array of what is kept, oldest first. */
json_t *events_kept(const struct events *events);

/* The events of a show, for handlers: one per process. */
struct events *events_of(const struct show *show);

/* An event as a line for people: when, which, what; a new string. */
char *events_line(const json_t *event);

/* "2026-05-01T20:00:00.123Z" of ns since 1970 UTC; a new string. */
char *events_time(int64_t wall_ns);

/* NULL is allowed. */
void events_destroy(struct events *events);
