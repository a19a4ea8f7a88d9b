/* SPDX-License-Identifier: EUPL-1.2 */
#include "source.h"

#include <string.h>

#include "clock.h"
#include "error.h"
#include "ingest.h"
#include "eye.h"
#include "meter.h"
#include "rig.h"
#include "ring.h"
#include "settings.h"
#include "snapshot.h"
#include "slot.h"
#include "state.h"

#define RING_MS 4000
/* Browsers send 10 ms; the ring raises it for larger chunks, and for those who come unevenly. */
#define TARGET_MS     15
#define LEAST_GAIN_DB (-60)
#define MOST_GAIN_DB  12
#define MOST_DELAY_MS 2000

/* ---- making and ending ---- */

/* What its media comes in by, empty: each has one writer in its life. */
static void open_flows(struct source *source)
{
	source->slot = slot_create();
	source->ring = ring_create(RING_MS, TARGET_MS);
	if (source->delay_ms)
		ring_set_delay_ms(source->ring, source->delay_ms);
}

static void close_flows(struct source *source)
{
	rig_stop_source(source);
	slot_unref(source->slot);
	ring_unref(source->ring);
}

struct source *source_create(struct show *show, const struct source_spec *spec)
{
	struct source *source = g_new0(struct source, 1);

	source->id = show_new_id(show);
	source->state_ns = clock_now_ns();
	source->name = g_strdup(spec->name);
	source->path = g_strdup(spec->path);
	source->passphrase =
		spec->passphrase && *spec->passphrase ? g_strdup(spec->passphrase) : NULL;
	source->kind = spec->kind;
	source->role = spec->role ? spec->role : spec->kind == SOURCE_SRT ? ROLE_HALL : ROLE_REMOTE;
	source->latency_ms = spec->latency_ms;
	source->is_once = spec->is_once;
	source->detail = g_strdup("");
	if (show->is_dry)
		return source;
	open_flows(source);
	source->meter = meter_create();
	source->eye = spec->kind == SOURCE_STILL ? NULL : eye_create();
	return source;
}

static void source_free(struct source *source)
{
	close_flows(source);
	meter_unref(source->meter);
	eye_unref(source->eye);
	g_free(source->name);
	g_free(source->path);
	g_free(source->passphrase);
	g_free(source->detail);
	g_free(source);
}

void source_destroy(struct show *show, struct source *source)
{
	if (!source)
		return;
	g_ptr_array_remove(show->sources, source);
	snapshots_part_with(show, source->id);
	scene_forget_source(show, source->id);
	rig_allow_callers(show);
	source_free(source);
}

static bool check_passphrase(const struct source_spec *spec, GError **error)
{
	size_t length = spec->passphrase ? strlen(spec->passphrase) : 0;

	if (length == 0 || (length >= 10 && length <= 79))
		return true;
	return fail(error, ERROR_BAD_INPUT, "the passphrase has %zu characters; SRT takes 10 to 79",
		    length);
}

/* What a kind of source needs, and takes. */
static bool check_kind(const struct source_spec *spec, GError **error)
{
	bool needs_path = spec->kind == SOURCE_FILE || spec->kind == SOURCE_STILL;

	if (needs_path && !(spec->path && *spec->path))
		return fail(error, ERROR_USAGE, "a source of this kind needs a file's path");
	if (!needs_path && spec->path)
		return fail(error, ERROR_USAGE, "only file and still take a path");
	if (spec->kind != SOURCE_SRT && (spec->passphrase || spec->latency_ms))
		return fail(error, ERROR_USAGE, "only srt takes --passphrase and --latency_ms");
	if (spec->latency_ms && (spec->latency_ms < 20 || spec->latency_ms > 8000))
		return fail(error, ERROR_BAD_INPUT, "latency_ms: %d is outside 20 to 8000",
			    spec->latency_ms);
	return check_passphrase(spec, error);
}

static bool check_spec(const struct show *show, const struct source_spec *spec, GError **error)
{
	if (!name_check(spec->name, error))
		return false;
	if (show_source(show, spec->name, NULL))
		return fail(error, ERROR_EXISTS, "there is a source \"%s\" already", spec->name);
	if (show->sources->len >= (guint)show->settings->max_sources)
		return fail(error, ERROR_LIMIT,
			    "there are %u sources already, as many as max_sources allows",
			    show->sources->len);
	return check_kind(spec, error);
}

bool source_add(struct show *show, const struct source_spec *spec, GError **error)
{
	assert_control_thread(show);
	if (!check_spec(show, spec, error))
		return false;
	struct source *source = source_create(show, spec);

	if (!rig_start_source(show, source, error)) {
		source_free(source);
		return false;
	}
	g_ptr_array_add(show->sources, source);
	rig_allow_callers(show);
	show_tell(show, EVENT_source_added, source->name, "source %s is created", source->name);
	show_changed(show);
	return true;
}

static void set_text(char **text, const char *newer)
{
	g_free(*text);
	*text = newer && *newer ? g_strdup(newer) : NULL;
}

static void take_spec(struct source *source, const struct source_spec *spec)
{
	source->kind = spec->kind;
	source->role = spec->role ? spec->role : spec->kind == SOURCE_SRT ? ROLE_HALL : ROLE_REMOTE;
	source->latency_ms = spec->latency_ms;
	source->is_once = spec->is_once;
	set_text(&source->path, spec->path);
	set_text(&source->passphrase, spec->passphrase);
}

/* What it runs of its own (a file, a still, a test picture) has to begin anew. */
static bool is_other_media(const struct source *source, const struct source_spec *spec)
{
	return source->kind != spec->kind || g_strcmp0(source->path, spec->path) != 0 ||
	       source->is_once != spec->is_once;
}

/* A still has nothing to be heard, and an eye is for what moves. */
static void suit_kind(const struct show *show, struct source *source)
{
	if (source->kind == SOURCE_STILL) {
		source->is_pinned = false;
		eye_unref(source->eye);
		source->eye = NULL;
	} else if (!source->eye && !show->is_dry) {
		source->eye = eye_create();
	}
}

/* Whatever played before may write until it is ended, a camera that is connected even longer: the new
 * media comes in by ways of its own. If it cannot be started, the source is as it was. */
static bool restart(struct show *show, struct source *source, const struct source_spec *spec,
		    GError **error)
{
	struct source before = *source;

	source->ingest = NULL;
	source->kind = spec->kind;
	source->path = (char *)(uintptr_t)spec->path;
	source->is_once = spec->is_once;
	if (!show->is_dry)
		open_flows(source);
	bool is_started = rig_start_source(show, source, error);

	source->path = before.path;
	if (!is_started) {
		close_flows(source);
		*source = before;
		return false;
	}
	close_flows(&before);
	source->retry_at_ns = 0;
	source_set_state(show, source, SOURCE_WAITING, "");
	suit_kind(show, source);
	return true;
}

bool source_replace(struct show *show, const struct source_spec *spec, GError **error)
{
	assert_control_thread(show);
	struct source *source = show_source(show, spec->name, error);

	if (!source)
		return false;
	if (source->kind == SOURCE_SPEAKER)
		return fail(error, ERROR_CONFLICT, "\"%s\" is a speaker", spec->name);
	if (!check_kind(spec, error))
		return false;
	if (is_other_media(source, spec) && !restart(show, source, spec, error))
		return false;
	take_spec(source, spec);
	rig_allow_callers(show);
	show_tell(show, EVENT_source_added, source->name, "source %s is made anew", source->name);
	show_changed(show);
	return true;
}

static bool check_unused(const struct show *show, const struct source *source, GError **error)
{
	g_autoptr(GString) scenes = g_string_new(NULL);

	for (guint i = 0; i < show->scenes->len; i++) {
		const struct scene *scene = show->scenes->pdata[i];
		bool is_shown = scene->still_id == source->id;

		for (guint b = 0; b < scene->boxes->len; b++)
			is_shown |=
				g_array_index(scene->boxes, struct box, b).source_id == source->id;
		if (is_shown)
			g_string_append_printf(scenes, "%s%s", scenes->len ? ", " : "",
					       scene->name);
	}
	if (!scenes->len)
		return true;
	return fail(error, ERROR_CONFLICT,
		    "source \"%s\" is shown by %s; take it out there first (scene remove SCENE %s)",
		    source->name, scenes->str, source->name);
}

bool source_remove(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	struct source *source = show_source(show, name, error);

	if (!source)
		return false;
	if (source->kind == SOURCE_SPEAKER)
		return fail(error, ERROR_CONFLICT,
			    "\"%s\" is a speaker; uninvite ends the invite and removes them", name);
	if (!check_unused(show, source, error))
		return false;
	source_destroy(show, source);
	show_tell(show, EVENT_source_removed, name, "source %s is removed", name);
	show_changed(show);
	return true;
}

/* ---- changing ---- */

static bool check_change(const struct source *source, const struct source_change *change,
			 GError **error)
{
	bool is_silence = change->gain_db <= GAIN_SILENCE_DB;

	if (change->has_gain && !is_silence &&
	    (change->gain_db < LEAST_GAIN_DB || change->gain_db > MOST_GAIN_DB))
		return fail(error, ERROR_BAD_INPUT, "gain: %.1f dB is outside %d to +%d",
			    change->gain_db, LEAST_GAIN_DB, MOST_GAIN_DB);
	if (change->delay_ms > MOST_DELAY_MS)
		return fail(error, ERROR_BAD_INPUT, "delay_ms: %d is outside 0 to %d",
			    change->delay_ms, MOST_DELAY_MS);
	if (source->kind == SOURCE_SPEAKER && change->role == ROLE_HALL)
		return fail(error, ERROR_CONFLICT, "\"%s\" is a speaker, and speakers are remote",
			    source->name);
	return true;
}

bool source_set(struct show *show, const char *name, const struct source_change *change,
		GError **error)
{
	assert_control_thread(show);
	struct source *source = show_source(show, name, error);

	if (!source || !check_change(source, change, error))
		return false;
	if (change->has_gain)
		source->gain_db = change->gain_db;
	if (change->mute)
		source->is_muted = change->mute == SWITCH_ON;
	if (change->delay_ms >= 0) {
		source->delay_ms = change->delay_ms;
		if (source->ring)
			ring_set_delay_ms(source->ring, change->delay_ms);
	}
	if (change->role)
		source->role = change->role;
	show_changed(show);
	return true;
}

bool source_pin(struct show *show, const char *name, enum switch_state state, GError **error)
{
	assert_control_thread(show);
	struct source *source = show_source(show, name, error);

	if (!source)
		return false;
	if (source->kind == SOURCE_SPEAKER)
		return fail(error, ERROR_CONFLICT,
			    "\"%s\" is a speaker, who is heard while admitted whatever is shown "
			    "(speaker mute silences them)",
			    name);
	if (source->kind == SOURCE_STILL)
		return fail(error, ERROR_CONFLICT, "\"%s\" is a still, and has no sound", name);
	source->is_pinned = state != SWITCH_OFF;
	show_tell(show, EVENT_source_pinned, name, "%s is heard %s", name,
		  source->is_pinned ? "whatever is shown" : "while it is shown");
	show_changed(show);
	return true;
}

void source_set_state(struct show *show, struct source *source, enum source_state state,
		      const char *detail)
{
	(void)show;
	if (source->state != state)
		source->state_ns = clock_now_ns();
	source->state = state;
	g_free(source->detail);
	source->detail = g_strdup(detail ? detail : "");
}
