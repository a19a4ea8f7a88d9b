/* SPDX-License-Identifier: EUPL-1.2 */
#include "slot.h"

#include <glib.h>
#include <stdatomic.h>

#include "clock.h"

struct slot {
	_Atomic(struct frame *) newest;
	struct bell bell;
	atomic_bool is_wanted;
	_Atomic(uint64_t) written, replaced;
	_Atomic(int64_t) last_ns;
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

void slot_put(struct slot *slot, struct frame *frame)
{
	struct frame *older = atomic_exchange_explicit(&slot->newest, frame, memory_order_acq_rel);

	atomic_fetch_add_explicit(&slot->written, 1, memory_order_relaxed);
	atomic_store_explicit(&slot->last_ns, clock_now_ns(), memory_order_relaxed);
	if (older) {
		atomic_fetch_add_explicit(&slot->replaced, 1, memory_order_relaxed);
		frame_unref(older);
	}
	if (slot->bell.ring)
		slot->bell.ring(slot->bell.data);
}

struct frame *slot_take(struct slot *slot)
{
	/* An idle source is asked every tick: the look before the exchange keeps its cache line
	 * shared. */
	if (!atomic_load_explicit(&slot->newest, memory_order_relaxed))
		return NULL;
	return atomic_exchange_explicit(&slot->newest, NULL, memory_order_acq_rel);
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
	stats->last_ns = atomic_load_explicit(&slot->last_ns, memory_order_relaxed);
}
