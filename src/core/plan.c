/* SPDX-License-Identifier: EUPL-1.2 */
#include "plan.h"

#include <assert.h>

#include "layout.h"
#include "mixer.h"
#include "multiview.h"
#include "port.h"
#include "rendition.h"
#include "settings.h"
#include "snapshot.h"
#include "state.h"

#define LEAST_PX 16

/* ---- picture ---- */

/* The index of a source in the plan, where it is put if it is not there. -1: no room. */
static int plan_source(struct picture_plan *plan, const struct source *source)
{
	for (int i = 0; i < plan->n_sources; i++)
		if (plan->sources[i].id == source->id)
			return i;
	if (plan->n_sources == PLAN_MAX_SOURCES)
		return -1;
	plan->sources[plan->n_sources] = (struct plan_picture_source){
		.id = source->id,
		.slot = source->slot,
		.eye = source->eye,
		.is_still = source->kind == SOURCE_STILL,
	};
	return plan->n_sources++;
}

/* BT.709, limited range. */
static void colour_to_yuv(unsigned rgb, uint8_t yuv[3])
{
	double r = (rgb >> 16 & 255) / 255.0, g = (rgb >> 8 & 255) / 255.0, b = (rgb & 255) / 255.0;
	double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;

	yuv[0] = (uint8_t)(16.5 + 219 * y);
	yuv[1] = (uint8_t)(128.5 + 224 * (b - y) / 1.8556);
	yuv[2] = (uint8_t)(128.5 + 224 * (r - y) / 1.5748);
}

/* Whether a source may be seen: a speaker has to be admitted. */
static bool is_visible(const struct show *show, const struct source *source)
{
	const struct speaker *speaker = show_speaker_by_id(show, source->id);

	return !speaker || speaker->admitted;
}

/* One source in one place, before the layout is known. */
struct place {
	const struct source *source;
	const struct box *box; /* NULL: a place of its own */
};

static int compare_admission(const void *a, const void *b)
{
	const struct speaker *first = *(struct speaker *const *)a,
			     *second = *(struct speaker *const *)b;

	return first->admitted < second->admitted ? -1 : first->admitted > second->admitted;
}

/* Appends a place for everybody who is admitted and there, in the order of their admission. */
static int add_speakers(const struct show *show, const struct box *box, struct place *places, int n)
{
	struct speaker *on[PLAN_MAX_BOXES];
	int n_on = 0;

	for (guint i = 0; i < show->speakers->len && n_on < PLAN_MAX_BOXES; i++) {
		struct speaker *speaker = show->speakers->pdata[i];

		if (speaker_is_on(show, speaker))
			on[n_on++] = speaker;
	}
	qsort(on, (size_t)n_on, sizeof(on[0]), compare_admission);
	for (int i = 0; i < n_on && n < PLAN_MAX_BOXES; i++)
		places[n++] = (struct place){show_source_by_id(show, on[i]->source_id), box};
	return n;
}

static int add_boxes(const struct show *show, const struct scene *scene, struct place *places)
{
	int n = 0;

	for (guint i = 0; i < scene->boxes->len && n < PLAN_MAX_BOXES; i++) {
		const struct box *box = &g_array_index(scene->boxes, struct box, i);

		if (box->source_id)
			places[n++] = (struct place){show_source_by_id(show, box->source_id), box};
		else
			n = add_speakers(show, box, places, n);
	}
	return n;
}

static struct rect own_rect(const struct box *box, int width, int height)
{
	struct rect rect = {
		.x = (int)(box->x * width / 200) * 2,
		.y = (int)(box->y * height / 200) * 2,
		.width = MAX((int)(box->width * width / 200) * 2, LEAST_PX),
		.height = MAX((int)(box->height * height / 200) * 2, LEAST_PX),
	};

	rect.x = MIN(rect.x, width - rect.width);
	rect.y = MIN(rect.y, height - rect.height);
	return rect;
}

/* The place's own rectangle, or the layout's. */
static struct rect place_rect(const struct show *show, const struct place *place,
			      const struct rect *otherwise)
{
	return place->box && place->box->has_rect
		       ? own_rect(place->box, show->settings->width, show->settings->height)
		       : *otherwise;
}

static void lay_out(const struct show *show, struct picture_plan *plan, enum layout layout,
		    const struct place *places, int n, struct plan_scene *out)
{
	struct rect rects[PLAN_MAX_BOXES];

	layout_boxes(layout, n, show->settings->width, show->settings->height, rects);
	for (int i = 0; i < n; i++) {
		const struct box *box = places[i].box;
		struct rect rect = place_rect(show, &places[i], &rects[i]);
		int source = is_visible(show, places[i].source)
				     ? plan_source(plan, places[i].source)
				     : -1;

		out->boxes[out->n_boxes++] = (struct plan_box){
			.source = source,
			.x = rect.x,
			.y = rect.y,
			.width = rect.width,
			.height = rect.height,
			.fit = box && box->fit ? box->fit : layout_fit(layout, i),
		};
	}
}

static void plan_scene(const struct show *show, struct picture_plan *plan,
		       const struct scene *scene, struct plan_scene *out)
{
	struct place places[PLAN_MAX_BOXES];
	const struct source *still = show_source_by_id(show, scene->still_id);

	out->still = still && is_visible(show, still) ? plan_source(plan, still) : -1;
	colour_to_yuv(scene->background, out->background);
	lay_out(show, plan, scene->layout, places, add_boxes(show, scene, places), out);
}

static_assert(SCENE_MOST_PLACES == PLAN_MAX_BOXES, "a scene has as many places as the mixer");

int plan_places(const struct show *show, const struct scene *scene, struct scene_place *out)
{
	struct place places[PLAN_MAX_BOXES];
	struct rect rects[PLAN_MAX_BOXES];
	int n = add_boxes(show, scene, places);
	double width = show->settings->width, height = show->settings->height;

	layout_boxes(scene->layout, n, show->settings->width, show->settings->height, rects);
	for (int i = 0; i < n; i++) {
		struct rect rect = place_rect(show, &places[i], &rects[i]);

		out[i] = (struct scene_place){
			.source = places[i].source->name,
			.x = 100 * rect.x / width,
			.y = 100 * rect.y / height,
			.width = 100 * rect.width / width,
			.height = 100 * rect.height / height,
		};
	}
	return n;
}

static bool scene_has(const struct scene *scene, uint64_t source_id)
{
	for (guint i = 0; scene && i < scene->boxes->len; i++)
		if (g_array_index(scene->boxes, struct box, i).source_id == source_id)
			return true;
	return false;
}

/* What the hall sees unless told otherwise: the remote people, and slides and clips while they are
 * on program. Never the hall. */
static int plan_auto_room(const struct show *show, struct picture_plan *plan,
			  struct plan_scene *out)
{
	struct place places[PLAN_MAX_BOXES];
	const struct scene *program = show_scene_by_id(show, show->program_id);
	int n = add_speakers(show, NULL, places, 0);

	for (guint i = 0; i < show->sources->len && n < PLAN_MAX_BOXES; i++) {
		const struct source *source = show->sources->pdata[i];
		bool is_slide = source->kind == SOURCE_STILL || source->kind == SOURCE_FILE ||
				source->kind == SOURCE_TEST;

		if (is_slide && source->role == ROLE_REMOTE && scene_has(program, source->id))
			places[n++] = (struct place){source, NULL};
	}
	out->still = -1;
	colour_to_yuv(0, out->background);
	lay_out(show, plan, n == 1 ? LAYOUT_FULL : LAYOUT_GRID, places, n, out);
	return n;
}

static void plan_program(const struct show *show, struct picture_plan *plan,
			 struct plan_picture_bus *bus)
{
	const struct scene *scene = show_scene_by_id(show, show->program_id);
	const struct scene *from = show_scene_by_id(show, show->transition.from_id);

	bus->id = show->program_picture.bus_id;
	bus->kind = PICTURE_PROGRAM;
	bus->out = show->program_picture.slot;
	bus->same_as = bus->scene.still = bus->from.still = -1;
	bus->is_slate = show->is_slate || !scene;
	bus->serial = show->transition.serial;
	bus->transition =
		from && show->transition.is_running ? show->transition.kind : TRANSITION_CUT;
	bus->transition_ms = show->transition.duration_ms;
	bus->is_black = show->black.is_black;
	bus->black_ms = show->black.ms;
	bus->black_serial = show->black.serial;
	if (scene)
		plan_scene(show, plan, scene, &bus->scene);
	if (from && show->transition.is_running)
		plan_scene(show, plan, from, &bus->from);
}

/* The room shows what program shows, picture for picture. */
static bool room_is_program(const struct show *show)
{
	if (show->room_mode == ROOM_PROGRAM)
		return true;
	return show->room_mode == ROOM_SCENE && show->room_id == show->program_id &&
	       !show->transition.is_running && !show->is_slate && !show->black.is_black &&
	       !show->black.is_fading && !overlay_room_differs(show);
}

static void plan_room(const struct show *show, struct picture_plan *plan,
		      struct plan_picture_bus *bus)
{
	const struct scene *scene =
		show->room_mode == ROOM_SCENE ? show_scene_by_id(show, show->room_id) : NULL;

	bus->id = show->room_picture.bus_id;
	bus->kind = PICTURE_ROOM;
	bus->out = show->room_picture.slot;
	bus->same_as = room_is_program(show) ? 0 : -1;
	bus->scene.still = bus->from.still = -1;
	bus->transition = TRANSITION_CUT;
	if (scene)
		plan_scene(show, plan, scene, &bus->scene);
	else if (show->room_mode == ROOM_AUTO)
		bus->is_slate = plan_auto_room(show, plan, &bus->scene) == 0;
}

/* What is next, for the crew alone; black while that is nothing. */
static void plan_preview(const struct show *show, struct picture_plan *plan,
			 struct plan_picture_bus *bus)
{
	const struct scene *scene = show_scene_by_id(show, show->preview_id);

	bus->id = show->preview_picture.bus_id;
	bus->kind = PICTURE_PREVIEW;
	bus->out = show->preview_picture.slot;
	bus->same_as = bus->scene.still = bus->from.still = -1;
	bus->transition = TRANSITION_CUT;
	if (scene)
		plan_scene(show, plan, scene, &bus->scene);
	else
		colour_to_yuv(0, bus->scene.background);
}

/* What program shows, smaller. */
static void plan_small(const struct show *show, struct picture_plan *plan)
{
	struct plan_picture_bus *bus = &plan->buses[plan->n_buses++];
	struct picture_shape shape;

	rendition_shape(show->settings, &shape);
	bus->id = show->small_picture.bus_id;
	bus->kind = PICTURE_SMALL;
	bus->out = show->small_picture.slot;
	bus->scene.still = bus->from.still = -1;
	bus->width = shape.width;
	bus->height = shape.height;
}

static void update_pictures(struct show *show)
{
	struct picture_plan *plan = picture_plan_create();

	/* All of them, seen or not: a still is delivered once, and no slot shall hold an old
	 * picture. */
	for (guint i = 0; i < show->sources->len; i++)
		plan_source(plan, show->sources->pdata[i]);
	plan->slate = show->slate_slot;
	plan->n_buses = 3;
	plan_program(show, plan, &plan->buses[0]);
	plan_room(show, plan, &plan->buses[1]);
	plan_preview(show, plan, &plan->buses[2]);
	if (show->small_picture.bus_id)
		plan_small(show, plan);
	overlay_plan(show, plan);
	multiview_plan(show, plan);
	snapshots_plan(show, plan);
	mixer_show(show->mixer, plan);
}

/* ---- who watches which track ---- */

/* While the room is program, its viewers get program's packets, and the room's encoder, with no
 * reader, rests. */
static void move_room_viewers(struct show *show)
{
	bool shares = room_is_program(show);

	if (shares == show->room_shares)
		return;
	show->room_shares = shares;
	for (guint i = 0; i < show->sessions->len; i++) {
		const struct session *session = show->sessions->pdata[i];

		if (session->kind == SESSION_ROOM)
			rtc_switch_video(show->rtc, session->peer_id,
					 shares ? show->program_picture.track
						: show->room_picture.track);
	}
}

void plan_update(struct show *show)
{
	if (show->n_holds) {
		show->is_waiting = true;
		return;
	}
	if (!show->mixer)
		return;
	update_pictures(show);
	plan_sounds(show);
	move_room_viewers(show);
}
