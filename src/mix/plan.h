/* SPDX-License-Identifier: EUPL-1.2
 *
 * plan: the life of a plan inside the mixer: it holds references to everything it names from the
 * moment it is given until it is freed, both on the control loop.
 */
#pragma once

#include "mixer.h"

void picture_plan_hold(struct picture_plan *plan);
void picture_plan_free(void *plan);
void sound_plan_hold(struct sound_plan *plan);
void sound_plan_free(void *plan);
