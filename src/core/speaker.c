/* SPDX-License-Identifier: EUPL-1.2 */
#include "speaker.h"

#include <string.h>

#include "clock.h"
#include "error.h"
#include "invite.h"
#include "output.h"
#include "port.h"
#include "settings.h"
#include "speaker_input.h"
#include "state.h"
#include "track.h"

#define MOST_HOURS  8760
#define MOST_SERIAL 1000000000 /* far from the end of its 32 bits: the next one is one more */

bool speaker_is_on(const struct show *show, const struct speaker *speaker)
{
	const struct session *session = show_session_by_peer(show, speaker->publish_id);

	return speaker->admitted && session && session->is_connected;
}

/* ---- inviting ---- */

static char *token_of(const struct show *show, const struct speaker *speaker, const char *name)
{
	struct invite invite = {.expires_s = speaker->expires_s, .serial = speaker->serial};

	g_strlcpy(invite.name, name, sizeof(invite.name));
	return invite_sign(&invite, show->key, show->key_length);
}

static struct speaker *add_speaker(struct show *show, const char *name, GError **error)
{
	if (!name_check(name, error))
		return NULL;
	if (show_source(show, name, NULL)) {
		fail(error, ERROR_EXISTS,
		     "there is a source \"%s\" already; invite them under another name", name);
		return NULL;
	}
	if (show->speakers->len >= (guint)show->settings->max_speakers ||
	    show->sources->len >= (guint)show->settings->max_sources) {
		fail(error, ERROR_LIMIT,
		     "there are %u speakers and %u sources already, as many as max_speakers and "
		     "max_sources allow",
		     show->speakers->len, show->sources->len);
		return NULL;
	}
	struct source_spec spec = {.name = name, .kind = SOURCE_SPEAKER};
	struct source *source = source_create(show, &spec);
	struct speaker *speaker = g_new0(struct speaker, 1);

	speaker->source_id = source->id;
	g_ptr_array_add(show->sources, source);
	g_ptr_array_add(show->speakers, speaker);
	return speaker;
}

bool speaker_invite(struct show *show, const struct invite_spec *spec, char **token, GError **error)
{
	assert_control_thread(show);
	int64_t now_s = clock_wall_ns() / NS_PER_S;
	int64_t expires_s = spec->expires_s ? spec->expires_s
					    : now_s + show->settings->invite_hours * INT64_C(3600);

	if (expires_s > now_s + MOST_HOURS * INT64_C(3600))
		return fail(error, ERROR_BAD_INPUT, "an invite is good for a year at most");
	if (expires_s < 0)
		return fail(error, ERROR_BAD_INPUT, "an invite cannot end before 1970");
	if (spec->serial > MOST_SERIAL)
		return fail(error, ERROR_BAD_INPUT, "serial: %u is outside 1 to %d", spec->serial,
			    MOST_SERIAL);
	struct speaker *speaker = show_speaker(show, spec->name, NULL);

	if (!speaker)
		speaker = add_speaker(show, spec->name, error);
	if (!speaker)
		return false;
	speaker->expires_s = expires_s;
	speaker->serial = spec->serial ? spec->serial : show->last_serial + 1;
	show->last_serial = MAX(show->last_serial, speaker->serial);
	*token = token_of(show, speaker, spec->name);
	show_tell(show, EVENT_speaker_invited, spec->name, "%s is invited", spec->name);
	show_changed(show);
	return true;
}

void speaker_end_publish(struct show *show, struct speaker *speaker)
{
	struct session *session = show_session_by_peer(show, speaker->publish_id);

	speaker_input_destroy(speaker->input);
	track_unref(speaker->rtp_in);
	track_unref(speaker->rtcp_in);
	track_unref(speaker->rtcp_out);
	speaker->input = NULL;
	speaker->rtp_in = speaker->rtcp_in = speaker->rtcp_out = NULL;
	speaker->publish_id = 0;
	if (session) {
		rtc_close(show->rtc, session->peer_id);
		session_destroy(show, session);
	}
}

void speaker_end_return(struct show *show, struct speaker *speaker)
{
	struct session *session = show_session_by_peer(show, speaker->return_id);

	speaker->return_id = 0;
	output_close(&speaker->return_sound);
	if (session) {
		rtc_close(show->rtc, session->peer_id);
		session_destroy(show, session);
	}
}

void speaker_destroy(struct show *show, struct speaker *speaker)
{
	if (!speaker)
		return;
	speaker_end_publish(show, speaker);
	speaker_end_return(show, speaker);
	g_ptr_array_remove(show->speakers, speaker);
	source_destroy(show, show_source_by_id(show, speaker->source_id));
	g_free(speaker);
}

bool speaker_uninvite(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	struct speaker *speaker = show_speaker(show, name, error);

	if (!speaker)
		return false;
	speaker_destroy(show, speaker);
	show_tell(show, EVENT_speaker_uninvited, name, "the invite of %s is ended", name);
	show_changed(show);
	return true;
}

/* ---- on stage and off ---- */

bool speaker_admit(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	struct speaker *speaker = show_speaker(show, name, error);

	if (!speaker)
		return false;
	if (!speaker->admitted)
		speaker->admitted = ++show->last_admission;
	show_tell(show, EVENT_speaker_admitted, name, "%s may be seen and heard", name);
	show_changed(show);
	return true;
}

bool speaker_dismiss(struct show *show, const char *name, GError **error)
{
	assert_control_thread(show);
	struct speaker *speaker = show_speaker(show, name, error);

	if (!speaker)
		return false;
	speaker->admitted = 0;
	show_tell(show, EVENT_speaker_dismissed, name, "%s is back in the waiting room", name);
	show_changed(show);
	return true;
}

bool speaker_mute(struct show *show, const char *name, bool is_muted, GError **error)
{
	assert_control_thread(show);
	struct source_change change = {.mute = is_muted ? SWITCH_ON : SWITCH_OFF, .delay_ms = -1};

	if (!show_speaker(show, name, error))
		return false;
	return source_set(show, name, &change, error);
}

/* ---- looking ---- */

int speaker_count(const struct show *show)
{
	return (int)show->speakers->len;
}

void speaker_view(const struct show *show, int index, struct speaker_view *view)
{
	assert_control_thread(show);
	const struct speaker *speaker = show->speakers->pdata[index];
	const struct source *source = show_source_by_id(show, speaker->source_id);
	const struct session *in = show_session_by_peer(show, speaker->publish_id);
	const struct session *out = show_session_by_peer(show, speaker->return_id);

	*view = (struct speaker_view){
		.name = source->name,
		.is_connected = in && in->is_connected,
		.has_return = out && out->is_connected,
		.is_admitted = speaker->admitted != 0,
		.is_muted = source->is_muted,
		.tally = source->tally,
		.expires_s = speaker->expires_s,
		.serial = speaker->serial,
	};
	source_find(show, source->name, &view->source);
}

int speaker_by_token(const struct show *show, const char *token, GError **error)
{
	assert_control_thread(show);
	struct invite invite;

	if (!token || !*token) {
		fail(error, ERROR_BAD_TOKEN,
		     "this needs a speaker's invite (Authorization: Bearer TOKEN)");
		return -1;
	}
	if (!invite_check(token, show->key, show->key_length, clock_wall_ns() / NS_PER_S, &invite,
			  error))
		return -1;
	for (guint i = 0; i < show->speakers->len; i++) {
		const struct speaker *speaker = show->speakers->pdata[i];

		if (strcmp(show_source_by_id(show, speaker->source_id)->name, invite.name) != 0)
			continue;
		if (speaker->serial == invite.serial && speaker->expires_s == invite.expires_s)
			return (int)i;
		fail(error, ERROR_BAD_TOKEN,
		     "a newer invite for %s was sent; this link no longer works", invite.name);
		return -1;
	}
	fail(error, ERROR_BAD_TOKEN, "the invite of %s was withdrawn", invite.name);
	return -1;
}
