/* SPDX-License-Identifier: EUPL-1.2
 *
 * udp: the one port, as two sockets (0.0.0.0 and [::]). Every datagram comes with the address of
 * ours that it was sent to, and what answers it leaves from there (IP_PKTINFO, IPV6_PKTINFO): on a
 * machine with several addresses a browser drops what comes from another one.
 *
 * Thread: the worker that owns it.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDP_BATCH 32
#define UDP_DATAGRAM_MAX 2048

struct udp;

/* Both ends of a way through the net. `local` is empty (zero) where the system may choose. */
struct udp_path {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage storage;
	} remote;
	struct in6_addr local;	/* IPv4: in the first four bytes */
};

struct udp_datagram {
	struct udp_path path;
	size_t length;
	uint8_t bytes[UDP_DATAGRAM_MAX];
};

/* Opens the port on all addresses. A machine without IPv6 is fine. ERROR_IO names the port. */
struct udp *udp_open(int port, GError **error);

/* The sockets to poll: 0 is IPv4, 1 is IPv6; -1 if there is none. */
int udp_fd(const struct udp *udp, int which);

/* Reads what waits on one of them, at most UDP_BATCH datagrams, into `batch`; returns how many.
 * Longer ones than UDP_DATAGRAM_MAX are dropped. */
int udp_receive(struct udp *udp, int which, struct udp_datagram *batch);

/* Sends at once or not at all; false if the system would not take it. */
bool udp_send(struct udp *udp, const struct udp_path *path, const void *bytes, size_t length);

/* By the remote address, for hash tables. */
guint udp_path_hash(gconstpointer path);
gboolean udp_path_equal(gconstpointer a, gconstpointer b);

/* "192.0.2.7:4711" or "[2001:db8::7]:4711", cut to `size`. */
void udp_path_text(const struct udp_path *path, char *text, size_t size);

/* NULL is allowed. */
void udp_close(struct udp *udp);
