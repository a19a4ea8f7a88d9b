/* SPDX-License-Identifier: EUPL-1.2 */
#include "handoff.h"

#include <glib.h>
#include <stdatomic.h>

/* A given object in its envelope, which links it into the list of the retired. */
struct item {
	void *object;
	struct item *next;
};

struct handoff {
	_Atomic(struct item *) pending; /* given, not read */
	_Atomic(struct item *)
		/* read and replaced: a stack that the reader pushes to and the writer empties */
		retired;
	struct item *current; /* reader's */
	void (*free_object)(void *object);
};

struct handoff *handoff_create(void (*free_object)(void *object))
{
	struct handoff *handoff = g_new0(struct handoff, 1);

	handoff->free_object = free_object;
	return handoff;
}

static void free_items(struct handoff *handoff, struct item *item)
{
	while (item) {
		struct item *next = item->next;

		handoff->free_object(item->object);
		g_free(item);
		item = next;
	}
}

void handoff_give(struct handoff *handoff, void *object)
{
	struct item *item = g_new0(struct item, 1);

	item->object = object;
	free_items(handoff, atomic_exchange(&handoff->pending, item));
	free_items(handoff, atomic_exchange(&handoff->retired, NULL));
}

static void retire(struct handoff *handoff, struct item *item)
{
	struct item *head = atomic_load(&handoff->retired);

	do
		item->next = head;
	while (!atomic_compare_exchange_weak(&handoff->retired, &head, item));
}

const void *handoff_latest(struct handoff *handoff)
{
	struct item *newer = NULL;

	if (atomic_load_explicit(&handoff->pending, memory_order_relaxed))
		newer = atomic_exchange(&handoff->pending, NULL);
	if (newer) {
		if (handoff->current)
			retire(handoff, handoff->current);
		handoff->current = newer;
	}
	return handoff->current ? handoff->current->object : NULL;
}

void handoff_destroy(struct handoff *handoff)
{
	if (!handoff)
		return;
	free_items(handoff, atomic_load(&handoff->pending));
	free_items(handoff, atomic_load(&handoff->retired));
	free_items(handoff, handoff->current);
	g_free(handoff);
}
