/* SPDX-License-Identifier: EUPL-1.2
 *
 *   writer --chunks--> [ buffer ] --resample.c, by steer.c's ratio--> 10 ms ticks
 *
 *   silent  --as much waits as should--> fades in, plays
 *   playing --too little--> fades out, is silent
 *           --far too much--> crosses over to the target
 *
 * Both ends count frames, never time, so all of it works in whatever clock it is run.
 */
#include "ring.h"

#include <glib.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "clock.h"
#include "fade.h"
#include "resample.h"
#include "stage.h"
#include "steer.h"

#define FRAMES_PER_MS (SOUND_RATE_HZ / 1000)
#define RESYNC_MS     120 /* this much too much is skipped at once */
#define LINGER_MS     10  /* this much, a tick of the reader, if it stays.. */
#define LINGER_TICKS  200 /* ..so long: steering works off no more than 2 ms a second */
#define LEFT_MS	      5	  /* what a skip leaves at least */
#define STALL_TICKS   30  /* silence as long as this came of no jitter */
#define SPARE_MS      5	  /* what waits holds the writer's chunk and so much */
#define SAME_MS	      1	  /* targets nearer to each other than this are one */
#define MOST_CHUNK_MS 100 /* frames of sound are hardly longer: it holds what a stall kept back */
#define LOUDEST	      100.0f /* +40 dBFS: no sound, a decoder's accident */

struct ring {
	float *samples; /* capacity x 2, a power of two of frames */
	size_t mask;
	_Atomic(uint64_t) head; /* frames ever written */
	_Atomic(uint64_t) tail; /* frames ever read */
	/* a new connection begins at this frame; ~0: none */
	_Atomic(uint64_t) restart_at;
	struct bell bell;
	size_t last_chunk;     /* writer's: frames of the last write */
	_Atomic(size_t) chunk; /* of each of two writes in a row, at least */
	atomic_bool is_wanted;
	atomic_int delay_ms;
	atomic_int refs;

	/* reader's */
	double least_ms; /* target's, whatever is written */
	struct resampler *resampler;
	/* sound comes out; otherwise waits for as much as should wait */
	bool is_playing;
	struct steering steering;
	int applied_delay_ms;
	struct ending ending;
	unsigned silent_ticks; /* since it ran dry */
	unsigned linger_ticks; /* with too much on the mean */
	double linger_ms;      /* their sum */

	_Atomic(uint64_t) dropped, underruns, resyncs;
	_Atomic(double) seen_fill_ms, seen_target_ms, seen_ratio_ppm, seen_drift_ppm;
	_Atomic(int64_t) last_ns;
	struct stage arrived;
};

struct ring *ring_create(int capacity_ms, int target_ms)
{
	struct ring *ring = g_new0(struct ring, 1);
	size_t capacity = 1;

	while (capacity < (size_t)capacity_ms * FRAMES_PER_MS)
		capacity *= 2;
	ring->samples = g_new0(float, capacity *SOUND_CHANNELS);
	ring->mask = capacity - 1;
	ring->least_ms = target_ms;
	steering_init(&ring->steering, target_ms);
	ending_init(&ring->ending);
	ring->resampler = resampler_create();
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
	resampler_destroy(ring->resampler);
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

/* One that is alone (what a decoder made up for a loss) says nothing of what will come. */
static void note_chunk(struct ring *ring, size_t frames)
{
	size_t most = MOST_CHUNK_MS * FRAMES_PER_MS;
	size_t before = ring->last_chunk ? ring->last_chunk : frames;

	atomic_store_explicit(&ring->chunk, MIN(MIN(frames, before), most), memory_order_relaxed);
	ring->last_chunk = frames;
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

			/* false for NaN, too */
			to[c] = fabsf(sample) < LOUDEST ? sample : 0;
		}
	}
	note_chunk(ring, frames);
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

size_t ring_waiting(const struct ring *ring)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

	return (size_t)(atomic_load_explicit(&ring->head, memory_order_acquire) - tail);
}

/* What waits of the connection that is read now. `head` is looked at before `restart_at`: who sees
 * a new connection's frames sees where it begins. */
static size_t readable(const struct ring *ring)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	uint64_t restart_at = atomic_load_explicit(&ring->restart_at, memory_order_acquire);
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	return (size_t)(MIN(head, restart_at) - tail);
}

static double readable_ms(const struct ring *ring)
{
	return (double)readable(ring) / FRAMES_PER_MS;
}

static void advance(struct ring *ring, size_t frames)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	atomic_store_explicit(&ring->tail, tail + frames, memory_order_release);
}

/* Resamples from what is readable into `out`; returns the frames made. */
static size_t resample(struct ring *ring, float *out, size_t frames)
{
	double ratio = 1 + ring->steering.ratio;
	size_t made = 0, waits = readable(ring);

	while (made < frames && waits > 0) {
		uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
		size_t contiguous = ring->mask + 1 - (size_t)(tail & ring->mask);
		size_t used;

		made += resampler_run(ring->resampler, ratio, at(ring, tail),
				      MIN(waits, contiguous), &used, out + made * SOUND_CHANNELS,
				      frames - made);
		advance(ring, used);
		waits -= used;
	}
	return made;
}

/* Where a rate is converted, chunks are not all of one length: that is no other target. */
static void hold_chunk(struct ring *ring)
{
	size_t chunk = atomic_load_explicit(&ring->chunk, memory_order_relaxed);
	double base_ms = MAX(ring->least_ms, (double)chunk / FRAMES_PER_MS + SPARE_MS);

	if (fabs(base_ms - ring->steering.base_ms) > SAME_MS)
		steering_set_base(&ring->steering, base_ms);
}

static double wanted_ms(const struct ring *ring)
{
	return ring->steering.target_ms + ring->applied_delay_ms;
}

/* Leaves out `jump` frames (at least `frames`, and no more than is readable): crosses over from
 * what comes to what comes later. */
static void skip(struct ring *ring, float *out, size_t frames, size_t jump)
{
	g_autofree float *later = g_new0(float, frames *SOUND_CHANNELS);

	advance(ring, jump - frames);
	resampler_reset(ring->resampler);
	resample(ring, later, frames);
	fade_across(out, later, frames);
}

/* ---- steered ---- */

static void fall_silent(struct ring *ring)
{
	resampler_reset(ring->resampler);
	ring->is_playing = false;
	ring->silent_ticks = ring->linger_ticks = 0;
}

/* While silent: what is left of the older connection is dropped. */
static void begin_again_if_restarted(struct ring *ring)
{
	uint64_t restart_at = atomic_load_explicit(&ring->restart_at, memory_order_acquire);

	if (restart_at == UINT64_MAX)
		return;
	advance(ring, readable(ring));
	atomic_compare_exchange_strong(&ring->restart_at, &restart_at, UINT64_MAX);
	steering_init(&ring->steering, ring->steering.base_ms);
}

/* While silent: plays when as much is there as should be. */
static bool begin(struct ring *ring, float *out, size_t frames)
{
	size_t wanted = (size_t)(wanted_ms(ring) * FRAMES_PER_MS) + frames;

	memset(out, 0, frames * SOUND_CHANNELS * sizeof(*out));
	if (++ring->silent_ticks == STALL_TICKS)
		steering_excuse(&ring->steering);
	size_t waits = readable(ring);

	if (waits < wanted)
		return false;
	advance(ring, waits - wanted);
	steering_start(&ring->steering, wanted_ms(ring));
	ring->is_playing = true;
	fade_in(out, resample(ring, out, frames));
	ending_remember(&ring->ending, out, frames);
	return true;
}

/* The last frames there are, and a way out. At the end of a connection that is no underrun. */
static void run_dry(struct ring *ring, float *out, size_t made, size_t frames)
{
	ending_remember(&ring->ending, out, made);
	ending_play(&ring->ending, out + made * SOUND_CHANNELS, frames - made);
	fall_silent(ring);
	if (atomic_load_explicit(&ring->restart_at, memory_order_relaxed) != UINT64_MAX)
		return;
	atomic_fetch_add_explicit(&ring->underruns, 1, memory_order_relaxed);
	steering_rise(&ring->steering);
}

/* A longer delay falls silent until enough waits; a shorter one skips. */
static void change_delay(struct ring *ring, float *out, size_t frames, int delay_ms)
{
	int longer_ms = delay_ms - ring->applied_delay_ms;

	ring->applied_delay_ms = delay_ms;
	if (longer_ms > 0) {
		fade_out(out, frames);
		fall_silent(ring);
		return;
	}
	size_t waits = readable(ring);
	size_t most = waits > RESAMPLE_AHEAD ? waits - RESAMPLE_AHEAD : 0;
	size_t shorter = (size_t)(-longer_ms * FRAMES_PER_MS);
	size_t jump = MIN(shorter, most);

	if (jump >= frames) /* less than that is worked off by steering */
		skip(ring, out, frames, jump);
	steering_start(&ring->steering, wanted_ms(ring));
}

/* What has been too much for LINGER_TICKS; measured over the later half of them. 0: nothing yet. */
static double find_lingering_ms(struct ring *ring, double before_ms)
{
	if (ring->steering.mean_ms - wanted_ms(ring) < LINGER_MS) {
		ring->linger_ticks = 0;
		return 0;
	}
	if (ring->linger_ticks == LINGER_TICKS / 2)
		ring->linger_ms = 0;
	ring->linger_ms += before_ms;
	if (++ring->linger_ticks < LINGER_TICKS)
		return 0;
	ring->linger_ticks = 0;
	return ring->linger_ms / (LINGER_TICKS - LINGER_TICKS / 2) - wanted_ms(ring);
}

/* A burst, or what waits since the writer's delay became shorter. `before_ms`: what there was to be
 * read. */
static void skip_excess(struct ring *ring, float *out, size_t frames, double before_ms)
{
	double left_ms = readable_ms(ring), excess_ms = left_ms - wanted_ms(ring);

	if (excess_ms < RESYNC_MS)
		excess_ms = MIN(find_lingering_ms(ring, before_ms), left_ms - LEFT_MS);
	if (excess_ms < LINGER_MS)
		return;
	skip(ring, out, frames, (size_t)(excess_ms * FRAMES_PER_MS));
	ring->linger_ticks = 0;
	steering_start(&ring->steering, wanted_ms(ring));
	atomic_fetch_add_explicit(&ring->resyncs, 1, memory_order_relaxed);
}

static void play(struct ring *ring, float *out, size_t frames)
{
	int delay_ms = atomic_load_explicit(&ring->delay_ms, memory_order_relaxed);

	double before_ms = readable_ms(ring);

	steering_follow(&ring->steering, before_ms, wanted_ms(ring));
	size_t made = resample(ring, out, frames);

	if (made < frames) {
		run_dry(ring, out, made, frames);
		return;
	}
	if (delay_ms != ring->applied_delay_ms)
		change_delay(ring, out, frames, delay_ms);
	else
		skip_excess(ring, out, frames, before_ms);
	steering_relax(&ring->steering, readable_ms(ring) - ring->applied_delay_ms);
	if (ring->is_playing)
		ending_remember(&ring->ending, out, frames);
	else
		ending_init(&ring->ending); /* is faded out already */
}

static void publish(struct ring *ring)
{
	const struct steering *steering = &ring->steering;
	double fill_ms = ring->is_playing ? steering->mean_ms : readable_ms(ring);

	atomic_store_explicit(&ring->seen_fill_ms, fill_ms, memory_order_relaxed);
	atomic_store_explicit(&ring->seen_target_ms, steering->target_ms, memory_order_relaxed);
	atomic_store_explicit(&ring->seen_ratio_ppm, steering->ratio * 1e6, memory_order_relaxed);
	atomic_store_explicit(&ring->seen_drift_ppm, steering->drift * 1e6, memory_order_relaxed);
}

bool ring_read_steered(struct ring *ring, float *out, size_t frames)
{
	bool is_heard = true;

	hold_chunk(ring);
	if (ring->is_playing) {
		play(ring, out, frames);
	} else if (!ending_is_over(&ring->ending)) {
		ending_play(&ring->ending, out, frames);
	} else {
		begin_again_if_restarted(ring);
		ring->applied_delay_ms =
			atomic_load_explicit(&ring->delay_ms, memory_order_relaxed);
		is_heard = begin(ring, out, frames);
	}
	publish(ring);
	return is_heard;
}

size_t ring_drain(struct ring *ring, float *out, size_t most)
{
	size_t waits = ring_waiting(ring); /* once: MIN() would ask again, and it grows */
	size_t taken = MIN(waits, most);
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	for (size_t i = 0; i < taken; i++)
		memcpy(out + i * SOUND_CHANNELS, at(ring, tail + i),
		       SOUND_CHANNELS * sizeof(float));
	advance(ring, taken);
	return taken;
}

void ring_note_arrival(struct ring *ring, int64_t took_ns)
{
	stage_record(&ring->arrived, took_ns);
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
	stats->drift_ppm = atomic_load_explicit(&ring->seen_drift_ppm, memory_order_relaxed);
	stats->last_ns = atomic_load_explicit(&ring->last_ns, memory_order_relaxed);
	stage_read(&ring->arrived, &stats->arrived);
}
