/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SILENCE_DB  (-120.0)
#define CLIPPING_DB (-0.1)
#define LATELY_S    10

/* ---- members, whatever the answer holds ---- */

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static double real(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int64_t integer(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool boolean(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static enum model_tally tally(const json_t *object)
{
	const char *word = text(object, "tally");

	return strcmp(word, "program") == 0   ? LIGHT_PROGRAM
	       : strcmp(word, "preview") == 0 ? LIGHT_PREVIEW
					      : LIGHT_OFF;
}

static double level(const json_t *object, const char *key)
{
	double db = real(object, key);

	return isnan(db) ? SILENCE_DB : db;
}

static struct model_levels levels(const json_t *object)
{
	return (struct model_levels){
		.peak_db = level(object, "peak_db"),
		.held_db = level(object, "held_db"),
		.lufs = level(object, "short_term_lufs"),
	};
}

/* Room for the members of an array of this name; *n is how many. */
static void *room_for(const json_t *data, const char *key, size_t size, int *n)
{
	*n = (int)json_array_size(json_object_get(data, key));
	return calloc((size_t)*n + 1, size);
}

/* ---- parts of a status ---- */

static struct model_source read_source(const json_t *one)
{
	return (struct model_source){
		.name = text(one, "name"),
		.kind = text(one, "kind"),
		.state = text(one, "state"),
		.detail = text(one, "detail"),
		.tally = tally(one),
		.is_muted = boolean(one, "muted"),
		.has_sound = boolean(one, "has_sound"),
		.is_heard = boolean(one, "heard"),
		.width = (int)integer(one, "width"),
		.height = (int)integer(one, "height"),
		.fps = real(one, "fps"),
		.loss_percent = real(one, "loss_percent"),
		.delay_ms = real(one, "picture_delay_ms"),
		.lip_sync_ms = real(one, "lip_sync_ms"),
		.levels = levels(one),
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
			.source = text(one, "source"),
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
			.name = text(one, "name"),
			.layout = text(one, "layout"),
			.tally = tally(one),
		};
		read_places(&model->scenes[i], one);
	}
}

static struct model_bus read_bus(const json_t *one)
{
	const json_t *picture = json_object_get(one, "picture");
	const json_t *sound = json_object_get(one, "sound");
	double kbps = real(picture, "kbps"), sound_kbps = real(sound, "kbps");

	return (struct model_bus){
		.bus = text(one, "bus"),
		.speaker = text(one, "speaker"),
		.peers = (int)integer(one, "peers"),
		.has_picture = picture != NULL,
		.has_sound = sound != NULL,
		.is_shared = boolean(one, "shows_program"),
		.fps = NAN,
		.kbps = (isnan(kbps) ? 0 : kbps) + (isnan(sound_kbps) ? 0 : sound_kbps),
		.encode_ms = real(picture ? picture : sound, "encode_ms"),
		.frames = integer(picture, "frames"),
		.levels = levels(one),
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
		.loss_percent = real(object, "loss_percent"),
		.rtt_ms = real(object, "rtt_ms"),
		.jitter_ms = real(object, "jitter_ms"),
		.kbps = real(object, "kbps"),
	};
}

static void read_speakers(struct model *model, const json_t *data)
{
	model->speakers = room_for(data, "speakers", sizeof(*model->speakers), &model->n_speakers);
	for (int i = 0; i < model->n_speakers; i++) {
		const json_t *one = json_array_get(json_object_get(data, "speakers"), (size_t)i);

		model->speakers[i] = (struct model_speaker){
			.name = text(one, "name"),
			.is_connected = boolean(one, "connected"),
			.is_admitted = boolean(one, "admitted"),
			.is_muted = boolean(one, "muted"),
			.tally = tally(one),
			.in = line(json_object_get(one, "link")),
			.out = line(json_object_get(one, "return_link")),
			.rendition = text(json_object_get(one, "return_link"), "rendition"),
		};
	}
}

static void read_air(struct model *model, const json_t *data)
{
	model->program = text(data, "program");
	model->preview = text(data, "preview");
	model->is_slate = boolean(data, "slate");
	model->is_black = boolean(data, "black");
	model->in_transition = boolean(data, "in_transition");
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
						 text(one, "kind"));
	}
}

static void read_machine(struct model *model, const json_t *data, double now_s)
{
	const json_t *cpu = json_object_get(data, "cpu");
	int64_t missed = integer(json_object_get(data, "mix"), "video_missed");

	model->daemon_percent = real(cpu, "daemon_percent");
	model->machine_percent = real(cpu, "machine_percent");
	model->idle_percent = real(cpu, "idle_percent");
	model->cores = (int)integer(cpu, "cores");
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

static void forget_lists(struct model *model)
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

void model_status(struct model *model, json_t *data, double now_s)
{
	json_t *old = model->status;
	struct model_bus *before = model->buses;
	int n_before = model->n_buses;

	forget_lists(model);
	model->status = json_incref(data);
	read_machine(model, data, now_s);
	read_air(model, data);
	read_overlays(model, data);
	model->room = text(data, "room");
	model->viewers = (int)integer(data, "viewers");
	model->screens = (int)integer(data, "screens");
	read_sources(model, data);
	read_scenes(model, data);
	read_buses(model, data, before, n_before, now_s - model->status_s);
	read_speakers(model, data);
	model->status_s = now_s;
	model->is_known = true;
	free(before);
	json_decref(old);
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
	model->program = kept_name(model, text(data, "program"), model->program);
	model->preview = kept_name(model, text(data, "preview"), model->preview);
	model->is_slate = boolean(data, "slate");
	model->is_black = boolean(data, "black");
	model->in_transition = boolean(data, "in_transition");
	light_scenes(model);
	json_array_foreach(json_object_get(data, "sources"), i, one)
	{
		int k = model_source(model, text(one, "name"));

		if (k < 0)
			continue;
		model->sources[k].levels = levels(one);
		model->sources[k].tally = tally(one);
		model->sources[k].is_muted = boolean(one, "muted");
		model->sources[k].is_heard = boolean(one, "heard");
	}
	json_array_foreach(json_object_get(data, "buses"), i, one)
	{
		for (int k = 0; k < model->n_buses; k++)
			if (strcmp(model->buses[k].bus, text(one, "bus")) == 0 &&
			    strcmp(model->buses[k].speaker, text(one, "speaker")) == 0)
				model->buses[k].levels = levels(one);
	}
}

void model_finish(struct model *model)
{
	forget_lists(model);
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
