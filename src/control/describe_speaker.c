/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "describe.h"
#include "describe_parts.h"
#include "dispatch.h"
#include "speaker.h"
#include "viewer.h"

/* The way from their browser to here; how far it is WebRTC tells only for the way back. */
static json_t *link_json(const struct source_view *view)
{
	json_t *object = json_object();

	put_text(object, "state", source_state_name(view->state));
	put_real(object, "loss_percent", view->loss_percent);
	put_real(object, "rtt_ms", view->rtt_ms);
	put_real(object, "kbps", view->kbps);
	put_real(object, "jitter_ms", view->jitter_ms);
	return object;
}

/* And the way back, their return; null: they do not receive it. */
static json_t *return_json(const struct show *show, const char *name)
{
	for (int i = 0; i < viewer_count(show); i++) {
		struct viewer_view view;
		json_t *object;

		if (!viewer_view(show, i, &view) || !view.is_connected ||
		    strcmp(view.speaker, name) != 0)
			continue;
		object = json_object();
		put_text(object, "rendition", view.rendition);
		put_real(object, "loss_percent", view.loss_percent);
		put_real(object, "rtt_ms", view.rtt_ms > 0 ? view.rtt_ms : NAN);
		put_real(object, "kbps", view.kbps > 0 ? view.kbps : NAN);
		return object;
	}
	return json_null();
}

static json_t *speaker_json(const struct show *show, const struct speaker_view *view)
{
	json_t *object = json_object();

	put_text(object, "name", view->name);
	put_bool(object, "connected", view->is_connected);
	put_bool(object, "return", view->has_return);
	put_bool(object, "admitted", view->is_admitted);
	put_bool(object, "muted", view->is_muted);
	put_text(object, "tally", tally_name(view->tally));
	put_int(object, "expires", view->expires_s);
	json_object_set_new(object, "link", link_json(&view->source));
	json_object_set_new(object, "return_link", return_json(show, view->name));
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
		json_array_append_new(speakers, speaker_json(show, &view));
	}
	json_object_set_new(reply->data, "speakers", speakers);
}

void describe_speakers(struct show *show, struct reply *reply)
{
	append_speakers(show, reply);
	strip_end(reply);
}
