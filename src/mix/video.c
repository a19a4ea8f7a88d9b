/* SPDX-License-Identifier: EUPL-1.2
 *
 *   slots -> held -> picture_bus -> bus's slot
 */
#include "video.h"

#include <glib.h>

#include "clock.h"
#include "frame.h"
#include "held.h"
#include "multiview.h"
#include "picture_bus.h"
#include "shots.h"
#include "slot.h"

#define MOST_CANVASES 48 /* each bus: its last, three in an encoder, five for a transition */

struct video {
	struct mixer_config config;
	struct mailbox *up;
	struct frame_pool *pool;
	struct frame *black;
	/* the one that the rest follows; compared only */
	const struct picture_plan *plan;
	struct held held;
	int n_buses;
	struct picture_bus *buses[PLAN_MAX_PICTURE_BUSES]; /* n_buses of them */
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

void video_destroy(struct video *video)
{
	if (!video)
		return;
	for (int i = 0; i < video->n_buses; i++)
		picture_bus_destroy(video->buses[i]);
	held_finish(&video->held);
	frame_unref(video->black);
	multiview_destroy(video->multiview);
	frame_pool_destroy(video->pool);
	g_free(video);
}

/* ---- following the plans ---- */

static void follow(struct video *video, const struct picture_plan *plan, int64_t now_ns)
{
	held_follow(&video->held, plan);
	for (; video->n_buses > plan->n_buses; video->n_buses--)
		picture_bus_destroy(video->buses[video->n_buses - 1]);
	for (; video->n_buses < plan->n_buses; video->n_buses++)
		video->buses[video->n_buses] = picture_bus_create();
	for (int i = 0; i < plan->n_buses; i++)
		picture_bus_follow(video->buses[i], &plan->buses[i], now_ns);
	multiview_follow(video->multiview, &plan->multiview);
	video->plan = plan;
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
	const struct picture_means means = {
		.config = &video->config,
		.plan = plan,
		.held = &video->held,
		.pool = video->pool,
		.black = video->black,
		.up = video->up,
	};

	for (int i = 0; i < plan->n_buses; i++) {
		const struct plan_picture_bus *bus = &plan->buses[i];

		picture_bus_move(&means, video->buses[i], bus, now_ns);
		if (bus->same_as >= 0 && looks->at_bus[i])
			pictures[i] =
				picture_bus_share(video->buses[i], bus, pictures[bus->same_as]);
		else if (bus->same_as < 0 && is_needed(plan, looks, i))
			pictures[i] = picture_bus_make(&means, video->buses[i], bus, now_ns);
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
