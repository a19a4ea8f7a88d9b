/* SPDX-License-Identifier: EUPL-1.2
 *
 * peer: one browser on a worker, from its answered offer to its end. It knows the way to it (ICE),
 * its keys (DTLS, SRTP) and that it is alive; what the packets are for is its use's business
 * (fanout.h: it receives, publish.h: it sends).
 *
 *   answered --check--> has a way --DTLS--> up --close_notify, 30 s without a check--> closed
 *      '--------30 s---------'---------------------------------------------------------^
 *
 * A closed peer does nothing more and waits to be destroyed by its worker (which is when the note
 * is posted), so that nothing disappears under somebody's feet. Thread: the worker.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ice.h"
#include "outbox.h"
#include "sdp.h"
#include "srtp.h"

struct dtls_identity;
struct link;
struct mailbox;
struct outbox;
struct peer;
struct rtc_peer_stats;
struct udp;
struct udp_path;

/* What a worker lends to all its peers. */
struct peer_host {
	struct udp *udp;
	struct outbox *outbox; /* made with peer_count_sent() */
	struct ice *ice;
	GHashTable *by_path; /* struct udp_path (of the peer) -> peer */
	struct dtls_identity *identity;
	struct mailbox *up;
	/* The other workers are told where its peers are, and are no longer; NULL: there are none. */
	void (*claim)(void *data, const struct udp_path *path, bool is_there);
	void *data;
};

struct peer_plan {
	uint64_t id;
	/* Ours. */
	char ufrag[ICE_UFRAG_CHARS + 1], pwd[ICE_PWD_CHARS + 1];
	/* Theirs. */
	uint8_t fingerprint[SDP_FINGERPRINT_BYTES];
	struct link *link; /* the peer takes a reference of its own */
};

/* A kind of use; all slots are required. */
struct peer_use {
	void (*connected)(void *use);
	void (*receive_rtp)(void *use, const uint8_t *bytes, size_t length);
	void (*receive_rtcp)(void *use, const uint8_t *bytes, size_t length);
	/* While connected, some 20 times a second. */
	void (*tick)(void *use, int64_t now_ns);
	/* The system took no more: something that was sent did not leave. */
	void (*blocked)(void *use);
	void (*destroy)(void *use);
};

struct peer *peer_create(const struct peer_host *host, const struct peer_plan *plan);

/* Once, at once after create; the peer destroys it. */
void peer_set_use(struct peer *peer, const struct peer_use *kind, void *use);

uint64_t peer_id(const struct peer *peer);

/* For the use to count in. */
struct rtc_peer_stats *peer_stats(struct peer *peer);
void *peer_use(struct peer *peer, const struct peer_use *kind); /* NULL if it is of another kind */

/* ICE restart: these credentials hold, too; the old ones until the first nomination with the new
 * (RFC 8445 9). */
void peer_restart(struct peer *peer, const char *ufrag, const char *pwd);

/* An authentic check came over `path`. */
void peer_check(struct peer *peer, const struct udp_path *path, const struct ice_check *check);

/* Datagrams from one of its addresses; SRTP is opened in place. */
void peer_receive_dtls(struct peer *peer, const uint8_t *bytes, size_t length);
void peer_receive_srtp(struct peer *peer, uint8_t *bytes, size_t length);

/* Room for a packet of PEER_PACKET_MAX bytes, or NULL before it is up. Write one and commit it
 * (false: it could not be protected), or begin again. What is committed leaves with the outbox. */
#define PEER_PACKET_MAX (OUTBOX_ROOM - SRTP_ROOM)
uint8_t *peer_begin(struct peer *peer);
bool peer_commit_rtp(struct peer *peer, size_t length);
bool peer_commit_rtcp(struct peer *peer, size_t length);

/* The outbox's `done`; its bursts' owners are peers. */
struct udp_burst;
void peer_count_sent(const struct udp_burst *burst);

/* Some 20 times a second: timers. */
void peer_tick(struct peer *peer, int64_t now_ns);

/* Closes; `why` is for people and constant. The first reason stays. */
void peer_close(struct peer *peer, const char *why);
bool peer_is_up(const struct peer *peer);
bool peer_is_closed(const struct peer *peer);

/* Says close_notify, posts NOTE_PEER_CLOSED and frees. */
void peer_destroy(struct peer *peer);
