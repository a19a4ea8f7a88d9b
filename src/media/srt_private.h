/* SPDX-License-Identifier: EUPL-1.2
 *
 * PRIVATE to this folder: what the files of the SRT listener share. srt_listener.c owns it and runs its thread, srt_callers.c says who may
 * call and judges who does, srt_connection.c is one camera's connection.
 */
#pragma once

#include <netinet/in.h>
#include <pthread.h>
#include <srt/srt.h>
#include <stdatomic.h>
#include <twinstage/note.h>

#include "ingest.h"
#include "srt_listener.h"

#define SRT_MOST_SOURCES 64

/* Who may call: strings and references are its own. */
struct srt_list {
	int n;
	struct srt_source sources[SRT_MOST_SOURCES];
};

/* What the control loop may read of a connection. */
struct srt_place {
	_Atomic(uint64_t) source_id; /* 0: the place is free */
	struct handoff *view;	     /* struct srt_view */
};

struct srt_view {
	struct srt_stats srt;
	struct ingest_stats ingest;
};

#define SRT_WINDOW 10

/* What had come when, a second apart: the last ten and where they began. */
struct srt_past {
	int n, next; /* how many there are; where the next one goes */
	struct srt_counts {
		uint64_t received, lost, dropped;
	} counts[SRT_WINDOW + 1];
};

struct srt_connection {
	struct srt_listener *listener;
	SRTSOCKET socket;
	struct srt_source source; /* strings and references are its own */
	char peer[64];
	int latency_ms;	       /* as agreed */
	struct ingest *ingest; /* made with the first bytes */
	int64_t make_at_ns;    /* not before then: after one that failed */
	int64_t make_delay_ns;
	struct srt_place *place;
	int64_t measured_ns;
	struct srt_past past;
};

struct srt_listener {
	SRTSOCKET socket;	/* it listens */
	struct handoff *judged; /* struct srt_list, for the callback on libsrt's thread */
	int poll;
	pthread_t thread;
	bool has_thread;
	atomic_bool is_ending;
	struct handoff *served; /* struct srt_list, for the thread */
	GPtrArray *connections; /* thread's: struct srt_connection */
	GAsyncQueue *let_in;	/* struct call: in the callback, not yet accepted */
	GPtrArray *calls;	/* thread's: the same, waited for */
	struct srt_place places[SRT_MOST_SOURCES];
	struct mailbox *up;
	_Atomic(int64_t) refusals_begun_ns; /* a running second's refusals are told up to a limit */
	atomic_int refusals;
};

/* srt_callers.c: a copy of a source's strings with references of its own, and their end. */
void srt_source_hold(struct srt_source *source);
void srt_source_let_go(struct srt_source *source);
struct srt_list *srt_list_create(const struct srt_source *sources, int n);
void srt_list_free(void *list);
const struct srt_source *srt_list_find(const struct srt_list *list, const char *stream_id);
const struct srt_source *srt_list_find_id(const struct srt_list *list, uint64_t source_id);

/* srt_callers.c: libsrt's listen callback; `listener` is a struct srt_listener. */
int srt_on_call(void *listener, SRTSOCKET socket, int version, const struct sockaddr *peer,
		const char *stream_id);
void srt_peer_text(const struct sockaddr *peer, char *text, size_t size);

/* srt_callers.c, thread: a call was accepted; those that never will be are told (a wrong key shows only so). */
void srt_call_accepted(struct srt_listener *listener, SRTSOCKET socket);
void srt_watch_calls(struct srt_listener *listener);
void srt_free_calls(struct srt_listener *listener);

/* srt_connection.c, thread. All of these may end the connection they are given, or an older one. */
void srt_connection_begin(struct srt_listener *listener, SRTSOCKET socket,
			  const struct srt_source *source, const char *peer);
void srt_connection_receive(struct srt_connection *connection);
void srt_connection_end(struct srt_connection *connection, const char *why);
void srt_connection_free(struct srt_connection *connection);
void srt_connection_measure(struct srt_connection *connection, int64_t now_ns);
