/* SPDX-License-Identifier: EUPL-1.2
 *
 * journal_entry: one entry of the journal (journal.h says what it holds): made of what was said or
 * of what happened, and shown. Pure but for the time of day.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

struct context;
struct event;
struct record;
struct reply;

/* A new object; NULL: it is no text. */
json_t *journal_entry_of_event(const struct event *event);
json_t *journal_entry_of_command(const struct context *context, const struct record *record,
				 const struct reply *reply, const GError *refusal);

/* When; "" if the entry does not say so. */
const char *journal_entry_at(const json_t *entry);

/* An entry as a line for people; a new string. */
char *journal_line(const json_t *entry);
