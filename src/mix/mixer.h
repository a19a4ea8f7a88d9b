/* SPDX-License-Identifier: EUPL-1.2
 *
 * mixer: the two ticks that make the show, each on its own thread and on an absolute grid of
 * CLOCK_MONOTONIC (the video's is moved under the source that is on air, phase.h):
 *
 *   video  at the program's rate:  newest frame of each source -> boxes on a canvas -> bus's slot
 *   audio  every 10 ms:            10 ms of each source -> gain matrix -> limiter -> bus's ring
 *
 * The mixer knows no show: it carries out a picture plan and a sound plan, which core makes and
 * never changes after giving. It never waits for a source, and it never stops for one.
 *
 * A source that delivers no new frame shows its last one for hold_ms, then the slate in its box. A
 * late tick is made up for by repeating (time goes on; ticks are skipped and counted with
 * NOTE_TICKS_MISSED), never by hurrying. Sound is made up for; only what is too late to be heard is
 * left out, and counted with NOTE_SOUND_MISSED.
 *
 * Thread: all calls on the control loop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/words.h>

#include "eye.h"
#include "meter.h"

struct easel;
struct slot;
struct ring;
struct mailbox;
struct mixer;

#define PLAN_MAX_SOURCES       64
#define PLAN_MAX_BOXES	       32
#define PLAN_MAX_PICTURE_BUSES 6
#define PLAN_MAX_SOUND_BUSES   40
#define PLAN_MAX_OVERLAYS      12
#define PLAN_MAX_TILES	       80
#define PLAN_MAX_SHOTS	       4

struct mixer_config {
	int width, height; /* of the pictures, even, in pixels */
	int fps;
	int hold_ms; /* a source's last frame is kept this long */
};

/* ---- picture ---- */

/* A place in a scene. Core has done the layout; x, y, width and height are even pixels inside the
 * picture. */
struct plan_box {
	int source; /* index into picture_plan.sources; -1: the slate */
	int x, y, width, height;
	/* FIT_FIT: whole picture, background around it; FIT_FILL: whole box, cropped in the
	 * middle */
	enum fit fit;
};

struct plan_scene {
	uint8_t background[3]; /* Y, U, V, limited range BT.709 */
	int still;	       /* index of a source behind the boxes (filled), or -1 */
	int n_boxes;	       /* later boxes lie over earlier ones */
	struct plan_box boxes[PLAN_MAX_BOXES];
};

/* Something laid over a picture. An id that is new comes in with an animation as soon as its stamp is
 * on the easel and no other of its kind is seen any more; one that is leaving goes out with one, and
 * is not drawn from then on. */
struct plan_overlay {
	uint64_t id;
	enum overlay_kind kind;
	enum corner corner; /* logo, clock, countdown */
	bool is_leaving;
	struct easel *easel;
};

/* What a picture bus is for. The mixer makes all of them the same way. */
enum picture_bus_kind { PICTURE_PROGRAM, PICTURE_ROOM, PICTURE_PREVIEW, PICTURE_SMALL };

/* One picture bus. When `serial` differs from the last plan's for the same id, a transition from
 * `from` to `scene` begins on the next tick; it goes on over later plans with the same serial
 * (whose `scene` may have changed) and ends with NOTE_TRANSITION_ENDED (id, serial). In the first
 * plan of a bus it is complete at once. */
struct plan_picture_bus {
	uint64_t id;
	enum picture_bus_kind kind;
	/* the bus's pictures; not drawn while !slot_is_wanted(). Two buses may show one scene (see
	 * same_as) */
	struct slot *out;
	/* index of an earlier bus that shows exactly the same: its frame is shared; else -1 */
	int same_as;
	/* with same_as: its pictures are wanted in this size, even; 0: as they are */
	int width, height;
	bool is_slate; /* the slate fills the picture, whatever the scene */
	/* the plan's overlays lie over the picture, whatever it is; a bus with same_as has that one's
	 */
	bool has_overlays;
	/* Black, over all else. When a plan changes it, the picture goes there (or comes back) at the
	 * rate of the whole way in black_ms, from wherever it is; when it is where a plan of a new
	 * serial wants it, NOTE_BLACK_ENDED (id, serial) says so. The first plan of a bus begins with
	 * it. */
	bool is_black;
	int black_ms;
	uint64_t black_serial;
	struct plan_scene scene;
	struct plan_scene from;
	enum transition_kind transition;
	int transition_ms;
	uint64_t serial;
};

struct plan_picture_source {
	/* what is held of a source carries over from plan to plan by this id */
	uint64_t id;
	struct slot *slot;
	struct eye *eye; /* shown each new picture; NULL: nobody wants to know */
	bool is_still;	 /* one picture for ever: it never goes stale */
};

/* ---- the multiview ---- */

enum plan_light { LIGHT_OFF, LIGHT_PREVIEW, LIGHT_PROGRAM };

/* A place of the multiview. x, y, width and height are even pixels inside it. */
struct plan_tile {
	/* what is shown of it goes on from plan to plan by this id; 0: an empty place */
	uint64_t id;
	int bus;    /* index of a picture bus, or -1: */
	int source; /* index into picture_plan.sources, or -1: nothing */
	int x, y, width, height;
	enum plan_light light;
	struct meter *meter; /* NULL: no levels */
	struct easel *name;  /* NULL: none */
};

/* Small pictures of buses and sources on one, drawn every few ticks while its slot is wanted. */
struct plan_multiview {
	struct slot *out; /* NULL: there is no multiview */
	int width, height, every_ticks;
	int n_tiles;
	struct plan_tile tiles[PLAN_MAX_TILES];
};

/* ---- single pictures ---- */

enum shot_kind { SHOT_SOURCE, SHOT_BUS, SHOT_MULTIVIEW };

/* One picture that is asked for: the next tick puts it into the slot and says NOTE_PICTURE_TAKEN.
 * An id is answered once, in however many plans it is; ids rise. */
struct plan_shot {
	uint64_t id;
	enum shot_kind kind;
	int index; /* of the source or picture bus */
	struct slot *out;
};

struct picture_plan {
	int n_sources;
	struct plan_picture_source sources[PLAN_MAX_SOURCES];
	/* where the slate's picture comes from (a still); NULL or empty: dark grey */
	struct slot *slate;
	int n_buses;
	struct plan_picture_bus buses[PLAN_MAX_PICTURE_BUSES];
	int n_overlays;
	struct plan_overlay overlays[PLAN_MAX_OVERLAYS];
	struct plan_multiview multiview;
	int n_shots;
	struct plan_shot shots[PLAN_MAX_SHOTS];
};

/* ---- sound ---- */

struct plan_sound_source {
	uint64_t id;
	struct ring *ring;
	struct meter *meter; /* fed before gain and mute */
};

/* One sound bus: sum of gain[i] * source i of those that are on air, faded as a whole, limited to
 * -1 dBFS. Each of the three goes in a straight line where a plan changes it: a gain within 20 ms (a
 * bus or source that is new in a plan starts from 0), a source on or off air in the plan's follow_ms
 * (within 20 ms where the plan is of no new serial), the whole bus at the rate of its fade_ms; none
 * within less than 20 ms. */
struct plan_sound_bus {
	uint64_t id;
	struct ring *out;
	struct meter *meter; /* fed after the limiter */
	/* linear, by index of sound_plan.sources; 0: not in this bus */
	float gain[PLAN_MAX_SOURCES];
	bool is_off_air[PLAN_MAX_SOURCES]; /* left out, though it has a gain */
	bool is_faded;			   /* silent as a whole */
	int fade_ms;			   /* of the whole way there, or back */
};

struct sound_plan {
	int n_sources;
	struct plan_sound_source sources[PLAN_MAX_SOURCES];
	/* sound follows the picture: when the serial differs from the last plan's, what goes on air or
	 * off takes so long */
	uint64_t follow_serial;
	int follow_ms;
	int n_buses;
	struct plan_sound_bus buses[PLAN_MAX_SOUND_BUSES];
};

struct mixer_stats {
	/* ticks made, ticks skipped because the thread came late */
	uint64_t video_ticks, video_missed;
	uint64_t audio_ticks, audio_missed;
	double video_tick_us; /* what a video tick costs now, smoothed */
	double audio_tick_us;
	bool has_audio_priority; /* PRIORITY_TICK was granted, and so PRIORITY_SOUND is */
};

/* Starts both ticks, with nothing to show. `up` gets the notes. Never fails but for a thread that
 * cannot be made. */
struct mixer *mixer_create(const struct mixer_config *config, struct mailbox *up, GError **error);

/* Allocated zeroed by the caller with plan_*_create(), filled, given; the mixer frees it. The plan
 * takes references of its own to every slot, ring, eye, easel and meter in it when given, so
 * the caller may let go of its own at any time. */
struct picture_plan *picture_plan_create(void);
struct sound_plan *sound_plan_create(void);
/* on air with the next video tick */
void mixer_show(struct mixer *mixer, struct picture_plan *plan);
/* heard with the next audio tick */
void mixer_route(struct mixer *mixer, struct sound_plan *plan);

void mixer_read_stats(const struct mixer *mixer, struct mixer_stats *stats);

/* Stops and joins both threads (at most a tick), frees the plans. NULL is allowed. */
void mixer_destroy(struct mixer *mixer);
