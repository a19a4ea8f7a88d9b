/* SPDX-License-Identifier: EUPL-1.2 */
#include "held.h"

#include <string.h>

#include "frame.h"
#include "slot.h"

static void take_over(struct held_source *source, struct held_source *older, int n_older)
{
	for (int i = 0; i < n_older; i++)
		if (older[i].id == source->id) {
			source->frame = older[i].frame;
			source->since_ns = older[i].since_ns;
			older[i].frame = NULL;
			return;
		}
}

void held_follow(struct held *held, const struct picture_plan *plan)
{
	struct held_source older[PLAN_MAX_SOURCES];
	int n_older = held->n_sources;

	memcpy(older, held->sources, sizeof(older));
	held->n_sources = plan->n_sources;
	for (int i = 0; i < plan->n_sources; i++) {
		held->sources[i] = (struct held_source){.id = plan->sources[i].id};
		take_over(&held->sources[i], older, n_older);
	}
	for (int i = 0; i < n_older; i++)
		frame_unref(older[i].frame);
}

static void replace(struct frame **place, struct frame *frame)
{
	frame_unref(*place);
	*place = frame;
}

void held_take(struct held *held, const struct picture_plan *plan, int64_t now_ns)
{
	for (int i = 0; i < held->n_sources; i++) {
		struct held_source *source = &held->sources[i];
		struct frame *newer = slot_take(plan->sources[i].slot);

		if (newer) {
			if (plan->sources[i].eye)
				eye_look(plan->sources[i].eye, newer, now_ns);
			replace(&source->frame, newer);
			source->since_ns = now_ns;
		} else if (!plan->sources[i].is_still &&
			   now_ns - source->since_ns > held->hold_ns) {
			replace(&source->frame, NULL);
		}
	}
	struct frame *slate = plan->slate ? slot_take(plan->slate) : NULL;

	if (slate)
		replace(&held->slate, slate);
}

struct frame *held_picture(const struct held *held, int source)
{
	if (source < 0)
		return held->slate;
	return held->sources[source].frame ? held->sources[source].frame : held->slate;
}

void held_finish(struct held *held)
{
	for (int i = 0; i < held->n_sources; i++)
		frame_unref(held->sources[i].frame);
	frame_unref(held->slate);
}
