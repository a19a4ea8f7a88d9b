/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "cue.h"
#include "cue_run.h"
#include "describe.h"
#include "undo.h"

/* What the cue names and the show does not have: the cue is kept, and this is said. */
static void warn_missing(const struct call *call, const char *commands, struct reply *reply)
{
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	json_t *list = json_array();

	cue_missing(call->context->show, commands, NULL, missing);
	for (guint i = 0; i < missing->len; i++) {
		g_string_append_printf(reply->text, "\nwarning: %s",
				       (const char *)missing->pdata[i]);
		json_array_append_new(list, json_string(missing->pdata[i]));
	}
	json_object_set_new(reply->data, "warnings", list);
}

bool cmd_cue_add(const struct call *call, struct reply *reply, GError **error)
{
	g_autofree char *commands = cue_commands(call->context, call_text(call, "commands"), error);
	struct cue_spec spec = {call_text(call, "cue"), call_text(call, "title"), commands};
	struct cue_view older;
	bool is_there = call->context->is_replacing &&
			cue_find(call->context->show, spec.number, &older, NULL);

	if (!commands || !(is_there ? cue_set(call->context->show, spec.number, &spec, error)
				    : cue_add(call->context->show, &spec, error)))
		return false;
	reply_line(reply, "cue %s: %s", spec.number, is_there ? "changed" : "added");
	warn_missing(call, commands, reply);
	return true;
}

bool cmd_cue_set(const struct call *call, struct reply *reply, GError **error)
{
	const char *text = call_text(call, "commands"), *cue = call_text(call, "cue");
	g_autofree char *commands = text ? cue_commands(call->context, text, error) : NULL;
	struct cue_spec change = {call_text(call, "number"), call_text(call, "title"), commands};

	if ((text && !commands) || !cue_set(call->context->show, cue, &change, error))
		return false;
	reply_line(reply, "cue %s: changed", change.number ? change.number : cue);
	if (commands)
		warn_missing(call, commands, reply);
	return true;
}

bool cmd_cue_remove(const struct call *call, struct reply *reply, GError **error)
{
	const char *cue = call_text(call, "cue");

	if (!cue_remove(call->context->show, cue, error))
		return false;
	reply_line(reply, "cue %s: removed", cue);
	return true;
}

bool cmd_cue_list(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	describe_cues(call->context->show, reply);
	return true;
}

bool cmd_cue_go(const struct call *call, struct reply *reply, GError **error)
{
	const char *number = call_text(call, "cue");
	struct cue_view cue;

	return (number ? cue_find(call->context->show, number, &cue, error)
		       : cue_next(call->context->show, &cue, error)) &&
	       cue_run(call->context, &cue, reply, error);
}

bool cmd_next(const struct call *call, struct reply *reply, GError **error)
{
	struct cue_view cue;

	return cue_next(call->context->show, &cue, error) &&
	       cue_run(call->context, &cue, reply, error);
}

bool cmd_back(const struct call *call, struct reply *reply, GError **error)
{
	struct cue_view cue;

	return cue_previous(call->context->show, &cue, error) &&
	       cue_run(call->context, &cue, reply, error);
}

bool cmd_cue_at(const struct call *call, struct reply *reply, GError **error)
{
	const char *number = call_text(call, "cue");
	struct cue_view next;

	if (!cue_mark(call->context->show, number, error))
		return false;
	if (cue_next(call->context->show, &next, NULL))
		reply_line(reply, "next: %s %s", next.number, next.title);
	else
		reply_line(reply, "no cue comes next");
	return true;
}

bool cmd_undo(const struct call *call, struct reply *reply, GError **error)
{
	return undo_back(call->context, reply, error);
}

bool cmd_redo(const struct call *call, struct reply *reply, GError **error)
{
	return undo_forward(call->context, reply, error);
}
