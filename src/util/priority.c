/* SPDX-License-Identifier: EUPL-1.2 */
#include "priority.h"

#include <sched.h>
#include <stdatomic.h>

static atomic_bool is_refused; /* by the setting */

static const int fifo_priority[] = {
	[PRIORITY_NORMAL] = 0,
	[PRIORITY_SOUND] = 9,
	[PRIORITY_TICK] = 10,
};

void priority_allow(bool is_allowed)
{
	atomic_store(&is_refused, !is_allowed);
}

/* Of this thread alone: 0 is the caller, not the process (sched_setscheduler(2)). */
static bool ask(enum priority priority)
{
	struct sched_param param = {.sched_priority = fifo_priority[priority]};
	int policy = priority == PRIORITY_NORMAL ? SCHED_OTHER : SCHED_FIFO;

	return sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &param) == 0;
}

bool priority_take(enum priority priority)
{
	static _Thread_local enum priority asked_for = PRIORITY_NORMAL;
	static _Thread_local bool is_granted = true;

	if (priority != asked_for) {
		asked_for = priority;
		is_granted = !atomic_load(&is_refused) && ask(priority);
	}
	return is_granted;
}
