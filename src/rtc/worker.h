/* SPDX-License-Identifier: EUPL-1.2
 *
 * worker: a thread with its own uv loop that has some of the peers, and a socket. Orders come down
 * through its mailbox, notes go up; one wake-up sends all that the tracks have got.
 *
 * Thread: the control loop.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "fanout.h"
#include "peer.h"
#include "publish.h"

struct dtls_identity;
struct mailbox;
struct worker;

enum order_kind {
	ORDER_UNSET,
	ORDER_PLAY,	/* plan, receiver */
	ORDER_PUBLISH,	/* plan, publisher */
	ORDER_SWITCH,	/* plan.id, receiver.video */
	ORDER_RESTART,	/* plan.id, plan.ufrag, plan.pwd */
	ORDER_CLOSE,	/* plan.id */
	ORDER_STOP,
};

/* The references in it (link, tracks) are its own. */
struct order {
	enum order_kind kind;
	struct peer_plan plan;
	struct receiver_plan receiver;
	struct publisher_plan publisher;
};

/* Opens the port and starts the thread. `identity` and `up` outlive it. */
struct worker *worker_create(int udp_port, struct dtls_identity *identity, struct mailbox *up,
			     GError **error);

/* A copy of `order`, with references of its own, is carried out on the worker's thread. */
void worker_send(struct worker *worker, const struct order *order);

/* Closes its peers (each with its note) and joins the thread. NULL is allowed. */
void worker_destroy(struct worker *worker);
