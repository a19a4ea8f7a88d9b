/* SPDX-License-Identifier: EUPL-1.2
 *
 *   srt_recvmsg() -> ingest, one for each connection: what an older caller sent is nobody's business
 *
 * An ingest that has failed is made anew: a camera that changes its codec or begins with rubbish need not call again.
 */
#include <string.h>

#include "clock.h"
#include "handoff.h"
#include "mailbox.h"
#include "srt_private.h"

#define CHUNK	      1500
#define CHUNKS_A_TURN 256 /* then the others have theirs */
#define DELAY_NS      (2 * NS_PER_S)
#define MOST_DELAY_NS (60 * NS_PER_S)

static void tell(const struct srt_connection *connection, enum note_kind kind, const char *text)
{
	mailbox_post(connection->listener->up,
		     note_new(kind, connection->source.source_id, 0, text));
}

/* ---- what the control loop may read ---- */

static struct srt_place *free_place(struct srt_listener *listener)
{
	for (int i = 0; i < SRT_MOST_SOURCES; i++)
		if (!atomic_load(&listener->places[i].source_id))
			return &listener->places[i];
	return NULL;
}

/* `back` measurements ago, 0: the newest; as far back as there are any. Zeros if there are none. */
static struct srt_counts counts_then(const struct srt_past *past, int back)
{
	int ago = MIN(back, past->n - 1);

	return past->n ? past->counts[(past->next + SRT_WINDOW - ago) % (SRT_WINDOW + 1)]
		       : (struct srt_counts){0};
}

static void remember_counts(struct srt_past *past, const SRT_TRACEBSTATS *stats)
{
	past->counts[past->next] = (struct srt_counts){
		.received = (uint64_t)stats->pktRecvTotal,
		.lost = (uint64_t)stats->pktRcvLossTotal,
		.dropped = (uint64_t)stats->pktRcvDropTotal,
	};
	past->next = (past->next + 1) % (SRT_WINDOW + 1);
	past->n = MIN(past->n + 1, SRT_WINDOW + 1);
}

static double loss_since(const struct srt_past *past, int back)
{
	struct srt_counts now = counts_then(past, 0), then = counts_then(past, back);
	double lost = (double)(now.lost - then.lost);
	double sent = (double)(now.received - then.received) + lost;

	return sent > 0 ? 100 * lost / sent : 0;
}

static void publish(struct srt_connection *connection, const SRT_TRACEBSTATS *stats)
{
	struct srt_view *view = g_new0(struct srt_view, 1);

	view->srt = (struct srt_stats){
		.is_connected = true,
		.rtt_ms = stats->msRTT,
		.loss_percent = loss_since(&connection->past, 1),
		.window_loss_percent = loss_since(&connection->past, SRT_WINDOW),
		.window_dropped = counts_then(&connection->past, 0).dropped -
				  counts_then(&connection->past, SRT_WINDOW).dropped,
		.received = (uint64_t)stats->pktRecvTotal,
		.lost = (uint64_t)stats->pktRcvLossTotal,
		.dropped = (uint64_t)stats->pktRcvDropTotal,
		.latency_ms = connection->latency_ms,
		.buffer_ms = stats->msRcvBuf,
		.kbps = stats->mbpsRecvRate * 1000,
	};
	g_strlcpy(view->srt.peer, connection->peer, sizeof(view->srt.peer));
	if (connection->ingest)
		ingest_read_stats(connection->ingest, &view->ingest);
	handoff_give(connection->place->view, view);
}

void srt_connection_measure(struct srt_connection *connection, int64_t now_ns)
{
	SRT_TRACEBSTATS stats;

	if (!connection->place || now_ns - connection->measured_ns < NS_PER_S ||
	    srt_bistats(connection->socket, &stats, 0, 1) != 0)
		return;
	connection->measured_ns = now_ns;
	remember_counts(&connection->past, &stats);
	publish(connection, &stats);
}

/* ---- its life ---- */

static struct srt_connection *find(const struct srt_listener *listener, uint64_t source_id)
{
	for (guint i = 0; i < listener->connections->len; i++) {
		struct srt_connection *connection = listener->connections->pdata[i];

		if (connection->source.source_id == source_id)
			return connection;
	}
	return NULL;
}

static void take_over(struct srt_listener *listener, uint64_t source_id, const char *peer)
{
	struct srt_connection *older = find(listener, source_id);

	if (!older)
		return;
	tell(older, NOTE_SOURCE_REPLACED, peer);
	srt_connection_free(older);
}

static void occupy_place(struct srt_connection *connection)
{
	static const SRT_TRACEBSTATS nothing;

	connection->place = free_place(connection->listener);
	if (!connection->place)
		return;
	remember_counts(&connection->past, &nothing);
	publish(connection, &nothing);
	atomic_store(&connection->place->source_id, connection->source.source_id);
}

void srt_connection_begin(struct srt_listener *listener, SRTSOCKET socket,
			  const struct srt_source *source, const char *peer)
{
	struct srt_connection *connection = g_new0(struct srt_connection, 1);
	int length = sizeof(int), events = SRT_EPOLL_IN | SRT_EPOLL_ERR;

	take_over(listener, source->source_id, peer);
	connection->listener = listener;
	connection->socket = socket;
	connection->source = *source;
	srt_source_hold(&connection->source);
	g_strlcpy(connection->peer, peer, sizeof(connection->peer));
	srt_getsockflag(socket, SRTO_RCVLATENCY, &connection->latency_ms, &length);
	g_autofree char *text = g_strdup_printf("%s, latency %d ms", peer, connection->latency_ms);

	tell(connection, NOTE_SOURCE_CONNECTED, text);
	occupy_place(connection);
	g_ptr_array_add(listener->connections, connection);
	srt_epoll_add_usock(listener->poll, socket, &events);
}

void srt_connection_free(struct srt_connection *connection)
{
	struct srt_listener *listener = connection->listener;

	g_ptr_array_remove_fast(listener->connections, connection);
	srt_epoll_remove_usock(listener->poll, connection->socket);
	srt_close(connection->socket);
	ingest_destroy(connection->ingest);
	if (connection->place)
		atomic_store(&connection->place->source_id, 0);
	srt_source_let_go(&connection->source);
	g_free(connection);
}

void srt_connection_end(struct srt_connection *connection, const char *why)
{
	struct srt_listener *listener = connection->listener;
	uint64_t source_id = connection->source.source_id;

	srt_connection_free(connection); /* first: its ingest tells nothing after this */
	mailbox_post(listener->up, note_new(NOTE_SOURCE_LOST, source_id, 0, why));
}

/* ---- its bytes ---- */

static void make_ingest(struct srt_connection *connection)
{
	struct ingest_spec spec = {
		.kind = INGEST_TS,
		.source_id = connection->source.source_id,
		.picture = connection->source.picture,
		.sound = connection->source.sound,
		.up = connection->listener->up,
	};
	g_autoptr(GError) error = NULL;

	connection->ingest = ingest_create(&spec, &error);
	if (!connection->ingest)
		tell(connection, NOTE_SOURCE_FAILED, error->message);
}

/* Each failure in a row doubles the wait: one who sends what can never be shown costs little. */
static void put_off(struct srt_connection *connection, int64_t now_ns)
{
	int64_t delay_ns = connection->make_delay_ns ? 2 * connection->make_delay_ns : DELAY_NS;

	connection->make_delay_ns = MIN(delay_ns, MOST_DELAY_NS);
	connection->make_at_ns = now_ns + connection->make_delay_ns;
}

static void take(struct srt_connection *connection, const char *bytes, size_t length)
{
	int64_t now_ns = clock_now_ns();

	if (connection->ingest && ingest_is_over(connection->ingest)) {
		ingest_destroy(connection->ingest);
		connection->ingest = NULL;
		put_off(connection, now_ns);
	}
	if (!connection->ingest && now_ns >= connection->make_at_ns) {
		make_ingest(connection);
		if (!connection->ingest)
			put_off(connection, now_ns);
	}
	if (connection->ingest)
		ingest_push(connection->ingest, bytes, length);
}

void srt_connection_receive(struct srt_connection *connection)
{
	char bytes[CHUNK];

	for (int i = 0; i < CHUNKS_A_TURN; i++) {
		int length = srt_recvmsg(connection->socket, bytes, sizeof(bytes));

		if (length > 0) {
			take(connection, bytes, (size_t)length);
			continue;
		}
		if (length < 0 && srt_getlasterror(NULL) == SRT_EASYNCRCV)
			return;
		srt_connection_end(connection, "the camera hung up");
		return;
	}
}
