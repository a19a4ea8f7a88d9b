/* SPDX-License-Identifier: EUPL-1.2 */
#include "bus.h"
#include "mixer.h"
#include "plan.h"
#include "settings.h"
#include "state.h"
#include "tally.h"

static struct bus_source facts_of(const struct show *show, const struct source *source)
{
	const struct speaker *speaker = show_speaker_by_id(show, source->id);

	return (struct bus_source){
		.id = source->id,
		.role = source->role,
		.is_speaker = source->kind == SOURCE_SPEAKER,
		.is_on = speaker && speaker_is_on(show, speaker),
		.is_muted = source->is_muted,
		.gain_db = source->gain_db,
		.is_shown = tally_shows(show, show->program_id, source),
		.is_pinned = source->is_pinned || !show->settings->audio_follows_video,
	};
}

bool plan_is_heard(const struct show *show, const struct source *source)
{
	const struct bus program = {BUS_PROGRAM, 0};
	const struct bus_source facts = facts_of(show, source);

	return !show->black.is_black && bus_gain(&program, &facts) > 0 &&
	       !bus_is_off_air(&program, &facts);
}

static void add_bus(const struct show *show, struct sound_plan *plan, const struct output *output,
		    struct bus bus)
{
	struct plan_sound_bus *out = &plan->buses[plan->n_buses++];

	out->id = output->bus_id;
	out->out = output->ring;
	out->meter = output->meter;
	out->is_faded = bus.kind == BUS_PROGRAM && show->black.is_black;
	out->fade_ms = show->black.ms;
	for (int i = 0; i < plan->n_sources; i++) {
		struct bus_source facts =
			facts_of(show, show_source_by_id(show, plan->sources[i].id));

		out->gain[i] = bus_gain(&bus, &facts);
		out->is_off_air[i] = bus_is_off_air(&bus, &facts);
	}
}

void plan_sounds(struct show *show)
{
	struct sound_plan *plan = sound_plan_create();

	for (guint i = 0; i < show->sources->len && plan->n_sources < PLAN_MAX_SOURCES; i++) {
		const struct source *source = show->sources->pdata[i];

		if (source->kind != SOURCE_STILL)
			plan->sources[plan->n_sources++] =
				(struct plan_sound_source){source->id, source->ring, source->meter};
	}
	plan->follow_ms = show->transition.is_running ? show->transition.duration_ms : 0;
	plan->follow_serial = show->transition.serial;
	add_bus(show, plan, &show->program_sound, (struct bus){BUS_PROGRAM, 0});
	add_bus(show, plan, &show->room_sound, (struct bus){BUS_ROOM, 0});
	for (guint i = 0; i < show->speakers->len && plan->n_buses < PLAN_MAX_SOUND_BUSES; i++) {
		const struct speaker *speaker = show->speakers->pdata[i];

		if (speaker->return_sound.ring)
			add_bus(show, plan, &speaker->return_sound,
				(struct bus){BUS_RETURN, speaker->source_id});
	}
	mixer_route(show->mixer, plan);
}
