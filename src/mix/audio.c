/* SPDX-License-Identifier: EUPL-1.2 */
#include "audio.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "fade.h"
#include "limiter.h"
#include "matrix.h"
#include "mixer.h"
#include "ring.h"

#define TICK_SAMPLES (SOUND_TICK_FRAMES * SOUND_CHANNELS)
#define RAMP_TICKS   2 /* a change of gain takes 20 ms */
#define TICK_MS	     10

/* Something that goes to where it shall be in a straight line. */
struct fader {
	float value, target; /* reached now; to be reached */
	float step;	     /* per tick */
};

struct bus_source {
	uint64_t id;
	struct fader gain, share; /* share: 1 on air, 0 off air */
};

/* What a bus carries from tick to tick, whatever the plans say. */
struct bus_state {
	uint64_t id;
	struct limiter limiter;
	struct fader whole; /* 0: faded out */
	int n_sources;
	struct bus_source sources[PLAN_MAX_SOURCES];
};

struct audio {
	/* the one that `buses` follows; compared only */
	const struct sound_plan *plan;
	uint64_t follow_serial;
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

static const struct bus_source *find_source(const struct bus_state *bus, uint64_t id)
{
	for (int i = 0; bus && i < bus->n_sources; i++)
		if (bus->sources[i].id == id)
			return &bus->sources[i];
	return NULL;
}

static int ticks_of(int ms)
{
	return MAX(ms / TICK_MS, RAMP_TICKS);
}

/* To a target within so many ticks from here; who is on the way there already goes on as it was,
 * unless this is the beginning of something new. */
static void aim(struct fader *fader, float target, int ticks, bool is_new)
{
	if (target == fader->target && !is_new)
		return;
	fader->target = target;
	fader->step = fabsf(target - fader->value) / (float)ticks;
}

static float move(struct fader *fader)
{
	return fader->value = matrix_ramp(fader->value, fader->target, fader->step);
}

/* What audio_tick() was told of a source in a bus before this plan, if anything, and now. */
static void follow_source(struct bus_source *source, const struct bus_source *older, float gain,
			  float share, int follow_ticks)
{
	if (older) {
		source->gain = older->gain;
		source->share = older->share;
	} else {
		source->gain = (struct fader){0};
		source->share = (struct fader){share, share, 0};
	}
	aim(&source->gain, gain, RAMP_TICKS, false);
	aim(&source->share, share, follow_ticks ? follow_ticks : RAMP_TICKS, follow_ticks > 0);
}

/* The whole way takes fade_ms, and a part of it its part. */
static void follow_whole(struct fader *whole, const struct bus_state *older,
			 const struct plan_sound_bus *wanted)
{
	float target = wanted->is_faded ? 0 : 1;

	*whole = older ? older->whole : (struct fader){target, target, 0};
	whole->target = target;
	whole->step = 1 / (float)ticks_of(wanted->fade_ms);
}

static void follow_bus(const struct audio *audio, struct bus_state *bus,
		       const struct bus_state *older, const struct sound_plan *plan, int index)
{
	const struct plan_sound_bus *wanted = &plan->buses[index];
	bool is_new = plan->follow_serial != audio->follow_serial;

	bus->id = wanted->id;
	if (older)
		bus->limiter = older->limiter;
	else
		limiter_init(&bus->limiter);
	follow_whole(&bus->whole, older, wanted);
	bus->n_sources = plan->n_sources;
	for (int i = 0; i < plan->n_sources; i++) {
		struct bus_source *source = &bus->sources[i];

		source->id = plan->sources[i].id;
		follow_source(source, find_source(older, source->id), wanted->gain[i],
			      wanted->is_off_air[i] ? 0 : 1,
			      is_new ? ticks_of(plan->follow_ms) : 0);
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
		follow_bus(audio, &audio->buses[i], older_bus(audio, n_older, plan->buses[i].id),
			   plan, i);
	audio->follow_serial = plan->follow_serial;
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
	const struct bus_state *older = older_bus(audio, audio->n_older, bus->id);

	for (int i = 0; i < audio->n_gone; i++) {
		const struct bus_source *source = find_source(older, audio->gone_ids[i]);
		float gain = source ? source->gain.value * source->share.value : 0;

		if (gain != 0)
			matrix_add(mix, audio->gone[i], SOUND_TICK_FRAMES, gain, gain);
	}
}

static void add_source(const struct audio *audio, struct bus_source *source, int index, float *mix)
{
	float from = source->gain.value * source->share.value;
	float to = move(&source->gain) * move(&source->share);

	if ((from != 0 || to != 0) && audio->is_heard[index])
		matrix_add(mix, audio->sources[index], SOUND_TICK_FRAMES, from, to);
}

static void fade_whole(struct fader *whole, float *mix)
{
	float from = whole->value, to = move(whole);
	float step = (to - from) / SOUND_TICK_FRAMES;

	for (size_t i = 0; (from != 1 || to != 1) && i < TICK_SAMPLES; i++)
		mix[i] *= from + step * (float)(i / SOUND_CHANNELS + 1);
}

static void make_bus(struct audio *audio, const struct sound_plan *plan, int index)
{
	struct bus_state *bus = &audio->buses[index];
	const struct plan_sound_bus *wanted = &plan->buses[index];
	float mix[TICK_SAMPLES] = {0};

	for (int i = 0; i < bus->n_sources; i++)
		add_source(audio, &bus->sources[i], i, mix);
	add_gone(audio, bus, mix);
	fade_whole(&bus->whole, mix);
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
