/* SPDX-License-Identifier: EUPL-1.2 */
#include "show.h"

#include <string.h>

#include "clock.h"
#include "error.h"
#include "plan.h"
#include "rig.h"
#include "settings.h"
#include "state.h"
#include "suggest.h"
#include "tally.h"

struct show *show_create(const struct show_config *config, GError **error)
{
	struct show *show = g_new0(struct show, 1);

	show->settings = config->settings;
	show->up = config->up;
	show->key = g_memdup2(config->key, config->key_length);
	show->key_length = config->key_length;
	show->is_dry = config->is_dry;
	show->thread = g_thread_self();
	show->sources = g_ptr_array_new();
	show->scenes = g_ptr_array_new();
	show->speakers = g_ptr_array_new();
	show->sessions = g_ptr_array_new();
	show->overlays = g_ptr_array_new_with_free_func(overlay_destroy);
	show->names = g_ptr_array_new();
	show->snapshots = g_ptr_array_new();
	show->cues = g_ptr_array_new_with_free_func((GDestroyNotify)cue_destroy);
	show->cue_place = -1;
	show->slate_picture = g_strdup("");
	if (!rig_open(show, error)) {
		show_destroy(show);
		return NULL;
	}
	show_refresh(show);
	return show;
}

void show_clear(struct show *show)
{
	assert_control_thread(show);
	show->program_id = show->preview_id = show->room_id = 0;
	show->room_mode = ROOM_AUTO;
	show->is_slate = false;
	show->black.is_black = show->black.is_fading = false;
	show->black.ms = 0;
	show->transition.is_running = false;
	show->transition.serial++; /* what the mixer has begun ends, too */
	while (show->scenes->len) {
		scene_destroy(show->scenes->pdata[0]);
		g_ptr_array_remove_index(show->scenes, 0);
	}
	while (show->speakers->len)
		speaker_destroy(show, show->speakers->pdata[0]);
	while (show->sources->len)
		source_destroy(show, show->sources->pdata[0]);
	overlay_clear(show);
	g_ptr_array_set_size(show->cues, 0);
	show->cue_place = -1;
	rig_reset_slate(show);
	show_changed(show);
}

void show_destroy(struct show *show)
{
	if (!show)
		return;
	assert_control_thread(show);
	memset(show->listeners, 0, sizeof(show->listeners));
	*show->slate_picture = '\0'; /* no other is loaded any more */
	while (show->sessions->len)
		session_destroy(show, show->sessions->pdata[show->sessions->len - 1]);
	show_clear(show);
	rig_close(show);
	g_ptr_array_free(show->sources, TRUE);
	g_ptr_array_free(show->scenes, TRUE);
	g_ptr_array_free(show->speakers, TRUE);
	g_ptr_array_free(show->sessions, TRUE);
	g_ptr_array_free(show->overlays, TRUE);
	g_ptr_array_free(show->names, TRUE);
	g_ptr_array_free(show->snapshots, TRUE);
	g_ptr_array_free(show->cues, TRUE);
	g_free(show->slate_picture);
	g_free(show->key);
	g_free(show);
}

uint64_t show_new_id(struct show *show)
{
	return ++show->last_id;
}

void show_refresh(struct show *show)
{
	if (show->n_holds) {
		show->is_waiting = true;
		return;
	}
	show->is_waiting = false;
	tally_update(show);
	plan_update(show);
}

void show_changed(struct show *show)
{
	show->revision++;
	show_refresh(show);
	show_tell(show, EVENT_show_changed, "", "revision %" G_GUINT64_FORMAT, show->revision);
}

void show_hold(struct show *show)
{
	assert_control_thread(show);
	show->n_holds++;
}

void show_release(struct show *show)
{
	assert_control_thread(show);
	g_assert(show->n_holds > 0);
	show->n_holds--;
	if (!show->n_holds && show->is_waiting)
		show_refresh(show);
}

uint64_t show_revision(const struct show *show)
{
	return show->revision;
}

const struct settings *show_settings(const struct show *show)
{
	return show->settings;
}

/* ---- events ---- */

#define EVENT(name, level, meaning) {#name, EVENT_IS_##level},
#define EVENT_IS_INFO		    false
#define EVENT_IS_WARNING	    true
static const struct {
	const char *name;
	bool is_warning;
} event_table[] = {
	{"none", false},
#include <twinstage/events.def>
};
#undef EVENT

const char *event_name(enum event_kind kind)
{
	return event_table[kind].name;
}

bool event_is_warning(enum event_kind kind)
{
	return event_table[kind].is_warning;
}

int show_listen(struct show *show, void (*heard)(const struct event *event, void *data), void *data)
{
	assert_control_thread(show);
	for (int i = 0; i < MAX_LISTENERS; i++)
		if (!show->listeners[i].heard) {
			show->listeners[i].id = ++show->last_listener;
			show->listeners[i].heard = heard;
			show->listeners[i].data = data;
			return show->listeners[i].id;
		}
	g_error("show: more than %d listeners", MAX_LISTENERS);
}

void show_unlisten(struct show *show, int id)
{
	assert_control_thread(show);
	for (int i = 0; i < MAX_LISTENERS; i++)
		if (show->listeners[i].id == id)
			show->listeners[i].heard = NULL;
}

static void tell(struct show *show, const struct event *event)
{
	for (int i = 0; i < MAX_LISTENERS; i++)
		if (show->listeners[i].heard)
			show->listeners[i].heard(event, show->listeners[i].data);
}

void show_tell(struct show *show, enum event_kind kind, const char *subject, const char *format,
	       ...)
{
	va_list values;

	va_start(values, format);
	g_autofree char *text = g_strdup_vprintf(format, values);
	va_end(values);
	tell(show,
	     &(struct event){
		     .kind = kind, .wall_ns = clock_wall_ns(), .subject = subject, .text = text});
}

void show_answer(struct show *show, uint64_t answers, const GError *error, enum event_kind kind,
		 const char *subject, const char *text)
{
	tell(show, &(struct event){.kind = kind,
				   .wall_ns = clock_wall_ns(),
				   .subject = subject,
				   .text = text,
				   .answers = answers,
				   .error = error});
}

void show_announce(struct show *show, enum event_kind kind, const char *subject, const char *text)
{
	assert_control_thread(show);
	show_tell(show, kind, subject, "%s", text);
}

uint64_t show_promise(struct show *show)
{
	assert_control_thread(show);
	return show_new_id(show);
}

void show_keep_promise(struct show *show, uint64_t promise, const GError *error,
		       enum event_kind kind, const char *subject, const char *text)
{
	assert_control_thread(show);
	show_answer(show, promise, error, kind, subject, text);
}

/* ---- finding ---- */

/* Takes the names that there are. */
static void *not_found(const char *noun, const char *name, GPtrArray *names, GError **error)
{
	const char *nearest =
		suggest_nearest(name, (const char *const *)names->pdata, (int)names->len);
	g_autoptr(GString) have = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(have, "%s%s", i ? ", " : "", (const char *)names->pdata[i]);
	if (nearest)
		fail(error, ERROR_NOT_FOUND, "no %s \"%s\" (did you mean %s? have: %s)", noun, name,
		     nearest, have->str);
	else
		fail(error, ERROR_NOT_FOUND, "no %s \"%s\" (have: %s)", noun, name,
		     have->len ? have->str : "none");
	g_ptr_array_unref(names);
	return NULL;
}

struct source *show_source_by_id(const struct show *show, uint64_t id)
{
	for (guint i = 0; i < show->sources->len; i++) {
		struct source *source = show->sources->pdata[i];

		if (source->id == id)
			return source;
	}
	return NULL;
}

struct source *show_source(const struct show *show, const char *name, GError **error)
{
	for (guint i = 0; i < show->sources->len; i++) {
		struct source *source = show->sources->pdata[i];

		if (strcmp(source->name, name) == 0)
			return source;
	}
	if (!error)
		return NULL;
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < show->sources->len; i++)
		g_ptr_array_add(names, ((const struct source *)show->sources->pdata[i])->name);
	return not_found("source", name, names, error);
}

struct scene *show_scene_by_id(const struct show *show, uint64_t id)
{
	for (guint i = 0; i < show->scenes->len; i++) {
		struct scene *scene = show->scenes->pdata[i];

		if (scene->id == id)
			return scene;
	}
	return NULL;
}

struct scene *show_scene(const struct show *show, const char *name, GError **error)
{
	for (guint i = 0; i < show->scenes->len; i++) {
		struct scene *scene = show->scenes->pdata[i];

		if (strcmp(scene->name, name) == 0)
			return scene;
	}
	if (!error)
		return NULL;
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < show->scenes->len; i++)
		g_ptr_array_add(names, ((const struct scene *)show->scenes->pdata[i])->name);
	return not_found("scene", name, names, error);
}

struct speaker *show_speaker_by_id(const struct show *show, uint64_t id)
{
	for (guint i = 0; i < show->speakers->len; i++) {
		struct speaker *speaker = show->speakers->pdata[i];

		if (speaker->source_id == id)
			return speaker;
	}
	return NULL;
}

struct speaker *show_speaker(const struct show *show, const char *name, GError **error)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < show->speakers->len; i++) {
		struct speaker *speaker = show->speakers->pdata[i];
		const struct source *source = show_source_by_id(show, speaker->source_id);

		if (strcmp(source->name, name) == 0) {
			g_ptr_array_unref(names);
			return speaker;
		}
		g_ptr_array_add(names, source->name);
	}
	return not_found("speaker", name, names, error);
}

struct session *show_session(const struct show *show, const char *name)
{
	for (guint i = 0; i < show->sessions->len; i++) {
		struct session *session = show->sessions->pdata[i];

		if (strcmp(session->name, name) == 0)
			return session;
	}
	return NULL;
}

struct session *show_session_by_peer(const struct show *show, uint64_t peer_id)
{
	for (guint i = 0; i < show->sessions->len; i++) {
		struct session *session = show->sessions->pdata[i];

		if (session->peer_id == peer_id)
			return session;
	}
	return NULL;
}
