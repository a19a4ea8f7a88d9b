/* SPDX-License-Identifier: EUPL-1.2
 *
 * What the media parts tell, and what time brings. A note about something that is gone finds
 * nothing and is dropped.
 */
#include <twinstage/note.h>

#include "clock.h"
#include "output.h"
#include "rendition.h"
#include "rig.h"
#include "snapshot.h"
#include "state.h"

#define RETRY_NS (2 * NS_PER_S)

/* ---- sources ---- */

static void tell_source(struct show *show, struct source *source, enum source_state state,
			enum event_kind kind, const struct note *note)
{
	source_set_state(show, source, state, note->text);
	show_refresh(show);
	if (kind)
		show_tell(show, kind, source->name, "%s is %s%s%s", source->name,
			  source_state_name(state), *note->text ? ": " : "", note->text);
}

/* A file that should play for ever is started again; a camera and a speaker come back by
 * themselves. */
static void plan_retry(struct source *source)
{
	bool is_restartable =
		(source->kind == SOURCE_FILE && !source->is_once) || source->kind == SOURCE_TEST;

	source->retry_at_ns = is_restartable ? clock_now_ns() + RETRY_NS : 0;
}

static void take_source_note(struct show *show, struct source *source, const struct note *note)
{
	const struct speaker *speaker = show_speaker_by_id(show, source->id);

	/* What a speaker's input said before it ended. */
	if (speaker && !speaker->input)
		return;
	switch (note->kind) {
	case NOTE_SOURCE_CONNECTED:
		tell_source(show, source, SOURCE_CONNECTED, EVENT_NONE, note);
		break;
	case NOTE_SOURCE_LIVE:
		tell_source(show, source, SOURCE_LIVE, EVENT_source_live, note);
		break;
	case NOTE_SOURCE_STALLED:
		tell_source(show, source, SOURCE_STALLED, EVENT_source_stalled, note);
		break;
	case NOTE_SOURCE_LOST:
		tell_source(show, source, SOURCE_LOST, EVENT_source_lost, note);
		plan_retry(source);
		break;
	case NOTE_SOURCE_FAILED:
		tell_source(show, source, SOURCE_FAILED, EVENT_source_failed, note);
		plan_retry(source);
		break;
	case NOTE_SOURCE_REPLACED:
		show_tell(show, EVENT_source_replaced, source->name, "%s is taken over by %s",
			  source->name, note->text);
		break;
	case NOTE_SOURCE_JUMPED:
		show_tell(show, EVENT_source_jumped, source->name,
			  "the time stamps of %s jumped by %" G_GINT64_FORMAT " ms", source->name,
			  note->value);
		break;
	default:
		break;
	}
}

/* ---- peers ---- */

static void take_connected(struct show *show, struct session *session, const struct note *note)
{
	const struct source *source = show_source_by_id(show, session->speaker_id);

	session->is_connected = true;
	if (session->kind == SESSION_PUBLISH && source)
		show_tell(show, EVENT_speaker_arrived, source->name, "%s is connected from %s",
			  source->name, note->text);
	else if (!session->speaker_id)
		show_tell(show, EVENT_viewer_joined, session_bus(session), "from %s", note->text);
	show_refresh(show);
}

static void take_speaker_closed(struct show *show, struct speaker *speaker,
				const struct session *session, const char *why)
{
	struct source *source = show_source_by_id(show, speaker->source_id);
	bool was_there = session->is_connected;

	if (speaker->publish_id == session->peer_id) {
		speaker_end_publish(show, speaker);
		source_set_state(show, source, SOURCE_LOST, why);
		if (was_there)
			show_tell(show, EVENT_speaker_left, source->name, "%s is gone: %s",
				  source->name, why);
	} else {
		speaker_end_return(show, speaker);
	}
}

static void take_closed(struct show *show, struct session *session, const struct note *note)
{
	struct speaker *speaker = show_speaker_by_id(show, session->speaker_id);
	const char *bus = session_bus(session);

	if (!session->is_connected)
		show_tell(show, EVENT_peer_refused,
			  speaker ? show_source_by_id(show, speaker->source_id)->name : bus,
			  "a browser at %s did not get through: %s", session->address, note->text);
	else if (!speaker)
		show_tell(show, EVENT_viewer_left, bus, "%s: %s", session->address, note->text);
	if (speaker)
		take_speaker_closed(show, speaker, session, note->text);
	else
		session_destroy(show, session);
	show_refresh(show);
}

/* ---- the mix ---- */

static void take_transition_ended(struct show *show, const struct note *note)
{
	struct transition *transition = &show->transition;

	if (note->id != show->program_picture.bus_id ||
	    (uint64_t)note->value != transition->serial || !transition->is_running)
		return;
	transition->is_running = false;
	const struct scene *scene = show_scene_by_id(show, show->program_id);

	show_tell(show, EVENT_transition_ended, scene ? scene->name : "",
		  "the transition is complete");
	show_refresh(show);
}

static void take_black_ended(struct show *show, const struct note *note)
{
	if (note->id != show->program_picture.bus_id ||
	    (uint64_t)note->value != show->black.serial || !show->black.is_fading)
		return;
	show->black.is_fading = false;
	show_refresh(show);
}

static void take_encoder_failed(struct show *show, const struct note *note)
{
	uint64_t bus = note->id;
	const struct source *source = NULL;

	if (bus == show->program_picture.bus_id || bus == show->program_sound.bus_id ||
	    (bus && bus == show->small_picture.bus_id))
		show_tell(show, EVENT_output_failed, "program", "%s", note->text);
	else if (bus == show->room_picture.bus_id || bus == show->room_sound.bus_id)
		show_tell(show, EVENT_output_failed, "room", "%s", note->text);
	else if (bus && bus == show->preview_picture.bus_id)
		show_tell(show, EVENT_output_failed, "preview", "%s", note->text);
	else if (bus && bus == show->multiview.bus_id)
		show_tell(show, EVENT_output_failed, "crew", "%s", note->text);
	for (guint i = 0; i < show->speakers->len && !source; i++) {
		const struct speaker *speaker = show->speakers->pdata[i];

		if (speaker->return_sound.bus_id == bus)
			source = show_source_by_id(show, speaker->source_id);
	}
	if (source && bus)
		show_tell(show, EVENT_output_failed, source->name, "the return of %s: %s",
			  source->name, note->text);
}

void show_take_note(struct show *show, const struct note *note)
{
	assert_control_thread(show);
	struct source *source = show_source_by_id(show, note->id);
	struct session *session = show_session_by_peer(show, note->id);

	if (source)
		take_source_note(show, source, note);
	else if (session && note->kind == NOTE_PEER_CONNECTED)
		take_connected(show, session, note);
	else if (session && note->kind == NOTE_PEER_CLOSED)
		take_closed(show, session, note);
	else if (note->kind == NOTE_TRANSITION_ENDED)
		take_transition_ended(show, note);
	else if (note->kind == NOTE_BLACK_ENDED)
		take_black_ended(show, note);
	else if (note->kind == NOTE_SRT_REFUSED)
		show_tell(show, EVENT_srt_refused, "", "%s", note->text);
	else if (note->kind == NOTE_TICKS_MISSED)
		show_tell(show, EVENT_tick_missed, "mixer",
			  "%" G_GINT64_FORMAT " picture%s repeated: the machine is too busy",
			  note->value, note->value == 1 ? "" : "s");
	else if (note->kind == NOTE_SOUND_MISSED)
		show_tell(show, EVENT_tick_missed, "mixer",
			  "%" G_GINT64_FORMAT " ms of sound were left out: the machine is too busy",
			  10 * note->value);
	else if (note->kind == NOTE_OVERLAY_READY)
		overlay_ready(show, note->id);
	else if (note->kind == NOTE_OVERLAY_FAILED)
		overlay_failed(show, note->id, (enum error_code)note->value, note->text);
	else if (note->kind == NOTE_ENCODER_FAILED)
		take_encoder_failed(show, note);
	else if (note->kind == NOTE_PICTURE_TAKEN || note->kind == NOTE_PICTURE_SAVED)
		snapshots_take_note(show, note);
}

/* ---- time ---- */

static void retry(struct show *show, struct source *source, int64_t now_ns)
{
	g_autoptr(GError) error = NULL;

	source->retry_at_ns = 0;
	rig_stop_source(source);
	if (!rig_start_source(show, source, &error))
		source->retry_at_ns = now_ns + RETRY_NS;
}

void show_on_timer(struct show *show)
{
	assert_control_thread(show);
	int64_t now_ns = clock_now_ns();

	if (show->slate_failure) {
		show_tell(show, EVENT_source_failed, "slate", "%s", show->slate_failure);
		g_clear_pointer(&show->slate_failure, g_free);
	}
	overlay_on_timer(show, now_ns);
	rendition_judge(show, now_ns);
	for (guint i = 0; i < show->sources->len; i++) {
		struct source *source = show->sources->pdata[i];

		if (source->retry_at_ns && source->retry_at_ns <= now_ns)
			retry(show, source, now_ns);
	}
}
