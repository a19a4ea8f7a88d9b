/* SPDX-License-Identifier: EUPL-1.2
 *
 *   control loop --handoff: who may call--> [libsrt's own thread: on_call(), lets in or refuses]
 *                --handoff: the same-----> [srt thread: accept, receive, push into the caller's ingest]
 *
 * A caller is judged in the listen callback, before the handshake is complete: that is where the passphrase of its source is set and where a
 * refusal reaches the caller with its code. A wrong passphrase shows only afterwards, as a handshake that does not complete.
 */
#include "srt_listener.h"

#include <arpa/inet.h>
#include <glib.h>
#include <pthread.h>
#include <srt/access_control.h>
#include <srt/srt.h>
#include <stdatomic.h>
#include <string.h>
#include <twinstage/note.h>

#include "clock.h"
#include "error.h"
#include "handoff.h"
#include "ingest.h"
#include "mailbox.h"
#include "ring.h"
#include "slot.h"

#define MOST_SOURCES   64
#define MOST_STREAM_ID 512
#define WAIT_MS	       100
#define PEER_IDLE_MS   3000 /* a camera that died without a word is noticed then */
#define CHUNK	       1500
#define BACKLOG	       16

struct entry {
	struct srt_source source; /* strings and references are the list's own */
};

struct list {
	int n;
	struct entry entries[MOST_SOURCES];
};

struct published {
	_Atomic(uint64_t) source_id; /* 0: the place is free */
	atomic_bool is_connected;
	_Atomic(double) rtt_ms, loss_percent, buffer_ms, kbps;
	_Atomic(uint64_t) received, lost, dropped, address;
	atomic_int latency_ms, port;
	struct ingest_stats ingest[2]; /* written in turn; `turn` names the complete one */
	atomic_int turn;
};

struct connection {
	SRTSOCKET socket;
	uint64_t source_id;
	char stream_id[MOST_STREAM_ID + 1];
	char peer[64];
	char passphrase[80];
	int latency_ms;
	struct ingest *ingest;
	struct published *published;
	int64_t measured_ns;
	uint64_t last_received, last_lost;
};

struct srt_listener {
	SRTSOCKET sockets[2]; /* IPv4, IPv6; SRT_INVALID_SOCK: none */
	int poll;
	pthread_t thread;
	bool has_thread;
	atomic_bool is_ending;
	struct handoff *judged, *served; /* struct list: for the callback, for the thread */
	GPtrArray *connections;		 /* thread's: struct connection */
	struct published places[MOST_SOURCES];
	struct mailbox *up;
};

/* ---- the list of who may call ---- */

static struct list *list_create(const struct srt_source *sources, int n)
{
	struct list *list = g_new0(struct list, 1);

	list->n = MIN(n, MOST_SOURCES);
	for (int i = 0; i < list->n; i++) {
		list->entries[i].source = sources[i];
		list->entries[i].source.stream_id = g_strdup(sources[i].stream_id);
		list->entries[i].source.passphrase =
			g_strdup(sources[i].passphrase ? sources[i].passphrase : "");
		slot_ref(sources[i].picture);
		ring_ref(sources[i].sound);
	}
	return list;
}

static void list_free(void *object)
{
	struct list *list = object;

	for (int i = 0; i < list->n; i++) {
		g_free((char *)(uintptr_t)list->entries[i].source.stream_id);
		g_free((char *)(uintptr_t)list->entries[i].source.passphrase);
		slot_unref(list->entries[i].source.picture);
		ring_unref(list->entries[i].source.sound);
	}
	g_free(list);
}

static const struct srt_source *list_find(const struct list *list, const char *stream_id)
{
	for (int i = 0; list && i < list->n; i++)
		if (strcmp(list->entries[i].source.stream_id, stream_id) == 0)
			return &list->entries[i].source;
	return NULL;
}

static const struct srt_source *list_find_id(const struct list *list, uint64_t source_id)
{
	for (int i = 0; list && i < list->n; i++)
		if (list->entries[i].source.source_id == source_id)
			return &list->entries[i].source;
	return NULL;
}

/* ---- stream ids ---- */

/* "#!::r=NAME,m=publish": the resource into `name`; false for a wish to play. */
static bool parse_access_control(const char *text, char *name, size_t size)
{
	g_auto(GStrv) parts = g_strsplit(text, ",", 32);
	bool is_publish = true;

	*name = '\0';
	for (int i = 0; parts[i]; i++) {
		if (g_str_has_prefix(parts[i], "r="))
			g_strlcpy(name, parts[i] + 2, size);
		else if (g_str_has_prefix(parts[i], "m="))
			is_publish = strcmp(parts[i] + 2, "publish") == 0;
	}
	return is_publish;
}

static bool parse_stream_id(const char *text, char *name, size_t size)
{
	if (g_str_has_prefix(text, "#!::"))
		return parse_access_control(text + 4, name, size);
	if (g_str_has_prefix(text, "publish/"))
		text += strlen("publish/");
	g_strlcpy(name, text, size);
	return !g_str_has_prefix(text, "play/") && !g_str_has_prefix(text, "read/");
}

/* ---- judging a caller (libsrt's thread) ---- */

static void peer_text(const struct sockaddr *peer, char *text, size_t size)
{
	char address[INET6_ADDRSTRLEN] = "?";
	bool is_v4 = peer->sa_family == AF_INET;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)peer;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)peer;

	inet_ntop(peer->sa_family,
		  is_v4 ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr, address,
		  sizeof(address));
	g_snprintf(text, size, is_v4 ? "%s:%d" : "[%s]:%d", address,
		   ntohs(is_v4 ? v4->sin_port : v6->sin6_port));
}

static int refuse(struct srt_listener *listener, SRTSOCKET socket, int code,
		  const struct sockaddr *peer, const char *stream_id, const char *why)
{
	char address[64];

	peer_text(peer, address, sizeof(address));
	g_autofree char *shown = g_strescape(stream_id, NULL);
	g_autofree char *text = g_strdup_printf("%s asked for \"%.60s\": %s", address, shown, why);

	srt_setrejectreason(socket, code);
	mailbox_post(listener->up, note_new(NOTE_SRT_REFUSED, 0, code, text));
	return -1;
}

static int on_call(void *data, SRTSOCKET socket, int version, const struct sockaddr *peer,
		   const char *stream_id)
{
	struct srt_listener *listener = data;
	char name[MOST_STREAM_ID + 1];
	const char *asked = stream_id ? stream_id : "";
	int latency, idle = PEER_IDLE_MS;

	(void)version;
	if (!parse_stream_id(asked, name, sizeof(name)))
		return refuse(listener, socket, SRT_REJX_BAD_MODE, peer, asked,
			      "cameras send here; nothing can be played");
	const struct srt_source *source = list_find(handoff_latest(listener->judged), name);

	if (!source)
		return refuse(listener, socket, SRT_REJX_NOTFOUND, peer, asked,
			      "no source of that name waits for a camera");
	latency = source->latency_ms;
	srt_setsockflag(socket, SRTO_RCVLATENCY, &latency, sizeof(latency));
	srt_setsockflag(socket, SRTO_PEERIDLETIMEO, &idle, sizeof(idle));
	if (*source->passphrase)
		srt_setsockflag(socket, SRTO_PASSPHRASE, source->passphrase,
				(int)strlen(source->passphrase));
	return 0;
}

/* ---- connections (our thread) ---- */

static struct published *publish_place(struct srt_listener *listener, uint64_t source_id)
{
	struct published *free_place = NULL;

	for (int i = 0; i < MOST_SOURCES; i++) {
		uint64_t id = atomic_load(&listener->places[i].source_id);

		if (id == source_id)
			return &listener->places[i];
		if (!id && !free_place)
			free_place = &listener->places[i];
	}
	return free_place;
}

static void tell(struct srt_listener *listener, enum note_kind kind, uint64_t source_id,
		 const char *text)
{
	mailbox_post(listener->up, note_new(kind, source_id, 0, text));
}

static void connection_free(struct srt_listener *listener, struct connection *connection)
{
	g_ptr_array_remove_fast(listener->connections, connection);
	srt_epoll_remove_usock(listener->poll, connection->socket);
	srt_close(connection->socket);
	ingest_destroy(connection->ingest);
	if (connection->published) {
		atomic_store(&connection->published->is_connected, false);
		atomic_store(&connection->published->source_id, 0);
	}
	g_free(connection);
}

static struct connection *find_connection(const struct srt_listener *listener, uint64_t source_id)
{
	for (guint i = 0; i < listener->connections->len; i++) {
		struct connection *connection = listener->connections->pdata[i];

		if (connection->source_id == source_id)
			return connection;
	}
	return NULL;
}

static struct ingest *start_ingest(struct srt_listener *listener, const struct srt_source *source)
{
	struct ingest_spec spec = {
		.kind = INGEST_TS,
		.source_id = source->source_id,
		.picture = source->picture,
		.sound = source->sound,
		.up = listener->up,
	};
	g_autoptr(GError) error = NULL;
	struct ingest *ingest = ingest_create(&spec, &error);

	if (!ingest)
		tell(listener, NOTE_SOURCE_FAILED, source->source_id, error->message);
	return ingest;
}

static void begin_connection(struct srt_listener *listener, SRTSOCKET socket,
			     const struct srt_source *source, const char *peer)
{
	struct connection *older = find_connection(listener, source->source_id);
	struct connection *connection;
	int latency = 0, length = sizeof(latency), events = SRT_EPOLL_IN | SRT_EPOLL_ERR;

	if (older) {
		tell(listener, NOTE_SOURCE_REPLACED, source->source_id, peer);
		connection_free(listener, older);
	}
	srt_getsockflag(socket, SRTO_RCVLATENCY, &latency, &length);
	g_autofree char *text = g_strdup_printf("%s, latency %d ms", peer, latency);

	tell(listener, NOTE_SOURCE_CONNECTED, source->source_id, text);
	connection = g_new0(struct connection, 1);
	connection->socket = socket;
	connection->source_id = source->source_id;
	g_strlcpy(connection->stream_id, source->stream_id, sizeof(connection->stream_id));
	g_strlcpy(connection->passphrase, source->passphrase, sizeof(connection->passphrase));
	g_strlcpy(connection->peer, peer, sizeof(connection->peer));
	connection->latency_ms = source->latency_ms;
	connection->ingest = start_ingest(listener, source);
	connection->published = publish_place(listener, source->source_id);
	if (connection->published) {
		atomic_store(&connection->published->latency_ms, latency);
		atomic_store(&connection->published->source_id, source->source_id);
		atomic_store(&connection->published->is_connected, true);
	}
	g_ptr_array_add(listener->connections, connection);
	srt_epoll_add_usock(listener->poll, socket, &events);
}

static void accept_one(struct srt_listener *listener, SRTSOCKET listening, const struct list *list)
{
	struct sockaddr_storage from;
	int length = sizeof(from);
	char stream_id[MOST_STREAM_ID + 1] = "", name[MOST_STREAM_ID + 1], peer[64];
	int id_length = MOST_STREAM_ID, no = 0;
	SRTSOCKET socket = srt_accept(listening, (struct sockaddr *)&from, &length);

	if (socket == SRT_INVALID_SOCK)
		return;
	srt_setsockflag(socket, SRTO_RCVSYN, &no, sizeof(no));
	srt_getsockflag(socket, SRTO_STREAMID, stream_id, &id_length);
	parse_stream_id(stream_id, name, sizeof(name));
	peer_text((const struct sockaddr *)&from, peer, sizeof(peer));
	const struct srt_source *source = list_find(list, name);

	if (source)
		begin_connection(listener, socket, source, peer);
	else
		srt_close(socket); /* removed since the callback let it in */
}

static void end_connection(struct srt_listener *listener, struct connection *connection,
			   const char *why)
{
	uint64_t source_id = connection->source_id;

	connection_free(listener, connection);
	tell(listener, NOTE_SOURCE_LOST, source_id, why);
}

static void receive(struct srt_listener *listener, struct connection *connection)
{
	char bytes[CHUNK];

	for (;;) {
		int length = srt_recvmsg(connection->socket, bytes, sizeof(bytes));

		if (length > 0) {
			if (connection->ingest)
				ingest_push(connection->ingest, bytes, (size_t)length);
			continue;
		}
		if (length < 0 && srt_getlasterror(NULL) == SRT_EASYNCRCV)
			return;
		end_connection(listener, connection,
			       length == 0 ? "the camera hung up" : srt_getlasterror_str());
		return;
	}
}

static void measure(struct connection *connection, int64_t now_ns)
{
	struct published *place = connection->published;
	SRT_TRACEBSTATS stats;

	if (!place || now_ns - connection->measured_ns < NS_PER_S ||
	    srt_bistats(connection->socket, &stats, 0, 1) != 0)
		return;
	connection->measured_ns = now_ns;
	uint64_t received = (uint64_t)stats.pktRecvTotal, lost = (uint64_t)stats.pktRcvLossTotal;
	double sent = (double)(received - connection->last_received) +
		      (double)(lost - connection->last_lost);

	atomic_store(&place->rtt_ms, stats.msRTT);
	atomic_store(&place->kbps, stats.mbpsRecvRate * 1000);
	atomic_store(&place->buffer_ms, stats.msRcvBuf);
	atomic_store(&place->loss_percent,
		     sent > 0 ? 100.0 * (double)(lost - connection->last_lost) / sent : 0);
	atomic_store(&place->received, received);
	atomic_store(&place->lost, lost);
	atomic_store(&place->dropped, (uint64_t)stats.pktRcvDropTotal);
	connection->last_received = received;
	connection->last_lost = lost;
	if (connection->ingest) {
		int next = 1 - atomic_load(&place->turn);

		ingest_read_stats(connection->ingest, &place->ingest[next]);
		atomic_store(&place->turn, next);
	}
}

/* Ends those who may no longer call, or not with this key or latency. */
static void enforce(struct srt_listener *listener, const struct list *list)
{
	for (guint i = listener->connections->len; i > 0; i--) {
		struct connection *connection = listener->connections->pdata[i - 1];
		const struct srt_source *source = list_find_id(list, connection->source_id);

		if (!source || strcmp(source->passphrase, connection->passphrase) != 0 ||
		    source->latency_ms != connection->latency_ms)
			end_connection(listener, connection, "the source was changed");
	}
}

static void serve(struct srt_listener *listener, SRTSOCKET ready, const struct list *list)
{
	if (ready == listener->sockets[0] || ready == listener->sockets[1]) {
		accept_one(listener, ready, list);
		return;
	}
	for (guint i = 0; i < listener->connections->len; i++) {
		struct connection *connection = listener->connections->pdata[i];

		if (connection->socket == ready) {
			receive(listener, connection);
			return;
		}
	}
}

static void *run(void *data)
{
	struct srt_listener *listener = data;
	const struct list *enforced = NULL;

	pthread_setname_np(pthread_self(), "srt");
	while (!atomic_load(&listener->is_ending)) {
		SRT_EPOLL_EVENT events[32];
		int n = srt_epoll_uwait(listener->poll, events, G_N_ELEMENTS(events), WAIT_MS);
		const struct list *list = handoff_latest(listener->served);

		if (list != enforced)
			enforce(listener, list);
		enforced = list;
		for (int i = 0; i < n && i < (int)G_N_ELEMENTS(events); i++)
			serve(listener, events[i].fd, list);
		for (guint i = 0; i < listener->connections->len; i++)
			measure(listener->connections->pdata[i], clock_now_ns());
	}
	while (listener->connections->len)
		connection_free(listener, listener->connections->pdata[0]);
	return NULL;
}

/* ---- control loop ---- */

/* A refusal that libsrt itself decides (a wrong passphrase) is told nowhere but in its log. */
static void on_srt_log(void *data, int level, const char *file, int line, const char *area,
		       const char *message)
{
	struct srt_listener *listener = data;

	(void)level;
	(void)file;
	(void)line;
	(void)area;
	(void)listener;
	(void)message;
}

static SRTSOCKET listen_on(struct srt_listener *listener, int family, int port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	const struct sockaddr *any =
		family == AF_INET ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
	int length = family == AF_INET ? (int)sizeof(v4) : (int)sizeof(v6);
	int no = 0, yes = 1, events = SRT_EPOLL_IN | SRT_EPOLL_ERR, transtype = SRTT_LIVE;
	SRTSOCKET socket = srt_create_socket();

	if (socket == SRT_INVALID_SOCK)
		return socket;
	srt_setsockflag(socket, SRTO_TRANSTYPE, &transtype, sizeof(transtype));
	srt_setsockflag(socket, SRTO_RCVSYN, &no, sizeof(no));
	if (family == AF_INET6)
		srt_setsockflag(socket, SRTO_IPV6ONLY, &yes, sizeof(yes));
	/* A caller with a key where none is set, or without where one is, shall be refused and not let in undecrypted. */
	srt_setsockflag(socket, SRTO_ENFORCEDENCRYPTION, &yes, sizeof(yes));
	if (srt_bind(socket, any, length) == SRT_ERROR ||
	    srt_listen_callback(socket, on_call, listener) == SRT_ERROR ||
	    srt_listen(socket, BACKLOG) == SRT_ERROR) {
		srt_close(socket);
		return SRT_INVALID_SOCK;
	}
	srt_epoll_add_usock(listener->poll, socket, &events);
	return socket;
}

struct srt_listener *srt_listener_create(int port, struct mailbox *up, GError **error)
{
	struct srt_listener *listener = g_new0(struct srt_listener, 1);

	srt_startup();
	srt_setloglevel(LOG_CRIT);
	srt_setloghandler(listener, on_srt_log);
	listener->up = up;
	listener->poll = srt_epoll_create();
	srt_epoll_set(listener->poll, SRT_EPOLL_ENABLE_EMPTY);
	listener->judged = handoff_create(list_free);
	listener->served = handoff_create(list_free);
	listener->connections = g_ptr_array_new();
	listener->sockets[0] = listen_on(listener, AF_INET, port);
	listener->sockets[1] = listener->sockets[0] == SRT_INVALID_SOCK
				       ? SRT_INVALID_SOCK
				       : listen_on(listener, AF_INET6, port);
	if (listener->sockets[0] == SRT_INVALID_SOCK) {
		fail(error, ERROR_IO, "UDP port %d for cameras: %s (set another srt_port)", port,
		     srt_getlasterror_str());
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
	handoff_give(listener->judged, list_create(sources, n_sources));
	handoff_give(listener->served, list_create(sources, n_sources));
}

bool srt_listener_read_stats(struct srt_listener *listener, uint64_t source_id,
			     struct srt_stats *srt, struct ingest_stats *ingest)
{
	for (int i = 0; i < MOST_SOURCES; i++) {
		struct published *place = &listener->places[i];

		if (atomic_load(&place->source_id) != source_id ||
		    !atomic_load(&place->is_connected))
			continue;
		*srt = (struct srt_stats){
			.is_connected = true,
			.rtt_ms = atomic_load(&place->rtt_ms),
			.loss_percent = atomic_load(&place->loss_percent),
			.received = atomic_load(&place->received),
			.lost = atomic_load(&place->lost),
			.dropped = atomic_load(&place->dropped),
			.latency_ms = atomic_load(&place->latency_ms),
			.buffer_ms = atomic_load(&place->buffer_ms),
			.kbps = atomic_load(&place->kbps),
		};
		*ingest = place->ingest[atomic_load(&place->turn)];
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
	for (int i = 0; i < 2; i++)
		if (listener->sockets[i] != SRT_INVALID_SOCK)
			srt_close(listener->sockets[i]);
	srt_epoll_release(listener->poll);
	srt_cleanup();
	handoff_destroy(listener->judged);
	handoff_destroy(listener->served);
	g_ptr_array_free(listener->connections, TRUE);
	g_free(listener);
}
