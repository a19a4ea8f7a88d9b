/* SPDX-License-Identifier: EUPL-1.2 */
#include "journal_entry.h"

#include <string.h>

#include "clock.h"
#include "dispatch.h"
#include "error.h"
#include "events.h"
#include "record.h"
#include "show.h"

#define MOST_MESSAGE 2000 /* bytes: all that is wrong with a file may be more */

/* ---- making ---- */

json_t *journal_entry_of_event(const struct event *event)
{
	g_autofree char *at = events_time(event->wall_ns);

	return json_pack("{s:s, s:s, s:s, s:s}", "at", at, "event", event_name(event->kind),
			 "subject", event->subject, "text", event->text);
}

static void put_refusal(json_t *entry, const struct record *record, const GError *refusal)
{
	g_autofree char *all = record_message(record, refusal->message);
	size_t length = strlen(all), most = MIN(length, MOST_MESSAGE);
	g_autofree char *part = g_utf8_make_valid(all, (gssize)most);
	g_autofree char *message = g_strconcat(part, length > most ? " .." : "", NULL);

	json_object_set_new(entry, "error", json_string(message));
	json_object_set_new(entry, "code", json_string(error_name(error_code_of(refusal))));
}

/* Not the reply's text: an invite's holds the link. */
static const char *result_of(const struct reply *reply)
{
	const char *done = json_string_value(json_object_get(reply->data, "done"));

	return done ? done : reply->pending ? "begun" : "done";
}

json_t *journal_entry_of_command(const struct context *context, const struct record *record,
				 const struct reply *reply, const GError *refusal)
{
	g_autofree char *at = events_time(clock_wall_ns());
	json_t *entry = json_pack("{s:s, s:s, s:s, s:s}", "at", at, "who",
				  context->who ? context->who : "twinstaged", "from",
				  context->from ? context->from : "", "command", record->text);

	if (refusal)
		put_refusal(entry, record, refusal);
	else
		json_object_set_new(entry, "result", json_string(result_of(reply)));
	return entry;
}

/* ---- reading ---- */

static const char *member(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? text : "";
}

const char *journal_entry_at(const json_t *entry)
{
	return member(entry, "at");
}

char *journal_line(const json_t *entry)
{
	bool is_event = json_object_get(entry, "event") != NULL;
	bool is_refused = json_object_get(entry, "error") != NULL;

	if (is_event)
		return g_strdup_printf("%s  %s  %s", member(entry, "at"), member(entry, "event"),
				       member(entry, "text"));
	const char *end = member(entry, is_refused ? "error" : "result");
	int first = (int)strcspn(end, "\n");

	return g_strdup_printf("%s  %s (%s): %s  %s  %.*s%s", member(entry, "at"),
			       member(entry, "who"), member(entry, "from"),
			       member(entry, "command"), is_refused ? "REFUSED:" : "->", first, end,
			       end[first] ? " .." : "");
}
