/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"

#include "describe_parts.h"
#include "dispatch.h"
#include "program.h"
#include "speaker.h"

static void put_bus(json_t *data, const char *key, double peak_db, double momentary_lufs,
		    double short_term_lufs)
{
	json_t *bus = json_object();

	put_real(bus, "peak_db", peak_db);
	put_real(bus, "momentary_lufs", momentary_lufs);
	put_real(bus, "short_term_lufs", short_term_lufs);
	json_object_set_new(data, key, bus);
}

static void put_mix(json_t *data, const struct program_view *view)
{
	json_t *mix = json_object();

	put_int(mix, "video_ticks", (int64_t)view->video_ticks);
	put_int(mix, "video_missed", (int64_t)view->video_missed);
	put_int(mix, "audio_ticks", (int64_t)view->audio_ticks);
	put_int(mix, "audio_missed", (int64_t)view->audio_missed);
	put_real(mix, "video_tick_us", view->video_tick_us);
	put_real(mix, "audio_tick_us", view->audio_tick_us);
	put_bool(mix, "audio_priority", view->has_audio_priority);
	put_real(mix, "encode_ms", view->encode_ms);
	put_real(mix, "encode_kbps", view->encode_kbps);
	json_object_set_new(data, "mix", mix);
}

static void program_json(json_t *data, const struct program_view *view)
{
	put_text(data, "version", TWINSTAGE_VERSION);
	put_text(data, "program", view->program);
	put_text(data, "preview", view->preview);
	put_text(data, "room", view->room);
	put_bool(data, "slate", view->is_slate);
	put_bool(data, "black", view->is_black);
	put_bool(data, "fading", view->is_fading);
	put_bool(data, "in_transition", view->in_transition);
	put_int(data, "viewers", view->viewers);
	put_int(data, "screens", view->screens);
	put_bus(data, "program_sound", view->program_peak_db, view->program_momentary_lufs,
		view->program_short_term_lufs);
	put_bus(data, "room_sound", view->room_peak_db, view->room_momentary_lufs,
		view->room_short_term_lufs);
	put_mix(data, view);
}

void describe_status(struct show *show, struct reply *reply)
{
	struct program_view view;

	program_view(show, &view);
	g_string_append_printf(reply->text, "program  %s%s%s%s\npreview  %s\nroom     %s\n",
			       *view.program ? view.program : "nothing: the slate is shown",
			       view.is_slate ? " (SLATE over it)" : "",
			       view.is_black ? " (BLACK)" : "",
			       view.in_transition ? " (in transition)" : "",
			       *view.preview ? view.preview : "nothing", view.room);
	g_string_append_printf(reply->text, "sound    %.1f LUFS, peak %.0f dB\n",
			       view.program_short_term_lufs, view.program_peak_db);
	g_string_append_printf(reply->text,
			       "viewers  %d, screens %d, pictures repeated %" G_GUINT64_FORMAT "\n",
			       view.viewers, view.screens, view.video_missed);
	append_cues(show, reply);
	append_overlays(show, reply);
	program_json(reply->data, &view);
	append_cpu(reply);
	append_scenes(show, reply);
	append_buses(show, reply);
	if (source_count(show))
		g_string_append_c(reply->text, '\n');
	append_sources(show, reply);
	if (speaker_count(show))
		g_string_append_c(reply->text, '\n');
	append_speakers(show, reply);
	strip_end(reply);
}
