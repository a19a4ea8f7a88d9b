/* SPDX-License-Identifier: EUPL-1.2
 *
 *   control loop --handoff--> [video thread: sleep until the grid's next time, video_tick()]
 *                --handoff--> [audio thread: the same every 10 ms, audio_tick()]
 */
#include "mixer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <twinstage/note.h>

#include "audio.h"
#include "clock.h"
#include "error.h"
#include "handoff.h"
#include "mailbox.h"
#include "phase.h"
#include "plan.h"
#include "priority.h"
#include "video.h"

#define AUDIO_TICK_NS	  (10 * NS_PER_MS)
#define MOST_AUDIO_BEHIND 5 /* ticks made up for in a row; more than that is silence already */

struct tick_counts {
	_Atomic(uint64_t) made, missed;
	_Atomic(double) cost_us;
	uint64_t told_missed; /* its thread's, like the next */
	int64_t told_ns;
};

struct mixer {
	struct mixer_config config;
	struct mailbox *up;
	struct handoff *pictures, *sounds;
	struct video *video;
	struct audio *audio;
	pthread_t video_thread, audio_thread;
	bool has_video_thread, has_audio_thread;
	atomic_bool is_ending, has_audio_priority;
	struct tick_counts video_counts, audio_counts;
	struct phase phase; /* video thread's */
};

static void count_tick(struct tick_counts *counts, int64_t begun_ns)
{
	double cost = (double)(clock_now_ns() - begun_ns) / 1000;
	double smooth = atomic_load_explicit(&counts->cost_us, memory_order_relaxed);

	atomic_store_explicit(&counts->cost_us, smooth + (cost - smooth) / 30,
			      memory_order_relaxed);
	atomic_fetch_add_explicit(&counts->made, 1, memory_order_relaxed);
}

static void tell_missed(struct mixer *mixer, struct tick_counts *counts, enum note_kind kind,
			int64_t now_ns)
{
	uint64_t missed = atomic_load_explicit(&counts->missed, memory_order_relaxed);

	if (missed == counts->told_missed || now_ns - counts->told_ns < NS_PER_S)
		return;
	if (mixer->up)
		mailbox_post(mixer->up,
			     note_new(kind, 0, (int64_t)(missed - counts->told_missed), NULL));
	counts->told_missed = missed;
	counts->told_ns = now_ns;
}

/* The n-th tick is due at start + n / fps, so that no rounding adds up. */
static int64_t tick_time(const struct mixer *mixer, int64_t start_ns, int64_t n)
{
	return start_ns + mixer->phase.shift_ns + n * NS_PER_S / mixer->config.fps;
}

static void make_pictures(struct mixer *mixer, int64_t due_ns)
{
	const struct picture_plan *plan = handoff_latest(mixer->pictures);
	uint64_t source_id = mixer->phase.source_id;

	video_tick(mixer->video, plan, due_ns);
	int64_t came_ns = video_on_air(mixer->video, plan, &source_id);

	phase_follow(&mixer->phase, source_id, came_ns, due_ns);
}

static void *run_video(void *data)
{
	struct mixer *mixer = data;
	int64_t start_ns = clock_now_ns();

	pthread_setname_np(pthread_self(), "mix-video");
	for (int64_t n = 1; !atomic_load(&mixer->is_ending); n++) {
		int64_t due_ns = tick_time(mixer, start_ns, n);

		clock_sleep_until(due_ns);
		int64_t now_ns = clock_now_ns();
		int64_t late = (now_ns - due_ns) * mixer->config.fps / NS_PER_S;

		if (late > 0) {
			atomic_fetch_add_explicit(&mixer->video_counts.missed, (uint64_t)late,
						  memory_order_relaxed);
			n += late;
			due_ns = tick_time(mixer, start_ns, n);
		}
		make_pictures(mixer, due_ns);
		count_tick(&mixer->video_counts, now_ns);
		tell_missed(mixer, &mixer->video_counts, NOTE_TICKS_MISSED, now_ns);
	}
	return NULL;
}

/* Sound is counted in samples: a late tick is made up for at once, so that the buses never lack
 * any. */
static void *run_audio(void *data)
{
	struct mixer *mixer = data;
	int64_t due_ns = clock_now_ns();

	pthread_setname_np(pthread_self(), "mix-audio");
	atomic_store(&mixer->has_audio_priority, priority_take(PRIORITY_TICK));
	while (!atomic_load(&mixer->is_ending)) {
		due_ns += AUDIO_TICK_NS;
		clock_sleep_until(due_ns);
		int64_t now_ns = clock_now_ns();
		int64_t behind = (now_ns - due_ns) / AUDIO_TICK_NS;

		if (behind > MOST_AUDIO_BEHIND) {
			atomic_fetch_add_explicit(&mixer->audio_counts.missed, (uint64_t)behind,
						  memory_order_relaxed);
			due_ns += behind * AUDIO_TICK_NS;
		}
		audio_tick(mixer->audio, handoff_latest(mixer->sounds));
		count_tick(&mixer->audio_counts, now_ns);
		tell_missed(mixer, &mixer->audio_counts, NOTE_SOUND_MISSED, now_ns);
	}
	return NULL;
}

struct mixer *mixer_create(const struct mixer_config *config, struct mailbox *up, GError **error)
{
	struct mixer *mixer = g_new0(struct mixer, 1);

	mixer->config = *config;
	mixer->up = up;
	mixer->pictures = handoff_create(picture_plan_free);
	mixer->sounds = handoff_create(sound_plan_free);
	mixer->video = video_create(config, up);
	mixer->audio = audio_create();
	phase_init(&mixer->phase, config->fps);
	mixer->has_video_thread = pthread_create(&mixer->video_thread, NULL, run_video, mixer) == 0;
	mixer->has_audio_thread = pthread_create(&mixer->audio_thread, NULL, run_audio, mixer) == 0;
	if (mixer->has_video_thread && mixer->has_audio_thread)
		return mixer;
	fail(error, ERROR_INTERNAL, "mixer: no thread to be had");
	mixer_destroy(mixer);
	return NULL;
}

void mixer_show(struct mixer *mixer, struct picture_plan *plan)
{
	picture_plan_hold(plan);
	handoff_give(mixer->pictures, plan);
}

void mixer_route(struct mixer *mixer, struct sound_plan *plan)
{
	sound_plan_hold(plan);
	handoff_give(mixer->sounds, plan);
}

void mixer_read_stats(const struct mixer *mixer, struct mixer_stats *stats)
{
	stats->video_ticks = atomic_load_explicit(&mixer->video_counts.made, memory_order_relaxed);
	stats->video_missed =
		atomic_load_explicit(&mixer->video_counts.missed, memory_order_relaxed);
	stats->video_tick_us =
		atomic_load_explicit(&mixer->video_counts.cost_us, memory_order_relaxed);
	stats->audio_ticks = atomic_load_explicit(&mixer->audio_counts.made, memory_order_relaxed);
	stats->audio_missed =
		atomic_load_explicit(&mixer->audio_counts.missed, memory_order_relaxed);
	stats->audio_tick_us =
		atomic_load_explicit(&mixer->audio_counts.cost_us, memory_order_relaxed);
	stats->has_audio_priority = atomic_load(&mixer->has_audio_priority);
}

void mixer_destroy(struct mixer *mixer)
{
	if (!mixer)
		return;
	atomic_store(&mixer->is_ending, true);
	if (mixer->has_video_thread)
		pthread_join(mixer->video_thread, NULL);
	if (mixer->has_audio_thread)
		pthread_join(mixer->audio_thread, NULL);
	video_destroy(mixer->video);
	audio_destroy(mixer->audio);
	handoff_destroy(mixer->pictures);
	handoff_destroy(mixer->sounds);
	g_free(mixer);
}
