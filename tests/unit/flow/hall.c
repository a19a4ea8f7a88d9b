/* SPDX-License-Identifier: EUPL-1.2 */
#include "hall.h"

#include <math.h>
#include <string.h>

#define MOST_CHUNK 96000

static float chunk[MOST_CHUNK * SOUND_CHANNELS];

void hall_init(struct hall *hall, int target_ms, double ppm, double chunk_ms)
{
	memset(hall, 0, sizeof(*hall));
	hall->ring = ring_create(4000, target_ms);
	hall->ppm = ppm;
	hall->chunk_ms = hall->arrives_ms = hall->made_ms = chunk_ms;
	hall->random = 1;
	hall_look_anew(hall);
}

void hall_finish(struct hall *hall)
{
	ring_unref(hall->ring);
}

void hall_look_anew(struct hall *hall)
{
	hall->worst = hall->loudest = hall->step = hall->silent_ms = 0;
	hall->least_ms = 1e9;
	hall->most_ms = 0;
}

double hall_random(struct hall *hall)
{
	hall->random = hall->random * 1664525 + 1013904223;
	return (hall->random >> 8) / (double)(1 << 24);
}

double hall_waiting_ms(const struct hall *hall)
{
	return (double)ring_waiting(hall->ring) * 1000 / SOUND_RATE_HZ;
}

void hall_burst(struct hall *hall, double ms)
{
	size_t frames = (size_t)(ms * SOUND_RATE_HZ / 1000 + 0.5);

	for (size_t i = 0; i < frames; i++) {
		float sample = (float)(AMPLITUDE * sin(hall->phase) + hall->offset);

		chunk[2 * i] = sample;
		chunk[2 * i + 1] = -sample;
		hall->phase = fmod(hall->phase + 2 * M_PI * SINE_HZ / SOUND_RATE_HZ, 2 * M_PI);
	}
	if (!hall->is_stopped)
		ring_write(hall->ring, chunk, frames);
}

/* A chunk never overtakes the one before. */
static void write_due(struct hall *hall)
{
	while (hall->arrives_ms <= hall->now_ms) {
		hall_burst(hall, hall->chunk_ms);
		hall->made_ms += hall->chunk_ms / (1 + hall->ppm * 1e-6);
		double arrives_ms = hall->made_ms + (hall->late_ms ? hall->late_ms(hall) : 0);

		hall->arrives_ms = fmax(hall->arrives_ms, arrives_ms);
	}
}

static void hear(struct hall *hall, double sample)
{
	double w = 2 * M_PI * SINE_HZ / SOUND_RATE_HZ;
	double rule = sample - 2 * cos(w) * hall->heard[1] + hall->heard[0];

	hall->worst = fmax(hall->worst, fabs(rule));
	hall->loudest = fmax(hall->loudest, fabs(sample));
	hall->step = fmax(hall->step, fabs(sample - hall->heard[1]));
	hall->heard[0] = hall->heard[1];
	hall->heard[1] = sample;
}

static void read_tick(struct hall *hall)
{
	float out[SOUND_TICK_FRAMES * SOUND_CHANNELS];

	if (!ring_read_steered(hall->ring, out, SOUND_TICK_FRAMES))
		hall->silent_ms += 10;
	for (size_t i = 0; i < SOUND_TICK_FRAMES; i++)
		hear(hall, out[2 * i]);
	hall->least_ms = fmin(hall->least_ms, hall_waiting_ms(hall));
	hall->most_ms = fmax(hall->most_ms, hall_waiting_ms(hall));
}

void hall_run(struct hall *hall, double ms)
{
	for (double end_ms = hall->now_ms + ms; hall->now_ms < end_ms; hall->now_ms += 10) {
		write_due(hall);
		read_tick(hall);
	}
}
