/* SPDX-License-Identifier: EUPL-1.2
 *
 *   held -> compose, or transition -> overlays -> black -> the bus's picture
 */
#include "picture_bus.h"

#include <glib.h>
#include <string.h>
#include <twinstage/note.h>

#include "black.h"
#include "clock.h"
#include "compose.h"
#include "frame.h"
#include "held.h"
#include "mailbox.h"
#include "overlays.h"
#include "resize.h"
#include "transition.h"

#define LONG_AGO 1 /* complete, but not told yet */

/* What a bus's picture was made of: if that is the same under the same plan, so is the picture. */
struct recipe {
	uint64_t serials[PLAN_MAX_BOXES + 2];
	struct overlay_poses overlays;
};

struct picture_bus {
	uint64_t id, serial;
	int64_t begun_ns; /* a transition runs since then; 0: none */
	struct composer scene, from;
	struct overlays overlays;
	struct recipe recipe;
	struct frame *last; /* made from it; NULL: there is none of this plan */
	struct resizer resizer;
	struct black black;
};

struct picture_bus *picture_bus_create(void)
{
	return g_new0(struct picture_bus, 1);
}

static void bus_finish(struct picture_bus *bus)
{
	composer_finish(&bus->scene);
	composer_finish(&bus->from);
	frame_unref(bus->last);
	resizer_finish(&bus->resizer);
}

void picture_bus_destroy(struct picture_bus *bus)
{
	if (!bus)
		return;
	bus_finish(bus);
	g_free(bus);
}

/* ---- following the plans ---- */

static void begin_transition(struct picture_bus *bus, const struct plan_picture_bus *wanted,
			     int64_t now_ns)
{
	struct composer older = bus->from;

	bus->serial = wanted->serial;
	bus->begun_ns =
		wanted->transition == TRANSITION_CUT || wanted->transition_ms <= 0 ? 0 : now_ns;
	/* What was on air goes on as `from`, with its scaled pictures. */
	bus->from = bus->scene;
	bus->scene = older;
}

static void forget_last(struct picture_bus *bus)
{
	frame_unref(bus->last);
	bus->last = NULL;
}

void picture_bus_follow(struct picture_bus *bus, const struct plan_picture_bus *wanted,
			int64_t now_ns)
{
	forget_last(bus);
	if (bus->id != wanted->id) {
		bus_finish(bus);
		*bus = (struct picture_bus){.id = wanted->id, .serial = wanted->serial};
		if (wanted->transition > TRANSITION_CUT)
			bus->begun_ns = LONG_AGO;
		black_init(&bus->black, wanted);
	} else if (bus->serial != wanted->serial) {
		begin_transition(bus, wanted, now_ns);
	}
}

/* ---- moving ---- */

/* How much of a transition is done by this tick, 0..1; it moves with its first tick already. */
static double progress(const struct picture_means *means, const struct picture_bus *bus,
		       const struct plan_picture_bus *wanted, int64_t now_ns)
{
	if (!bus->begun_ns || wanted->transition == TRANSITION_CUT)
		return 1;
	double passed_ms =
		(double)(now_ns - bus->begun_ns) / NS_PER_MS + 1000.0 / means->config->fps;

	return CLAMP(passed_ms / wanted->transition_ms, 0, 1);
}

/* Whether anybody looks at the bus or not. */
static void end_if_complete(const struct picture_means *means, struct picture_bus *bus,
			    const struct plan_picture_bus *wanted, int64_t now_ns)
{
	if (!bus->begun_ns || progress(means, bus, wanted, now_ns) < 1)
		return;
	composer_finish(&bus->from);
	memset(&bus->from, 0, sizeof(bus->from));
	bus->begun_ns = 0;
	if (means->up)
		mailbox_post(means->up,
			     note_new(NOTE_TRANSITION_ENDED, bus->id, (int64_t)bus->serial, NULL));
}

/* ---- making ---- */

static struct frame *make_scene(const struct picture_means *means, struct composer *composer,
				const struct plan_scene *scene)
{
	return compose_scene(composer, means->held, scene, means->pool, means->config->width,
			     means->config->height);
}

static struct frame *make_transition(const struct picture_means *means, struct picture_bus *bus,
				     const struct plan_picture_bus *wanted, double part)
{
	struct transition_job job = {
		.kind = wanted->transition,
		.part = part,
		.from = &wanted->from,
		.to = &wanted->scene,
		.from_composer = &bus->from,
		.to_composer = &bus->scene,
		.held = means->held,
		.pool = means->pool,
		.width = means->config->width,
		.height = means->config->height,
	};

	return transition_make(&job);
}

static uint64_t serial_of(const struct frame *frame)
{
	return frame ? frame->serial : 0;
}

static void write_recipe(const struct picture_means *means, const struct plan_picture_bus *wanted,
			 struct recipe *recipe)
{
	const struct plan_scene *scene = &wanted->scene;
	int n = 0;

	memset(recipe, 0, sizeof(*recipe));
	recipe->serials[n++] = serial_of(means->held->slate);
	if (wanted->is_slate)
		return;
	if (scene->still >= 0)
		recipe->serials[n] = serial_of(means->held->sources[scene->still].frame);
	n++;
	for (int i = 0; i < scene->n_boxes; i++)
		recipe->serials[n++] = serial_of(held_picture(means->held, scene->boxes[i].source));
}

static struct frame *make_steady(const struct picture_means *means, struct picture_bus *bus,
				 const struct plan_picture_bus *wanted,
				 const struct overlay_poses *poses)
{
	struct recipe recipe;

	write_recipe(means, wanted, &recipe);
	recipe.overlays = *poses;
	if (bus->last && memcmp(&recipe, &bus->recipe, sizeof(recipe)) == 0)
		return frame_ref(bus->last);
	struct frame *frame = wanted->is_slate
				      ? compose_slate(&bus->scene, means->held, means->pool,
						      means->config->width, means->config->height)
				      : make_scene(means, &bus->scene, &wanted->scene);

	frame = overlays_lay(frame, poses, means->pool);
	if (frame)
		bus->recipe = recipe;
	return frame;
}

static struct frame *make_bright(const struct picture_means *means, struct picture_bus *bus,
				 const struct plan_picture_bus *wanted, int64_t now_ns)
{
	double part = progress(means, bus, wanted, now_ns);
	struct overlay_poses poses = {0};

	if (wanted->has_overlays)
		overlays_pose(&bus->overlays, means->plan, means->config, now_ns, &poses);
	struct frame *frame = part < 1 && !wanted->is_slate
				      ? overlays_lay(make_transition(means, bus, wanted, part),
						     &poses, means->pool)
				      : make_steady(means, bus, wanted, &poses);

	/* All canvases are out: rather the last picture again than none. */
	if (!frame)
		return bus->last ? frame_ref(bus->last) : NULL;
	forget_last(bus);
	if (part >= 1)
		bus->last = frame_ref(frame);
	return frame;
}

static void fade(const struct picture_means *means, struct picture_bus *bus,
		 const struct plan_picture_bus *wanted, int64_t now_ns)
{
	bool is_complete = black_follow(&bus->black, wanted, now_ns, 1000.0 / means->config->fps);

	if (is_complete && means->up)
		mailbox_post(means->up, note_new(NOTE_BLACK_ENDED, bus->id,
						 (int64_t)wanted->black_serial, NULL));
}

void picture_bus_move(const struct picture_means *means, struct picture_bus *bus,
		      const struct plan_picture_bus *wanted, int64_t now_ns)
{
	end_if_complete(means, bus, wanted, now_ns);
	fade(means, bus, wanted, now_ns);
}

struct frame *picture_bus_make(const struct picture_means *means, struct picture_bus *bus,
			       const struct plan_picture_bus *wanted, int64_t now_ns)
{
	if (black_hides_all(&bus->black))
		return frame_ref(means->black);
	return black_lay(&bus->black, make_bright(means, bus, wanted, now_ns), means->black,
			 means->pool);
}

/* What an earlier bus shows, in the size that this one wants. */
struct frame *picture_bus_share(struct picture_bus *bus, const struct plan_picture_bus *wanted,
				struct frame *picture)
{
	if (!picture)
		return NULL;
	return wanted->width ? resizer_make(&bus->resizer, picture, wanted->width, wanted->height)
			     : frame_ref(picture);
}
