/* SPDX-License-Identifier: EUPL-1.2 */
#include "websocket.h"

#include <glib.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "exchange.h"
#include "header.h"
#include "publish.h"
#include "show.h"
#include "speaker.h"

#define MOST_WAITING 256 /* events that a slow client may be behind */

enum socket_kind { SOCKET_REFUSED, SOCKET_PROGRAM, SOCKET_SPEAKER, SOCKET_EVENTS };

struct web_socket {
	struct web_sockets *sockets;
	struct lws *wsi;
	enum socket_kind kind;
	int close_code; /* 0: stays */
	char *speaker;	/* SOCKET_SPEAKER: the name */
	char *said;	/* the state that it heard last */
	bool is_stale;	/* it has to hear the state again */
	GQueue waiting; /* char *: events not sent yet */
	int subscription;
};

struct web_sockets {
	const struct house *house;
	struct events *events;
	int listener, most;
	GPtrArray *open; /* struct web_socket */
};

/* ---- what happens ---- */

static void wake(struct web_socket *socket)
{
	lws_callback_on_writable(socket->wsi);
}

/* Something changed: whoever follows a state looks again when it can write. */
static void on_show_event(const struct event *event, void *data)
{
	struct web_sockets *sockets = data;

	(void)event;
	for (guint i = 0; i < sockets->open->len; i++) {
		struct web_socket *socket = sockets->open->pdata[i];

		if (socket->kind != SOCKET_PROGRAM && socket->kind != SOCKET_SPEAKER)
			continue;
		if (!socket->is_stale)
			wake(socket);
		socket->is_stale = true;
	}
}

static void on_crew_event(const json_t *event, void *data)
{
	struct web_socket *socket = data;
	char *text = json_dumps(event, JSON_COMPACT);

	if (socket->waiting.length >= MOST_WAITING)
		socket->close_code = 4408;
	else if (text)
		g_queue_push_tail(&socket->waiting, g_strdup(text));
	free(text);
	wake(socket);
}

/* ---- opening ---- */

static void open_speaker(struct web_socket *socket, const char *token)
{
	const struct show *show = socket->sockets->house->show;
	int index = speaker_by_token(show, token, NULL);
	struct speaker_view view;

	if (index < 0) {
		socket->close_code = 4401;
		return;
	}
	speaker_view(show, index, &view);
	socket->kind = SOCKET_SPEAKER;
	socket->speaker = g_strdup(view.name);
}

static void open_events(struct web_socket *socket)
{
	g_autofree char *token = header_bearer(socket->wsi);

	if (!token_is(token, socket->sockets->house->crew_token)) {
		socket->close_code = 4401;
		return;
	}
	socket->kind = SOCKET_EVENTS;
	socket->subscription = events_subscribe(socket->sockets->events, on_crew_event, socket);
}

static void open_path(struct web_socket *socket, const char *path)
{
	if (socket->sockets->open->len >= (guint)socket->sockets->most)
		socket->close_code = 4503;
	else if (g_strcmp0(path, "/ws/program") == 0)
		socket->kind = SOCKET_PROGRAM;
	else if (path && g_str_has_prefix(path, "/ws/speak/"))
		open_speaker(socket, path + strlen("/ws/speak/"));
	else if (g_strcmp0(path, "/v1/events") == 0)
		open_events(socket);
	else
		socket->close_code = 4404;
}

struct web_socket *web_socket_open(struct web_sockets *sockets, struct lws *wsi)
{
	struct web_socket *socket = g_new0(struct web_socket, 1);
	g_autofree char *path = header_path(wsi);

	socket->sockets = sockets;
	socket->wsi = wsi;
	socket->is_stale = true;
	open_path(socket, path);
	g_ptr_array_add(sockets->open, socket);
	wake(socket);
	return socket;
}

/* ---- writing ---- */

/* What does not fit into the socket now libwebsockets keeps; over HTTP/2 it counts the frame's head,
 * too. Only a negative answer is a failure. */
static bool send_text(struct web_socket *socket, const char *text)
{
	size_t length = strlen(text);
	g_autofree unsigned char *bytes = g_malloc(LWS_PRE + length);

	memcpy(bytes + LWS_PRE, text, length);
	return lws_write(socket->wsi, bytes + LWS_PRE, length, LWS_WRITE_TEXT) >= 0;
}

static bool write_state(struct web_socket *socket)
{
	const struct show *show = socket->sockets->house->show;
	g_autofree char *state = socket->kind == SOCKET_PROGRAM
					 ? publish_program(show)
					 : publish_speaker(show, socket->speaker);

	socket->is_stale = false;
	if (!state) {
		socket->close_code = 4401;
		return true;
	}
	if (g_strcmp0(state, socket->said) == 0)
		return true;
	g_free(socket->said);
	socket->said = g_steal_pointer(&state);
	return send_text(socket, socket->said);
}

static bool write_event(struct web_socket *socket)
{
	g_autofree char *text = g_queue_pop_head(&socket->waiting);

	if (socket->waiting.length)
		wake(socket);
	return !text || send_text(socket, text);
}

bool web_socket_write(struct web_socket *socket)
{
	bool is_written = true;

	if (!socket->close_code && socket->kind == SOCKET_EVENTS)
		is_written = write_event(socket);
	else if (!socket->close_code && socket->is_stale)
		is_written = write_state(socket);
	if (socket->close_code) {
		lws_close_reason(socket->wsi, (enum lws_close_status)socket->close_code, NULL, 0);
		return false;
	}
	return is_written;
}

/* ---- ends ---- */

void web_socket_close(struct web_socket *socket)
{
	if (!socket)
		return;
	if (socket->subscription)
		events_unsubscribe(socket->sockets->events, socket->subscription);
	g_ptr_array_remove_fast(socket->sockets->open, socket);
	g_queue_clear_full(&socket->waiting, g_free);
	g_free(socket->speaker);
	g_free(socket->said);
	g_free(socket);
}

struct web_sockets *web_sockets_create(const struct house *house, struct events *events, int most)
{
	struct web_sockets *sockets = g_new0(struct web_sockets, 1);

	sockets->house = house;
	sockets->events = events;
	sockets->most = most;
	sockets->open = g_ptr_array_new();
	sockets->listener = show_listen(house->show, on_show_event, sockets);
	return sockets;
}

void web_sockets_destroy(struct web_sockets *sockets)
{
	if (!sockets)
		return;
	while (sockets->open->len)
		web_socket_close(sockets->open->pdata[0]);
	show_unlisten(sockets->house->show, sockets->listener);
	g_ptr_array_free(sockets->open, TRUE);
	g_free(sockets);
}
