/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "describe.h"
#include "program.h"

/* After each change on air the crew reads back what is where. */
static bool say_air(const struct call *call, struct reply *reply)
{
	struct program_view view;

	program_view(call->context->show, &view);
	reply_line(reply, "program: %s%s%s, preview: %s", *view.program ? view.program : "nothing",
		   view.is_slate ? " (behind the slate)" : "", view.is_black ? " (black)" : "",
		   *view.preview ? view.preview : "nothing");
	return true;
}

bool cmd_preview(const struct call *call, struct reply *reply, GError **error)
{
	return program_preview(call->context->show, call_text(call, "scene"), error) &&
	       say_air(call, reply);
}

bool cmd_take(const struct call *call, struct reply *reply, GError **error)
{
	int64_t over_ms = call_number(call, "over", -1);
	enum transition_kind kind = (enum transition_kind)call_number(call, "with", 0);

	/* A length without a kind can only mean a mix. */
	if (!kind && over_ms > 0)
		kind = TRANSITION_MIX;
	return program_take(call->context->show, kind, (int)MIN(over_ms, G_MAXINT), error) &&
	       say_air(call, reply);
}

bool cmd_cut(const struct call *call, struct reply *reply, GError **error)
{
	return program_cut(call->context->show, call_text(call, "scene"), error) &&
	       say_air(call, reply);
}

bool cmd_room(const struct call *call, struct reply *reply, GError **error)
{
	const char *scene = call_text(call, "scene");

	if (!program_room(call->context->show, scene, error))
		return false;
	reply_line(reply, "room: %s", scene);
	return true;
}

bool cmd_slate(const struct call *call, struct reply *reply, GError **error)
{
	enum switch_state state = (enum switch_state)call_number(call, "state", 0);
	g_autofree char *picture = call_path(call, "picture");

	/* Said alone, in a hurry, it means: cover it. */
	if (!state && !picture)
		state = SWITCH_ON;
	return program_slate(call->context->show, state, picture, error) && say_air(call, reply);
}

bool cmd_fade__to__black(const struct call *call, struct reply *reply, GError **error)
{
	enum switch_state state = (enum switch_state)call_number(call, "state", 0);
	int64_t over_ms = call_number(call, "over", -1);

	return program_black(call->context->show, state, (int)MIN(over_ms, G_MAXINT), error) &&
	       say_air(call, reply);
}

bool cmd_status(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	if (call_flag(call, "levels"))
		describe_levels(call->context->show, reply);
	else
		describe_status(call->context->show, reply);
	return true;
}

bool cmd_version(const struct call *call, struct reply *reply, GError **error)
{
	(void)call;
	(void)error;
	g_string_append(reply->text, "twinstage " TWINSTAGE_VERSION);
	json_object_set_new(reply->data, "version", json_string(TWINSTAGE_VERSION));
	return true;
}
