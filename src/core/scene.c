/* SPDX-License-Identifier: EUPL-1.2 */
#include "scene.h"

#include <string.h>

#include "error.h"
#include "plan.h"
#include "settings.h"
#include "state.h"

void scene_destroy(struct scene *scene)
{
	if (!scene)
		return;
	g_array_free(scene->boxes, TRUE);
	g_free(scene->name);
	g_free(scene);
}

void scene_forget_source(struct show *show, uint64_t source_id)
{
	for (guint i = 0; i < show->scenes->len; i++) {
		struct scene *scene = show->scenes->pdata[i];

		if (scene->still_id == source_id)
			scene->still_id = 0;
		for (guint b = scene->boxes->len; b > 0; b--)
			if (g_array_index(scene->boxes, struct box, b - 1).source_id == source_id)
				g_array_remove_index(scene->boxes, b - 1);
	}
}

static void arrange(struct scene *scene, const struct scene_spec *spec, const struct source *still)
{
	scene->layout = spec->layout ? spec->layout : LAYOUT_FULL;
	scene->background = spec->has_background ? spec->background : 0x101820;
	scene->still_id = still ? still->id : 0;
}

bool scene_add(struct show *show, const struct scene_spec *spec, GError **error)
{
	assert_control_thread(show);
	const struct source *still = spec->still ? show_source(show, spec->still, error) : NULL;

	if ((spec->still && !still) || !name_check(spec->name, error))
		return false;
	if (show_scene(show, spec->name, NULL))
		return fail(error, ERROR_EXISTS, "there is a scene \"%s\" already", spec->name);
	if (show->scenes->len >= (guint)show->settings->max_scenes)
		return fail(error, ERROR_LIMIT,
			    "there are %u scenes already, as many as max_scenes allows",
			    show->scenes->len);
	struct scene *scene = g_new0(struct scene, 1);

	scene->id = show_new_id(show);
	scene->name = g_strdup(spec->name);
	arrange(scene, spec, still);
	scene->boxes = g_array_new(FALSE, TRUE, sizeof(struct box));
	g_ptr_array_add(show->scenes, scene);
	show_tell(show, EVENT_scene_changed, scene->name, "scene %s is created", scene->name);
	show_changed(show);
	return true;
}

bool scene_replace(struct show *show, const struct scene_spec *spec, GError **error)
{
	assert_control_thread(show);
	struct scene *scene = show_scene(show, spec->name, error);
	const struct source *still =
		scene && spec->still ? show_source(show, spec->still, error) : NULL;

	if (!scene || (spec->still && !still))
		return false;
	arrange(scene, spec, still);
	g_array_set_size(scene->boxes, 0);
	show_tell(show, EVENT_scene_changed, scene->name, "scene %s is arranged anew", scene->name);
	show_changed(show);
	return true;
}

static bool check_box(const struct show *show, const struct scene *scene,
		      const struct box_spec *spec, GError **error)
{
	bool is_inside = spec->x >= 0 && spec->y >= 0 && spec->width >= 1 && spec->height >= 1 &&
			 spec->x + spec->width <= 100.001 && spec->y + spec->height <= 100.001;

	if (spec->has_rect && !is_inside)
		return fail(error, ERROR_BAD_INPUT,
			    "at: the box reaches outside the picture (x,y,w,h in per cent, inside "
			    "0 to 100)");
	if (scene->boxes->len >= (guint)show->settings->max_boxes)
		return fail(error, ERROR_LIMIT,
			    "scene \"%s\" has %u boxes already, as many as max_boxes allows",
			    scene->name, scene->boxes->len);
	return true;
}

bool scene_place(struct show *show, const char *name, const struct box_spec *spec, GError **error)
{
	assert_control_thread(show);
	struct scene *scene = show_scene(show, name, error);
	bool is_everybody = strcmp(spec->source, BOX_SPEAKERS) == 0;
	const struct source *source =
		scene && !is_everybody ? show_source(show, spec->source, error) : NULL;

	if (!scene || (!is_everybody && !source) || !check_box(show, scene, spec, error))
		return false;
	struct box box = {
		.source_id = source ? source->id : 0,
		.has_rect = spec->has_rect,
		.x = spec->x,
		.y = spec->y,
		.width = spec->width,
		.height = spec->height,
		.fit = spec->fit,
	};

	g_array_append_val(scene->boxes, box);
	show_tell(show, EVENT_scene_changed, name, "%s is in scene %s", spec->source, name);
	show_changed(show);
	return true;
}

static bool remove_box(struct show *show, struct scene *scene, const char *name, GError **error)
{
	bool is_everybody = strcmp(name, BOX_SPEAKERS) == 0;
	const struct source *source = is_everybody ? NULL : show_source(show, name, error);
	bool is_removed = false;

	if (!is_everybody && !source)
		return false;
	for (guint i = scene->boxes->len; i > 0; i--)
		if (g_array_index(scene->boxes, struct box, i - 1).source_id ==
		    (source ? source->id : 0)) {
			g_array_remove_index(scene->boxes, i - 1);
			is_removed = true;
		}
	if (!is_removed)
		return fail(error, ERROR_NOT_FOUND, "scene \"%s\" does not show \"%s\"",
			    scene->name, name);
	show_tell(show, EVENT_scene_changed, scene->name, "%s is out of scene %s", name,
		  scene->name);
	show_changed(show);
	return true;
}

bool scene_remove(struct show *show, const char *name, const char *source, GError **error)
{
	assert_control_thread(show);
	struct scene *scene = show_scene(show, name, error);

	if (!scene)
		return false;
	if (source)
		return remove_box(show, scene, source, error);
	if (scene->id == show->program_id ||
	    (show->transition.is_running && scene->id == show->transition.from_id))
		return fail(error, ERROR_CONFLICT,
			    "scene \"%s\" is on program; put another one there first", name);
	if (scene->id == show->preview_id)
		return fail(error, ERROR_CONFLICT,
			    "scene \"%s\" is on preview; put another one there first", name);
	if (show->room_mode == ROOM_SCENE && scene->id == show->room_id)
		return fail(error, ERROR_CONFLICT,
			    "scene \"%s\" is what the room shows; choose another (room auto)",
			    name);
	g_ptr_array_remove(show->scenes, scene);
	scene_destroy(scene);
	show_tell(show, EVENT_scene_changed, name, "scene %s is removed", name);
	show_changed(show);
	return true;
}

int scene_count(const struct show *show)
{
	return (int)show->scenes->len;
}

void scene_view(const struct show *show, int index, struct scene_view *view)
{
	assert_control_thread(show);
	const struct scene *scene = show->scenes->pdata[index];
	const struct source *still = show_source_by_id(show, scene->still_id);

	*view = (struct scene_view){
		.name = scene->name,
		.layout = scene->layout,
		.background = scene->background,
		.still = still ? still->name : "",
		.tally = scene->id == show->program_id	 ? TALLY_PROGRAM
			 : scene->id == show->preview_id ? TALLY_PREVIEW
							 : TALLY_OFF,
		.n_boxes = (int)scene->boxes->len,
	};
}

void scene_box_view(const struct show *show, int index, int number, struct box_spec *view)
{
	assert_control_thread(show);
	const struct scene *scene = show->scenes->pdata[index];
	const struct box *box = &g_array_index(scene->boxes, struct box, (guint)number);
	const struct source *source = show_source_by_id(show, box->source_id);

	*view = (struct box_spec){
		.source = source ? source->name : BOX_SPEAKERS,
		.has_rect = box->has_rect,
		.x = box->x,
		.y = box->y,
		.width = box->width,
		.height = box->height,
		.fit = box->fit,
	};
}

int scene_places(const struct show *show, int index, struct scene_place places[SCENE_MOST_PLACES])
{
	assert_control_thread(show);
	return plan_places(show, show->scenes->pdata[index], places);
}
