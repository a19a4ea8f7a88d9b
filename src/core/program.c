/* SPDX-License-Identifier: EUPL-1.2 */
#include "program.h"

#include <string.h>

#include "encoder.h"
#include "error.h"
#include "meter.h"
#include "mixer.h"
#include "rig.h"
#include "settings.h"
#include "state.h"

#define MOST_DURATION_MS 10000

bool program_preview(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	const struct scene *scene = show_scene(show, name, error);

	if (!scene)
		return false;
	show->preview_id = scene->id;
	show_tell(show, EVENT_preview_changed, scene->name, "%s is on preview", scene->name);
	show_changed(show);
	return true;
}

/* Puts a scene on program; what was there goes out by the transition. */
static void put_on_air(struct show *show, uint64_t scene_id, enum transition_kind kind,
		       int duration_ms)
{
	struct transition *transition = &show->transition;

	transition->from_id = show->program_id;
	transition->kind = kind;
	transition->duration_ms = duration_ms;
	/* In a dry show nothing would ever end it. */
	transition->is_running =
		show->mixer && show->program_id && kind != TRANSITION_CUT && duration_ms > 0;
	transition->serial++;
	show->program_id = scene_id;
	const struct scene *scene = show_scene_by_id(show, scene_id);

	show_tell(show, EVENT_program_changed, scene->name, "%s is on program", scene->name);
	show_changed(show);
}

static bool check_duration(int *duration_ms, int usual_ms, GError **error)
{
	if (*duration_ms > MOST_DURATION_MS)
		return fail(error, ERROR_BAD_INPUT, "over: %d ms is longer than %d s", *duration_ms,
			    MOST_DURATION_MS / 1000);
	if (*duration_ms < 0)
		*duration_ms = usual_ms;
	return true;
}

bool program_take(struct show *show, enum transition_kind kind, int duration_ms, GError **error)
{
	assert_control_thread(show);
	uint64_t next = show->preview_id;

	if (!next)
		return fail(error, ERROR_CONFLICT,
			    "nothing is on preview (preview SCENE puts something there)");
	if (!check_duration(&duration_ms, show->settings->transition_ms, error))
		return false;
	show->preview_id = show->program_id;
	put_on_air(show, next, kind ? kind : TRANSITION_CUT, duration_ms);
	return true;
}

bool program_cut(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	const struct scene *scene = show_scene(show, name, error);

	if (!scene)
		return false;
	put_on_air(show, scene->id, TRANSITION_CUT, 0);
	return true;
}

bool program_room(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	enum room_mode mode = strcmp(name, "auto") == 0	     ? ROOM_AUTO
			      : strcmp(name, "program") == 0 ? ROOM_PROGRAM
							     : ROOM_SCENE;
	const struct scene *scene = mode == ROOM_SCENE ? show_scene(show, name, error) : NULL;

	if (mode == ROOM_SCENE && !scene) {
		g_prefix_error(error, "room takes auto, program or a scene: ");
		return false;
	}
	show->room_mode = mode;
	show->room_id = scene ? scene->id : 0;
	show_tell(show, EVENT_room_changed, name, "the room shows %s", name);
	show_changed(show);
	return true;
}

bool program_slate(struct show *show, enum switch_state state, const char *picture, GError **error)
{
	assert_control_thread(show);
	if (picture) {
		if (!rig_load_slate(show, picture, error))
			return false;
		g_free(show->slate_picture);
		show->slate_picture = g_strdup(picture);
	}
	if (state)
		show->is_slate = state == SWITCH_ON;
	show_tell(show, EVENT_slate_changed, "slate", "the slate is %s program",
		  show->is_slate ? "on" : "off");
	show_changed(show);
	return true;
}

bool program_black(struct show *show, enum switch_state state, int duration_ms, GError **error)
{
	assert_control_thread(show);
	bool is_black = state ? state == SWITCH_ON : !show->black.is_black;

	if (!check_duration(&duration_ms, show->settings->black_ms, error))
		return false;
	if (is_black == show->black.is_black)
		return true;
	show->black.is_black = is_black;
	show->black.is_fading = show->mixer != NULL;
	show->black.ms = duration_ms;
	show->black.serial++;
	show_tell(show, EVENT_black_changed, "program", "program fades %s black, over %d ms",
		  is_black ? "to" : "back from", duration_ms);
	show_changed(show);
	return true;
}

/* ---- looking ---- */

static const char *scene_name(const struct show *show, uint64_t id)
{
	const struct scene *scene = show_scene_by_id(show, id);

	return scene ? scene->name : "";
}

static void view_sound(const struct output *output, double *peak_db, double *momentary_lufs,
		       double *short_term_lufs)
{
	struct meter_levels levels;

	*peak_db = *momentary_lufs = *short_term_lufs = METER_FLOOR_DB;
	if (!output->meter)
		return;
	meter_read(output->meter, &levels);
	*peak_db = MAX(levels.peak_db[0], levels.peak_db[1]);
	*momentary_lufs = levels.momentary_lufs;
	*short_term_lufs = levels.short_term_lufs;
}

static void view_mixer(const struct show *show, struct program_view *view)
{
	struct mixer_stats mixer;
	struct encoder_stats encoder;

	if (!show->mixer)
		return;
	mixer_read_stats(show->mixer, &mixer);
	view->video_ticks = mixer.video_ticks;
	view->video_missed = mixer.video_missed;
	view->audio_ticks = mixer.audio_ticks;
	view->audio_missed = mixer.audio_missed;
	view->video_tick_us = mixer.video_tick_us;
	view->audio_tick_us = mixer.audio_tick_us;
	view->has_audio_priority = mixer.has_audio_priority;
	encoder_read_stats(show->program_picture.encoder, &encoder);
	view->encode_ms = encoder.encode_ms;
	view->encode_kbps = encoder.kbps;
}

static int count_connected(const struct show *show, enum session_kind kind)
{
	int n = 0;

	for (guint i = 0; i < show->sessions->len; i++) {
		const struct session *session = show->sessions->pdata[i];

		n += session->kind == kind && session->is_connected;
	}
	return n;
}

void program_view(const struct show *show, struct program_view *view)
{
	assert_control_thread(show);
	*view = (struct program_view){
		.program = scene_name(show, show->program_id),
		.preview = scene_name(show, show->preview_id),
		.room = show->room_mode == ROOM_AUTO	  ? "auto"
			: show->room_mode == ROOM_PROGRAM ? "program"
							  : scene_name(show, show->room_id),
		.is_slate = show->is_slate,
		.is_black = show->black.is_black,
		.is_fading = show->black.is_fading,
		.in_transition = show->transition.is_running,
		.viewers = count_connected(show, SESSION_PROGRAM),
		.screens = count_connected(show, SESSION_ROOM),
	};
	view_sound(&show->program_sound, &view->program_peak_db, &view->program_momentary_lufs,
		   &view->program_short_term_lufs);
	view_sound(&show->room_sound, &view->room_peak_db, &view->room_momentary_lufs,
		   &view->room_short_term_lufs);
	view_mixer(show, view);
}
