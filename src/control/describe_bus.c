/* SPDX-License-Identifier: EUPL-1.2 */
#include "bus_view.h"
#include "describe_parts.h"
#include "dispatch.h"

static json_t *way_json(const struct way_out *way)
{
	json_t *object = json_object();

	put_real(object, "encode_ms", way->encode_ms);
	put_real(object, "kbps", way->kbps);
	put_int(object, "frames", (int64_t)way->frames);
	put_int(object, "key_frames", (int64_t)way->key_frames);
	put_int(object, "bytes", (int64_t)way->bytes);
	put_stage(object, "encode", &way->encode);
	put_stage(object, "send", &way->send);
	return object;
}

static json_t *bus_json(const struct bus_view *view)
{
	json_t *object = json_object();

	put_text(object, "bus", bus_name(view->kind));
	put_text(object, "speaker", view->speaker);
	put_int(object, "peers", view->peers);
	put_bool(object, "shows_program", view->is_shared);
	if (view->has_picture)
		json_object_set_new(object, "picture", way_json(&view->picture));
	if (!view->has_sound)
		return object;
	put_real(object, "peak_db", view->peak_db);
	put_real(object, "held_db", view->held_db);
	put_real(object, "momentary_lufs", view->momentary_lufs);
	put_real(object, "short_term_lufs", view->short_term_lufs);
	json_object_set_new(object, "sound", way_json(&view->sound));
	return object;
}

void append_buses(struct show *show, struct reply *reply)
{
	json_t *buses = json_array();

	for (int i = 0; i < bus_count(show); i++) {
		struct bus_view view;

		bus_view(show, i, &view);
		json_array_append_new(buses, bus_json(&view));
	}
	json_object_set_new(reply->data, "buses", buses);
}
