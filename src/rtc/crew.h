/* SPDX-License-Identifier: EUPL-1.2
 *
 * crew: the workers of the port. Thread: the control loop.
 */
#pragma once

#include <glib.h>

struct crew;
struct dtls_identity;
struct mailbox;
struct worker;

/* Opens the port and starts `n` workers (at most WORKERS_MAX; 0: one for each core). ERROR_IO: the
 * port is in use. `identity` and `up` outlive it. */
struct crew *crew_create(int udp_port, unsigned n, struct dtls_identity *identity,
			 struct mailbox *up, GError **error);

/* The one with the fewest peers, and the first character of the ufrags of its peers. */
struct worker *crew_choose(const struct crew *crew, char *letter);

/* Closes all peers and joins the threads. NULL is allowed. */
void crew_destroy(struct crew *crew);
