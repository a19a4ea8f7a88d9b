/* SPDX-License-Identifier: EUPL-1.2
 *
 * ring: sound from one writer to one reader, lock-free, 48,000 Hz, 2 channels interleaved (L R L
 * R), 32-bit float, full scale 1.0. "Frames" are sample pairs.
 *
 * Two ways to read, one for each place where rings stand:
 *   ring_read_steered()  a source's end at the mixer. The source's clock is not ours: the reader
 *                        resamples (resample.h) by a ratio that holds the fill at its target
 *                        (steer.h), so that 300 ppm either way never clicks and never adds delay.
 *                        The target holds what is written at once (10 to 32 ms) and 5 ms.
 *                        Too little: fades out, silence, and in again when there is enough. Far
 *                        too much (120 ms, a burst after a stall): a crossfade to the target.
 *   ring_drain()         a bus's end at its encoder. The mixer's own clock: what was written comes
 *                        out as it is.
 *
 * Reference-counted like a slot.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <twinstage/stage_stats.h>

#include "bell.h"

#define SOUND_RATE_HZ	  48000
#define SOUND_CHANNELS	  2
#define SOUND_TICK_FRAMES 480 /* 10 ms */

struct ring;

struct ring_stats {
	uint64_t written; /* frames written */
	/* frames the writer could not place because the reader has stopped */
	uint64_t dropped;
	uint64_t underruns; /* steered reads that found too little */
	uint64_t resyncs;   /* jumps to the target, because there was too much */
	double fill_ms;	    /* what waits now, smoothed */
	/* what should wait when the reader comes, without the extra delay */
	double target_ms;
	/* by how much the reader stretches now: against the drift, and towards the target */
	double ratio_ppm;
	/* the part against the drift, as learned within about three minutes: what the source is slow by */
	double drift_ppm;
	int64_t last_ns; /* when something was written last; 0: never */
	/* from the first byte of what was written to its being written, where it is known */
	struct stage_stats arrived;
};

/* Holds `capacity_ms` of sound (at least what target and delay will ask for; 4000 is good for a
 * source). `target_ms`: the least that should wait when the reader comes. */
struct ring *ring_create(int capacity_ms, int target_ms);
struct ring *ring_ref(struct ring *ring);
void ring_unref(struct ring *ring); /* NULL is allowed */

/* Before the writer starts. Rung after each write. */
void ring_hang_bell(struct ring *ring, struct bell bell);

/* Writer. Appends `frames` sample pairs; what does not fit is dropped and counted. Samples that
 * are not finite, or beyond +40 dBFS, become 0. */
void ring_write(struct ring *ring, const float *samples, size_t frames);

/* Writer. What is written now took so long from its first byte. */
void ring_note_arrival(struct ring *ring, int64_t took_ns);

/* Writer. Says that a new connection begins: what waits is of another time and the reader lets it
 * run out, then settles anew (drift forgotten). */
void ring_restart(struct ring *ring);

/* Any thread. Extra delay of this sound, 0 to 2000 ms, reached without a click. */
void ring_set_delay_ms(struct ring *ring, int delay_ms);

/* Reader. Fills `out` with exactly `frames` sample pairs, silence where there is nothing. Returns
 * whether any of it is the source's sound. */
bool ring_read_steered(struct ring *ring, float *out, size_t frames);

/* Reader. Moves up to `most` frames into `out`; returns how many. */
size_t ring_drain(struct ring *ring, float *out, size_t most);

/* Any thread. Frames written and not read. */
size_t ring_waiting(const struct ring *ring);

/* Any thread: as with slots. */
void ring_set_wanted(struct ring *ring, bool is_wanted);
bool ring_is_wanted(const struct ring *ring);

void ring_read_stats(const struct ring *ring, struct ring_stats *stats);
