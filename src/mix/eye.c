/* SPDX-License-Identifier: EUPL-1.2 */
#include "eye.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "frame.h"

#define COLUMNS	   32
#define ROWS	   18
#define PLACES	   (COLUMNS * ROWS)
#define SPOT	   4		     /* samples of a row that make one place: noise evens out */
#define LOOK_NS	   (450 * NS_PER_MS) /* twice a second, however the ticks fall */
#define GAP_NS	   (2 * NS_PER_S)    /* without a picture: what was seen before is over */
#define BLACK_MEAN 24		     /* limited range: 16 is black, a dark hall is above 30 */
#define BLACK_MOST 48
#define STILL_MOST 2  /* of one place, from look to look: a camera's noise is more */
#define ALIKE_MEAN 2  /* of all places: what a key frame makes of a picture that stands */
#define ALIKE_MOST 24 /* the same, at an edge */
#define RESTLESS   3  /* looks in a row that were not still: it was no key frame */

struct eye {
	uint8_t then[PLACES]; /* the picture that frozen_ns counts from */
	uint8_t last[PLACES];
	int restless;
	_Atomic(int64_t) looked_ns, begun_ns, black_ns, frozen_ns; /* 0: never, or not now */
	atomic_int luma;
	atomic_int refs;
};

struct eye *eye_create(void)
{
	struct eye *eye = g_new0(struct eye, 1);

	atomic_init(&eye->refs, 1);
	return eye;
}

struct eye *eye_ref(struct eye *eye)
{
	atomic_fetch_add_explicit(&eye->refs, 1, memory_order_relaxed);
	return eye;
}

void eye_unref(struct eye *eye)
{
	if (eye && atomic_fetch_sub_explicit(&eye->refs, 1, memory_order_acq_rel) == 1)
		g_free(eye);
}

/* ---- looking ---- */

static int64_t load(const _Atomic(int64_t) *time_ns)
{
	return atomic_load_explicit(time_ns, memory_order_relaxed);
}

static void store(_Atomic(int64_t) *time_ns, int64_t now_ns)
{
	atomic_store_explicit(time_ns, now_ns, memory_order_relaxed);
}

static uint8_t look_at_place(const struct frame *frame, int column, int row)
{
	int x = (2 * column + 1) * frame->width / (2 * COLUMNS);
	int y = (2 * row + 1) * frame->height / (2 * ROWS);
	int width = MIN(SPOT, frame->width - x), sum = 0;
	const uint8_t *luma = frame->plane[0] + (ptrdiff_t)y * frame->stride[0] + x;

	for (int i = 0; i < width; i++)
		sum += luma[i];
	return (uint8_t)(sum / width);
}

static void see(const struct frame *frame, uint8_t now[PLACES])
{
	for (int row = 0; row < ROWS; row++)
		for (int column = 0; column < COLUMNS; column++)
			*now++ = look_at_place(frame, column, row);
}

static bool is_alike(const uint8_t then[PLACES], const uint8_t now[PLACES])
{
	int sum = 0, most = 0;

	for (int i = 0; i < PLACES; i++) {
		int change = abs(then[i] - now[i]);

		sum += change;
		most = MAX(most, change);
	}
	return sum <= ALIKE_MEAN * PLACES && most <= ALIKE_MOST;
}

static bool is_still(const uint8_t last[PLACES], const uint8_t now[PLACES])
{
	for (int i = 0; i < PLACES; i++)
		if (abs(last[i] - now[i]) > STILL_MOST)
			return false;
	return true;
}

static void judge_light(struct eye *eye, const uint8_t now[PLACES], int64_t now_ns)
{
	int sum = 0, most = 0;

	for (int i = 0; i < PLACES; i++) {
		sum += now[i];
		most = MAX(most, now[i]);
	}
	atomic_store_explicit(&eye->luma, sum / PLACES, memory_order_relaxed);
	if (sum / PLACES > BLACK_MEAN || most > BLACK_MOST)
		store(&eye->black_ns, 0);
	else if (!load(&eye->black_ns))
		store(&eye->black_ns, now_ns);
}

/* A frozen camera is coded again and again: it stands quite still, but for a jerk at each key frame.
 * Compared with the first of the pictures that are alike, what creeps is seen as well. */
static void judge_movement(struct eye *eye, const uint8_t now[PLACES], int64_t now_ns)
{
	bool is_first = !load(&eye->frozen_ns);

	eye->restless = !is_first && is_still(eye->last, now) ? 0 : eye->restless + 1;
	memcpy(eye->last, now, PLACES);
	if (!is_first && eye->restless < RESTLESS && is_alike(eye->then, now))
		return;
	memcpy(eye->then, now, PLACES);
	store(&eye->frozen_ns, now_ns);
}

void eye_look(struct eye *eye, const struct frame *frame, int64_t now_ns)
{
	uint8_t now[PLACES];
	int64_t since_ns = now_ns - load(&eye->looked_ns);

	if (load(&eye->looked_ns) && since_ns < LOOK_NS)
		return;
	if (!load(&eye->looked_ns) || since_ns > GAP_NS) {
		store(&eye->begun_ns, now_ns);
		store(&eye->black_ns, 0);
		store(&eye->frozen_ns, 0);
	}
	see(frame, now);
	judge_light(eye, now, now_ns);
	judge_movement(eye, now, now_ns);
	store(&eye->looked_ns, now_ns);
}

/* ---- reading ---- */

static double seconds(int64_t since_ns, int64_t until_ns)
{
	/* A look that is under way may have set the one and not the other. */
	return since_ns ? MAX((double)(until_ns - since_ns) / NS_PER_S, 0) : 0;
}

void eye_read(const struct eye *eye, int64_t now_ns, struct eye_sight *sight)
{
	int64_t looked_ns = load(&eye->looked_ns);

	*sight = (struct eye_sight){.is_open = looked_ns && now_ns - looked_ns < GAP_NS};
	if (!sight->is_open)
		return;
	/* Until the last look: what came behind it is not known. */
	sight->seen_s = seconds(load(&eye->begun_ns), looked_ns);
	sight->black_s = seconds(load(&eye->black_ns), looked_ns);
	sight->frozen_s = seconds(load(&eye->frozen_ns), looked_ns);
	sight->luma = atomic_load_explicit(&eye->luma, memory_order_relaxed);
}
