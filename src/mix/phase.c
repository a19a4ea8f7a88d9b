/* SPDX-License-Identifier: EUPL-1.2 */
#include "phase.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "clock.h"

#define NEAR_NS	  (4 * NS_PER_MS)	/* so far from the wanted wait is near enough */
#define STEADY_NS (13 * NS_PER_MS / 10) /* of 30 ticks, 29.97 frames go 2.7 ms in a watch */
#define JITTER_NS (3 * NS_PER_MS)	/* more on the mean says nothing about the pace */

/* On the edge of its frames a tick misses one and finds two the next time, now and then. There it
 * takes a better pace to be followed, and nearer is near enough. */
#define FEW_REPEATS    2
#define EDGE_NEAR_NS   (1 * NS_PER_MS)
#define EDGE_JITTER_NS (2 * NS_PER_MS)

void phase_init(struct phase *phase, int fps)
{
	*phase = (struct phase){.fps = fps};
}

/* To within half a frame of 0: a grid that is moved by a frame is the same grid. */
static int64_t wrap(const struct phase *phase, int64_t time_ns)
{
	int64_t period_ns = NS_PER_S / phase->fps, rest_ns = time_ns % period_ns;

	if (rest_ns > period_ns / 2)
		return rest_ns - period_ns;
	return rest_ns < -period_ns / 2 ? rest_ns + period_ns : rest_ns;
}

static void begin_watch(struct phase *phase)
{
	phase->ticks = phase->repeats = 0;
	phase->off_ns = 0;
	memset(phase->sum_ns, 0, sizeof(phase->sum_ns));
}

static void step(struct phase *phase)
{
	phase->shift_ns += CLAMP(phase->target_ns - phase->shift_ns, -PHASE_STEP_NS, PHASE_STEP_NS);
	begin_watch(phase);
}

static void note(struct phase *phase, int64_t wait_ns, bool is_new)
{
	int part = phase->fps * PHASE_WATCH_S / 3;

	if (phase->ticks == 0)
		phase->first_ns = wait_ns;
	int64_t more_ns = wrap(phase, wait_ns - phase->first_ns);
	int64_t mean_ns = phase->ticks ? (phase->sum_ns[0] + phase->sum_ns[1] + phase->sum_ns[2]) /
						 phase->ticks
				       : 0;

	phase->sum_ns[MIN(phase->ticks / part, 2)] += more_ns;
	phase->off_ns += ABS(more_ns - mean_ns);
	phase->ticks++;
	phase->repeats += !is_new;
}

/* Of a whole watch: whether the source went along with the ticks. One with fewer frames leaves more
 * ticks without one. */
static bool has_pace(const struct phase *phase, int64_t went_ns, bool is_on_edge)
{
	int64_t jitter_ns = phase->off_ns / phase->ticks;

	return phase->repeats <= phase->ticks * 2 / 5 && ABS(went_ns) < STEADY_NS &&
	       jitter_ns < (is_on_edge ? EDGE_JITTER_NS : JITTER_NS);
}

static void decide(struct phase *phase)
{
	int part = phase->fps * PHASE_WATCH_S / 3, last = phase->ticks - 2 * part;
	int64_t began_ns = phase->sum_ns[0] / part, ended_ns = phase->sum_ns[2] / last;
	bool is_on_edge = phase->repeats > FEW_REPEATS;
	bool is_followed = has_pace(phase, ended_ns - began_ns, is_on_edge);
	int64_t wait_ns = is_on_edge ? PHASE_LATE_NS : PHASE_WAIT_NS;
	int64_t excess_ns = wrap(phase, phase->first_ns + ended_ns - wait_ns);

	begin_watch(phase);
	if (is_followed && ABS(excess_ns) > (is_on_edge ? EDGE_NEAR_NS : NEAR_NS))
		phase->target_ns = wrap(phase, phase->shift_ns - excess_ns);
}

void phase_follow(struct phase *phase, uint64_t source_id, int64_t came_ns, int64_t due_ns)
{
	bool is_new = came_ns != phase->came_ns;

	phase->came_ns = came_ns;
	if (source_id != phase->source_id) {
		phase->source_id = source_id;
		phase->target_ns = phase->shift_ns;
		begin_watch(phase);
	}
	if (phase->shift_ns != phase->target_ns) {
		step(phase);
		return;
	}
	if (!source_id)
		return;
	note(phase, due_ns - came_ns, is_new);
	if (phase->ticks >= phase->fps * PHASE_WATCH_S)
		decide(phase);
}
