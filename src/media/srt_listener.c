/* SPDX-License-Identifier: EUPL-1.2
 *
 *   control loop --handoff: who may call--> [libsrt's thread: srt_on_call(), lets in or refuses]
 *                --handoff: the same-----> [srt thread: accept, receive, push into the caller's ingest]
 *                <--handoff: how it goes-- [once a second]
 */
#include "srt_listener.h"

#include <string.h>

#include "clock.h"
#include "error.h"
#include "handoff.h"
#include "srt_private.h"
#include "stream_id.h"

#define WAIT_MS 100
#define BACKLOG 16

/* ---- its thread ---- */

static void accept_one(struct srt_listener *listener, SRTSOCKET listening,
		       const struct srt_list *list)
{
	struct sockaddr_storage from;
	int length = sizeof(from);
	char stream_id[STREAM_ID_MOST + 1] = "", name[STREAM_ID_MOST + 1], peer[64];
	int id_length = STREAM_ID_MOST, no = 0;
	SRTSOCKET socket = srt_accept(listening, (struct sockaddr *)&from, &length);

	if (socket == SRT_INVALID_SOCK)
		return;
	srt_call_accepted(listener, socket);
	srt_setsockflag(socket, SRTO_RCVSYN, &no, sizeof(no));
	srt_getsockflag(socket, SRTO_STREAMID, stream_id, &id_length);
	stream_id_parse(stream_id, name, sizeof(name));
	srt_peer_text((const struct sockaddr *)&from, peer, sizeof(peer));
	const struct srt_source *source = srt_list_find(list, name);

	if (source)
		srt_connection_begin(listener, socket, source, peer);
	else
		srt_close(socket); /* removed since the callback let it in */
}

/* Ends those who may no longer call, or not with this key or latency. */
static void enforce(struct srt_listener *listener, const struct srt_list *list)
{
	for (guint i = listener->connections->len; i > 0; i--) {
		struct srt_connection *connection = listener->connections->pdata[i - 1];
		const struct srt_source *of = &connection->source;
		const struct srt_source *source = srt_list_find_id(list, of->source_id);

		if (!source || strcmp(source->passphrase, of->passphrase) != 0 ||
		    strcmp(source->stream_id, of->stream_id) != 0 ||
		    source->latency_ms != of->latency_ms)
			srt_connection_end(connection, "the source was changed");
	}
}

static void serve(struct srt_listener *listener, SRTSOCKET ready, const struct srt_list *list)
{
	if (ready == listener->socket) {
		accept_one(listener, ready, list);
		return;
	}
	for (guint i = 0; i < listener->connections->len; i++) {
		struct srt_connection *connection = listener->connections->pdata[i];

		if (connection->socket == ready) {
			srt_connection_receive(connection);
			return;
		}
	}
}

static void *run(void *data)
{
	struct srt_listener *listener = data;
	const struct srt_list *enforced = NULL;

	pthread_setname_np(pthread_self(), "srt");
	while (!atomic_load(&listener->is_ending)) {
		SRT_EPOLL_EVENT events[32];
		int n = srt_epoll_uwait(listener->poll, events, G_N_ELEMENTS(events), WAIT_MS);
		const struct srt_list *list = handoff_latest(listener->served);

		if (list != enforced)
			enforce(listener, list);
		enforced = list;
		for (int i = 0; i < n && i < (int)G_N_ELEMENTS(events); i++)
			serve(listener, events[i].fd, list);
		for (guint i = 0; i < listener->connections->len; i++)
			srt_connection_measure(listener->connections->pdata[i], clock_now_ns());
		srt_watch_calls(listener);
	}
	while (listener->connections->len)
		srt_connection_free(listener->connections->pdata[0]);
	return NULL;
}

/* ---- control loop ---- */

/* libsrt would write to standard error. */
static void on_srt_log(void *data, int level, const char *file, int line, const char *area,
		       const char *message)
{
	(void)data;
	(void)level;
	(void)file;
	(void)line;
	(void)area;
	(void)message;
}

static bool listen_on(struct srt_listener *listener, const struct sockaddr *any, int length)
{
	int no = 0, yes = 1, events = SRT_EPOLL_IN | SRT_EPOLL_ERR, transtype = SRTT_LIVE;
	SRTSOCKET socket = srt_create_socket();

	if (socket == SRT_INVALID_SOCK)
		return false;
	srt_setsockflag(socket, SRTO_TRANSTYPE, &transtype, sizeof(transtype));
	srt_setsockflag(socket, SRTO_RCVSYN, &no, sizeof(no));
	if (any->sa_family == AF_INET6)
		srt_setsockflag(socket, SRTO_IPV6ONLY, &no, sizeof(no));
	/* A caller with a key where none is set, or without where one is, shall be refused and not let in undecrypted. */
	srt_setsockflag(socket, SRTO_ENFORCEDENCRYPTION, &yes, sizeof(yes));
	if (srt_bind(socket, any, length) == SRT_ERROR ||
	    srt_listen_callback(socket, srt_on_call, listener) == SRT_ERROR ||
	    srt_listen(socket, BACKLOG) == SRT_ERROR) {
		srt_close(socket);
		return false;
	}
	listener->socket = socket;
	srt_epoll_add_usock(listener->poll, socket, &events);
	return true;
}

/* One socket for both families: libsrt 1.5 cannot bind two to one port. A host without IPv6 does without. */
static bool open_port(struct srt_listener *listener, int port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};

	return listen_on(listener, (const struct sockaddr *)&v6, sizeof(v6)) ||
	       listen_on(listener, (const struct sockaddr *)&v4, sizeof(v4));
}

static const char *srt_why(void)
{
	int system = 0;

	srt_getlasterror(&system);
	return system ? g_strerror(system) : srt_getlasterror_str();
}

static struct srt_listener *make(struct mailbox *up)
{
	struct srt_listener *listener = g_new0(struct srt_listener, 1);

	srt_startup();
	srt_setloghandler(NULL, on_srt_log);
	listener->up = up;
	listener->poll = srt_epoll_create();
	srt_epoll_set(listener->poll, SRT_EPOLL_ENABLE_EMPTY);
	listener->served = handoff_create(srt_list_free);
	listener->connections = g_ptr_array_new();
	listener->let_in = g_async_queue_new_full(g_free);
	listener->calls = g_ptr_array_new_with_free_func(g_free);
	listener->socket = SRT_INVALID_SOCK;
	listener->judged = handoff_create(srt_list_free);
	for (int i = 0; i < SRT_MOST_SOURCES; i++)
		listener->places[i].view = handoff_create(g_free);
	return listener;
}

struct srt_listener *srt_listener_create(int port, struct mailbox *up, GError **error)
{
	if (port < 1 || port > 65535) {
		fail(error, ERROR_BAD_INPUT, "cameras cannot call at port %d (1 to 65535)", port);
		return NULL;
	}
	struct srt_listener *listener = make(up);

	if (!open_port(listener, port)) {
		fail(error, ERROR_IO, "UDP port %d for cameras: %s (set another srt_port)", port,
		     srt_why());
		srt_listener_destroy(listener);
		return NULL;
	}
	listener->has_thread = pthread_create(&listener->thread, NULL, run, listener) == 0;
	if (!listener->has_thread) {
		fail(error, ERROR_INTERNAL, "SRT: no thread to be had");
		srt_listener_destroy(listener);
		return NULL;
	}
	return listener;
}

void srt_listener_allow(struct srt_listener *listener, const struct srt_source *sources,
			int n_sources)
{
	handoff_give(listener->judged, srt_list_create(sources, n_sources));
	handoff_give(listener->served, srt_list_create(sources, n_sources));
}

bool srt_listener_read_stats(struct srt_listener *listener, uint64_t source_id,
			     struct srt_stats *srt, struct ingest_stats *ingest)
{
	for (int i = 0; i < SRT_MOST_SOURCES; i++) {
		struct srt_place *place = &listener->places[i];

		if (atomic_load(&place->source_id) != source_id)
			continue;
		const struct srt_view *view = handoff_latest(place->view);

		*srt = view->srt;
		*ingest = view->ingest;
		return true;
	}
	return false;
}

void srt_listener_destroy(struct srt_listener *listener)
{
	if (!listener)
		return;
	atomic_store(&listener->is_ending, true);
	if (listener->has_thread)
		pthread_join(listener->thread, NULL);
	if (listener->socket != SRT_INVALID_SOCK)
		srt_close(listener->socket);
	srt_epoll_release(listener->poll);
	srt_cleanup();
	handoff_destroy(listener->judged);
	for (int i = 0; i < SRT_MOST_SOURCES; i++)
		handoff_destroy(listener->places[i].view);
	handoff_destroy(listener->served);
	srt_free_calls(listener);
	g_ptr_array_free(listener->connections, TRUE);
	g_free(listener);
}
