/* SPDX-License-Identifier: EUPL-1.2 */
#include "overlays.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "clock.h"
#include "easel.h"
#include "frame.h"
#include "graphic.h"
#include "stamp.h"

#define TICKER_SPEED 120  /* pixels a second in a picture 720 high */
#define NOBODY_S     3600 /* nobody has looked for so long: where the ticker is does not matter */

static int even(double value)
{
	return (int)lround(value / 2) * 2;
}

/* ---- moving ---- */

/* Quick at first and soft at the end; on the way out the other way round. */
static double eased(double part)
{
	double left = 1 - part;

	return 1 - left * left * left;
}

static const struct overlay_state *state_of(const struct overlays *overlays, uint64_t id)
{
	for (int i = 0; i < overlays->n; i++)
		if (overlays->states[i].id == id)
			return &overlays->states[i];
	return NULL;
}

/* Arranges the states by the plan's indices; new ones begin at 0. */
static void follow(struct overlays *overlays, const struct picture_plan *plan)
{
	struct overlays before = *overlays;

	overlays->n = plan->n_overlays;
	for (int i = 0; i < plan->n_overlays; i++) {
		const struct overlay_state *state = state_of(&before, plan->overlays[i].id);

		overlays->states[i] =
			state ? *state : (struct overlay_state){.id = plan->overlays[i].id};
	}
}

/* Another of its kind is still on its way out. */
static bool has_to_wait(const struct overlays *overlays, const struct picture_plan *plan, int index)
{
	for (int i = 0; i < plan->n_overlays; i++)
		if (i != index && plan->overlays[i].kind == plan->overlays[index].kind &&
		    plan->overlays[i].is_leaving && overlays->states[i].part > 0)
			return true;
	return false;
}

/* In whole steps of even pixels a tick, so that it runs smoothly. */
static void scroll(struct overlay_state *state, const struct mixer_config *config, double passed_s)
{
	int step = MAX(even((double)TICKER_SPEED * config->height / 720 / config->fps), 2);

	state->scrolled_px += step * (int)lround(MIN(passed_s, NOBODY_S) * config->fps);
	state->scrolled_px &= 0x3ffffffe; /* after years */
}

static void move(struct overlays *overlays, const struct picture_plan *plan,
		 const struct mixer_config *config, int64_t now_ns)
{
	double tick_s = 1.0 / config->fps;
	double passed_s =
		overlays->moved_ns ? (double)(now_ns - overlays->moved_ns) / NS_PER_S : tick_s;

	overlays->moved_ns = now_ns;
	for (int i = 0; i < plan->n_overlays; i++) {
		const struct plan_overlay *wanted = &plan->overlays[i];
		struct overlay_state *state = &overlays->states[i];
		bool is_new = state->part <= 0;
		double step = (is_new ? tick_s : passed_s) * 1000 / OVERLAY_MOVE_MS;

		if (wanted->is_leaving)
			state->part = MAX(state->part - step, 0);
		else if (!is_new || (easel_look(wanted->easel) && !has_to_wait(overlays, plan, i)))
			state->part = MIN(state->part + step, 1);
		if (!is_new && wanted->kind == OVERLAY_TICKER)
			scroll(state, config, passed_s);
	}
}

/* ---- placing ---- */

/* Where the next one of each corner begins, counted from the picture's edge. */
struct room {
	int width, height, gap, safe_x;
	int top_left, top_right, bottom_left, bottom_right;
	struct overlay_poses *poses;
};

static void add(struct room *room, const struct stamp *stamp, struct area area, int x, int y,
		double opacity)
{
	if (area.width <= 0 || area.height <= 0)
		return;
	struct overlay_pose *pose = &room->poses->poses[room->poses->n++];

	pose->stamp = stamp;
	pose->serial = stamp->serial;
	pose->area = area;
	pose->x = x;
	pose->y = y;
	pose->opacity = (int)lround(MIN(opacity, 1) * 256);
}

/* It slides up from below, and scrolls round and round in its band, whose left end the text begins a
 * gap away from. */
static void place_ticker(struct room *room, const struct stamp *stamp,
			 const struct overlay_state *state, double part)
{
	int band = MIN(room->width - 2 * room->safe_x, stamp->width);
	int at = (state->scrolled_px + stamp->width - room->gap) % stamp->width;
	int y = room->height - room->bottom_left - even(part * stamp->height);

	/* From right to left the text begins at the band's right end and moves to the right. */
	if (stamp->is_rtl)
		at = (2 * stamp->width - band - state->scrolled_px % stamp->width) % stamp->width;
	int first = MIN(stamp->width - at, band), height = even(part * stamp->height);

	add(room, stamp, (struct area){at, 0, first, height}, room->safe_x, y, part);
	add(room, stamp, (struct area){0, 0, band - first, height}, room->safe_x + first, y, part);
	room->bottom_left += even(part * (stamp->height + room->gap));
	room->bottom_right += even(part * (stamp->height + room->gap));
}

/* The accent bar is there first, and the plate grows out of it. */
static void place_title(struct room *room, const struct stamp *stamp, double part)
{
	int shown = even(part * stamp->width);
	int *edge = stamp->is_rtl ? &room->bottom_right : &room->bottom_left;
	int y = room->height - *edge - stamp->height;

	if (stamp->is_rtl)
		add(room, stamp, (struct area){stamp->width - shown, 0, shown, stamp->height},
		    room->width - room->safe_x - shown, y, 2 * part);
	else
		add(room, stamp, (struct area){0, 0, shown, stamp->height}, room->safe_x, y,
		    2 * part);
	*edge += even(part * (stamp->height + room->gap));
}

/* It fades in and comes a little way from its edge. */
static void place_corner(struct room *room, const struct stamp *stamp, enum corner corner,
			 double part)
{
	bool is_left = corner == CORNER_TOP_LEFT || corner == CORNER_BOTTOM_LEFT;
	bool is_top = corner == CORNER_TOP_LEFT || corner == CORNER_TOP_RIGHT;
	int *edge = is_top ? (is_left ? &room->top_left : &room->top_right)
			   : (is_left ? &room->bottom_left : &room->bottom_right);
	int x = is_left ? room->safe_x : room->width - room->safe_x - stamp->width;
	int away = even(*edge - (1 - part) * room->gap);
	int y = is_top ? away : room->height - away - stamp->height;

	add(room, stamp, (struct area){0, 0, stamp->width, stamp->height}, x, y, part);
	*edge += even(part * (stamp->height + room->gap));
}

static void place(struct room *room, const struct plan_overlay *overlay,
		  const struct overlay_state *state)
{
	const struct stamp *stamp = easel_look(overlay->easel);
	double part = eased(state->part);

	if (!stamp || state->part <= 0)
		return;
	if (overlay->kind == OVERLAY_TICKER)
		place_ticker(room, stamp, state, part);
	else if (overlay->kind == OVERLAY_TITLE)
		place_title(room, stamp, part);
	else
		place_corner(room, stamp, overlay->corner, part);
}

void overlays_pose(struct overlays *overlays, const struct picture_plan *plan,
		   const struct mixer_config *config, int64_t now_ns, struct overlay_poses *poses)
{
	int safe_y = graphic_safe_px(config->height);
	struct room room = {
		.width = config->width,
		.height = config->height,
		.gap = even(config->height * 16.0 / 720),
		.safe_x = graphic_safe_px(config->width),
		.top_left = safe_y,
		.top_right = safe_y,
		.bottom_left = safe_y,
		.bottom_right = safe_y,
		.poses = poses,
	};

	memset(poses, 0, sizeof(*poses));
	follow(overlays, plan);
	move(overlays, plan, config, now_ns);
	for (enum overlay_kind kind = OVERLAY_UNSET + 1; kind < OVERLAY_KINDS; kind++)
		for (int i = 0; i < plan->n_overlays; i++)
			if (plan->overlays[i].kind == kind)
				place(&room, &plan->overlays[i], &overlays->states[i]);
}

/* ---- drawing ---- */

/* A picture that others look at, too, is copied once before it is drawn on. */
static struct frame *own(struct frame *frame, struct frame_pool *pool)
{
	struct area all = {0, 0, frame->width, frame->height};

	if (frame_is_ours(frame, pool))
		return frame;
	struct frame *canvas = frame_pool_take(pool);

	if (canvas)
		canvas_draw(canvas, frame, all, (struct area){0, 0, canvas->width, canvas->height});
	frame_unref(frame);
	return canvas;
}

struct frame *overlays_lay(struct frame *frame, const struct overlay_poses *poses,
			   struct frame_pool *pool)
{
	if (!frame || !poses->n)
		return frame;
	frame = own(frame, pool);
	for (int i = 0; frame && i < poses->n; i++) {
		const struct overlay_pose *pose = &poses->poses[i];

		stamp_blend_part(frame, pose->stamp, pose->area, pose->x, pose->y,
				 pose->opacity / 256.0);
	}
	return frame;
}
