/* SPDX-License-Identifier: EUPL-1.2 */
#include "ladder.h"

#include <glib.h>

#include "clock.h"

#define QUICK_MS	 250
#define PATIENT_MS	 3000
#define LEAST_KBPS	 150 /* below it is no picture at all */
#define HEAVY_LOSS	 25  /* a small picture is repaired from less */
#define LONG_QUEUE_MS	 80
#define SETTLE_NS	 (4 * NS_PER_S) /* after a move: what was sent before it is still on its way */
#define CALM_MS		 5000
#define FIRST_PAUSE_NS	 (10 * NS_PER_S)
#define LONGEST_PAUSE_NS (300 * NS_PER_S)
#define TRIAL_NS	 (10 * NS_PER_S)
#define HELD_NS		 (60 * NS_PER_S)
#define TRUST_TRAINS_NS	 (60 * NS_PER_S)
#define TOO_NARROW	 0.8

const char *rendition_name(enum rendition rendition)
{
	static const char *const names[] = {"full", "small", "sound"};

	return names[rendition];
}

static enum rendition move(struct ladder *ladder, enum rendition rung, int64_t now_ns)
{
	ladder->is_trying = rung < ladder->rung;
	ladder->rung = rung;
	ladder->moved_ns = now_ns;
	return rung;
}

static enum rendition move_down(struct ladder *ladder, enum rendition rung, int64_t now_ns)
{
	if (!ladder->pause_ns)
		ladder->pause_ns = FIRST_PAUSE_NS;
	else if (ladder->is_trying && now_ns - ladder->moved_ns < TRIAL_NS)
		ladder->pause_ns = MIN(2 * ladder->pause_ns, LONGEST_PAUSE_NS);
	return move(ladder, rung, now_ns);
}

/* Whether even the smallest picture is too much: the line is full, not only bad. */
static bool is_hopeless(const struct ladder *ladder, const struct ladder_facts *facts,
			int64_t now_ns)
{
	return facts->congested_ms >= PATIENT_MS && now_ns - ladder->moved_ns >= SETTLE_NS &&
	       (facts->queue_ms > LONG_QUEUE_MS || facts->loss_percent > HEAVY_LOSS);
}

static enum rendition go_down(struct ladder *ladder, const struct ladder_facts *facts,
			      int64_t now_ns)
{
	bool has_smaller = ladder->rung == RENDITION_FULL && facts->has_small;

	if (has_smaller && facts->congested_ms >= QUICK_MS &&
	    (facts->estimate_kbps >= LEAST_KBPS || facts->estimate_kbps <= 0))
		return move_down(ladder, RENDITION_SMALL, now_ns);
	if (is_hopeless(ladder, facts, now_ns))
		return move_down(ladder, RENDITION_SOUND, now_ns);
	return ladder->rung;
}

static bool may_try(const struct ladder *ladder, const struct ladder_facts *facts, int needed_kbps,
		    int64_t now_ns)
{
	int64_t over_ns = now_ns - ladder->moved_ns - ladder->pause_ns;
	bool is_narrow =
		facts->capacity_kbps > 0 && facts->capacity_kbps < TOO_NARROW * needed_kbps;

	return facts->calm_ms >= CALM_MS && over_ns >= 0 &&
	       (!is_narrow || over_ns >= TRUST_TRAINS_NS);
}

static enum rendition go_up(struct ladder *ladder, const struct ladder_facts *facts, int64_t now_ns)
{
	enum rendition next = ladder->rung == RENDITION_SOUND && facts->has_small ? RENDITION_SMALL
										  : RENDITION_FULL;
	int needed = next == RENDITION_FULL ? facts->full_kbps : facts->small_kbps;

	return may_try(ladder, facts, needed, now_ns) ? move(ladder, next, now_ns) : ladder->rung;
}

enum rendition ladder_judge(struct ladder *ladder, const struct ladder_facts *facts, int64_t now_ns)
{
	if (ladder->is_trying && now_ns - ladder->moved_ns > HELD_NS) {
		ladder->is_trying = false;
		ladder->pause_ns = 0;
	}
	if (facts->congested_ms > 0)
		return ladder->rung == RENDITION_SOUND ? ladder->rung
						       : go_down(ladder, facts, now_ns);
	return ladder->rung == RENDITION_FULL ? ladder->rung : go_up(ladder, facts, now_ns);
}
