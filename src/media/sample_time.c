/* SPDX-License-Identifier: EUPL-1.2 */
#include "sample_time.h"

#include <stdbool.h>

#include "clock.h"

#define TICK_NS (10 * NS_PER_MS)
/* The mixer makes up for 50 ms, and leaves out what is more. */
#define BEHIND_NS    (45 * NS_PER_MS)
#define BEHIND_TICKS 100

static void begin(struct sample_time *time, int64_t now_ns)
{
	*time = (struct sample_time){.begun_ns = now_ns};
}

static int64_t counted_ns(const struct sample_time *time)
{
	return time->begun_ns + time->ticks * TICK_NS;
}

static bool has_lost_the_clock(struct sample_time *time, int64_t now_ns)
{
	int64_t behind_ns = now_ns - counted_ns(time);

	time->behind_ticks = behind_ns > BEHIND_NS ? time->behind_ticks + 1 : 0;
	return behind_ns > NS_PER_S || time->behind_ticks > BEHIND_TICKS;
}

int64_t sample_time_next(struct sample_time *time, int64_t now_ns)
{
	if (!time->begun_ns || has_lost_the_clock(time, now_ns))
		begin(time, now_ns);
	int64_t pts_ns = counted_ns(time);

	time->ticks++;
	return pts_ns;
}
