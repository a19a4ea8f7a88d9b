/* SPDX-License-Identifier: EUPL-1.2 */
#include "slot.h"

#include <glib.h>
#include <stdatomic.h>

#include "clock.h"
#include "stage.h"

#define RECENT_NS NS_PER_S

struct slot {
	_Atomic(struct frame *) newest;
	struct bell bell;
	atomic_bool is_wanted;
	_Atomic(uint64_t) written, replaced, dropped, repeated;
	_Atomic(int64_t) last_ns, looked_ns; /* the last put, the last take */
	struct stage arrived, waited;
	atomic_int refs;
};

struct slot *slot_create(void)
{
	struct slot *slot = g_new0(struct slot, 1);

	atomic_init(&slot->is_wanted, true);
	atomic_init(&slot->refs, 1);
	return slot;
}

struct slot *slot_ref(struct slot *slot)
{
	atomic_fetch_add_explicit(&slot->refs, 1, memory_order_relaxed);
	return slot;
}

void slot_unref(struct slot *slot)
{
	if (!slot || atomic_fetch_sub_explicit(&slot->refs, 1, memory_order_acq_rel) != 1)
		return;
	frame_unref(atomic_load(&slot->newest));
	if (slot->bell.release)
		slot->bell.release(slot->bell.data);
	g_free(slot);
}

void slot_hang_bell(struct slot *slot, struct bell bell)
{
	slot->bell = bell;
}

static bool is_looked_at(const struct slot *slot, int64_t now_ns)
{
	int64_t looked_ns = atomic_load_explicit(&slot->looked_ns, memory_order_relaxed);

	return looked_ns && now_ns - looked_ns < RECENT_NS;
}

void slot_put(struct slot *slot, struct frame *frame)
{
	int64_t now_ns = clock_now_ns();

	if (frame->arrived_ns)
		stage_record(&slot->arrived, now_ns - frame->arrived_ns);
	atomic_fetch_add_explicit(&slot->written, 1, memory_order_relaxed);
	/* Before the exchange: who takes the frame sees when it was put. */
	atomic_store_explicit(&slot->last_ns, now_ns, memory_order_relaxed);
	struct frame *older = atomic_exchange_explicit(&slot->newest, frame, memory_order_acq_rel);

	if (older) {
		atomic_fetch_add_explicit(&slot->replaced, 1, memory_order_relaxed);
		if (is_looked_at(slot, now_ns))
			atomic_fetch_add_explicit(&slot->dropped, 1, memory_order_relaxed);
		frame_unref(older);
	}
	if (slot->bell.ring)
		slot->bell.ring(slot->bell.data);
}

static void count_take(struct slot *slot, bool is_found, int64_t now_ns)
{
	int64_t last_ns = atomic_load_explicit(&slot->last_ns, memory_order_relaxed);

	if (is_found)
		stage_record(&slot->waited, now_ns - last_ns);
	else if (last_ns && now_ns - last_ns < RECENT_NS)
		atomic_fetch_add_explicit(&slot->repeated, 1, memory_order_relaxed);
}

struct frame *slot_take(struct slot *slot)
{
	int64_t now_ns = clock_now_ns();
	struct frame *frame = NULL;

	atomic_store_explicit(&slot->looked_ns, now_ns, memory_order_relaxed);
	if (atomic_load_explicit(&slot->newest, memory_order_relaxed))
		frame = atomic_exchange_explicit(&slot->newest, NULL, memory_order_acq_rel);
	count_take(slot, frame != NULL, now_ns);
	return frame;
}

void slot_set_wanted(struct slot *slot, bool is_wanted)
{
	atomic_store_explicit(&slot->is_wanted, is_wanted, memory_order_relaxed);
}

bool slot_is_wanted(const struct slot *slot)
{
	return atomic_load_explicit(&slot->is_wanted, memory_order_relaxed);
}

void slot_read_stats(const struct slot *slot, struct slot_stats *stats)
{
	stats->written = atomic_load_explicit(&slot->written, memory_order_relaxed);
	stats->replaced = atomic_load_explicit(&slot->replaced, memory_order_relaxed);
	stats->dropped = atomic_load_explicit(&slot->dropped, memory_order_relaxed);
	stats->repeated = atomic_load_explicit(&slot->repeated, memory_order_relaxed);
	stats->last_ns = atomic_load_explicit(&slot->last_ns, memory_order_relaxed);
	stats->is_looked_at = is_looked_at(slot, clock_now_ns());
	stage_read(&slot->arrived, &stats->arrived);
	stage_read(&slot->waited, &stats->waited);
}
