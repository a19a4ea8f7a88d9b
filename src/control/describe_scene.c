/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"

#include <math.h>

#include "describe_parts.h"
#include "dispatch.h"
#include "scene.h"

#define WORD_TEXT(code, text) [code] = text,
static const char *const layouts[] = {LAYOUTS(WORD_TEXT)};
static const char *const fits[] = {[FIT_UNSET] = "", FITS(WORD_TEXT)};

static json_t *box_json(const struct box_spec *box)
{
	json_t *object = json_object();

	put_text(object, "source", box->source);
	if (box->has_rect)
		json_object_set_new(
			object, "at",
			json_pack("[f,f,f,f]", box->x, box->y, box->width, box->height));
	if (box->fit)
		put_text(object, "fit", fits[box->fit]);
	return object;
}

static json_t *places_json(struct show *show, int index)
{
	struct scene_place places[SCENE_MOST_PLACES];
	int n = scene_places(show, index, places);
	json_t *array = json_array();

	for (int i = 0; i < n; i++) {
		json_t *object = json_object(), *at = json_array();
		const double numbers[] = {places[i].x, places[i].y, places[i].width,
					  places[i].height};

		for (size_t k = 0; k < G_N_ELEMENTS(numbers); k++)
			json_array_append_new(at, json_real(round(numbers[k] * 10) / 10));
		put_text(object, "source", places[i].source);
		json_object_set_new(object, "at", at);
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *scene_json(struct show *show, int index, const struct scene_view *view)
{
	json_t *object = json_object(), *boxes = json_array();

	for (int i = 0; i < view->n_boxes; i++) {
		struct box_spec box;

		scene_box_view(show, index, i, &box);
		json_array_append_new(boxes, box_json(&box));
	}
	put_text(object, "name", view->name);
	put_text(object, "layout", layouts[view->layout]);
	put_text(object, "still", view->still);
	put_text(object, "tally", tally_name(view->tally));
	json_object_set_new(object, "boxes", boxes);
	json_object_set_new(object, "places", places_json(show, index));
	return object;
}

void append_scenes(struct show *show, struct reply *reply)
{
	json_t *scenes = json_array();

	for (int i = 0; i < scene_count(show); i++) {
		struct scene_view view;

		scene_view(show, i, &view);
		json_array_append_new(scenes, scene_json(show, i, &view));
	}
	json_object_set_new(reply->data, "scenes", scenes);
}

void describe_scenes(struct show *show, struct reply *reply)
{
	append_scenes(show, reply);
	for (int i = 0; i < scene_count(show); i++) {
		struct scene_view view;

		scene_view(show, i, &view);
		cell(reply->text, 16, view.name);
		cell(reply->text, 3, light(view.tally));
		cell(reply->text, 12, layouts[view.layout]);
		for (int b = 0; b < view.n_boxes; b++) {
			struct box_spec box;

			scene_box_view(show, i, b, &box);
			g_string_append_printf(reply->text, "%s%s", b ? ", " : "", box.source);
		}
		end_line(reply->text);
	}
	strip_end(reply);
}
