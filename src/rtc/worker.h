/* SPDX-License-Identifier: EUPL-1.2
 *
 * worker: a thread with its own uv loop that has some of the peers, and sockets on the one port.
 * Orders come down through its mailbox, notes go up; one wake-up sends all that the tracks have
 * got. Workers share nothing but what their mailboxes carry: each tells the others at what
 * addresses its peers are, and they hand over what they get from there.
 *
 *   create all .. start all .. stop all .. destroy all
 *
 * Thread: the control loop, but for worker_send() (any).
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "fanout.h"
#include "peer.h"
#include "publish.h"
#include "udp.h"

struct dtls_identity;
struct mailbox;
struct worker;

enum order_kind {
	ORDER_UNSET,
	ORDER_PLAY,    /* plan, receiver */
	ORDER_PUBLISH, /* plan, publisher */
	ORDER_SWITCH,  /* plan.id, receiver.video */
	ORDER_RESTART, /* plan.id, plan.ufrag, plan.pwd */
	ORDER_CLOSE,   /* plan.id */
	ORDER_STOP,
	/* Between workers. */
	ORDER_CLAIM,	/* from, path, is_there */
	ORDER_DATAGRAM, /* datagram */
};

/* The references in it (link, tracks) and the datagram are its own. */
struct order {
	enum order_kind kind;
	struct peer_plan plan;
	struct receiver_plan receiver;
	struct publisher_plan publisher;
	unsigned from;
	struct udp_path path;
	bool is_there;
	struct udp_datagram *datagram;
};

struct worker_plan {
	unsigned index;
	struct udp *udp;		/* becomes the worker's */
	struct dtls_identity *identity; /* this and the mailbox outlive it */
	struct mailbox *up;
	/* All of them, itself too, when they are started. */
	struct worker *const *all;
	unsigned n_all;
};

struct worker *worker_create(const struct worker_plan *plan);
void worker_start(struct worker *worker);

/* A copy of `order`, with references of its own, is carried out on the worker's thread. */
void worker_send(struct worker *worker, const struct order *order);

/* Peers that it has or was sent. */
unsigned worker_load(const struct worker *worker);

/* Joins the thread. */
void worker_stop(struct worker *worker);

/* When all are stopped: closes its peers (each with its note). NULL is allowed. */
void worker_destroy(struct worker *worker);
