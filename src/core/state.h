/* SPDX-License-Identifier: EUPL-1.2
 *
 * state: the structs behind show.h, PRIVATE to this folder. The show owns every object; they know
 * each other by id (an id is never used again; a late one finds nothing).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/rtp_format.h>
#include <twinstage/words.h>

#include "error.h"
#include "ladder.h"
#include "program.h"
#include "scene.h"
#include "show.h"
#include "source.h"
#include "speaker.h"

#define MAX_LISTENERS 8

struct slot;
struct ring;
struct track;
struct meter;
struct eye;
struct ingest;
struct encoder;
struct painter;
struct picture_plan;
struct backstage;

struct source {
	uint64_t id;
	char *name, *path, *passphrase;
	enum source_kind kind;
	enum role role;
	int latency_ms;
	bool is_once;
	double gain_db;
	bool is_muted, is_pinned;
	int delay_ms;
	enum source_state state;
	int64_t state_ns; /* since when */
	enum tally tally;
	char *detail;
	int64_t retry_at_ns; /* a file that failed is started again then; 0: no */
	struct slot *slot;   /* these three: NULL in a dry show */
	struct ring *ring;
	struct meter *meter;
	struct eye *eye;       /* NULL for a still, too */
	struct ingest *ingest; /* file, still, test; NULL: not running */
};

struct box {
	uint64_t source_id; /* 0: everybody who is admitted */
	bool has_rect;
	double x, y, width, height; /* per cent */
	enum fit fit;
};

struct scene {
	uint64_t id;
	char *name;
	enum layout layout;
	unsigned background;
	uint64_t still_id; /* 0: none */
	GArray *boxes;	   /* struct box */
};

struct cue {
	int64_t place; /* its number in thousandths */
	char *title, *commands;
};

/* A bus's picture or sound on its way to the peers; see output.h. */
struct output {
	uint64_t bus_id;
	struct slot *slot;   /* picture */
	struct ring *ring;   /* sound */
	struct meter *meter; /* sound */
	struct track *track;
	struct encoder *encoder;
};

enum session_kind {
	SESSION_PROGRAM,
	SESSION_ROOM,
	SESSION_PREVIEW, /* this and the next are the crew's */
	SESSION_CREW,
	SESSION_RETURN,
	SESSION_PUBLISH
};

struct session {
	uint64_t peer_id;
	char name[33]; /* 32 hex digits */
	char etag[48];
	unsigned restarts;
	enum session_kind kind;
	uint64_t speaker_id; /* return, publish */
	char *address;
	bool is_connected;
	int64_t joined_ns;
	struct ladder ladder; /* program, return */
};

struct speaker {
	uint64_t source_id; /* also the speaker's own id */
	uint32_t serial;
	int64_t expires_s;
	uint64_t admitted;		/* 0: waiting; else its place in the order of admissions */
	uint64_t publish_id, return_id; /* peers; 0: none */
	struct speaker_input *input;
	struct track *rtp_in, *rtcp_in, *rtcp_out;
	struct output return_sound; /* while there is a return */
};

struct transition {
	bool is_running;
	uint64_t from_id; /* scene */
	enum transition_kind kind;
	int duration_ms;
	uint64_t serial;
};

enum room_mode { ROOM_AUTO, ROOM_PROGRAM, ROOM_SCENE };

struct show {
	const struct settings *settings;
	struct mailbox *up;
	GThread *thread; /* the control loop's */
	uint8_t *key;
	size_t key_length;
	bool is_dry;
	uint64_t last_id, last_admission, revision;
	uint32_t last_serial;
	int n_holds;	 /* show_hold() */
	bool is_waiting; /* something changed meanwhile */

	GPtrArray *sources, *scenes, *speakers, *sessions;
	GPtrArray *overlays;		 /* struct overlay, those on their way out, too */
	GPtrArray *cues;		 /* in the order of their numbers */
	int64_t cue_place;		 /* where the evening is; -1: before the first cue */
	uint64_t program_id, preview_id; /* scenes; 0: none */
	struct transition transition;
	enum room_mode room_mode;
	uint64_t room_id;
	bool is_slate;
	char *slate_picture;
	struct {
		bool is_black, is_fading; /* wanted; and the picture is still on the way */
		int ms;			  /* of the whole way */
		uint64_t serial;
	} black;

	/* the rig (rig.h); all NULL in a dry show */
	struct mixer *mixer;
	struct painter *painter;
	struct srt_listener *srt;
	struct rtc_port *rtc;
	struct slot *slate_slot;
	struct ring *slate_ring;
	struct ingest *slate;
	char *slate_failure; /* of the first slate; told when there are listeners */
	struct output program_picture, room_picture, program_sound, room_sound;
	struct output preview_picture; /* drawn and encoded only while somebody looks */
	struct output multiview;       /* likewise; its bus_id is no picture bus's */
	struct backstage *backstage;
	GPtrArray *names;	     /* of the multiview; names.h */
	GPtrArray *snapshots;	     /* that are not there yet; snapshot.h */
	struct output small_picture; /* program's, for narrow lines; empty: there is none */
	struct {
		int64_t since_ns;
		uint64_t ticks, missed; /* by then */
		bool is_busy, is_told;
	} load;
	bool room_shares; /* the room's viewers get program's picture track */

	struct {
		int id;
		void (*heard)(const struct event *event, void *data);
		void *data;
	} listeners[MAX_LISTENERS];
	int last_listener;
};

/* Every public entry begins with it. */
#define assert_control_thread(show) g_assert((show)->thread == g_thread_self())

uint64_t show_new_id(struct show *show);

/* After each change: carries it out (plans, tally) and counts the revision. */
void show_changed(struct show *show);

/* The same without a new revision: something came or went that is no part of the show's text. */
void show_refresh(struct show *show);

void show_tell(struct show *show, enum event_kind kind, const char *subject, const char *format,
	       ...) G_GNUC_PRINTF(4, 5);

/* The event that answers a command: what has come of it. */
void show_answer(struct show *show, uint64_t answers, const GError *error, enum event_kind kind,
		 const char *subject, const char *text);

/* By name (NULL with ERROR_NOT_FOUND, naming what there is) or by id (NULL). */
struct source *show_source(const struct show *show, const char *name, GError **error);
struct source *show_source_by_id(const struct show *show, uint64_t id);
struct scene *show_scene(const struct show *show, const char *name, GError **error);
struct scene *show_scene_by_id(const struct show *show, uint64_t id);
struct speaker *show_speaker(const struct show *show, const char *name, GError **error);
struct speaker *show_speaker_by_id(const struct show *show, uint64_t id);
struct session *show_session(const struct show *show, const char *name);
struct session *show_session_by_peer(const struct show *show, uint64_t peer_id);

/* A speaker who may be seen and heard, and is there. */
bool speaker_is_on(const struct show *show, const struct speaker *speaker);

/* overlay.c. What its buses need of the plan is filled in; the slots' buses are there already. */
void overlay_plan(const struct show *show, struct picture_plan *plan);
/* The room's picture cannot be program's: only one of them has the overlays that there are. */
bool overlay_room_differs(const struct show *show);
void overlay_on_timer(struct show *show, int64_t now_ns);
void overlay_ready(struct show *show, uint64_t id);
void overlay_failed(struct show *show, uint64_t id, enum error_code code, const char *why);
void overlay_clear(struct show *show); /* tells, but counts no revision */
void overlay_destroy(void *overlay);

struct source *source_create(struct show *show, const struct source_spec *spec);
void source_destroy(struct show *show, struct source *source);
void source_set_state(struct show *show, struct source *source, enum source_state state,
		      const char *detail);
void scene_destroy(struct scene *scene);
void cue_destroy(struct cue *cue);
void scene_forget_source(struct show *show, uint64_t source_id);
void speaker_destroy(struct show *show, struct speaker *speaker);
void speaker_end_publish(struct show *show, struct speaker *speaker);
void speaker_end_return(struct show *show, struct speaker *speaker);
void session_destroy(struct show *show, struct session *session);

/* "program" "room" "preview" "crew" "return"; of one that sends: "publish". */
const char *session_bus(const struct session *session);
