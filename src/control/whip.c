/* SPDX-License-Identifier: EUPL-1.2 */
#include "whip.h"

#include <string.h>

#include "error.h"
#include "exchange.h"
#include "viewer.h"

#define TYPE_SDP      "application/sdp"
#define TYPE_FRAGMENT "application/trickle-ice-sdpfrag"

static bool check_type(const struct request *request, const char *wanted, GError **error)
{
	if (strcmp(request->content_type, wanted) == 0)
		return true;
	return fail(error, ERROR_BAD_TYPE, "the body has to be %s, not \"%.60s\"", wanted,
		    request->content_type);
}

/* An SDP is text; a NUL in it is nobody's offer. */
static const char *text_of(const struct request *request, GError **error)
{
	const char *text = (const char *)request->body->data;

	if (request->body->len && strlen(text) == request->body->len)
		return text;
	fail(error, ERROR_BAD_INPUT, "the body is %s",
	     request->body->len ? "no text: it holds a NUL byte" : "empty: an SDP is needed");
	return NULL;
}

/* ---- offers ---- */

static bool offer(const struct house *house, const struct request *request, bool is_whip,
		  char **session, char **sdp, GError **error)
{
	const char *text;

	if (!check_type(request, TYPE_SDP, error))
		return false;
	text = text_of(request, error);
	if (!text)
		return false;
	const char *bus = request->path + strlen("/whep/");

	if (!is_whip && viewer_is_crew_bus(bus))
		return request_is_crew(house, request, error) &&
		       viewer_join_crew(house->show, bus, request->address, text, session, sdp,
					error);
	if (is_whip)
		return viewer_publish(house->show, request->bearer, request->address, text, session,
				      sdp, error);
	return viewer_join(house->show, bus, request->bearer, request->address, text, session, sdp,
			   error);
}

static void answer_offer(const struct house *house, const struct request *request, bool is_whip,
			 struct answer *answer)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *session = NULL, *sdp = NULL;

	if (!offer(house, request, is_whip, &session, &sdp, &error)) {
		answer_error(answer, error);
		return;
	}
	answer_text(answer, 201, TYPE_SDP, sdp);
	answer->location = g_strdup_printf("%s/session/%s", is_whip ? "/whip" : "/whep", session);
	answer->etag = g_strdup(viewer_etag(house->show, session));
}

/* ---- sessions ---- */

/* A missing If-Match is let pass: players differ, and a session has one ICE state at a time. */
static bool check_etag(const struct house *house, const struct request *request,
		       const char *session, GError **error)
{
	const char *etag = viewer_etag(house->show, session);

	if (!request->if_match || !etag || strcmp(request->if_match, "*") == 0 ||
	    strcmp(request->if_match, etag) == 0)
		return true;
	return fail(error, ERROR_PRECONDITION,
		    "If-Match is %.60s and the session's entity tag is %s", request->if_match,
		    etag);
}

static bool patch(const struct house *house, const struct request *request, const char *session,
		  char **reply, GError **error)
{
	const char *text;

	if (!check_type(request, TYPE_FRAGMENT, error) ||
	    !check_etag(house, request, session, error))
		return false;
	text = text_of(request, error);
	return text && viewer_patch(house->show, session, request->bearer, text, reply, error);
}

static void answer_patch(const struct house *house, const struct request *request,
			 const char *session, struct answer *answer)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *reply = NULL;

	if (!patch(house, request, session, &reply, &error)) {
		answer_error(answer, error);
	} else if (reply) {
		answer_text(answer, 200, TYPE_FRAGMENT, reply);
		answer->etag = g_strdup(viewer_etag(house->show, session));
	} else {
		answer->status = 204;
	}
}

static void answer_session(const struct house *house, const struct request *request,
			   const char *session, struct answer *answer)
{
	g_autoptr(GError) error = NULL;

	if (request->method == METHOD_PATCH)
		answer_patch(house, request, session, answer);
	else if (request->method != METHOD_DELETE)
		answer_not_allowed(answer, "PATCH, DELETE");
	else if (viewer_leave(house->show, session, request->bearer, &error))
		answer->status = 200;
	else
		answer_error(answer, error);
}

/* ---- paths ---- */

static const char *session_of(const char *path)
{
	const char *prefix = "/session/";

	path += strlen("/whip");
	return g_str_has_prefix(path, prefix) ? path + strlen(prefix) : NULL;
}

static void answer_no_path(const struct request *request, struct answer *answer)
{
	g_autoptr(GError) error = NULL;

	fail(&error, ERROR_NOT_FOUND,
	     "nothing at %.64s (have: /whip, /whep/program, /whep/room, /whep/return/NAME; for "
	     "the crew /whep/crew, /whep/preview)",
	     request->path);
	answer_error(answer, error);
}

void whip_answer(const struct house *house, const struct request *request, struct answer *answer)
{
	bool is_whip = g_str_has_prefix(request->path, "/whip");
	const char *session = session_of(request->path);
	bool is_endpoint = is_whip ? strcmp(request->path, "/whip") == 0
				   : g_str_has_prefix(request->path, "/whep/");

	if (request->method == METHOD_OPTIONS) {
		answer->status = 204;
		answer->allow = session ? "PATCH, DELETE, OPTIONS" : "POST, OPTIONS";
	} else if (session) {
		answer_session(house, request, session, answer);
	} else if (!is_endpoint) {
		answer_no_path(request, answer);
	} else if (request->method != METHOD_POST) {
		answer_not_allowed(answer, "POST, OPTIONS");
	} else {
		answer_offer(house, request, is_whip, answer);
	}
}
