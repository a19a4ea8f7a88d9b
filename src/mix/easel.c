/* SPDX-License-Identifier: EUPL-1.2 */
#include "easel.h"

#include <glib.h>
#include <stdatomic.h>

#include "stamp.h"

struct easel {
	_Atomic(struct stamp *) fresh; /* not looked at yet */
	struct stamp *seen;	       /* the looking thread's */
	atomic_int refs;
};

struct easel *easel_create(void)
{
	struct easel *easel = g_new0(struct easel, 1);

	atomic_init(&easel->refs, 1);
	return easel;
}

struct easel *easel_ref(struct easel *easel)
{
	atomic_fetch_add_explicit(&easel->refs, 1, memory_order_relaxed);
	return easel;
}

void easel_unref(struct easel *easel)
{
	if (!easel || atomic_fetch_sub_explicit(&easel->refs, 1, memory_order_acq_rel) != 1)
		return;
	stamp_destroy(atomic_load(&easel->fresh));
	stamp_destroy(easel->seen);
	g_free(easel);
}

void easel_put(struct easel *easel, struct stamp *stamp)
{
	stamp_destroy(atomic_exchange_explicit(&easel->fresh, stamp, memory_order_acq_rel));
}

const struct stamp *easel_look(struct easel *easel)
{
	struct stamp *fresh = atomic_exchange_explicit(&easel->fresh, NULL, memory_order_acq_rel);

	if (fresh) {
		stamp_destroy(easel->seen);
		easel->seen = fresh;
	}
	return easel->seen;
}
