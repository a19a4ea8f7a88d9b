/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "clock.h"
#include "command.h"
#include "error.h"
#include "events.h"
#include "journal.h"
#include "journal_entry.h"
#include "program.h"
#include "record.h"
#include "saver.h"
#include "show.h"
#include "show_apply.h"
#include "show_diff.h"
#include "show_file.h"

#define USUAL_ENTRIES 200

/* All that is wrong, a line each, in front of the summary. */
static bool with_errors(bool is_good, const GPtrArray *errors, GError **error)
{
	if (is_good || !errors->len || !error || !*error)
		return is_good;
	g_autoptr(GString) lines = g_string_new(NULL);

	for (guint i = 0; i < errors->len; i++)
		g_string_append_printf(lines, "%s\n", (const char *)errors->pdata[i]);
	g_prefix_error(error, "%s", lines->str);
	return false;
}

bool cmd_show_check(const struct call *call, struct reply *reply, GError **error)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = call_path(call, "file");

	if (!with_errors(show_file_check(call->context, path, errors, error), errors, error))
		return false;
	reply_line(reply, "%s: good", path);
	return true;
}

bool cmd_show_load(const struct call *call, struct reply *reply, GError **error)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = call_path(call, "file");

	if (!with_errors(show_file_load(call->context, path, errors, error), errors, error))
		return false;
	reply_line(reply, "%s: loaded", path);
	return true;
}

bool cmd_show_save(const struct call *call, struct reply *reply, GError **error)
{
	g_autofree char *path = call_path(call, "file");

	if (!call->context->saver)
		return fail(error, ERROR_CONFLICT, "nothing can be saved here");
	if (!saver_save(call->context->saver, path, &reply->pending, error))
		return false;
	reply_line(reply, "%s is being saved", path);
	return true;
}

/* ---- the running show against a file ---- */

/* Who is admitted in both: a file says who is let in, never who is put out. */
static void keep_admitted(GString *running, const char *all_of_it, const char *wanted)
{
	g_auto(GStrv) lines = g_strsplit(all_of_it, "\n", -1),
		      others = g_strsplit(wanted, "\n", -1);

	for (int i = 0; lines[i]; i++)
		if (g_str_has_prefix(lines[i], "speaker admit ") &&
		    g_strv_contains((const char *const *)others, lines[i]))
			g_string_append_printf(running, "%s\n", lines[i]);
}

/* The show as a file for others has it, and the admissions of `admitting` that count. */
static char *comparable_text(const struct show *show, const struct show *admitting)
{
	g_autoptr(GString) mine = g_string_new(NULL), theirs = g_string_new(NULL);
	GString *text = g_string_new(NULL);

	show_write(show, false, text);
	show_write(show, true, mine);
	show_write(admitting, true, theirs);
	keep_admitted(text, mine->str, theirs->str);
	return g_string_free(text, FALSE);
}

/* What a file would change; NULL: it is wrong. What is on air stays as it is unless asked for, or
 * while there is nothing. */
static GPtrArray *changes_to(const struct call *call, GError **error)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = call_path(call, "file");
	struct show *show = call->context->show;
	struct show *wanted = show_file_rehearse(call->context, path, errors, error);
	struct program_view air;

	if (!wanted) {
		with_errors(false, errors, error);
		return NULL;
	}
	g_autofree char *older = comparable_text(show, wanted);
	g_autofree char *newer = comparable_text(wanted, wanted);
	GPtrArray *changes = show_diff(older, newer);

	show_destroy(wanted);
	program_view(show, &air);
	if (*air.program && !call_flag(call, "air"))
		show_diff_keep_still(changes);
	return changes;
}

/* A change as the crew reads it: without passphrases. */
static char *shown_change(const char *shown)
{
	g_auto(GStrv) lines = g_strsplit(shown, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		struct line line = {0};
		struct record record;
		int column, used = 0;

		if (*lines[i] == '!' || !line_split(lines[i] + 2, &line, &column, NULL))
			continue;
		const struct command *command = table_find(line.n_words, line.words, &used);

		if (command && strstr(lines[i], " --passphrase ")) {
			record_words(&record, command, line.n_words, line.words);
			g_free(lines[i]);
			lines[i] = g_strdup_printf("%c %s", *shown, record.text);
			record_finish(&record);
		}
		line_finish(&line);
	}
	return g_strjoinv("\n", lines);
}

/* Returns how many. */
static int say_changes(const GPtrArray *changes, struct reply *reply)
{
	json_t *list = json_array();

	for (guint i = 0; i < changes->len; i++) {
		const struct show_change *change = changes->pdata[i];
		g_autofree char *shown = shown_change(change->shown);

		if (!*shown)
			continue;
		g_string_append_printf(reply->text, "%s%s", reply->text->len ? "\n" : "", shown);
		json_array_append_new(list, json_string(shown));
	}
	json_object_set_new(reply->data, "changes", list);
	return (int)json_array_size(list);
}

bool cmd_show_diff(const struct call *call, struct reply *reply, GError **error)
{
	g_autoptr(GPtrArray) changes = changes_to(call, error);

	if (!changes)
		return false;
	if (!say_changes(changes, reply))
		g_string_append(reply->text, "nothing differs");
	return true;
}

bool cmd_show_apply(const struct call *call, struct reply *reply, GError **error)
{
	g_autoptr(GPtrArray) changes = changes_to(call, error);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);

	if (!changes || !show_apply(call->context, changes, "show apply", notes, error))
		return false;
	int n = say_changes(changes, reply);
	g_autofree char *done = g_strdup_printf("%d change%s", n, n == 1 ? "" : "s");

	json_object_set_new(reply->data, "done", json_string(n ? done : "nothing differs"));
	if (!n)
		g_string_append(reply->text, "nothing differs");
	return true;
}

/* ---- what happened ---- */

/* --follow is the connection's business (local_socket.c, websocket.c). */
bool cmd_events(const struct call *call, struct reply *reply, GError **error)
{
	struct events *events = events_of(call->context->show);
	json_t *kept = events ? events_kept(events) : json_array();
	size_t i;
	json_t *event;

	(void)error;
	json_array_foreach(kept, i, event)
	{
		g_autofree char *line = events_line(event);

		g_string_append_printf(reply->text, "%s%s", i ? "\n" : "", line);
	}
	json_object_set_new(reply->data, "events", kept);
	return true;
}

/* "10m" ago, or a moment; in ns since 1970 UTC. */
static bool read_since(const char *text, int64_t *since_ns, GError **error)
{
	const struct argument length = {PLACE_OPTION, TYPE_DURATION, "since", ""},
			      moment = {PLACE_OPTION, TYPE_TIME, "since", ""};
	struct value value;

	*since_ns = 0;
	if (!text)
		return true;
	if (value_parse(&length, text, &value, NULL)) {
		*since_ns = clock_wall_ns() - value.number * NS_PER_MS;
		return true;
	}
	if (value_parse(&moment, text, &value, NULL)) {
		*since_ns = value.number * NS_PER_S;
		return true;
	}
	return fail(error, ERROR_USAGE,
		    "since: \"%s\" is neither a length of time (as 10m: ten minutes ago) nor a "
		    "moment (as 2030-05-01T20:00:00Z)",
		    text);
}

static void say_entries(json_t *entries, struct reply *reply)
{
	size_t i;
	json_t *entry;

	json_array_foreach(entries, i, entry)
	{
		g_autofree char *line = journal_line(entry);

		g_string_append_printf(reply->text, "%s%s", i ? "\n" : "", line);
	}
	json_object_set_new(reply->data, "entries", entries);
}

bool cmd_log(const struct call *call, struct reply *reply, GError **error)
{
	const struct journal *journal = call->context->journal;
	bool has_since = call_text(call, "since") != NULL;
	int64_t most = call_number(call, "last", has_since ? G_MAXINT : USUAL_ENTRIES), since_ns;

	if (!read_since(call_text(call, "since"), &since_ns, error))
		return false;
	if (most < 1)
		return fail(error, ERROR_BAD_INPUT, "last: %s is not 1 or more",
			    call_text(call, "last"));
	say_entries(journal ? journal_entries(journal, since_ns, (int)MIN(most, G_MAXINT),
					      call_flag(call, "commands"))
			    : json_array(),
		    reply);
	return true;
}
