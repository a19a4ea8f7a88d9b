/* SPDX-License-Identifier: EUPL-1.2 */
#include "transition.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>

#include "frame.h"

#define MOST_ACTORS (2 * PLAN_MAX_BOXES)

double transition_ease(double part)
{
	return part * part * (3 - 2 * part);
}

/* ---- two whole pictures ---- */

static struct frame *make_scene(const struct transition_job *job, struct composer *composer,
				const struct plan_scene *scene)
{
	return compose_scene(composer, job->held, scene, job->pool, job->width, job->height);
}

static void join(struct frame *canvas, enum transition_kind kind, const struct frame *a,
		 const struct frame *b, double way)
{
	switch (kind) {
	case TRANSITION_WIPE:
		canvas_wipe(canvas, a, b, way);
		break;
	case TRANSITION_SLIDE:
		canvas_slide(canvas, a, b, way);
		break;
	default:
		canvas_blend(canvas, a, b, way);
		break;
	}
}

static struct frame *join_scenes(const struct transition_job *job, enum transition_kind kind,
				 const struct plan_scene *from, const struct plan_scene *to)
{
	struct frame *a = make_scene(job, job->from_composer, from);
	struct frame *b = make_scene(job, job->to_composer, to);
	struct frame *canvas = a && b ? frame_pool_take(job->pool) : NULL;

	if (canvas)
		join(canvas, kind, a, b, transition_ease(job->part));
	frame_unref(a);
	frame_unref(b);
	return canvas;
}

/* ---- move: who plays ---- */

/* A box above the layer that is mixed: its index in each scene, or -1. */
struct actor {
	int from, to;
};

struct cast {
	int n_actors;
	struct actor actors[MOST_ACTORS]; /* later ones lie over earlier ones */
	int from_under, to_under;	  /* so many boxes of each scene lie below all that */
};

struct pairs {
	int to_of[PLAN_MAX_BOXES], from_of[PLAN_MAX_BOXES]; /* -1: alone */
};

static int find_free(const struct plan_scene *from, const struct pairs *pairs, int source)
{
	for (int i = 0; i < from->n_boxes; i++)
		if (from->boxes[i].source == source && pairs->to_of[i] < 0)
			return i;
	return -1;
}

static void pair_up(const struct plan_scene *from, const struct plan_scene *to, struct pairs *pairs)
{
	for (int i = 0; i < PLAN_MAX_BOXES; i++)
		pairs->to_of[i] = pairs->from_of[i] = -1;
	for (int i = 0; i < to->n_boxes; i++) {
		int source = to->boxes[i].source;
		int partner = source < 0 ? -1 : find_free(from, pairs, source);

		pairs->from_of[i] = partner;
		if (partner >= 0)
			pairs->to_of[partner] = i;
	}
}

/* Those that go away and lay directly on a box that stays. */
static void add_leaving(struct cast *cast, const struct plan_scene *from, const struct pairs *pairs,
			int below)
{
	for (int i = below + 1; i < from->n_boxes && pairs->to_of[i] < 0; i++)
		cast->actors[cast->n_actors++] = (struct actor){i, -1};
}

static void make_cast(const struct plan_scene *from, const struct plan_scene *to, struct cast *cast)
{
	struct pairs pairs;

	pair_up(from, to, &pairs);
	cast->n_actors = cast->from_under = cast->to_under = 0;
	while (cast->from_under < from->n_boxes && pairs.to_of[cast->from_under] < 0)
		cast->from_under++;
	while (cast->to_under < to->n_boxes && pairs.from_of[cast->to_under] < 0)
		cast->to_under++;
	for (int i = cast->to_under; i < to->n_boxes; i++) {
		cast->actors[cast->n_actors++] = (struct actor){pairs.from_of[i], i};
		if (pairs.from_of[i] >= 0)
			add_leaving(cast, from, &pairs, pairs.from_of[i]);
	}
}

/* The same boxes, one above the other as in the old scene. */
static void make_older_cast(const struct plan_scene *from, const struct plan_scene *to,
			    struct cast *cast)
{
	struct cast back;

	make_cast(to, from, &back);
	cast->n_actors = back.n_actors;
	cast->from_under = back.to_under;
	cast->to_under = back.from_under;
	for (int i = 0; i < back.n_actors; i++)
		cast->actors[i] = (struct actor){back.actors[i].to, back.actors[i].from};
}

/* Whether boxes of both scenes change which one lies over the other. */
static bool is_reordered(const struct cast *cast)
{
	int highest = -1;

	for (int i = 0; i < cast->n_actors; i++) {
		struct actor actor = cast->actors[i];

		if (actor.from < 0 || actor.to < 0)
			continue;
		if (actor.from < highest)
			return true;
		highest = actor.from;
	}
	return false;
}

/* ---- move: where they are ---- */

/* What is drawn of an actor in this picture. */
struct sight {
	const struct frame *picture; /* NULL: there is none, not even a slate */
	struct area from, to;
	double opacity;
	struct scaled *scaled; /* of a box that keeps its place; else NULL */
};

static int between(int a, int b, double way)
{
	return (int)floor((a + (b - a) * way) / 2) * 2;
}

/* Edge by edge, so that what lies inside at both ends lies inside all the way. */
static struct area area_between(struct area a, struct area b, double way)
{
	int left = between(a.x, b.x, way), top = between(a.y, b.y, way);
	int right = between(a.x + a.width, b.x + b.width, way);
	int bottom = between(a.y + a.height, b.y + b.height, way);

	/* A crop of a picture one pixel wide stays that. */
	return (struct area){left, top, MAX(right - left, 1), MAX(bottom - top, 1)};
}

static bool is_same_area(struct area a, struct area b)
{
	return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

static void see_moving(const struct transition_job *job, struct actor actor, double way,
		       struct sight *sight)
{
	struct area from, to;

	sight->picture =
		compose_place(job->held, &job->from->boxes[actor.from], &sight->from, &sight->to);
	compose_place(job->held, &job->to->boxes[actor.to], &from, &to);
	sight->opacity = 1;
	if (is_same_area(sight->from, from) && is_same_area(sight->to, to)) {
		sight->scaled = &job->to_composer->boxes[actor.to];
		return;
	}
	sight->from = area_between(sight->from, from, way);
	sight->to = area_between(sight->to, to, way);
	sight->scaled = NULL;
}

static void see(const struct transition_job *job, struct actor actor, double way,
		struct sight *sight)
{
	bool is_coming = actor.from < 0;
	const struct plan_box *box =
		is_coming ? &job->to->boxes[actor.to] : &job->from->boxes[actor.from];

	if (actor.from >= 0 && actor.to >= 0) {
		see_moving(job, actor, way, sight);
		return;
	}
	sight->picture = compose_place(job->held, box, &sight->from, &sight->to);
	sight->opacity = is_coming ? way : 1 - way;
	sight->scaled = is_coming ? &job->to_composer->boxes[actor.to]
				  : &job->from_composer->boxes[actor.from];
}

/* ---- move: drawing ---- */

static bool hides_all(const struct transition_job *job, const struct sight *sight)
{
	struct area all = {0, 0, job->width, job->height};

	return sight->opacity >= 1 && is_same_area(sight->to, all);
}

/* Through a canvas of its own, at its place there: a picture is scaled first and then laid. */
static void draw_faded(const struct transition_job *job, const struct sight *sight,
		       struct frame *canvas)
{
	struct frame *aside = frame_pool_take(job->pool);

	if (!aside)
		return;
	if (sight->picture)
		canvas_draw(aside, sight->picture, sight->from, sight->to);
	else
		compose_nothing(aside, sight->to);
	canvas_lay(canvas, aside, sight->to.x, sight->to.y, sight->to, sight->opacity);
	frame_unref(aside);
}

static void draw(const struct transition_job *job, const struct sight *sight, struct frame *canvas)
{
	const struct frame *ready = sight->picture;
	struct area from = sight->from;
	bool is_scaled = from.width != sight->to.width || from.height != sight->to.height;

	if (sight->opacity <= 0)
		return;
	if (ready && is_scaled && sight->scaled) {
		ready = compose_scaled(sight->scaled, ready, from, sight->to);
		from.x = from.y = 0;
		is_scaled = !ready;
	}
	if (ready && !is_scaled)
		canvas_lay(canvas, ready, from.x, from.y, sight->to, sight->opacity);
	else if (sight->opacity < 1)
		draw_faded(job, sight, canvas);
	else if (sight->picture)
		canvas_draw(canvas, sight->picture, sight->from, sight->to);
	else
		compose_nothing(canvas, sight->to);
}

static bool is_same_ground(const struct plan_scene *a, const struct plan_scene *b)
{
	return !a->n_boxes && !b->n_boxes && a->still == b->still &&
	       (a->still >= 0 ||
		(a->background[0] == b->background[0] && a->background[1] == b->background[1] &&
		 a->background[2] == b->background[2]));
}

/* What lies below all actors. */
static struct frame *make_ground(const struct transition_job *job, const struct cast *cast)
{
	struct plan_scene from = *job->from, to = *job->to;

	from.n_boxes = cast->from_under;
	to.n_boxes = cast->to_under;
	if (is_same_ground(&from, &to)) /* a scene without boxes is drawn, never passed through */
		return make_scene(job, job->to_composer, &to);
	return join_scenes(job, TRANSITION_MIX, &from, &to);
}

static struct frame *draw_cast(const struct transition_job *job, const struct cast *cast)
{
	struct sight sights[MOST_ACTORS];
	int first = 0;

	for (int i = 0; i < cast->n_actors; i++) {
		see(job, cast->actors[i], transition_ease(job->part), &sights[i]);
		if (hides_all(job, &sights[i]))
			first = i;
	}
	struct frame *canvas = cast->n_actors && hides_all(job, &sights[first])
				       ? frame_pool_take(job->pool)
				       : make_ground(job, cast);

	for (int i = first; canvas && i < cast->n_actors; i++)
		draw(job, &sights[i], canvas);
	return canvas;
}

static struct frame *make_move(const struct transition_job *job)
{
	struct area all = {0, 0, job->width, job->height};
	struct cast newer, older;

	make_cast(job->from, job->to, &newer);
	struct frame *canvas = draw_cast(job, &newer);

	if (!canvas || !is_reordered(&newer))
		return canvas;
	make_older_cast(job->from, job->to, &older);
	struct frame *under = draw_cast(job, &older);

	if (!under)
		return canvas;
	canvas_lay(under, canvas, 0, 0, all, transition_ease(job->part));
	frame_unref(canvas);
	return under;
}

struct frame *transition_make(const struct transition_job *job)
{
	if (job->kind == TRANSITION_MOVE)
		return make_move(job);
	return join_scenes(job, job->kind, job->from, job->to);
}
