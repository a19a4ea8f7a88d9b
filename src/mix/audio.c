/* SPDX-License-Identifier: EUPL-1.2 */
#include "audio.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "fade.h"
#include "limiter.h"
#include "matrix.h"
#include "mixer.h"
#include "ring.h"

#define TICK_SAMPLES (SOUND_TICK_FRAMES * SOUND_CHANNELS)
#define RAMP_TICKS   2 /* a change of gain takes 20 ms */

/* What a bus carries from tick to tick, whatever the plans say. */
struct bus_state {
	uint64_t id;
	struct limiter limiter;
	int n_gains;
	struct {
		uint64_t source_id;
		float gain, step; /* reached now; per tick towards the target */
		float target;
	} gains[PLAN_MAX_SOURCES];
};

struct audio {
	/* the one that `buses` follows; compared only */
	const struct sound_plan *plan;
	int n_buses;
	struct bus_state buses[PLAN_MAX_SOUND_BUSES];
	struct bus_state older[PLAN_MAX_SOUND_BUSES];
	int n_older;
	int n_sources;
	uint64_t source_ids[PLAN_MAX_SOURCES];
	float sources[PLAN_MAX_SOURCES][TICK_SAMPLES];
	bool is_heard[PLAN_MAX_SOURCES];

	/* Sources that the newest plan left out, for one tick: their way out. */
	int n_gone;
	uint64_t gone_ids[PLAN_MAX_SOURCES];
	float gone[PLAN_MAX_SOURCES][TICK_SAMPLES];
};

struct audio *audio_create(void)
{
	return g_new0(struct audio, 1);
}

void audio_destroy(struct audio *audio)
{
	g_free(audio);
}

static const struct bus_state *older_bus(const struct audio *audio, int n_older, uint64_t id)
{
	for (int i = 0; i < n_older; i++)
		if (audio->older[i].id == id)
			return &audio->older[i];
	return NULL;
}

static float older_gain(const struct bus_state *bus, uint64_t source_id)
{
	for (int i = 0; bus && i < bus->n_gains; i++)
		if (bus->gains[i].source_id == source_id)
			return bus->gains[i].gain;
	return 0;
}

static void follow_bus(struct bus_state *bus, const struct bus_state *older,
		       const struct sound_plan *plan, int index)
{
	const struct plan_sound_bus *wanted = &plan->buses[index];

	bus->id = wanted->id;
	if (older)
		bus->limiter = older->limiter;
	else
		limiter_init(&bus->limiter);
	bus->n_gains = plan->n_sources;
	for (int i = 0; i < plan->n_sources; i++) {
		float gain = older_gain(older, plan->sources[i].id);
		float target = wanted->gain[i];

		bus->gains[i].source_id = plan->sources[i].id;
		bus->gains[i].gain = gain;
		bus->gains[i].target = target;
		bus->gains[i].step = (target > gain ? target - gain : gain - target) / RAMP_TICKS;
	}
}

static bool has_source(const struct sound_plan *plan, uint64_t id)
{
	for (int i = 0; i < plan->n_sources; i++)
		if (plan->sources[i].id == id)
			return true;
	return false;
}

/* A source that left the plan is not read any more: its ring may have another reader by now. It
 * goes out from what the last tick had of it. */
static void part_with_sources(struct audio *audio, const struct sound_plan *plan)
{
	struct ending ending;

	for (int i = 0; i < audio->n_sources; i++) {
		if (has_source(plan, audio->source_ids[i]) || !audio->is_heard[i])
			continue;
		ending_init(&ending);
		ending_remember(&ending, audio->sources[i], SOUND_TICK_FRAMES);
		audio->gone_ids[audio->n_gone] = audio->source_ids[i];
		ending_play(&ending, audio->gone[audio->n_gone++], SOUND_TICK_FRAMES);
	}
	audio->n_sources = plan->n_sources;
	for (int i = 0; i < plan->n_sources; i++)
		audio->source_ids[i] = plan->sources[i].id;
}

static void follow(struct audio *audio, const struct sound_plan *plan)
{
	int n_older = audio->n_buses;

	part_with_sources(audio, plan);
	audio->n_older = n_older;
	memcpy(audio->older, audio->buses, sizeof(audio->buses[0]) * (size_t)n_older);
	for (int i = 0; i < plan->n_buses; i++)
		follow_bus(&audio->buses[i], older_bus(audio, n_older, plan->buses[i].id), plan, i);
	audio->n_buses = plan->n_buses;
	audio->plan = plan;
}

static void read_sources(struct audio *audio, const struct sound_plan *plan)
{
	for (int i = 0; i < plan->n_sources; i++) {
		audio->is_heard[i] = ring_read_steered(plan->sources[i].ring, audio->sources[i],
						       SOUND_TICK_FRAMES);
		if (plan->sources[i].meter)
			meter_feed(plan->sources[i].meter, audio->sources[i], SOUND_TICK_FRAMES);
	}
}

static void add_gone(const struct audio *audio, const struct bus_state *bus, float *mix)
{
	for (int i = 0; i < audio->n_gone; i++) {
		const struct bus_state *older = older_bus(audio, audio->n_older, bus->id);
		float gain = older_gain(older, audio->gone_ids[i]);

		if (gain != 0)
			matrix_add(mix, audio->gone[i], SOUND_TICK_FRAMES, gain, gain);
	}
}

static void make_bus(struct audio *audio, const struct sound_plan *plan, int index)
{
	struct bus_state *bus = &audio->buses[index];
	const struct plan_sound_bus *wanted = &plan->buses[index];
	float mix[TICK_SAMPLES] = {0};

	for (int i = 0; i < bus->n_gains; i++) {
		float from = bus->gains[i].gain;
		float to = matrix_ramp(from, bus->gains[i].target, bus->gains[i].step);

		if ((from != 0 || to != 0) && audio->is_heard[i])
			matrix_add(mix, audio->sources[i], SOUND_TICK_FRAMES, from, to);
		bus->gains[i].gain = to;
	}
	add_gone(audio, bus, mix);
	limiter_run(&bus->limiter, mix, SOUND_TICK_FRAMES);
	if (wanted->meter)
		meter_feed(wanted->meter, mix, SOUND_TICK_FRAMES);
	if (wanted->out && ring_is_wanted(wanted->out))
		ring_write(wanted->out, mix, SOUND_TICK_FRAMES);
}

void audio_tick(struct audio *audio, const struct sound_plan *plan)
{
	if (!plan)
		return;
	if (plan != audio->plan)
		follow(audio, plan);
	read_sources(audio, plan);
	for (int i = 0; i < plan->n_buses; i++)
		make_bus(audio, plan, i);
	audio->n_gone = 0;
}
