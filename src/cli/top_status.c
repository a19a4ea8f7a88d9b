/* SPDX-License-Identifier: EUPL-1.2
 *
 * A status, part by part, as the model has it. Strings are the answer's, which is kept.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top_json.h"
#include "top_model.h"

#define LATELY_S 10

static void *room_for(const json_t *data, const char *key, size_t size, int *n)
{
	*n = (int)json_array_size(json_object_get(data, key));
	return calloc((size_t)*n + 1, size);
}

static struct model_source read_source(const json_t *one)
{
	return (struct model_source){
		.name = json_text(one, "name"),
		.kind = json_text(one, "kind"),
		.state = json_text(one, "state"),
		.detail = json_text(one, "detail"),
		.tally = json_tally(one),
		.is_muted = json_is_set(one, "muted"),
		.has_sound = json_is_set(one, "has_sound"),
		.is_heard = json_is_set(one, "heard"),
		.width = (int)json_integer_of(one, "width"),
		.height = (int)json_integer_of(one, "height"),
		.fps = json_real_of(one, "fps"),
		.loss_percent = json_real_of(one, "loss_percent"),
		.delay_ms = json_real_of(one, "picture_delay_ms"),
		.lip_sync_ms = json_real_of(one, "lip_sync_ms"),
		.levels = json_levels(one),
	};
}

/* Speakers have a list of their own. Before they come and after they went it says enough. */
static bool is_listed(const struct model_source *source)
{
	return strcmp(source->kind, "speaker") != 0 || strcmp(source->state, "live") == 0 ||
	       strcmp(source->state, "stalled") == 0;
}

static void read_sources(struct model *model, const json_t *data)
{
	const json_t *array = json_object_get(data, "sources");
	int n = 0;

	model->sources = room_for(data, "sources", sizeof(*model->sources), &model->n_sources);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < model->n_sources; i++) {
			struct model_source one = read_source(json_array_get(array, (size_t)i));

			if (is_listed(&one) == (round == 0))
				model->sources[n++] = one;
		}
		if (round == 0)
			model->n_listed = n;
	}
}

static void read_places(struct model_scene *scene, const json_t *data)
{
	scene->places = room_for(data, "places", sizeof(*scene->places), &scene->n_places);
	for (int i = 0; i < scene->n_places; i++) {
		const json_t *one = json_array_get(json_object_get(data, "places"), (size_t)i);
		const json_t *at = json_object_get(one, "at");

		scene->places[i] = (struct model_place){
			.source = json_text(one, "source"),
			.x = json_number_value(json_array_get(at, 0)),
			.y = json_number_value(json_array_get(at, 1)),
			.width = json_number_value(json_array_get(at, 2)),
			.height = json_number_value(json_array_get(at, 3)),
		};
	}
}

static void read_scenes(struct model *model, const json_t *data)
{
	model->scenes = room_for(data, "scenes", sizeof(*model->scenes), &model->n_scenes);
	for (int i = 0; i < model->n_scenes; i++) {
		const json_t *one = json_array_get(json_object_get(data, "scenes"), (size_t)i);

		model->scenes[i] = (struct model_scene){
			.name = json_text(one, "name"),
			.layout = json_text(one, "layout"),
			.tally = json_tally(one),
		};
		read_places(&model->scenes[i], one);
	}
}

static struct model_bus read_bus(const json_t *one)
{
	const json_t *picture = json_object_get(one, "picture");
	const json_t *sound = json_object_get(one, "sound");
	double kbps = json_real_of(picture, "kbps"), sound_kbps = json_real_of(sound, "kbps");

	return (struct model_bus){
		.bus = json_text(one, "bus"),
		.speaker = json_text(one, "speaker"),
		.peers = (int)json_integer_of(one, "peers"),
		.has_picture = picture != NULL,
		.has_sound = sound != NULL,
		.is_shared = json_is_set(one, "shows_program"),
		.fps = NAN,
		.kbps = (isnan(kbps) ? 0 : kbps) + (isnan(sound_kbps) ? 0 : sound_kbps),
		.encode_ms = json_real_of(picture ? picture : sound, "encode_ms"),
		.frames = json_integer_of(picture, "frames"),
		.levels = json_levels(one),
	};
}

/* Pictures a second since the status before. An encoder that began anew counts from 0. */
static double rate_of(const struct model_bus *now, const struct model_bus *before, int n_before,
		      double seconds)
{
	for (int i = 0; i < n_before; i++)
		if (strcmp(before[i].bus, now->bus) == 0 &&
		    strcmp(before[i].speaker, now->speaker) == 0 &&
		    now->frames >= before[i].frames && seconds > 0)
			return (double)(now->frames - before[i].frames) / seconds;
	return NAN;
}

/* `before` and its strings are still there. */
static void read_buses(struct model *model, const json_t *data, const struct model_bus *before,
		       int n_before, double seconds)
{
	int n;

	model->buses = room_for(data, "buses", sizeof(*model->buses), &n);
	model->n_buses = 0;
	for (int i = 0; i < n; i++) {
		struct model_bus bus =
			read_bus(json_array_get(json_object_get(data, "buses"), (size_t)i));

		if (bus.has_picture)
			bus.fps = rate_of(&bus, before, n_before, seconds);
		/* A picture for the crew's eyes is there while somebody looks. */
		if (bus.has_sound || bus.peers)
			model->buses[model->n_buses++] = bus;
	}
}

static struct model_line line(const json_t *object)
{
	return (struct model_line){
		.is_there = json_is_object(object),
		.loss_percent = json_real_of(object, "loss_percent"),
		.rtt_ms = json_real_of(object, "rtt_ms"),
		.jitter_ms = json_real_of(object, "jitter_ms"),
		.kbps = json_real_of(object, "kbps"),
	};
}

static void read_speakers(struct model *model, const json_t *data)
{
	model->speakers = room_for(data, "speakers", sizeof(*model->speakers), &model->n_speakers);
	for (int i = 0; i < model->n_speakers; i++) {
		const json_t *one = json_array_get(json_object_get(data, "speakers"), (size_t)i);

		model->speakers[i] = (struct model_speaker){
			.name = json_text(one, "name"),
			.is_connected = json_is_set(one, "connected"),
			.is_admitted = json_is_set(one, "admitted"),
			.is_muted = json_is_set(one, "muted"),
			.tally = json_tally(one),
			.in = line(json_object_get(one, "link")),
			.out = line(json_object_get(one, "return_link")),
			.rendition = json_text(json_object_get(one, "return_link"), "rendition"),
		};
	}
}

static void read_air(struct model *model, const json_t *data)
{
	model->program = json_text(data, "program");
	model->preview = json_text(data, "preview");
	model->is_slate = json_is_set(data, "slate");
	model->is_black = json_is_set(data, "black");
	model->in_transition = json_is_set(data, "in_transition");
}

static void read_overlays(struct model *model, const json_t *data)
{
	size_t i, used = 0;
	json_t *one;

	model->overlays[0] = '\0';
	json_array_foreach(json_object_get(data, "overlays"), i, one)
	{
		if (used < sizeof(model->overlays))
			used += (size_t)snprintf(model->overlays + used,
						 sizeof(model->overlays) - used, " +%s",
						 json_text(one, "kind"));
	}
}

static void read_machine(struct model *model, const json_t *data, double now_s)
{
	const json_t *cpu = json_object_get(data, "cpu");
	int64_t missed = json_integer_of(json_object_get(data, "mix"), "video_missed");

	model->daemon_percent = json_real_of(cpu, "daemon_percent");
	model->machine_percent = json_real_of(cpu, "machine_percent");
	model->idle_percent = json_real_of(cpu, "idle_percent");
	model->cores = (int)json_integer_of(cpu, "cores");
	if (missed < model->missed || !model->is_known)
		model->missed_lately = 0; /* another daemon, or our first look */
	else if (missed > model->missed) {
		model->missed_lately += missed - model->missed;
		model->missed_s = now_s;
	}
	if (model->missed_lately && now_s - model->missed_s > LATELY_S)
		model->missed_lately = 0;
	model->missed = missed;
}

/* ---- the whole ---- */

void model_forget_lists(struct model *model)
{
	for (int i = 0; i < model->n_scenes; i++)
		free(model->scenes[i].places);
	free(model->sources);
	free(model->scenes);
	free(model->speakers);
	model->sources = NULL;
	model->scenes = NULL;
	model->speakers = NULL;
	model->n_sources = model->n_listed = model->n_scenes = model->n_speakers = 0;
}

void model_status(struct model *model, json_t *data, double now_s)
{
	json_t *old = model->status;
	struct model_bus *before = model->buses;
	int n_before = model->n_buses;

	model_forget_lists(model);
	model->status = json_incref(data);
	read_machine(model, data, now_s);
	read_air(model, data);
	read_overlays(model, data);
	model->room = json_text(data, "room");
	model->viewers = (int)json_integer_of(data, "viewers");
	model->screens = (int)json_integer_of(data, "screens");
	read_sources(model, data);
	read_scenes(model, data);
	read_buses(model, data, before, n_before, now_s - model->status_s);
	read_speakers(model, data);
	model->status_s = now_s;
	model->is_known = true;
	free(before);
	json_decref(old);
}
