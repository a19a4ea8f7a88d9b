/* SPDX-License-Identifier: EUPL-1.2
 *
 * What is known of a source, gathered from its slot, ring and meter and from the media part that fills
 * them.
 */
#include <math.h>
#include <string.h>

#include "clock.h"
#include "eye.h"
#include "ingest.h"
#include "meter.h"
#include "ring.h"
#include "settings.h"
#include "slot.h"
#include "source.h"
#include "speaker_input.h"
#include "srt_listener.h"
#include "plan.h"
#include "state.h"

const char *source_state_name(enum source_state state)
{
#define WORD_TEXT(code, text) [code] = text,
	static const char *const names[] = {SOURCE_STATES(WORD_TEXT)};
#undef WORD_TEXT

	return names[state];
}

const char *tally_name(enum tally tally)
{
	static const char *const names[] = {
		[TALLY_OFF] = "off", [TALLY_PREVIEW] = "preview", [TALLY_PROGRAM] = "program"};

	return names[tally];
}

int source_count(const struct show *show)
{
	return (int)show->sources->len;
}

/* ---- sound and picture, whatever brings them ---- */

static void view_levels(const struct source *source, struct source_view *view)
{
	struct meter_levels levels;

	meter_read(source->meter, &levels);
	view->peak_db = MAX(levels.peak_db[0], levels.peak_db[1]);
	view->rms_db = MAX(levels.rms_db[0], levels.rms_db[1]);
	view->held_db = levels.held_db;
	view->momentary_lufs = levels.momentary_lufs;
	view->short_term_lufs = levels.short_term_lufs;
	view->window_lufs = levels.window_lufs;
	view->clips = levels.clips;
	view->silent_s = levels.silent_s;
}

static void view_sight(const struct source *source, struct source_view *view)
{
	struct eye_sight sight;

	if (!source->eye)
		return;
	eye_read(source->eye, clock_now_ns(), &sight);
	view->seen_s = sight.seen_s;
	view->black_s = sight.black_s;
	view->frozen_s = sight.frozen_s;
}

static void view_ring(const struct source *source, struct source_view *view)
{
	struct ring_stats ring;

	ring_read_stats(source->ring, &ring);
	view->has_sound = ring.written > 0;
	view->ring_ms = ring.fill_ms;
	view->ring_target_ms = ring.target_ms;
	/* A source whose clock is fast is made fewer frames of: the ratio goes below 1. Never -0. */
	view->drift_ppm = -ring.drift_ppm + 0.0;
	view->resampler_ratio = 1 + ring.ratio_ppm / 1e6;
	view->sound_decode = ring.arrived;
	view->underruns = ring.underruns;
	view->resyncs = ring.resyncs;
}

static bool is_fresh(int64_t last_ns)
{
	return last_ns && clock_now_ns() - last_ns < NS_PER_S;
}

static void view_slot(const struct source *source, struct source_view *view)
{
	struct slot_stats slot;

	slot_read_stats(source->slot, &slot);
	view->has_picture = slot.written > 0;
	view->pictures = slot.written;
	view->pictures_dropped = slot.dropped;
	view->pictures_repeated = slot.repeated;
	view->decode = slot.arrived;
	view->tick_wait = slot.waited;
	if (!is_fresh(slot.last_ns))
		return;
	if (slot.arrived.count)
		view->decode_ms = slot.arrived.recent_ms;
	if (slot.waited.count && slot.is_looked_at)
		view->tick_wait_ms = slot.waited.recent_ms;
}

/* `skew_ms`: how much later pictures are in the slot than their sound in the ring. */
static void view_delays(const struct show *show, double skew_ms, struct source_view *view)
{
	double wait_ms =
		isnan(view->tick_wait_ms) ? 500.0 / show->settings->fps : view->tick_wait_ms;

	view->picture_delay_ms = view->decode_ms + wait_ms;
	view->lip_sync_ms = skew_ms + wait_ms - view->ring_ms;
}

/* ---- what brings them ---- */

static void view_media(const struct show *show, const struct ingest_stats *stats,
		       struct source_view *view)
{
	view->width = stats->width;
	view->height = stats->height;
	view->fps = stats->fps;
	view->is_interlaced = stats->is_interlaced;
	view->profile = g_intern_string(stats->profile);
	view->key_interval_ms = stats->key_interval_ms > 0 ? stats->key_interval_ms : NAN;
	view->coded_fps = stats->coded_fps > 0 ? stats->coded_fps : NAN;
	view->has_b_frames = stats->has_b_frames;
	view->video_codec = g_intern_string(stats->video_codec);
	view->audio_codec = g_intern_string(stats->audio_codec);
	view->pictures_late = stats->late_frames;
	if (view->state == SOURCE_LIVE)
		view_delays(show, stats->skew_ms, view);
}

static void view_srt(const struct show *show, const struct source *source, struct source_view *view)
{
	struct srt_stats srt;
	struct ingest_stats ingest;

	if (!show->srt || !srt_listener_read_stats(show->srt, source->id, &srt, &ingest))
		return;
	view_media(show, &ingest, view);
	view->loss_percent = srt.loss_percent;
	view->window_loss_percent = srt.window_loss_percent;
	view->window_dropped = srt.window_dropped;
	view->rtt_ms = srt.rtt_ms;
	view->kbps = srt.kbps;
	view->srt_latency_ms = srt.latency_ms;
	view->srt_buffer_ms = srt.buffer_ms;
}

static void view_speaker(const struct show *show, const struct source *source,
			 struct source_view *view)
{
	const struct speaker *speaker = show_speaker_by_id(show, source->id);
	struct ingest_stats ingest;
	struct speaker_stats stats;

	if (!speaker || !speaker->input)
		return;
	speaker_input_read_stats(speaker->input, &ingest, &stats);
	view_media(show, &ingest, view);
	view->loss_percent = stats.loss_percent;
	view->window_loss_percent = stats.window_loss_percent;
	view->kbps = stats.kbps;
	view->jitter_ms = stats.jitter_ms;
	if (stats.picture_wait_ms > 0)
		view->jitter_picture_ms = stats.picture_wait_ms;
	if (stats.sound_wait_ms > 0)
		view->jitter_sound_ms = stats.sound_wait_ms;
}

static void view_own(const struct show *show, const struct source *source, struct source_view *view)
{
	struct ingest_stats ingest;

	if (!source->ingest)
		return;
	ingest_read_stats(source->ingest, &ingest);
	view_media(show, &ingest, view);
}

static void view_known(const struct source *source, struct source_view *view)
{
	*view = (struct source_view){
		.name = source->name,
		.kind = source->kind,
		.role = source->role,
		.state = source->state,
		.tally = source->tally,
		.detail = source->detail,
		.path = source->path ? source->path : "",
		.gain_db = source->gain_db,
		.is_muted = source->is_muted,
		.is_pinned = source->is_pinned,
		.delay_ms = source->delay_ms,
		.has_passphrase = source->passphrase != NULL,
		.video_codec = "",
		.audio_codec = "",
		.profile = "",
		.state_s = (double)(clock_now_ns() - source->state_ns) / NS_PER_S,
		.key_interval_ms = NAN,
		.coded_fps = NAN,
		.window_lufs = METER_FLOOR_DB,
		.peak_db = METER_FLOOR_DB,
		.rms_db = METER_FLOOR_DB,
		.held_db = METER_FLOOR_DB,
		.momentary_lufs = METER_FLOOR_DB,
		.short_term_lufs = METER_FLOOR_DB,
		.resampler_ratio = 1,
		.decode_ms = NAN,
		.tick_wait_ms = NAN,
		.picture_delay_ms = NAN,
		.lip_sync_ms = NAN,
		.loss_percent = NAN,
		.window_loss_percent = NAN,
		.rtt_ms = NAN,
		.kbps = NAN,
		.srt_buffer_ms = NAN,
		.jitter_ms = NAN,
		.jitter_picture_ms = NAN,
		.jitter_sound_ms = NAN,
	};
}

static bool shows(const struct scene *scene, const struct source *source)
{
	bool is_speaker = source->kind == SOURCE_SPEAKER;

	for (guint i = 0; i < scene->boxes->len; i++) {
		uint64_t id = g_array_index(scene->boxes, struct box, i).source_id;

		if (id == source->id || (is_speaker && !id))
			return true;
	}
	return scene->still_id == source->id;
}

static bool is_in_scene(const struct show *show, const struct source *source)
{
	for (guint i = 0; i < show->scenes->len; i++)
		if (shows(show->scenes->pdata[i], source))
			return true;
	return false;
}

void source_view(const struct show *show, int index, struct source_view *view)
{
	assert_control_thread(show);
	const struct source *source = show->sources->pdata[index];

	view_known(source, view);
	view->is_in_scene = is_in_scene(show, source);
	view->is_heard = plan_is_heard(show, source);
	if (source->meter) {
		view_levels(source, view);
		view_sight(source, view);
		view_ring(source, view);
		view_slot(source, view);
	}
	if (source->kind == SOURCE_SRT)
		view_srt(show, source, view);
	else if (source->kind == SOURCE_SPEAKER)
		view_speaker(show, source, view);
	else
		view_own(show, source, view);
}

bool source_find(const struct show *show, const char *name, struct source_view *view)
{
	for (guint i = 0; i < show->sources->len; i++) {
		const struct source *source = show->sources->pdata[i];

		if (strcmp(source->name, name) == 0) {
			source_view(show, (int)i, view);
			return true;
		}
	}
	return false;
}
