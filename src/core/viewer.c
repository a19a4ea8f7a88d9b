/* SPDX-License-Identifier: EUPL-1.2 */
#include "viewer.h"

#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "error.h"
#include "invite.h"
#include "output.h"
#include "port.h"
#include "settings.h"
#include "speaker_input.h"
#include "state.h"
#include "track.h"

#define RTP_PACKETS  1024 /* from the port to a jitter buffer: emptied at once */
#define RTCP_PACKETS 64

/* ---- sessions ---- */

static struct session *session_create(struct show *show, enum session_kind kind,
				      uint64_t speaker_id, const char *address)
{
	struct session *session = g_new0(struct session, 1);
	uint8_t secret[16];

	if (getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		g_error("the kernel gives no random bytes");
	for (size_t i = 0; i < sizeof(secret); i++)
		g_snprintf(session->name + 2 * i, 3, "%02x", secret[i]);
	session->peer_id = show_new_id(show);
	session->kind = kind;
	session->speaker_id = speaker_id;
	session->address = g_strdup(address);
	session->joined_ns = clock_now_ns();
	g_snprintf(session->etag, sizeof(session->etag), "\"%" G_GUINT64_FORMAT "-0\"",
		   session->peer_id);
	g_ptr_array_add(show->sessions, session);
	return session;
}

void session_destroy(struct show *show, struct session *session)
{
	if (!session)
		return;
	g_ptr_array_remove(show->sessions, session);
	g_free(session->address);
	g_free(session);
}

const char *session_bus(const struct session *session)
{
	static const char *const names[] = {
		[SESSION_PROGRAM] = "program", [SESSION_ROOM] = "room",
		[SESSION_PREVIEW] = "preview", [SESSION_CREW] = "crew",
		[SESSION_RETURN] = "return",   [SESSION_PUBLISH] = "publish",
	};

	return names[session->kind];
}

static bool check_limits(const struct show *show, const char *address, GError **error)
{
	int in_all = 0, from_there = 0;

	for (guint i = 0; i < show->sessions->len; i++) {
		const struct session *session = show->sessions->pdata[i];

		if (session->kind == SESSION_PROGRAM || session->kind == SESSION_ROOM) {
			in_all++;
			from_there += strcmp(session->address, address) == 0;
		}
	}
	if (in_all >= show->settings->max_viewers)
		return fail(error, ERROR_LIMIT,
			    "%d viewers are here already, as many as max_viewers allows; try again "
			    "later",
			    in_all);
	if (from_there >= show->settings->max_viewers_per_address)
		return fail(error, ERROR_LIMIT,
			    "%d viewers from this address are here already, as many as "
			    "max_viewers_per_address allows",
			    from_there);
	return true;
}

/* ---- receiving ---- */

static bool is_bus(const char *bus, enum session_kind *kind, const char **speaker, GError **error)
{
	*speaker = NULL;
	if (strcmp(bus, "program") == 0) {
		*kind = SESSION_PROGRAM;
	} else if (strcmp(bus, "room") == 0) {
		*kind = SESSION_ROOM;
	} else if (g_str_has_prefix(bus, "return/")) {
		*kind = SESSION_RETURN;
		*speaker = bus + strlen("return/");
	} else {
		g_autofree char *shown = g_utf8_make_valid(bus, (gssize)strnlen(bus, 64));

		return fail(error, ERROR_NOT_FOUND,
			    "no bus \"%s\" (have: program, room, return/NAME)", shown);
	}
	return true;
}

/* The speaker whose return this is, if the token is theirs. */
static struct speaker *check_return(struct show *show, const char *name, const char *token,
				    GError **error)
{
	int owner = speaker_by_token(show, token, error);
	struct speaker *speaker = owner < 0 ? NULL : show->speakers->pdata[owner];

	if (speaker && strcmp(show_source_by_id(show, speaker->source_id)->name, name) != 0) {
		fail(error, ERROR_FORBIDDEN, "this invite is another speaker's");
		speaker = NULL;
	}
	return speaker;
}

static bool play(struct show *show, struct session *session, const char *offer, char **answer,
		 GError **error)
{
	const struct speaker *speaker = show_speaker_by_id(show, session->speaker_id);
	struct track *picture = show->program_picture.track;
	struct track *sound = show->program_sound.track;

	if (session->kind == SESSION_ROOM) {
		picture = show->room_shares ? picture : show->room_picture.track;
		sound = show->room_sound.track;
	} else if (session->kind == SESSION_PREVIEW) {
		picture = show->preview_picture.track;
	} else if (session->kind == SESSION_CREW) {
		picture = show->multiview.track;
	} else if (speaker) {
		sound = speaker->return_sound.track;
	}
	return rtc_play(show->rtc, session->peer_id, offer, picture, sound, answer, error);
}

/* A return has a bus of its own, opened for its first session and closed with it. */
static bool join_return(struct show *show, struct speaker *speaker, struct session *session,
			const char *offer, char **answer, GError **error)
{
	struct output older = speaker->return_sound;

	speaker->return_sound = (struct output){0};
	if (!output_open_sound(show, &speaker->return_sound, show->settings->return_kbps, error) ||
	    !play(show, session, offer, answer, error)) {
		output_close(&speaker->return_sound);
		speaker->return_sound = older;
		return false;
	}
	struct output newer = speaker->return_sound;

	/* The newest session takes over. */
	speaker->return_sound = older;
	speaker_end_return(show, speaker);
	speaker->return_sound = newer;
	speaker->return_id = session->peer_id;
	show_refresh(show);
	return true;
}

bool viewer_join(struct show *show, const char *bus, const char *token, const char *address,
		 const char *offer, char **session_name, char **answer, GError **error)
{
	assert_control_thread(show);
	enum session_kind kind = SESSION_PROGRAM;
	const char *name;
	struct speaker *speaker = NULL;

	if (!is_bus(bus, &kind, &name, error))
		return false;
	if (name && !(speaker = check_return(show, name, token, error)))
		return false;
	if (!speaker && !check_limits(show, address, error))
		return false;
	struct session *session =
		session_create(show, kind, speaker ? speaker->source_id : 0, address);
	bool is_in = speaker ? join_return(show, speaker, session, offer, answer, error)
			     : play(show, session, offer, answer, error);

	if (is_in)
		*session_name = g_strdup(session->name);
	else
		session_destroy(show, session);
	return is_in;
}

bool viewer_is_crew_bus(const char *bus)
{
	return strcmp(bus, "crew") == 0 || strcmp(bus, "preview") == 0;
}

static bool check_crew(const struct show *show, GError **error)
{
	int n = 0;

	for (guint i = 0; i < show->sessions->len; i++) {
		const struct session *session = show->sessions->pdata[i];

		n += session->kind == SESSION_CREW || session->kind == SESSION_PREVIEW;
	}
	if (n < show->settings->max_crew)
		return true;
	return fail(error, ERROR_LIMIT,
		    "%d of the crew are watching already, as many as max_crew allows", n);
}

bool viewer_join_crew(struct show *show, const char *bus, const char *address, const char *offer,
		      char **session_name, char **answer, GError **error)
{
	assert_control_thread(show);
	g_assert(viewer_is_crew_bus(bus));
	enum session_kind kind = strcmp(bus, "crew") == 0 ? SESSION_CREW : SESSION_PREVIEW;

	if (!check_crew(show, error))
		return false;
	struct session *session = session_create(show, kind, 0, address);
	bool is_in = play(show, session, offer, answer, error);

	if (is_in)
		*session_name = g_strdup(session->name);
	else
		session_destroy(show, session);
	return is_in;
}

/* ---- sending ---- */

static struct track *create_track(unsigned capacity)
{
	struct track_format format = {0};

	return track_create(&format, capacity);
}

static struct speaker_input *start_input(struct show *show, const struct speaker *speaker,
					 const struct rtp_format *format, GError **error)
{
	const struct source *source = show_source_by_id(show, speaker->source_id);
	struct speaker_input_spec spec = {
		.source_id = source->id,
		.format = *format,
		.rtp_in = speaker->rtp_in,
		.rtcp_in = speaker->rtcp_in,
		.rtcp_out = speaker->rtcp_out,
		.picture = source->slot,
		.sound = source->ring,
		.up = show->up,
		.video_latency_ms = show->settings->speaker_video_latency_ms,
		.audio_latency_ms = show->settings->speaker_audio_latency_ms,
	};

	return speaker_input_create(&spec, error);
}

bool viewer_publish(struct show *show, const char *token, const char *address, const char *offer,
		    char **session_name, char **answer, GError **error)
{
	assert_control_thread(show);
	int owner = speaker_by_token(show, token, error);

	if (owner < 0)
		return false;
	struct speaker *speaker = show->speakers->pdata[owner];
	struct session *session =
		session_create(show, SESSION_PUBLISH, speaker->source_id, address);
	struct track *rtp_in = create_track(RTP_PACKETS), *rtcp_in = create_track(RTCP_PACKETS),
		     *rtcp_out = create_track(RTCP_PACKETS);
	struct rtp_format format;

	if (!rtc_publish(show->rtc, session->peer_id, offer, rtp_in, rtcp_in, rtcp_out, answer,
			 &format, error)) {
		track_unref(rtp_in);
		track_unref(rtcp_in);
		track_unref(rtcp_out);
		session_destroy(show, session);
		return false;
	}
	/* The newest takes over: the older input ends first, so that slot and ring have one writer.
	 */
	speaker_end_publish(show, speaker);
	speaker->rtp_in = rtp_in;
	speaker->rtcp_in = rtcp_in;
	speaker->rtcp_out = rtcp_out;
	speaker->publish_id = session->peer_id;
	speaker->input = start_input(show, speaker, &format, error);
	if (speaker->input) {
		*session_name = g_strdup(session->name);
	} else {
		speaker_end_publish(show, speaker);
		source_set_state(show, show_source_by_id(show, speaker->source_id), SOURCE_FAILED,
				 "their picture and sound cannot be read");
		g_clear_pointer(answer, g_free);
	}
	show_refresh(show);
	return speaker->input != NULL;
}

/* ---- PATCH and DELETE ---- */

/* An invite that has run out or was renewed still lets its speaker leave and move to another
 * network: who is connected stays. */
static bool is_theirs(const struct show *show, const struct session *session, const char *token,
		      GError **error)
{
	const struct source *source = show_source_by_id(show, session->speaker_id);
	struct invite invite;

	if (!invite_check(token, show->key, show->key_length, 0, &invite, error))
		return false;
	if (source && strcmp(source->name, invite.name) == 0)
		return true;
	return fail(error, ERROR_FORBIDDEN, "this session is another speaker's");
}

/* The session of this name, if a speaker's session is not asked for with another speaker's token.
 */
static struct session *find_session(const struct show *show, const char *name, const char *token,
				    GError **error)
{
	struct session *session = show_session(show, name);

	if (!session) {
		fail(error, ERROR_NOT_FOUND, "no such session (it may have ended)");
		return NULL;
	}
	if (token && session->speaker_id && !is_theirs(show, session, token, error))
		return NULL;
	return session;
}

bool viewer_patch(struct show *show, const char *name, const char *token, const char *fragment,
		  char **reply, GError **error)
{
	assert_control_thread(show);
	struct session *session = find_session(show, name, token, error);

	if (!session || !rtc_patch(show->rtc, session->peer_id, fragment, reply, error))
		return false;
	if (*reply)
		g_snprintf(session->etag, sizeof(session->etag), "\"%" G_GUINT64_FORMAT "-%u\"",
			   session->peer_id, ++session->restarts);
	return true;
}

bool viewer_leave(struct show *show, const char *name, const char *token, GError **error)
{
	assert_control_thread(show);
	struct session *session = find_session(show, name, token, error);

	if (!session)
		return false;
	struct speaker *speaker = show_speaker_by_id(show, session->speaker_id);

	if (speaker && speaker->publish_id == session->peer_id) {
		struct source *source = show_source_by_id(show, speaker->source_id);
		bool was_there = session->is_connected;

		speaker_end_publish(show, speaker);
		source_set_state(show, source, SOURCE_LOST, "left");
		if (was_there)
			show_tell(show, EVENT_speaker_left, source->name, "%s has left",
				  source->name);
	} else if (speaker && speaker->return_id == session->peer_id) {
		speaker_end_return(show, speaker);
	} else {
		if (session->is_connected)
			show_tell(show, EVENT_viewer_left, session_bus(session), "%s: left",
				  session->address);
		rtc_close(show->rtc, session->peer_id);
		session_destroy(show, session);
	}
	show_refresh(show);
	return true;
}

const char *viewer_etag(const struct show *show, const char *name)
{
	const struct session *session = show_session(show, name);

	return session ? session->etag : NULL;
}

/* ---- the list ---- */

int viewer_count(const struct show *show)
{
	return (int)show->sessions->len;
}

bool viewer_view(const struct show *show, int index, struct viewer_view *view)
{
	assert_control_thread(show);
	const struct session *session = show->sessions->pdata[index];
	const struct source *source = show_source_by_id(show, session->speaker_id);
	struct rtc_peer_stats stats = {0};

	if (session->kind == SESSION_PUBLISH)
		return false;
	if (show->rtc)
		rtc_read_stats(show->rtc, session->peer_id, &stats);
	*view = (struct viewer_view){
		.id = session->peer_id,
		.bus = session_bus(session),
		.speaker = source ? source->name : "",
		.rendition = rendition_name(session->ladder.rung),
		.is_connected = session->is_connected,
		.age_s = (clock_now_ns() - session->joined_ns) / NS_PER_S,
		.kbps = stats.estimate_kbps,
		.loss_percent = stats.loss_percent,
		.rtt_ms = stats.rtt_ms,
		.queue_ms = stats.queue_ms,
		.is_congested = stats.congested_ms > 0,
	};
	g_strlcpy(view->address, *stats.address ? stats.address : session->address,
		  sizeof(view->address));
	return true;
}
