/* SPDX-License-Identifier: EUPL-1.2 */
#include "priority.h"

#include <pthread.h>
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

bool priority_take(enum priority priority)
{
	struct sched_param param = {.sched_priority = fifo_priority[priority]};
	int policy = priority == PRIORITY_NORMAL ? SCHED_OTHER : SCHED_FIFO;

	return !atomic_load(&is_refused) &&
	       pthread_setschedparam(pthread_self(), policy, &param) == 0;
}
