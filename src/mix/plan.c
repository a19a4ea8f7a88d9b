/* SPDX-License-Identifier: EUPL-1.2 */
#include "plan.h"

#include <glib.h>

#include "easel.h"
#include "ring.h"
#include "slot.h"

struct picture_plan *picture_plan_create(void)
{
	return g_new0(struct picture_plan, 1);
}

struct sound_plan *sound_plan_create(void)
{
	return g_new0(struct sound_plan, 1);
}

static void multiview_hold(struct plan_multiview *plan)
{
	if (plan->out)
		slot_ref(plan->out);
	for (int i = 0; i < plan->n_tiles; i++) {
		if (plan->tiles[i].meter)
			meter_ref(plan->tiles[i].meter);
		if (plan->tiles[i].name)
			easel_ref(plan->tiles[i].name);
	}
}

static void multiview_let_go(struct plan_multiview *plan)
{
	slot_unref(plan->out);
	for (int i = 0; i < plan->n_tiles; i++) {
		meter_unref(plan->tiles[i].meter);
		easel_unref(plan->tiles[i].name);
	}
}

void picture_plan_hold(struct picture_plan *plan)
{
	for (int i = 0; i < plan->n_sources; i++) {
		slot_ref(plan->sources[i].slot);
		if (plan->sources[i].eye)
			eye_ref(plan->sources[i].eye);
	}
	for (int i = 0; i < plan->n_buses; i++)
		if (plan->buses[i].out)
			slot_ref(plan->buses[i].out);
	if (plan->slate)
		slot_ref(plan->slate);
	for (int i = 0; i < plan->n_overlays; i++)
		easel_ref(plan->overlays[i].easel);
	multiview_hold(&plan->multiview);
	for (int i = 0; i < plan->n_shots; i++)
		slot_ref(plan->shots[i].out);
}

void picture_plan_free(void *object)
{
	struct picture_plan *plan = object;

	for (int i = 0; i < plan->n_sources; i++) {
		slot_unref(plan->sources[i].slot);
		eye_unref(plan->sources[i].eye);
	}
	for (int i = 0; i < plan->n_buses; i++)
		slot_unref(plan->buses[i].out);
	slot_unref(plan->slate);
	for (int i = 0; i < plan->n_overlays; i++)
		easel_unref(plan->overlays[i].easel);
	multiview_let_go(&plan->multiview);
	for (int i = 0; i < plan->n_shots; i++)
		slot_unref(plan->shots[i].out);
	g_free(plan);
}

void sound_plan_hold(struct sound_plan *plan)
{
	for (int i = 0; i < plan->n_sources; i++) {
		ring_ref(plan->sources[i].ring);
		if (plan->sources[i].meter)
			meter_ref(plan->sources[i].meter);
	}
	for (int i = 0; i < plan->n_buses; i++) {
		if (plan->buses[i].out)
			ring_ref(plan->buses[i].out);
		if (plan->buses[i].meter)
			meter_ref(plan->buses[i].meter);
	}
}

void sound_plan_free(void *object)
{
	struct sound_plan *plan = object;

	for (int i = 0; i < plan->n_sources; i++) {
		ring_unref(plan->sources[i].ring);
		meter_unref(plan->sources[i].meter);
	}
	for (int i = 0; i < plan->n_buses; i++) {
		ring_unref(plan->buses[i].out);
		meter_unref(plan->buses[i].meter);
	}
	g_free(plan);
}
