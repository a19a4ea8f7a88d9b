/* SPDX-License-Identifier: EUPL-1.2 */
#include "clock.h"
#include "command.h"
#include "describe.h"
#include "error.h"
#include "overlay.h"

#include <string.h>
#include <twinstage/words.h>

static bool show_it(const struct call *call, const struct overlay_spec *spec, struct reply *reply,
		    GError **error)
{
	const char *more = spec->more ? spec->more : "";

	if (!overlay_show(call->context->show, spec, &reply->pending, error))
		return false;
	reply_line(reply, "%s: %s%s%s", overlay_kind_name(spec->kind),
		   spec->text && *spec->text ? spec->text : "shown", *more ? ", " : "", more);
	return true;
}

/* Said twice in a hurry it is no mistake. */
static bool hide_it(const struct call *call, enum overlay_kind kind, struct reply *reply)
{
	int n = overlay_hide(call->context->show, kind);

	if (kind)
		reply_line(reply, "%s: %s", overlay_kind_name(kind),
			   n ? "hidden" : "there was none");
	else
		reply_line(reply, "overlays: %d hidden", n);
	return true;
}

/* ---- title ---- */

bool cmd_title_show(const struct call *call, struct reply *reply, GError **error)
{
	const struct value *length = call_value(call, "for");
	struct overlay_spec spec = {
		.kind = OVERLAY_TITLE,
		.text = call_text(call, "name"),
		.more = call_text(call, "role"),
		.for_ms = length->is_set ? length->number : 0,
	};

	if (length->is_set && !length->number)
		return fail(error, ERROR_BAD_INPUT, "for: 0 is no time (title hide hides it)");
	return show_it(call, &spec, reply, error);
}

bool cmd_title(const struct call *call, struct reply *reply, GError **error)
{
	return cmd_title_show(call, reply, error);
}

bool cmd_title_hide(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	return hide_it(call, OVERLAY_TITLE, reply);
}

/* ---- logo and clock ---- */

bool cmd_logo_show(const struct call *call, struct reply *reply, GError **error)
{
	g_autofree char *path = call_path(call, "file");
	struct overlay_spec spec = {
		.kind = OVERLAY_LOGO,
		.text = path,
		.corner = (enum corner)call_number(call, "at", CORNER_UNSET),
	};

	return show_it(call, &spec, reply, error);
}

bool cmd_logo_hide(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	return hide_it(call, OVERLAY_LOGO, reply);
}

bool cmd_clock_show(const struct call *call, struct reply *reply, GError **error)
{
	struct overlay_spec spec = {
		.kind = OVERLAY_CLOCK,
		.corner = (enum corner)call_number(call, "at", CORNER_UNSET),
	};

	return show_it(call, &spec, reply, error);
}

bool cmd_clock_hide(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	return hide_it(call, OVERLAY_CLOCK, reply);
}

/* ---- countdown ---- */

/* The next time that a clock on the wall shows this ("19:30", "19:30:15"); 0 if it is none. */
static int64_t time_of_day(const char *word, int64_t now_s)
{
	int hour, minute, second = 0, end = 0;

	if (strspn(word, "0123456789:") != strlen(word) ||
	    sscanf(word, "%2d:%2d%n:%2d%n", &hour, &minute, &end, &second, &end) < 2 || word[end] ||
	    hour > 23 || minute > 59 || second > 59)
		return 0;
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_s);
	g_autoptr(GDateTime) today =
		g_date_time_new_local(g_date_time_get_year(now), g_date_time_get_month(now),
				      g_date_time_get_day_of_month(now), hour, minute, second);
	g_autoptr(GDateTime) tomorrow = g_date_time_add_days(today, 1);
	int64_t then_s = g_date_time_to_unix(today);

	return then_s > now_s ? then_s : g_date_time_to_unix(tomorrow);
}

static bool read_moment(const char *word, int64_t *until_s, GError **error)
{
	static const struct argument length = {PLACE_NEEDED, TYPE_DURATION, "to", ""},
				     moment = {PLACE_NEEDED, TYPE_TIME, "to", ""};
	int64_t now_s = clock_wall_ns() / NS_PER_S, at_s = time_of_day(word, now_s);
	struct value value = {0};

	if (at_s)
		*until_s = at_s;
	else if (value_parse(&length, word, &value, NULL))
		*until_s = now_s + value.number / 1000;
	else if (value_parse(&moment, word, &value, NULL))
		*until_s = value.number;
	else
		return fail(error, ERROR_USAGE,
			    "to: \"%s\" is no length of time (as 10m), time of day (as 19:30) or "
			    "moment (as 2030-05-01T20:00:00Z)",
			    word);
	return true;
}

bool cmd_countdown_show(const struct call *call, struct reply *reply, GError **error)
{
	struct overlay_spec spec = {
		.kind = OVERLAY_COUNTDOWN,
		.text = call_text(call, "text"),
		.corner = (enum corner)call_number(call, "at", CORNER_UNSET),
	};

	return read_moment(call_text(call, "to"), &spec.until_s, error) &&
	       show_it(call, &spec, reply, error);
}

bool cmd_countdown_hide(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	return hide_it(call, OVERLAY_COUNTDOWN, reply);
}

/* ---- ticker, and all ---- */

bool cmd_ticker_show(const struct call *call, struct reply *reply, GError **error)
{
	struct overlay_spec spec = {.kind = OVERLAY_TICKER, .text = call_text(call, "text")};

	return show_it(call, &spec, reply, error);
}

bool cmd_ticker_hide(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	return hide_it(call, OVERLAY_TICKER, reply);
}

bool cmd_overlay_list(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	describe_overlays(call->context->show, reply);
	return true;
}

bool cmd_overlay_hide(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	return hide_it(call, OVERLAY_UNSET, reply);
}
