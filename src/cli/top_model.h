/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_model: what `twinstage top` knows of the show: plain structs, filled from the daemon's answers.
 * A whole status comes about once a second, levels in between, events as they happen.
 *
 * Strings belong to the newest status (or to the model) and live until the next one. A number that is
 * not known is NAN. What is missing in an answer is empty: an older daemon is no reason to end.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define MODEL_EVENTS 64 /* that are kept */

enum model_tally { LIGHT_OFF, LIGHT_PREVIEW, LIGHT_PROGRAM };

struct model_levels {
	double peak_db, held_db; /* dBFS of the last 100 ms, of the last 3 s */
	double lufs;		 /* short-term */
};

struct model_source {
	const char *name, *kind, *state, *detail;
	enum model_tally tally;
	bool is_muted, has_sound;
	bool is_heard; /* online now */
	int width, height;
	double fps, loss_percent, delay_ms, lip_sync_ms;
	struct model_levels levels;
};

struct model_place {
	const char *source;
	double x, y, width, height; /* per cent of the picture */
};

struct model_scene {
	const char *name, *layout;
	enum model_tally tally;
	int n_places;
	struct model_place *places; /* from the lowest to the uppermost */
};

struct model_bus {
	const char *bus, *speaker; /* "return" of whom; "" */
	int peers;
	bool has_picture, has_sound, is_shared;
	double fps, kbps,
		encode_ms; /* picture and sound together; of the picture, or else the sound */
	int64_t frames;
	struct model_levels levels;
};

/* One direction of a speaker's line. */
struct model_line {
	bool is_there;
	double loss_percent, rtt_ms, jitter_ms, kbps;
};

struct model_speaker {
	const char *name;
	bool is_connected, is_admitted, is_muted;
	enum model_tally tally;
	struct model_line in, out; /* what they send; what they get */
	const char *rendition;	   /* of what they get */
};

struct model_event {
	char *at;   /* "20:15:03", the terminal's own time */
	char *text; /* "cam-a: the camera hung up" */
	char *key;  /* of what about whom */
	int times;  /* the same trouble, one after the other */
	bool is_warning;
};

struct model {
	bool is_known; /* a status has come */
	const char *program, *preview, *room;
	bool is_slate, is_black, in_transition;
	char overlays[64]; /* " +title +logo": what lies over program; "" */
	int viewers, screens;
	double daemon_percent, machine_percent, idle_percent; /* of one core */
	int cores;
	int64_t missed, missed_lately; /* pictures: ever, and in the last ten seconds or so */
	int n_sources, n_scenes, n_buses, n_speakers, n_events;
	int n_listed; /* sources that a list of them shows: without speakers who are not there */
	struct model_source *sources; /* those first */
	struct model_scene *scenes;
	struct model_bus *buses;
	struct model_speaker *speakers;
	struct model_event events[MODEL_EVENTS]; /* the oldest first */

	json_t *status;	 /* which the strings belong to */
	double status_s; /* when it came */
	double missed_s; /* when a picture was missed last; NAN: never seen */
};

void model_init(struct model *model);
void model_finish(struct model *model);

/* The data of `status`, at now_s (any clock that only goes forward). Rates of pictures are what has
 * come since the status before. */
void model_status(struct model *model, json_t *data, double now_s);

/* The data of `status --levels`. */
void model_levels(struct model *model, const json_t *data);

/* The newest event. The same trouble again takes the place of the one before. */
void model_event(struct model *model, const json_t *event);
void model_forget_events(struct model *model);

/* By name; -1: there is none. */
int model_source(const struct model *model, const char *name);
int model_scene(const struct model *model, const char *name);
int model_speaker(const struct model *model, const char *name);

/* Whether something about it needs a hand: it was there and is not live. */
bool model_is_dead(const struct model_source *source);

/* It has reached full scale within 3 s. */
bool model_is_clipping(const struct model_levels *levels);
