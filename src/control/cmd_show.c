/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "error.h"
#include "events.h"
#include "show_file.h"

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

	if (!show_file_save(call->context->show, path, error))
		return false;
	reply_line(reply, "%s: saved", path);
	return true;
}

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
