/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "describe.h"
#include "error.h"
#include "names.h"
#include "source.h"

bool cmd_source_add(const struct call *call, struct reply *reply, GError **error)
{
	g_autofree char *path = call_path(call, "path");
	struct source_spec spec = {
		.name = call_text(call, "source"),
		.kind = (enum source_kind)call_number(call, "kind", 0),
		.path = path,
		.passphrase = call_text(call, "passphrase"),
		.latency_ms = (int)CLAMP(call_number(call, "latency_ms", 0), -1, G_MAXINT),
		.role = (enum role)call_number(call, "role", 0),
		.is_once = call_flag(call, "once"),
	};

	struct show *show = call->context->show;
	bool is_there =
		call->context->is_replacing && names_check(show, TYPE_SOURCE, spec.name, NULL);

	if (!(is_there ? source_replace : source_add)(show, &spec, error))
		return false;
	reply_line(reply, "source %s: %s", spec.name, is_there ? "made anew" : "created");
	return true;
}

static bool check_delay(const struct value *delay, GError **error)
{
	if (!delay->is_set || delay->number >= 0)
		return true;
	return fail(error, ERROR_BAD_INPUT, "delay_ms: %s is outside 0 to 2000", delay->text);
}

bool cmd_source_set(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "source");
	struct source_change change = {
		.has_gain = call_value(call, "gain")->is_set,
		.gain_db = call_value(call, "gain")->gain_db,
		.mute = (enum switch_state)call_number(call, "mute", 0),
		.delay_ms = (int)CLAMP(call_number(call, "delay_ms", -1), -1, G_MAXINT),
		.role = (enum role)call_number(call, "role", 0),
	};
	struct source_view view;

	if (!check_delay(call_value(call, "delay_ms"), error) ||
	    !source_set(call->context->show, name, &change, error))
		return false;
	source_find(call->context->show, name, &view);
	reply_line(reply, "source %s: %s, gain %.1f dB%s, delay %d ms", name, role_name(view.role),
		   view.gain_db, view.is_muted ? ", muted" : "", view.delay_ms);
	return true;
}

/* A speaker's voice is a source of the same name, so one word does for both. */
static bool mute(const struct call *call, enum switch_state state, struct reply *reply,
		 GError **error)
{
	const struct source_change change = {.mute = state, .delay_ms = -1};
	const char *name = call_text(call, "source");

	if (!source_set(call->context->show, name, &change, error))
		return false;
	reply_line(reply, "%s: %s", name, state == SWITCH_ON ? "muted" : "not muted");
	return true;
}

bool cmd_mute(const struct call *call, struct reply *reply, GError **error)
{
	return mute(call, (enum switch_state)call_number(call, "state", SWITCH_ON), reply, error);
}

bool cmd_unmute(const struct call *call, struct reply *reply, GError **error)
{
	return mute(call, SWITCH_OFF, reply, error);
}

bool cmd_pin(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "source");
	enum switch_state state = (enum switch_state)call_number(call, "state", SWITCH_ON);

	if (!source_pin(call->context->show, name, state, error))
		return false;
	reply_line(reply, "source %s: %s", name,
		   state == SWITCH_OFF ? "heard while it is shown" : "always heard");
	return true;
}

bool cmd_source_remove(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "source");

	if (!source_remove(call->context->show, name, error))
		return false;
	reply_line(reply, "source %s: removed", name);
	return true;
}

bool cmd_source_list(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	describe_sources(call->context->show, reply);
	return true;
}
