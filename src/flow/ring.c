/* SPDX-License-Identifier: EUPL-1.2
 *
 *   writer --chunks--> [ buffer ] --steered: libsamplerate, ratio--> 10 ms ticks
 *                         fill ---> smoothed ---> PI controller --ratio--^
 *
 * A source writes chunks (10 to 32 ms) and the reader takes 10 ms at a time, so the fill is a sawtooth. What is steered is therefore
 * the fill's mean over SMOOTH_S. Both ends count frames, never time, so the control works in whatever clock it is run.
 */
#include "ring.h"

#include <glib.h>
#include <math.h>
#include <samplerate.h>
#include <stdatomic.h>
#include <string.h>

#include "clock.h"

#define FRAMES_PER_MS  (SOUND_RATE_HZ / 1000)
#define TICKS_PER_S    (SOUND_RATE_HZ / SOUND_TICK_FRAMES)
#define SMOOTH_S       2.0     /* time constant of the fill's mean */
#define PULL_S	       12.0    /* a lasting error of the fill is worked off in about this time */
#define LEARN_S	       60.0    /* the drift is learned in about this time */
#define MOST_RATIO     0.002   /* 2000 ppm: 3.5 cents, nobody hears it */
#define SLEW	       (20e-6) /* ratio's greatest change a tick */
#define RISE_MS	       10      /* target's step up after an underrun */
#define FALL_MS	       5       /* and down */
#define FALL_AFTER_S   30
#define MOST_TARGET_MS 250
#define RESYNC_MS      120 /* this much too much is skipped at once */
#define FADE_FRAMES    240 /* 5 ms */
#define NEAR_EMPTY_MS  8

struct ring {
	float *samples; /* capacity x 2, a power of two of frames */
	size_t mask;
	_Atomic(uint64_t) head;	      /* frames ever written */
	_Atomic(uint64_t) tail;	      /* frames ever read */
	_Atomic(uint64_t) restart_at; /* a new connection begins at this frame; ~0: none */
	struct bell bell;
	atomic_bool is_wanted;
	atomic_int delay_ms;
	atomic_int refs;

	/* reader's */
	SRC_STATE *resampler;
	bool is_playing; /* sound comes out; otherwise waits for the target to fill */
	int base_target_ms;
	double target_ms, fill_mean, drift, ratio;
	int calm_ticks;	      /* since the fill came near empty */
	double least_fill_ms; /* within them */
	float last[SOUND_CHANNELS];
	int applied_delay_ms;

	_Atomic(uint64_t) dropped, underruns, resyncs;
	_Atomic(double) seen_fill_ms, seen_target_ms, seen_ratio_ppm;
	_Atomic(int64_t) last_ns;
};

struct ring *ring_create(int capacity_ms, int target_ms)
{
	struct ring *ring = g_new0(struct ring, 1);
	size_t capacity = 1;
	int failure;

	while (capacity < (size_t)capacity_ms * FRAMES_PER_MS)
		capacity *= 2;
	ring->samples = g_new0(float, capacity *SOUND_CHANNELS);
	ring->mask = capacity - 1;
	ring->base_target_ms = target_ms;
	ring->target_ms = target_ms;
	ring->resampler = src_new(SRC_SINC_FASTEST, SOUND_CHANNELS, &failure);
	if (!ring->resampler)
		g_error("ring: %s", src_strerror(failure));
	atomic_init(&ring->restart_at, UINT64_MAX);
	atomic_init(&ring->is_wanted, true);
	atomic_init(&ring->refs, 1);
	atomic_init(&ring->seen_target_ms, target_ms);
	return ring;
}

struct ring *ring_ref(struct ring *ring)
{
	atomic_fetch_add_explicit(&ring->refs, 1, memory_order_relaxed);
	return ring;
}

void ring_unref(struct ring *ring)
{
	if (!ring || atomic_fetch_sub_explicit(&ring->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (ring->bell.release)
		ring->bell.release(ring->bell.data);
	src_delete(ring->resampler);
	g_free(ring->samples);
	g_free(ring);
}

void ring_hang_bell(struct ring *ring, struct bell bell)
{
	ring->bell = bell;
}

static float *at(struct ring *ring, uint64_t frame)
{
	return ring->samples + (frame & ring->mask) * SOUND_CHANNELS;
}

void ring_write(struct ring *ring, const float *samples, size_t frames)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	size_t room = ring->mask + 1 - (size_t)(head - tail);
	size_t taken = frames < room ? frames : room;

	for (size_t i = 0; i < taken; i++) {
		float *to = at(ring, head + i);

		for (int c = 0; c < SOUND_CHANNELS; c++) {
			float sample = samples[i * SOUND_CHANNELS + (size_t)c];

			to[c] = isfinite(sample) ? sample : 0;
		}
	}
	atomic_store_explicit(&ring->head, head + taken, memory_order_release);
	atomic_fetch_add_explicit(&ring->dropped, frames - taken, memory_order_relaxed);
	atomic_store_explicit(&ring->last_ns, clock_now_ns(), memory_order_relaxed);
	if (ring->bell.ring)
		ring->bell.ring(ring->bell.data);
}

void ring_restart(struct ring *ring)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	atomic_store_explicit(&ring->restart_at, head, memory_order_release);
}

void ring_set_delay_ms(struct ring *ring, int delay_ms)
{
	atomic_store_explicit(&ring->delay_ms, CLAMP(delay_ms, 0, 2000), memory_order_relaxed);
}

static size_t waiting(struct ring *ring)
{
	return (size_t)(atomic_load_explicit(&ring->head, memory_order_acquire) -
			atomic_load_explicit(&ring->tail, memory_order_relaxed));
}

static void advance(struct ring *ring, size_t frames)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	atomic_store_explicit(&ring->tail, tail + frames, memory_order_release);
}

/* Resamples from what waits (at most a few contiguous pieces) into `out`; returns the frames made. */
static size_t resample(struct ring *ring, float *out, size_t frames)
{
	size_t made = 0;

	while (made < frames) {
		uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
		size_t contiguous = ring->mask + 1 - (size_t)(tail & ring->mask);
		size_t waits = waiting(ring);
		SRC_DATA data = {
			.data_in = at(ring, tail),
			.data_out = out + made * SOUND_CHANNELS,
			.input_frames = (long)(waits < contiguous ? waits : contiguous),
			.output_frames = (long)(frames - made),
			.src_ratio = 1 + ring->ratio,
		};

		if (src_process(ring->resampler, &data) != 0)
			return made;
		advance(ring, (size_t)data.input_frames_used);
		made += (size_t)data.output_frames_gen;
		if (data.output_frames_gen == 0 && data.input_frames_used == 0)
			return made;
	}
	return made;
}

static void settle_anew(struct ring *ring)
{
	src_reset(ring->resampler);
	ring->is_playing = false;
	ring->ratio = ring->drift = 0;
	ring->fill_mean = -1;
}

static double wanted_ms(const struct ring *ring)
{
	return ring->target_ms + ring->applied_delay_ms;
}

/* A ratio above 0 makes more frames out of fewer: the fill grows. */
static void steer(struct ring *ring)
{
	double fill_ms = (double)waiting(ring) / FRAMES_PER_MS;

	if (ring->fill_mean < 0)
		ring->fill_mean = fill_ms;
	ring->fill_mean += (fill_ms - ring->fill_mean) / (SMOOTH_S * TICKS_PER_S);

	double error_s = (wanted_ms(ring) - ring->fill_mean) / 1000;

	ring->drift = CLAMP(ring->drift + error_s / PULL_S / (LEARN_S * TICKS_PER_S), -MOST_RATIO,
			    MOST_RATIO);
	double ratio = CLAMP(error_s / PULL_S + ring->drift, -MOST_RATIO, MOST_RATIO);

	ring->ratio += CLAMP(ratio - ring->ratio, -SLEW, SLEW);
	atomic_store_explicit(&ring->seen_fill_ms, ring->fill_mean, memory_order_relaxed);
	atomic_store_explicit(&ring->seen_target_ms, ring->target_ms, memory_order_relaxed);
	atomic_store_explicit(&ring->seen_ratio_ppm, ring->ratio * 1e6, memory_order_relaxed);
}

static void set_target(struct ring *ring, double target_ms)
{
	ring->target_ms =
		CLAMP(target_ms, ring->base_target_ms, MAX(MOST_TARGET_MS, ring->base_target_ms));
	ring->calm_ticks = 0;
	ring->least_fill_ms = 1e9;
}

/* The target comes down when for FALL_AFTER_S there was always clearly more than needed. */
static void relax(struct ring *ring)
{
	double fill_ms = (double)waiting(ring) / FRAMES_PER_MS - ring->applied_delay_ms;

	if (fill_ms < ring->least_fill_ms)
		ring->least_fill_ms = fill_ms;
	if (ring->least_fill_ms < NEAR_EMPTY_MS) {
		ring->calm_ticks = 0;
		ring->least_fill_ms = 1e9;
	} else if (++ring->calm_ticks > FALL_AFTER_S * TICKS_PER_S) {
		set_target(ring, ring->target_ms - FALL_MS);
	}
}

static void fade(float *samples, size_t frames, double from, double to)
{
	for (size_t i = 0; i < frames; i++) {
		float gain = (float)(from + (to - from) * (double)i / (double)frames);

		for (int c = 0; c < SOUND_CHANNELS; c++)
			samples[i * SOUND_CHANNELS + (size_t)c] *= gain;
	}
}

/* From the last sample heard down to silence, over FADE_FRAMES. */
static void fade_out_from_last(struct ring *ring, float *out, size_t frames)
{
	for (size_t i = 0; i < frames; i++)
		for (int c = 0; c < SOUND_CHANNELS; c++) {
			float gain = i < FADE_FRAMES ? 1 - (float)i / FADE_FRAMES : 0;

			out[i * SOUND_CHANNELS + (size_t)c] = ring->last[c] * gain;
		}
	memset(ring->last, 0, sizeof(ring->last));
}

static void remember_last(struct ring *ring, const float *out, size_t frames)
{
	memcpy(ring->last, out + (frames - 1) * SOUND_CHANNELS, sizeof(ring->last));
}

/* Drops `excess` frames of what waits, and crosses over from what would have come to what comes after. */
static void skip(struct ring *ring, float *out, size_t frames, size_t excess)
{
	g_autofree float *after = g_new0(float, frames *SOUND_CHANNELS);

	advance(ring, excess);
	resample(ring, after, frames);
	for (size_t i = 0; i < frames; i++)
		for (int c = 0; c < SOUND_CHANNELS; c++) {
			size_t n = i * SOUND_CHANNELS + (size_t)c;
			float part = (float)i / (float)frames;

			out[n] = out[n] * (1 - part) + after[n] * part;
		}
	ring->fill_mean = -1;
	atomic_fetch_add_explicit(&ring->resyncs, 1, memory_order_relaxed);
}

static void begin_again_if_restarted(struct ring *ring)
{
	uint64_t at_frame = atomic_load_explicit(&ring->restart_at, memory_order_acquire);
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	if (at_frame == UINT64_MAX || tail < at_frame)
		return;
	atomic_compare_exchange_strong(&ring->restart_at, &at_frame, UINT64_MAX);
	ring->target_ms = ring->base_target_ms;
	settle_anew(ring);
}

/* A longer delay waits in silence for the difference, a shorter one skips it. */
static void apply_delay(struct ring *ring)
{
	int delay_ms = atomic_load_explicit(&ring->delay_ms, memory_order_relaxed);

	if (delay_ms > ring->applied_delay_ms && ring->is_playing) {
		ring->is_playing = false;
		ring->fill_mean = -1;
	}
	ring->applied_delay_ms = delay_ms;
}

static bool run_dry(struct ring *ring, float *out, size_t made, size_t frames)
{
	if (made)
		remember_last(ring, out, made);
	fade_out_from_last(ring, out + made * SOUND_CHANNELS, frames - made);
	atomic_fetch_add_explicit(&ring->underruns, 1, memory_order_relaxed);
	set_target(ring, ring->target_ms + RISE_MS);
	src_reset(ring->resampler);
	ring->is_playing = false;
	ring->fill_mean = -1;
	return true;
}

/* While silent: begins when the target is there. */
static bool begin(struct ring *ring, float *out, size_t frames)
{
	memset(out, 0, frames * SOUND_CHANNELS * sizeof(*out));
	if ((double)waiting(ring) < wanted_ms(ring) * FRAMES_PER_MS + (double)frames)
		return false;
	size_t excess = waiting(ring) - (size_t)(wanted_ms(ring) * FRAMES_PER_MS) - frames;

	advance(ring, excess);
	ring->is_playing = true;
	size_t made = resample(ring, out, frames);

	fade(out, made, 0, 1);
	remember_last(ring, out, frames);
	return true;
}

bool ring_read_steered(struct ring *ring, float *out, size_t frames)
{
	begin_again_if_restarted(ring);
	bool was_playing = ring->is_playing;

	apply_delay(ring);
	if (was_playing && !ring->is_playing) {
		fade_out_from_last(ring, out, frames);
		return true;
	}
	if (!ring->is_playing)
		return begin(ring, out, frames);
	steer(ring);
	size_t made = resample(ring, out, frames);

	if (made < frames)
		return run_dry(ring, out, made, frames);
	double excess_ms = (double)waiting(ring) / FRAMES_PER_MS - wanted_ms(ring);

	if (excess_ms > RESYNC_MS)
		skip(ring, out, frames, (size_t)(excess_ms * FRAMES_PER_MS) - frames);
	relax(ring);
	remember_last(ring, out, frames);
	return true;
}

size_t ring_drain(struct ring *ring, float *out, size_t most)
{
	size_t waits = waiting(ring);
	size_t taken = waits < most ? waits : most;
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	for (size_t i = 0; i < taken; i++)
		memcpy(out + i * SOUND_CHANNELS, at(ring, tail + i),
		       SOUND_CHANNELS * sizeof(float));
	advance(ring, taken);
	return taken;
}

void ring_set_wanted(struct ring *ring, bool is_wanted)
{
	atomic_store_explicit(&ring->is_wanted, is_wanted, memory_order_relaxed);
}

bool ring_is_wanted(const struct ring *ring)
{
	return atomic_load_explicit(&ring->is_wanted, memory_order_relaxed);
}

void ring_read_stats(const struct ring *ring, struct ring_stats *stats)
{
	stats->written = atomic_load_explicit(&ring->head, memory_order_relaxed);
	stats->dropped = atomic_load_explicit(&ring->dropped, memory_order_relaxed);
	stats->underruns = atomic_load_explicit(&ring->underruns, memory_order_relaxed);
	stats->resyncs = atomic_load_explicit(&ring->resyncs, memory_order_relaxed);
	stats->fill_ms = atomic_load_explicit(&ring->seen_fill_ms, memory_order_relaxed);
	stats->target_ms = atomic_load_explicit(&ring->seen_target_ms, memory_order_relaxed);
	stats->ratio_ppm = atomic_load_explicit(&ring->seen_ratio_ppm, memory_order_relaxed);
	stats->last_ns = atomic_load_explicit(&ring->last_ns, memory_order_relaxed);
}
