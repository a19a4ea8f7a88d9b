/* SPDX-License-Identifier: EUPL-1.2
 *
 * shots: the single pictures that a plan asks for. PRIVATE to this folder. Thread: the video
 * tick's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mixer.h"

struct frame;
struct held;

/* Whether a shot that is not answered yet (its id is above `answered`) is of this. */
bool shots_want(const struct picture_plan *plan, uint64_t answered, enum shot_kind kind, int index);

/* What a tick has to give. */
struct shots_source {
	const struct held *held;
	struct frame *const *pictures; /* by picture bus */
	struct frame *multiview;       /* NULL: none */
};

/* Answers all that are not answered; `answered` becomes the newest id. */
void shots_answer(const struct picture_plan *plan, uint64_t *answered,
		  const struct shots_source *source, struct mailbox *up);
