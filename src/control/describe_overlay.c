/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"

#include "describe_parts.h"
#include "dispatch.h"
#include "overlay.h"

static json_t *overlay_json(const struct overlay_spec *overlay)
{
	json_t *object = json_object();

	put_text(object, "kind", overlay_kind_name(overlay->kind));
	if (overlay->kind == OVERLAY_TITLE) {
		put_text(object, "name", overlay->text);
		put_text(object, "role", overlay->more);
		if (overlay->for_ms)
			put_int(object, "for_ms", overlay->for_ms);
	} else if (overlay->kind == OVERLAY_LOGO) {
		put_text(object, "file", overlay->text);
	} else if (overlay->kind != OVERLAY_CLOCK) {
		put_text(object, "text", overlay->text);
	}
	if (overlay->kind == OVERLAY_COUNTDOWN)
		put_int(object, "until", overlay->until_s);
	if (overlay->corner)
		put_text(object, "at", corner_name(overlay->corner));
	return object;
}

/* What is worth a look in one line: "Zoë Müller, Chair", "12:00:00". */
static char *words_of(const struct overlay_spec *overlay)
{
	if (overlay->kind == OVERLAY_COUNTDOWN) {
		g_autoptr(GDateTime) until = g_date_time_new_from_unix_local(overlay->until_s);
		g_autofree char *moment = g_date_time_format(until, "%F %T");

		return g_strdup_printf("to %s%s%s", moment, *overlay->text ? ": " : "",
				       overlay->text);
	}
	return g_strdup_printf("%s%s%s", overlay->text, *overlay->more ? ", " : "", overlay->more);
}

static void put_overlays_json(struct show *show, struct reply *reply)
{
	json_t *overlays = json_array();

	for (int i = 0; i < overlay_count(show); i++) {
		struct overlay_spec overlay;

		overlay_view(show, i, &overlay);
		json_array_append_new(overlays, overlay_json(&overlay));
	}
	json_object_set_new(reply->data, "overlays", overlays);
}

void append_overlays(struct show *show, struct reply *reply)
{
	put_overlays_json(show, reply);
	for (int i = 0; i < overlay_count(show); i++) {
		struct overlay_spec overlay;

		overlay_view(show, i, &overlay);
		g_autofree char *words = words_of(&overlay);

		g_string_append_printf(reply->text, "%s%s%s%s", i ? "; " : "over it  ",
				       overlay_kind_name(overlay.kind), *words ? " " : "", words);
	}
	if (overlay_count(show))
		g_string_append_c(reply->text, '\n');
}

void describe_overlays(struct show *show, struct reply *reply)
{
	put_overlays_json(show, reply);
	for (int i = 0; i < overlay_count(show); i++) {
		struct overlay_spec overlay;

		overlay_view(show, i, &overlay);
		g_autofree char *words = words_of(&overlay);

		cell(reply->text, 9, overlay_kind_name(overlay.kind));
		cell(reply->text, 12, corner_name(overlay.corner));
		g_string_append(reply->text, words);
		end_line(reply->text);
	}
	strip_end(reply);
}
