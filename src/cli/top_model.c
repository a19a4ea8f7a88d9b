/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "top_json.h"

#define CLIPPING_DB (-0.1)

void model_init(struct model *model)
{
	*model = (struct model){
		.program = "",
		.preview = "",
		.room = "",
		.daemon_percent = NAN,
		.machine_percent = NAN,
		.idle_percent = NAN,
		.missed_s = NAN,
	};
}

/* The strings of levels do not stay: program and preview are those of the scenes that are known. */
static const char *kept_name(const struct model *model, const char *name, const char *otherwise)
{
	int i = model_scene(model, name);

	return i >= 0 ? model->scenes[i].name : *name ? otherwise : "";
}

static void light_scenes(struct model *model)
{
	for (int i = 0; i < model->n_scenes; i++) {
		struct model_scene *scene = &model->scenes[i];

		scene->tally = strcmp(scene->name, model->program) == 0	  ? LIGHT_PROGRAM
			       : strcmp(scene->name, model->preview) == 0 ? LIGHT_PREVIEW
									  : LIGHT_OFF;
	}
}

void model_levels(struct model *model, const json_t *data)
{
	size_t i;
	json_t *one;

	if (!model->is_known)
		return;
	model->program = kept_name(model, json_text(data, "program"), model->program);
	model->preview = kept_name(model, json_text(data, "preview"), model->preview);
	model->is_slate = json_is_set(data, "slate");
	model->is_black = json_is_set(data, "black");
	model->in_transition = json_is_set(data, "in_transition");
	light_scenes(model);
	json_array_foreach(json_object_get(data, "sources"), i, one)
	{
		int k = model_source(model, json_text(one, "name"));

		if (k < 0)
			continue;
		model->sources[k].levels = json_levels(one);
		model->sources[k].tally = json_tally(one);
		model->sources[k].is_muted = json_is_set(one, "muted");
		model->sources[k].is_heard = json_is_set(one, "heard");
	}
	json_array_foreach(json_object_get(data, "buses"), i, one)
	{
		for (int k = 0; k < model->n_buses; k++)
			if (strcmp(model->buses[k].bus, json_text(one, "bus")) == 0 &&
			    strcmp(model->buses[k].speaker, json_text(one, "speaker")) == 0)
				model->buses[k].levels = json_levels(one);
	}
}

void model_finish(struct model *model)
{
	model_forget_lists(model);
	free(model->buses);
	model_forget_events(model);
	json_decref(model->status);
	model_init(model);
}

/* ---- questions ---- */

int model_source(const struct model *model, const char *name)
{
	for (int i = 0; i < model->n_sources; i++)
		if (strcmp(model->sources[i].name, name) == 0)
			return i;
	return -1;
}

int model_scene(const struct model *model, const char *name)
{
	for (int i = 0; i < model->n_scenes; i++)
		if (strcmp(model->scenes[i].name, name) == 0)
			return i;
	return -1;
}

int model_speaker(const struct model *model, const char *name)
{
	for (int i = 0; i < model->n_speakers; i++)
		if (strcmp(model->speakers[i].name, name) == 0)
			return i;
	return -1;
}

bool model_is_dead(const struct model_source *source)
{
	return strcmp(source->state, "stalled") == 0 || strcmp(source->state, "lost") == 0 ||
	       strcmp(source->state, "failed") == 0 ||
	       (source->tally == LIGHT_PROGRAM && strcmp(source->state, "live") != 0);
}

bool model_is_clipping(const struct model_levels *levels)
{
	return levels->held_db >= CLIPPING_DB;
}
