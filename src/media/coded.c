/* SPDX-License-Identifier: EUPL-1.2 */
#include "coded.h"

#include <stdlib.h>

#include "clock.h"

#define WINDOW_NS     (10 * NS_PER_S)
#define FPS_WINDOW_NS (2 * NS_PER_S)
#define LEAST_SWAP_NS (5 * NS_PER_MS) /* less than any picture lasts */
#define LEAST_SWAPS   3		      /* in two seconds: one alone is a stream that begins anew */

static void store(_Atomic(int64_t) *time_ns, int64_t value_ns)
{
	atomic_store_explicit(time_ns, value_ns, memory_order_relaxed);
}

static int64_t load(const _Atomic(int64_t) *time_ns)
{
	return atomic_load_explicit(time_ns, memory_order_relaxed);
}

static void see_key(struct coded *coded, int64_t pts_ns, int64_t now_ns)
{
	int64_t interval_ns = pts_ns - coded->last_key_pts_ns;

	if (coded->last_key_pts_ns && interval_ns > 0)
		store(&coded->interval_ns, interval_ns);
	coded->last_key_pts_ns = pts_ns;
	store(&coded->key_ns, now_ns);
}

/* Without B-frames all pictures are decoded the same time before they are shown, mostly none at all. (That time stamps go back says
 * nothing: a demuxer that evens out a bad line makes them do so, but moves both alike.) */
static void see_order(struct coded *coded, int64_t ahead_ns, int64_t now_ns)
{
	if (llabs(ahead_ns - coded->last_ahead_ns) > LEAST_SWAP_NS && ++coded->swaps >= LEAST_SWAPS)
		store(&coded->swap_ns, now_ns);
	coded->last_ahead_ns = ahead_ns;
}

static void count(struct coded *coded, int64_t now_ns)
{
	int64_t window_ns = now_ns - coded->counted_ns;

	coded->counted++;
	if (window_ns < FPS_WINDOW_NS)
		return;
	if (coded->counted_ns && window_ns < 2 * FPS_WINDOW_NS)
		atomic_store_explicit(&coded->fps,
				      (double)coded->counted * NS_PER_S / (double)window_ns,
				      memory_order_relaxed);
	coded->counted = coded->swaps = 0;
	coded->counted_ns = now_ns;
}

void coded_see(struct coded *coded, int64_t pts_ns, int64_t dts_ns, bool is_key, int64_t now_ns)
{
	see_order(coded, pts_ns - dts_ns, now_ns);
	if (is_key)
		see_key(coded, pts_ns, now_ns);
	count(coded, now_ns);
	store(&coded->seen_ns, now_ns);
}

void coded_read(const struct coded *coded, int64_t now_ns, struct coded_stats *stats)
{
	int64_t seen_ns = load(&coded->seen_ns), key_ns = load(&coded->key_ns),
		swap_ns = load(&coded->swap_ns), interval_ns = load(&coded->interval_ns);

	*stats = (struct coded_stats){0};
	if (!seen_ns || now_ns - seen_ns > FPS_WINDOW_NS)
		return;
	stats->has_b_frames = swap_ns && now_ns - swap_ns < WINDOW_NS;
	stats->fps = atomic_load_explicit(&coded->fps, memory_order_relaxed);
	if (!key_ns)
		return;
	/* Delivery is not even: a key that is hardly late has not changed the rhythm. */
	bool is_overdue = now_ns - key_ns > interval_ns + NS_PER_S;

	stats->key_interval_ms =
		(double)(interval_ns && !is_overdue ? interval_ns : now_ns - key_ns) / NS_PER_MS;
}
