/* SPDX-License-Identifier: EUPL-1.2 */
#include "shots.h"

#include <twinstage/note.h>

#include "frame.h"
#include "held.h"
#include "mailbox.h"
#include "slot.h"

bool shots_want(const struct picture_plan *plan, uint64_t answered, enum shot_kind kind, int index)
{
	for (int i = 0; i < plan->n_shots; i++) {
		const struct plan_shot *shot = &plan->shots[i];

		if (shot->id > answered && shot->kind == kind &&
		    (kind == SHOT_MULTIVIEW || shot->index == index))
			return true;
	}
	return false;
}

static struct frame *picture_of(const struct plan_shot *shot, const struct shots_source *source)
{
	switch (shot->kind) {
	case SHOT_SOURCE:
		return source->held->sources[shot->index].frame;
	case SHOT_BUS:
		return source->pictures[shot->index];
	default:
		return source->multiview;
	}
}

void shots_answer(const struct picture_plan *plan, uint64_t *answered,
		  const struct shots_source *source, struct mailbox *up)
{
	uint64_t newest = *answered;

	for (int i = 0; i < plan->n_shots; i++) {
		const struct plan_shot *shot = &plan->shots[i];
		struct frame *picture;

		if (shot->id <= *answered)
			continue;
		picture = picture_of(shot, source);
		if (picture)
			slot_put(shot->out, frame_ref(picture));
		if (up)
			mailbox_post(up,
				     note_new(NOTE_PICTURE_TAKEN, shot->id, picture != NULL, NULL));
		newest = MAX(newest, shot->id);
	}
	*answered = newest;
}
