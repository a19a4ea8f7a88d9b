/* SPDX-License-Identifier: EUPL-1.2 */
#include "clock.h"
#include "command.h"
#include "describe.h"
#include "qr.h"
#include "qr.h"
#include "speaker.h"

#include <twinstage/words.h>

static void say_invite(const struct call *call, const char *name, const char *token,
		       struct reply *reply)
{
	g_autofree char *link = g_strdup_printf(
		"%s/speak/%s", call->context->base_url ? call->context->base_url : "", token);
	struct speaker_view view;

	for (int i = 0; i < speaker_count(call->context->show); i++) {
		speaker_view(call->context->show, i, &view);
		if (g_strcmp0(view.name, name) == 0)
			break;
	}
	g_autoptr(GDateTime) until = g_date_time_new_from_unix_local(view.expires_s);
	g_autofree char *text = g_date_time_format(until, "%Y-%m-%d %H:%M %Z");

	/* NULL in a show file, whose replies nobody reads. */
	if (call->context->base_url)
		qr_append(reply->text, link);
	g_string_append_printf(reply->text, "%s, until %s:\n%s", name, text, link);
	json_object_set_new(reply->data, "name", json_string(name));
	json_object_set_new(reply->data, "link", json_string(link));
	json_object_set_new(reply->data, "token", json_string(token));
	json_object_set_new(reply->data, "expires", json_integer(view.expires_s));
}

/* The second in which something ends that is good for this long from now on; 0 where nothing was
 * said. */
static int64_t end_of(const struct value *length)
{
	return length->is_set ? (clock_wall_ns() / NS_PER_MS + length->number) / 1000 : 0;
}

bool cmd_invite(const struct call *call, struct reply *reply, GError **error)
{
	struct invite_spec spec = {
		.name = call_text(call, "speaker"),
		.expires_s = call_number(call, "until", end_of(call_value(call, "for"))),
		/* Core refuses what is too large; below 0 is so, too. */
		.serial = call_number(call, "serial", 0) < 0
				  ? G_MAXUINT32
				  : (uint32_t)MIN(call_number(call, "serial", 0), G_MAXUINT32),
	};
	char *token;

	if (!speaker_invite(call->context->show, &spec, &token, error))
		return false;
	say_invite(call, spec.name, token, reply);
	g_free(token);
	return true;
}

bool cmd_uninvite(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "speaker");

	if (!speaker_uninvite(call->context->show, name, error))
		return false;
	reply_line(reply, "speaker %s: the invite is ended", name);
	return true;
}

bool cmd_speaker_list(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	describe_speakers(call->context->show, reply);
	return true;
}

bool cmd_speaker_admit(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "speaker");

	if (!speaker_admit(call->context->show, name, error))
		return false;
	reply_line(reply, "speaker %s: may be seen and heard", name);
	return true;
}

bool cmd_speaker_dismiss(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "speaker");

	if (!speaker_dismiss(call->context->show, name, error))
		return false;
	reply_line(reply, "speaker %s: in the waiting room", name);
	return true;
}

bool cmd_speaker_mute(const struct call *call, struct reply *reply, GError **error)
{
	const char *name = call_text(call, "speaker");
	bool is_muted = call_number(call, "state", SWITCH_ON) == SWITCH_ON;

	if (!speaker_mute(call->context->show, name, is_muted, error))
		return false;
	reply_line(reply, "speaker %s: %s", name, is_muted ? "muted" : "not muted");
	return true;
}
