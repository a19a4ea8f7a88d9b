/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"

#include <math.h>

#include "dispatch.h"
#include "program.h"
#include "scene.h"
#include "source.h"
#include "speaker.h"

#define WORD_TEXT(code, text) [code] = text,
static const char *const kinds[] = {SOURCE_KINDS(WORD_TEXT)[SOURCE_SPEAKER] = "speaker"};
static const char *const layouts[] = {LAYOUTS(WORD_TEXT)};
static const char *const fits[] = {[FIT_UNSET] = "", FITS(WORD_TEXT)};
static const char *const roles[] = {ROLES(WORD_TEXT)};

const char *role_name(enum role role)
{
	return roles[role];
}

/* ---- JSON ---- */

static void put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

/* Rounded: levels and rates with nine digits help nobody. */
static void put_real(json_t *object, const char *key, double number)
{
	json_object_set_new(object, key,
			    json_real(isfinite(number) ? round(number * 100) / 100 : 0));
}

static void put_int(json_t *object, const char *key, int64_t number)
{
	json_object_set_new(object, key, json_integer(number));
}

static void put_bool(json_t *object, const char *key, bool is_true)
{
	json_object_set_new(object, key, json_boolean(is_true));
}

static json_t *source_json(const struct source_view *view)
{
	json_t *object = json_object();

	put_text(object, "name", view->name);
	put_text(object, "kind", kinds[view->kind]);
	put_text(object, "role", roles[view->role]);
	put_text(object, "state", source_state_name(view->state));
	put_text(object, "tally", tally_name(view->tally));
	put_text(object, "detail", view->detail);
	put_text(object, "path", view->path);
	put_real(object, "gain_db", view->gain_db);
	put_bool(object, "muted", view->is_muted);
	put_int(object, "delay_ms", view->delay_ms);
	put_bool(object, "encrypted", view->has_passphrase);
	put_int(object, "width", view->width);
	put_int(object, "height", view->height);
	put_real(object, "fps", view->fps);
	put_text(object, "video_codec", view->video_codec);
	put_text(object, "audio_codec", view->audio_codec);
	put_real(object, "peak_db", view->peak_db);
	put_real(object, "rms_db", view->rms_db);
	put_real(object, "momentary_lufs", view->momentary_lufs);
	put_real(object, "short_term_lufs", view->short_term_lufs);
	put_real(object, "ring_ms", view->ring_ms);
	put_real(object, "drift_ppm", view->drift_ppm);
	put_int(object, "underruns", (int64_t)view->underruns);
	put_real(object, "loss_percent", view->loss_percent);
	put_real(object, "rtt_ms", view->rtt_ms);
	put_real(object, "kbps", view->kbps);
	put_int(object, "srt_latency_ms", view->srt_latency_ms);
	return object;
}

static json_t *speaker_json(const struct speaker_view *view)
{
	json_t *object = json_object();

	put_text(object, "name", view->name);
	put_bool(object, "connected", view->is_connected);
	put_bool(object, "return", view->has_return);
	put_bool(object, "admitted", view->is_admitted);
	put_bool(object, "muted", view->is_muted);
	put_text(object, "tally", tally_name(view->tally));
	put_int(object, "expires", view->expires_s);
	return object;
}

static json_t *box_json(const struct box_spec *box)
{
	json_t *object = json_object();

	put_text(object, "source", box->source);
	if (box->has_rect)
		json_object_set_new(
			object, "at",
			json_pack("[f,f,f,f]", box->x, box->y, box->width, box->height));
	if (box->fit)
		put_text(object, "fit", fits[box->fit]);
	return object;
}

static json_t *scene_json(struct show *show, int index, const struct scene_view *view)
{
	json_t *object = json_object(), *boxes = json_array();

	for (int i = 0; i < view->n_boxes; i++) {
		struct box_spec box;

		scene_box_view(show, index, i, &box);
		json_array_append_new(boxes, box_json(&box));
	}
	put_text(object, "name", view->name);
	put_text(object, "layout", layouts[view->layout]);
	put_text(object, "still", view->still);
	put_text(object, "tally", tally_name(view->tally));
	json_object_set_new(object, "boxes", boxes);
	return object;
}

/* ---- tables ---- */

/* Pads to a width in characters, not bytes. */
static void cell(GString *text, int width, const char *word)
{
	int length = (int)g_utf8_strlen(word, -1);

	g_string_append_printf(text, "%s%*s", word, MAX(width - length, 0) + 1, "");
}

static void trim_line(GString *text)
{
	while (text->len && text->str[text->len - 1] == ' ')
		g_string_truncate(text, text->len - 1);
}

static void end_line(GString *text)
{
	trim_line(text);
	g_string_append_c(text, '\n');
}

static const char *light(enum tally tally)
{
	return tally == TALLY_PROGRAM ? "PGM" : tally == TALLY_PREVIEW ? "pvw" : "";
}

static void source_line(GString *text, const struct source_view *view)
{
	g_autofree char *picture =
		view->width ? g_strdup_printf("%dx%d %.4g/s", view->width, view->height,
					      round(view->fps * 10) / 10)
			    : g_strdup("-");
	g_autofree char *level = view->is_muted	       ? g_strdup("muted")
				 : view->peak_db < -90 ? g_strdup("silent")
						       : g_strdup_printf("%.0f dB", view->peak_db);
	g_autofree char *loss =
		view->kbps > 0 ? g_strdup_printf("%.1f%%", view->loss_percent) : g_strdup("-");

	cell(text, 16, view->name);
	cell(text, 3, light(view->tally));
	cell(text, 9, source_state_name(view->state));
	cell(text, 6, roles[view->role]);
	cell(text, 16, picture);
	cell(text, 8, level);
	cell(text, 6, loss);
	if (view->state != SOURCE_LIVE)
		g_string_append(text, view->detail);
	end_line(text);
}

static void strip_end(struct reply *reply)
{
	while (reply->text->len && reply->text->str[reply->text->len - 1] == '\n')
		g_string_truncate(reply->text, reply->text->len - 1);
}

static void append_sources(struct show *show, struct reply *reply)
{
	json_t *sources = json_array();

	if (source_count(show)) {
		static const struct {
			int width;
			const char *title;
		} heads[] = {{16, "SOURCE"},  {3, "AIR"},   {9, "STATE"}, {6, "ROLE"},
			     {16, "PICTURE"}, {8, "SOUND"}, {6, "LOSS"}};

		for (size_t i = 0; i < G_N_ELEMENTS(heads); i++)
			cell(reply->text, heads[i].width, heads[i].title);
		end_line(reply->text);
	}
	for (int i = 0; i < source_count(show); i++) {
		struct source_view view;

		source_view(show, i, &view);
		source_line(reply->text, &view);
		json_array_append_new(sources, source_json(&view));
	}
	json_object_set_new(reply->data, "sources", sources);
}

static void speaker_line(GString *text, const struct speaker_view *view)
{
	cell(text, 16, view->name);
	cell(text, 3, light(view->tally));
	cell(text, 9, view->is_connected ? "connected" : "absent");
	cell(text, 8, view->is_admitted ? "admitted" : "waiting");
	cell(text, 9, view->has_return ? "hears us" : "");
	g_string_append(text, view->is_muted ? "muted" : "");
	end_line(text);
}

static void append_speakers(struct show *show, struct reply *reply)
{
	json_t *speakers = json_array();

	for (int i = 0; i < speaker_count(show); i++) {
		struct speaker_view view;

		speaker_view(show, i, &view);
		if (i == 0)
			g_string_append(reply->text, "SPEAKER          AIR STATE     STAGE\n");
		speaker_line(reply->text, &view);
		json_array_append_new(speakers, speaker_json(&view));
	}
	json_object_set_new(reply->data, "speakers", speakers);
}

void describe_sources(struct show *show, struct reply *reply)
{
	append_sources(show, reply);
	strip_end(reply);
}

void describe_speakers(struct show *show, struct reply *reply)
{
	append_speakers(show, reply);
	strip_end(reply);
}

void describe_scenes(struct show *show, struct reply *reply)
{
	json_t *scenes = json_array();

	for (int i = 0; i < scene_count(show); i++) {
		struct scene_view view;

		scene_view(show, i, &view);
		cell(reply->text, 16, view.name);
		cell(reply->text, 3, light(view.tally));
		cell(reply->text, 12, layouts[view.layout]);
		for (int b = 0; b < view.n_boxes; b++) {
			struct box_spec box;

			scene_box_view(show, i, b, &box);
			g_string_append_printf(reply->text, "%s%s", b ? ", " : "", box.source);
		}
		end_line(reply->text);
		json_array_append_new(scenes, scene_json(show, i, &view));
	}
	json_object_set_new(reply->data, "scenes", scenes);
	strip_end(reply);
}

/* ---- status ---- */

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
	g_string_append_printf(reply->text, "program  %s%s%s\npreview  %s\nroom     %s\n",
			       *view.program ? view.program : "nothing: the slate is shown",
			       view.is_slate ? " (SLATE over it)" : "",
			       view.in_transition ? " (in transition)" : "",
			       *view.preview ? view.preview : "nothing", view.room);
	g_string_append_printf(reply->text, "sound    %.1f LUFS, peak %.0f dB\n",
			       view.program_short_term_lufs, view.program_peak_db);
	g_string_append_printf(reply->text,
			       "viewers  %d, screens %d, pictures repeated %" G_GUINT64_FORMAT "\n",
			       view.viewers, view.screens, view.video_missed);
	program_json(reply->data, &view);
	if (source_count(show))
		g_string_append_c(reply->text, '\n');
	append_sources(show, reply);
	if (speaker_count(show))
		g_string_append_c(reply->text, '\n');
	append_speakers(show, reply);
	strip_end(reply);
}
