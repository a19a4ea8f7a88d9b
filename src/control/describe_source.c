/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"
#include "describe_parts.h"
#include "dispatch.h"
#include "source.h"
#include "source_table.h"

#define WORD_TEXT(code, text) [code] = text,
static const char *const kinds[] = {SOURCE_KINDS(WORD_TEXT)[SOURCE_SPEAKER] = "speaker"};
static const char *const roles[] = {ROLES(WORD_TEXT)};

const char *role_name(enum role role)
{
	return roles[role];
}

const char *kind_name(enum source_kind kind)
{
	return kinds[kind];
}

/* ---- JSON ---- */

static void put_set(json_t *object, const struct source_view *view)
{
	put_text(object, "name", view->name);
	put_text(object, "kind", kinds[view->kind]);
	put_text(object, "role", roles[view->role]);
	put_text(object, "state", source_state_name(view->state));
	put_text(object, "tally", tally_name(view->tally));
	put_text(object, "detail", view->detail);
	put_text(object, "path", view->path);
	put_real(object, "gain_db", view->gain_db);
	put_bool(object, "muted", view->is_muted);
	put_bool(object, "pinned", view->is_pinned);
	put_bool(object, "heard", view->is_heard);
	put_int(object, "delay_ms", view->delay_ms);
	put_bool(object, "encrypted", view->has_passphrase);
}

static void put_picture(json_t *object, const struct source_view *view)
{
	put_int(object, "width", view->width);
	put_int(object, "height", view->height);
	put_real(object, "fps", view->fps);
	put_text(object, "video_codec", view->video_codec);
	put_text(object, "profile", view->profile);
	put_real(object, "key_interval_ms", view->key_interval_ms);
	put_bool(object, "b_frames", view->has_b_frames);
	put_real(object, "coded_fps", view->coded_fps);
	put_bool(object, "interlaced", view->is_interlaced);
	put_real(object, "black_s", view->black_s);
	put_real(object, "frozen_s", view->frozen_s);
	put_int(object, "pictures", (int64_t)view->pictures);
	put_int(object, "pictures_late", (int64_t)view->pictures_late);
	put_int(object, "pictures_dropped", (int64_t)view->pictures_dropped);
	put_int(object, "pictures_repeated", (int64_t)view->pictures_repeated);
	put_real(object, "decode_ms", view->decode_ms);
	put_real(object, "tick_wait_ms", view->tick_wait_ms);
	put_real(object, "picture_delay_ms", view->picture_delay_ms);
	put_real(object, "lip_sync_ms", view->lip_sync_ms);
	put_stage(object, "decode", &view->decode);
	put_stage(object, "tick_wait", &view->tick_wait);
}

static void put_sound(json_t *object, const struct source_view *view)
{
	put_text(object, "audio_codec", view->audio_codec);
	put_bool(object, "has_sound", view->has_sound);
	put_real(object, "peak_db", view->peak_db);
	put_real(object, "held_db", view->held_db);
	put_real(object, "rms_db", view->rms_db);
	put_real(object, "momentary_lufs", view->momentary_lufs);
	put_real(object, "short_term_lufs", view->short_term_lufs);
	put_real(object, "window_lufs", view->window_lufs);
	put_real(object, "silent_s", view->silent_s);
	put_int(object, "clips", view->clips);
	put_real(object, "ring_ms", view->ring_ms);
	put_real(object, "ring_target_ms", view->ring_target_ms);
	put_real(object, "drift_ppm", view->drift_ppm);
	/* Not rounded: a millionth matters. */
	json_object_set_new(object, "resampler_ratio", json_real(view->resampler_ratio));
	put_stage(object, "sound_decode", &view->sound_decode);
	put_int(object, "underruns", (int64_t)view->underruns);
	put_int(object, "resyncs", (int64_t)view->resyncs);
}

static void put_way(json_t *object, const struct source_view *view)
{
	put_real(object, "loss_percent", view->loss_percent);
	put_real(object, "window_loss_percent", view->window_loss_percent);
	put_int(object, "window_dropped", (int64_t)view->window_dropped);
	put_real(object, "rtt_ms", view->rtt_ms);
	put_real(object, "kbps", view->kbps);
	put_int(object, "srt_latency_ms", view->srt_latency_ms);
	put_real(object, "srt_buffer_ms", view->srt_buffer_ms);
	put_real(object, "jitter_ms", view->jitter_ms);
	put_real(object, "jitter_picture_ms", view->jitter_picture_ms);
	put_real(object, "jitter_sound_ms", view->jitter_sound_ms);
}

static json_t *source_json(const struct source_view *view)
{
	json_t *object = json_object();

	put_set(object, view);
	put_picture(object, view);
	put_sound(object, view);
	put_way(object, view);
	return object;
}

void append_sources(struct show *show, struct reply *reply)
{
	int n = source_count(show);
	g_autofree struct source_view *views = g_new0(struct source_view, (gsize)n + 1);
	json_t *sources = json_array();

	for (int i = 0; i < n; i++) {
		source_view(show, i, &views[i]);
		json_array_append_new(sources, source_json(&views[i]));
	}
	append_source_table(reply->text, reply->columns, views, n);
	json_object_set_new(reply->data, "sources", sources);
}

void describe_sources(struct show *show, struct reply *reply)
{
	append_sources(show, reply);
	strip_end(reply);
}
