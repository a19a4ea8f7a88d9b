/* SPDX-License-Identifier: EUPL-1.2
 *
 * gate: lets streaming threads into a short piece of work until it is closed, and when it is closed nobody is in there any more. So that the
 * next writer of a slot or ring can begin when the last one's destroy returns, while its pipeline still winds down. Any thread.
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

struct gate {
	atomic_int inside;
	atomic_bool is_closed;
};

static inline bool gate_enter(struct gate *gate)
{
	atomic_fetch_add(&gate->inside, 1);
	if (!atomic_load(&gate->is_closed))
		return true;
	atomic_fetch_sub(&gate->inside, 1);
	return false;
}

static inline void gate_leave(struct gate *gate)
{
	atomic_fetch_sub(&gate->inside, 1);
}

/* Waits for those inside: some microseconds, for nothing in there blocks. */
static inline void gate_close(struct gate *gate)
{
	atomic_store(&gate->is_closed, true);
	while (atomic_load(&gate->inside) > 0)
		g_thread_yield();
}
