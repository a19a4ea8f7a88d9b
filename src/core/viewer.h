/* SPDX-License-Identifier: EUPL-1.2
 *
 * viewer: every WebRTC connection of the show, as WHIP and WHEP know it: a session with an
 * unguessable name. Viewers and hall screens receive; a speaker has one session that sends (the
 * newest takes over) and one that receives their return (likewise).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct show;

/* Answers a WHEP offer. `bus`: "program", "room", or "return/NAME" with that speaker's token
 * (others: ERROR_FORBIDDEN). `address`: who asks, for limits. *session: 32 hex digits; *answer:
 * SDP; both g_free(). Limits give ERROR_LIMIT. */
bool viewer_join(struct show *show, const char *bus, const char *token, const char *address,
		 const char *offer, char **session, char **answer, GError **error);

/* The crew's pictures with program's sound: "crew" (the multiview) and "preview". Who asks must have
 * shown the crew's token; viewers' limits are not theirs, but max_crew. */
bool viewer_is_crew_bus(const char *bus);
bool viewer_join_crew(struct show *show, const char *bus, const char *address, const char *offer,
		      char **session, char **answer, GError **error);

/* Answers a WHIP offer of the speaker whose token this is. */
bool viewer_publish(struct show *show, const char *token, const char *address, const char *offer,
		    char **session, char **answer, GError **error);

/* PATCH and DELETE. `*reply` NULL: nothing to say (204). ERROR_NOT_FOUND: no such session. A
 * session's name is its own authority; if `token` is given for a speaker's session it must be that
 * speaker's. */
bool viewer_patch(struct show *show, const char *session, const char *token, const char *fragment,
		  char **reply, GError **error);
bool viewer_leave(struct show *show, const char *session, const char *token, GError **error);

/* The entity tag of a session's ICE state (RFC 9725 4.3.1), changed by an ICE restart; NULL if
 * there is no such session. Valid until the show changes. */
const char *viewer_etag(const struct show *show, const char *session);

/* One that receives, for people and programs; the names are the show's. */
struct viewer_view {
	uint64_t id;
	const char *bus;       /* "program", "room", "preview", "crew" or "return" */
	const char *speaker;   /* whose return it is, or "" */
	const char *rendition; /* "full", "small" or "sound" */
	char address[64];      /* and port, once it is connected */
	bool is_connected, is_congested;
	int64_t age_s;
	/* Of its line: what it carries at least, as far as was seen; 0: unknown. */
	double kbps;
	double loss_percent, rtt_ms, queue_ms;
};

/* Connections in all; the view of one that sends is false. */
int viewer_count(const struct show *show);
bool viewer_view(const struct show *show, int index, struct viewer_view *view);
