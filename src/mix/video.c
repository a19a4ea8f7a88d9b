/* SPDX-License-Identifier: EUPL-1.2
 *
 *   slots -> held -> compose, or transition -> overlays -> black -> bus's slot
 */
#include "video.h"

#include <glib.h>
#include <string.h>
#include <twinstage/note.h>

#include "black.h"
#include "clock.h"
#include "compose.h"
#include "frame.h"
#include "mailbox.h"
#include "overlays.h"
#include "multiview.h"
#include "resize.h"
#include "shots.h"
#include "slot.h"
#include "transition.h"

#define MOST_CANVASES 48 /* each bus: its last, three in an encoder, four for a transition */

/* What a bus's picture was made of: if that is the same under the same plan, so is the picture. */
struct recipe {
	uint64_t serials[PLAN_MAX_BOXES + 2];
	struct overlay_poses overlays;
};

struct bus_state {
	uint64_t id, serial;
	int64_t begun_ns; /* a transition runs since then; 0: none */
	struct composer scene, from;
	struct overlays overlays;
	struct recipe recipe;
	struct frame *last; /* made from it; NULL: there is none of this plan */
	struct resizer resizer;
	struct black black;
};

struct video {
	struct mixer_config config;
	struct mailbox *up;
	struct frame_pool *pool;
	struct frame *black;
	/* the one that the rest follows; compared only */
	const struct picture_plan *plan;
	struct held held;
	int n_buses;
	struct bus_state buses[PLAN_MAX_PICTURE_BUSES];
	struct multiview *multiview;
	uint64_t answered; /* the newest shot's id */
};

struct video *video_create(const struct mixer_config *config, struct mailbox *up)
{
	struct video *video = g_new0(struct video, 1);

	video->config = *config;
	video->up = up;
	video->pool = frame_pool_create(config->width, config->height, MOST_CANVASES);
	video->black = frame_create_colour(config->width, config->height, 16, 128, 128);
	video->held.hold_ns = config->hold_ms * NS_PER_MS;
	video->multiview = multiview_create();
	return video;
}

static void bus_finish(struct bus_state *bus)
{
	composer_finish(&bus->scene);
	composer_finish(&bus->from);
	frame_unref(bus->last);
	resizer_finish(&bus->resizer);
}

void video_destroy(struct video *video)
{
	if (!video)
		return;
	for (int i = 0; i < video->n_buses; i++)
		bus_finish(&video->buses[i]);
	held_finish(&video->held);
	frame_unref(video->black);
	multiview_destroy(video->multiview);
	frame_pool_destroy(video->pool);
	g_free(video);
}

/* ---- following the plans ---- */

static void begin_transition(struct bus_state *bus, const struct plan_picture_bus *wanted,
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

static void forget_last(struct bus_state *bus)
{
	frame_unref(bus->last);
	bus->last = NULL;
}

static void follow_bus(struct bus_state *bus, const struct plan_picture_bus *wanted, int64_t now_ns)
{
	forget_last(bus);
	if (bus->id != wanted->id) {
		bus_finish(bus);
		*bus = (struct bus_state){.id = wanted->id, .serial = wanted->serial};
		black_init(&bus->black, wanted);
	} else if (bus->serial != wanted->serial) {
		begin_transition(bus, wanted, now_ns);
	}
}

static void follow(struct video *video, const struct picture_plan *plan, int64_t now_ns)
{
	held_follow(&video->held, plan);
	for (int i = 0; i < plan->n_buses; i++)
		follow_bus(&video->buses[i], &plan->buses[i], now_ns);
	for (int i = plan->n_buses; i < video->n_buses; i++) {
		bus_finish(&video->buses[i]);
		video->buses[i] = (struct bus_state){0};
	}
	video->n_buses = plan->n_buses;
	multiview_follow(video->multiview, &plan->multiview);
	video->plan = plan;
}

/* ---- one bus ---- */

/* How much of a transition is done by this tick, 0..1; it moves with its first tick already. */
static double progress(const struct video *video, const struct bus_state *bus,
		       const struct plan_picture_bus *wanted, int64_t now_ns)
{
	if (!bus->begun_ns || wanted->transition == TRANSITION_CUT)
		return 1;
	double passed_ms =
		(double)(now_ns - bus->begun_ns) / NS_PER_MS + 1000.0 / video->config.fps;

	return CLAMP(passed_ms / wanted->transition_ms, 0, 1);
}

/* Whether anybody looks at the bus or not. */
static void end_if_complete(struct video *video, struct bus_state *bus,
			    const struct plan_picture_bus *wanted, int64_t now_ns)
{
	if (!bus->begun_ns || progress(video, bus, wanted, now_ns) < 1)
		return;
	composer_finish(&bus->from);
	memset(&bus->from, 0, sizeof(bus->from));
	bus->begun_ns = 0;
	if (video->up)
		mailbox_post(video->up,
			     note_new(NOTE_TRANSITION_ENDED, bus->id, (int64_t)bus->serial, NULL));
}

static struct frame *make_scene(struct video *video, struct composer *composer,
				const struct plan_scene *scene)
{
	return compose_scene(composer, &video->held, scene, video->pool, video->config.width,
			     video->config.height);
}

static struct frame *make_transition(struct video *video, struct bus_state *bus,
				     const struct plan_picture_bus *wanted, double part)
{
	struct transition_job job = {
		.kind = wanted->transition,
		.part = part,
		.from = &wanted->from,
		.to = &wanted->scene,
		.from_composer = &bus->from,
		.to_composer = &bus->scene,
		.held = &video->held,
		.pool = video->pool,
		.width = video->config.width,
		.height = video->config.height,
	};

	return transition_make(&job);
}

static uint64_t serial_of(const struct frame *frame)
{
	return frame ? frame->serial : 0;
}

static void write_recipe(const struct video *video, const struct plan_picture_bus *wanted,
			 struct recipe *recipe)
{
	const struct plan_scene *scene = &wanted->scene;
	int n = 0;

	memset(recipe, 0, sizeof(*recipe));
	recipe->serials[n++] = serial_of(video->held.slate);
	if (wanted->is_slate)
		return;
	if (scene->still >= 0)
		recipe->serials[n] = serial_of(video->held.sources[scene->still].frame);
	n++;
	for (int i = 0; i < scene->n_boxes; i++)
		recipe->serials[n++] =
			serial_of(held_picture(&video->held, scene->boxes[i].source));
}

static struct frame *make_steady(struct video *video, struct bus_state *bus,
				 const struct plan_picture_bus *wanted,
				 const struct overlay_poses *poses)
{
	struct recipe recipe;

	write_recipe(video, wanted, &recipe);
	recipe.overlays = *poses;
	if (bus->last && memcmp(&recipe, &bus->recipe, sizeof(recipe)) == 0)
		return frame_ref(bus->last);
	struct frame *frame = wanted->is_slate
				      ? compose_slate(&bus->scene, &video->held, video->pool,
						      video->config.width, video->config.height)
				      : make_scene(video, &bus->scene, &wanted->scene);

	frame = overlays_lay(frame, poses, video->pool);
	if (frame)
		bus->recipe = recipe;
	return frame;
}

static struct frame *make_bright(struct video *video, struct bus_state *bus,
				 const struct plan_picture_bus *wanted, int64_t now_ns)
{
	double part = progress(video, bus, wanted, now_ns);
	struct overlay_poses poses = {0};

	if (wanted->has_overlays)
		overlays_pose(&bus->overlays, video->plan, &video->config, now_ns, &poses);
	struct frame *frame = part < 1 && !wanted->is_slate
				      ? overlays_lay(make_transition(video, bus, wanted, part),
						     &poses, video->pool)
				      : make_steady(video, bus, wanted, &poses);

	/* All canvases are out: rather the last picture again than none. */
	if (!frame)
		return bus->last ? frame_ref(bus->last) : NULL;
	forget_last(bus);
	if (part >= 1)
		bus->last = frame_ref(frame);
	return frame;
}

static void fade(struct video *video, struct bus_state *bus, const struct plan_picture_bus *wanted,
		 int64_t now_ns)
{
	bool is_complete = black_follow(&bus->black, wanted, now_ns, 1000.0 / video->config.fps);

	if (is_complete && video->up)
		mailbox_post(video->up, note_new(NOTE_BLACK_ENDED, bus->id,
						 (int64_t)wanted->black_serial, NULL));
}

static struct frame *make_bus(struct video *video, struct bus_state *bus,
			      const struct plan_picture_bus *wanted, int64_t now_ns)
{
	if (black_hides_all(&bus->black))
		return frame_ref(video->black);
	return black_lay(&bus->black, make_bright(video, bus, wanted, now_ns), video->black,
			 video->pool);
}

/* ---- what goes out ---- */

static int64_t newest_arrival(const struct held *held, const struct plan_scene *scene)
{
	int64_t newest = 0;

	for (int i = 0; i < scene->n_boxes; i++) {
		int source = scene->boxes[i].source;
		const struct frame *frame = source < 0 ? NULL : held->sources[source].frame;

		if (frame && frame->arrived_ns > newest)
			newest = frame->arrived_ns;
	}
	return newest;
}

static void let_go(void *data)
{
	frame_unref(data);
}

/* What an earlier bus shows, in the size that this one wants. */
static struct frame *share(struct bus_state *bus, const struct plan_picture_bus *wanted,
			   struct frame *picture)
{
	if (!picture)
		return NULL;
	return wanted->width ? resizer_make(&bus->resizer, picture, wanted->width, wanted->height)
			     : frame_ref(picture);
}

/* The picture may be shared with a source or with the last tick; its time is this tick's own. */
static void put(struct slot *out, struct frame *picture, int64_t now_ns, int64_t arrived_ns)
{
	struct frame *dated = frame_wrap(picture->plane, picture->stride, picture->width,
					 picture->height, let_go, frame_ref(picture));

	dated->pts_ns = now_ns;
	dated->arrived_ns = arrived_ns;
	slot_put(out, dated);
}

static bool is_wanted(const struct plan_picture_bus *bus)
{
	return bus->out && slot_is_wanted(bus->out);
}

/* Who looks at what in this tick. */
struct looks {
	bool at_bus[PLAN_MAX_PICTURE_BUSES];
	bool at_multiview;
};

static void see_looks(struct video *video, const struct picture_plan *plan, struct looks *looks)
{
	uint64_t answered = video->answered;

	looks->at_multiview = multiview_is_due(video->multiview, &plan->multiview,
					       shots_want(plan, answered, SHOT_MULTIVIEW, 0));
	for (int i = 0; i < plan->n_buses; i++)
		looks->at_bus[i] = is_wanted(&plan->buses[i]) ||
				   (looks->at_multiview && multiview_shows(&plan->multiview, i)) ||
				   shots_want(plan, answered, SHOT_BUS, i);
}

/* For itself, or for a later bus that shows the same. */
static bool is_needed(const struct picture_plan *plan, const struct looks *looks, int index)
{
	bool is_needed = looks->at_bus[index];

	for (int i = index + 1; i < plan->n_buses && !is_needed; i++)
		is_needed = plan->buses[i].same_as == index && looks->at_bus[i];
	return is_needed;
}

static void make_buses(struct video *video, const struct picture_plan *plan,
		       const struct looks *looks, struct frame **pictures, int64_t now_ns)
{
	for (int i = 0; i < plan->n_buses; i++) {
		const struct plan_picture_bus *bus = &plan->buses[i];

		end_if_complete(video, &video->buses[i], bus, now_ns);
		fade(video, &video->buses[i], bus, now_ns);
		if (bus->same_as >= 0 && looks->at_bus[i])
			pictures[i] = share(&video->buses[i], bus, pictures[bus->same_as]);
		else if (bus->same_as < 0 && is_needed(plan, looks, i))
			pictures[i] = make_bus(video, &video->buses[i], bus, now_ns);
		if (pictures[i] && is_wanted(bus))
			put(bus->out, pictures[i], now_ns,
			    newest_arrival(&video->held, &bus->scene));
	}
}

/* What is looked at beside the buses. */
static void make_asides(struct video *video, const struct picture_plan *plan,
			const struct looks *looks, struct frame *const *pictures, int64_t now_ns)
{
	struct frame *multiview = looks->at_multiview
					  ? multiview_make(video->multiview, &plan->multiview,
							   &video->held, pictures, now_ns)
					  : NULL;

	if (multiview && slot_is_wanted(plan->multiview.out))
		put(plan->multiview.out, multiview, now_ns, 0);
	const struct shots_source source = {&video->held, pictures, multiview};

	shots_answer(plan, &video->answered, &source, video->up);
	frame_unref(multiview);
}

void video_tick(struct video *video, const struct picture_plan *plan, int64_t now_ns)
{
	struct frame *pictures[PLAN_MAX_PICTURE_BUSES] = {NULL};
	struct looks looks;

	if (!plan)
		return;
	if (plan != video->plan)
		follow(video, plan, now_ns);
	held_take(&video->held, plan, now_ns);
	see_looks(video, plan, &looks);
	make_buses(video, plan, &looks, pictures, now_ns);
	make_asides(video, plan, &looks, pictures, now_ns);
	for (int i = 0; i < plan->n_buses; i++)
		frame_unref(pictures[i]);
}

/* ---- what is on air ---- */

/* Of those the bus shows the one with that id, or the first; -1: none that moves. */
static int find_on_air(const struct picture_plan *plan, uint64_t source_id)
{
	const struct plan_scene *scene = &plan->buses[0].scene;
	int first = -1;

	for (int i = 0; i < scene->n_boxes; i++) {
		int source = scene->boxes[i].source;

		if (source < 0 || plan->sources[source].is_still)
			continue;
		if (plan->sources[source].id == source_id)
			return source;
		if (first < 0)
			first = source;
	}
	return first;
}

int64_t video_on_air(const struct video *video, const struct picture_plan *plan,
		     uint64_t *source_id)
{
	int source = plan && plan->n_buses && !plan->buses[0].is_slate
			     ? find_on_air(plan, *source_id)
			     : -1;
	const struct frame *frame = source < 0 ? NULL : video->held.sources[source].frame;

	*source_id = frame ? plan->sources[source].id : 0;
	return frame ? frame->pts_ns : 0;
}
