/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"
#include "describe_parts.h"
#include "dispatch.h"
#include "speaker.h"

static json_t *speaker_json(const struct speaker_view *view)
{
	json_t *object = json_object();

	put_text(object, "name", view->name);
	put_bool(object, "connected", view->is_connected);
	put_bool(object, "return", view->has_return);
	put_bool(object, "admitted", view->is_admitted);
	put_bool(object, "muted", view->is_muted);
	put_text(object, "tally", tally_name(view->tally));
	put_int(object, "expires", view->expires_s);
	return object;
}

static void speaker_line(GString *text, const struct speaker_view *view)
{
	cell(text, 16, view->name);
	cell(text, 3, light(view->tally));
	cell(text, 9, view->is_connected ? "connected" : "absent");
	cell(text, 8, view->is_admitted ? "admitted" : "waiting");
	cell(text, 9, view->has_return ? "hears us" : "");
	g_string_append(text, view->is_muted ? "muted" : "");
	end_line(text);
}

void append_speakers(struct show *show, struct reply *reply)
{
	json_t *speakers = json_array();

	for (int i = 0; i < speaker_count(show); i++) {
		struct speaker_view view;

		speaker_view(show, i, &view);
		if (i == 0)
			g_string_append(reply->text, "SPEAKER          AIR STATE     STAGE\n");
		speaker_line(reply->text, &view);
		json_array_append_new(speakers, speaker_json(&view));
	}
	json_object_set_new(reply->data, "speakers", speakers);
}

void describe_speakers(struct show *show, struct reply *reply)
{
	append_speakers(show, reply);
	strip_end(reply);
}
