/* SPDX-License-Identifier: EUPL-1.2 */
#include "overlay_rules.h"

#include "clock.h"
#include "disk.h"
#include "error.h"
#include "logo.h"
#include "state.h"

#define MOST_MS	   (24 * 3600 * INT64_C(1000))
#define MOST_AHEAD (99 * 3600) /* s; a countdown has two digits for hours */

static bool check_text(const char *what, const char *text, int most, GError **error)
{
	if (!g_utf8_validate(text, -1, NULL))
		return fail(error, ERROR_BAD_INPUT, "%s: not UTF-8", what);
	if (g_utf8_strlen(text, -1) > most)
		return fail(error, ERROR_BAD_INPUT,
			    "%s: %ld characters are too many (up to %d would do)", what,
			    g_utf8_strlen(text, -1), most);
	/* A show file could not hold it. */
	if (g_str_has_prefix(text, "--"))
		return fail(error, ERROR_BAD_INPUT, "%s: \"%s\" begins as an option does", what,
			    text);
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		GUnicodeType type = g_unichar_type(g_utf8_get_char(at));

		if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
		    type == G_UNICODE_PARAGRAPH_SEPARATOR)
			return fail(error, ERROR_BAD_INPUT,
				    "%s: it holds a control character (one line of text would do)",
				    what);
	}
	return true;
}

static bool is_blank(const char *text)
{
	while (g_unichar_isspace(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return !*text;
}

static bool check_said(const char *what, const char *text, int most, GError **error)
{
	if (!check_text(what, text, most, error))
		return false;
	return !is_blank(text) || fail(error, ERROR_BAD_INPUT, "%s: it is empty", what);
}

static bool check_until(int64_t until_s, GError **error)
{
	if (until_s - clock_wall_ns() / NS_PER_S <= MOST_AHEAD)
		return true;
	return fail(error, ERROR_BAD_INPUT, "to: that is more than 99 hours from now");
}

bool overlay_check(const struct show *show, const struct overlay_spec *spec, GError **error)
{
	switch (spec->kind) {
	case OVERLAY_TITLE:
		if (spec->for_ms < 0 || spec->for_ms > MOST_MS)
			return fail(error, ERROR_BAD_INPUT, "for: up to 24h would do");
		return check_said("name", spec->text, 80, error) &&
		       check_text("role", spec->more, 120, error);
	case OVERLAY_LOGO:
		/* Of a show that is only checked: else whoever reads the file will see. */
		return check_text("file", spec->text, 4096, error) &&
		       (!show->is_dry || disk_check(spec->text, LOGO_MOST_BYTES, error));
	case OVERLAY_COUNTDOWN:
		return check_until(spec->until_s, error) &&
		       check_text("text", spec->text, 60, error);
	case OVERLAY_TICKER:
		return check_said("text", spec->text, 1000, error);
	default:
		return true;
	}
}

struct overlay_spec overlay_whole(const struct overlay_spec *spec)
{
	static const enum corner usual[] = {
		[OVERLAY_LOGO] = CORNER_TOP_RIGHT,
		[OVERLAY_CLOCK] = CORNER_TOP_LEFT,
		[OVERLAY_COUNTDOWN] = CORNER_BOTTOM_RIGHT,
	};
	struct overlay_spec full = *spec;

	full.text = spec->text ? spec->text : "";
	full.more = spec->more ? spec->more : "";
	if (!full.corner && full.kind < G_N_ELEMENTS(usual))
		full.corner = usual[full.kind];
	return full;
}
