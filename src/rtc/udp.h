/* SPDX-License-Identifier: EUPL-1.2
 *
 * udp: the one port, as two sockets (0.0.0.0 and [::]). Every datagram comes with the address of
 * ours that it was sent to, and what answers it leaves from there (IP_PKTINFO, IPV6_PKTINFO): on a
 * machine with several addresses a browser drops what comes from another one.
 *
 * What is sent goes in bursts: datagrams of one size to one address are one call of the system
 * (UDP_SEGMENT, Linux 4.18), and one sendmmsg() takes the bursts of many peers. A system that has
 * neither, or a network card that refuses, gets the same in more calls.
 *
 * Thread: the worker that owns it.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDP_BATCH	 32
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
	struct in6_addr local; /* IPv4: in the first four bytes */
};

struct udp_datagram {
	struct udp_path path;
	size_t length;
	uint8_t bytes[UDP_DATAGRAM_MAX];
};

/* Opens the port on all addresses. A machine without IPv6 is fine. ERROR_IO names the port. */
struct udp *udp_open(int port, GError **error);

/* Opens it n times, one for each worker (steer.h), all or none. No other process can. */
bool udp_open_all(int port, struct udp **list, unsigned n, GError **error);

/* The sockets to poll: 0 is IPv4, 1 is IPv6; -1 if there is none. */
int udp_fd(const struct udp *udp, int which);

/* Reads what waits on one of them, at most UDP_BATCH datagrams, into `batch`; returns how many.
 * Longer ones than UDP_DATAGRAM_MAX are dropped. */
int udp_receive(struct udp *udp, int which, struct udp_datagram *batch);

enum udp_sending { UDP_UNSET, UDP_SEGMENTED, UDP_TOGETHER, UDP_SINGLY };

/* The best way that this system has shown to know, or for tests, one that is no better. */
enum udp_sending udp_sending(const struct udp *udp);
void udp_set_sending(struct udp *udp, enum udp_sending sending);

/* What a burst holds at most (the kernel's UDP_MAX_SEGMENTS, and the longest UDP datagram). */
#define UDP_SEGMENTS_MAX    64
#define UDP_BURST_BYTES_MAX 65507

/* Datagrams for one address, one behind another: each `size` bytes, the last perhaps shorter. */
struct udp_burst {
	struct udp_path path;
	const uint8_t *bytes;
	size_t length;
	uint16_t size, n;
	int failure; /* result: 0, or errno of the first datagram not taken; the rest isn't sent */
	void *owner; /* the caller's */
};

/* Sends bursts, in order and at once or not at all, and sets each one's `failure`. */
void udp_send_bursts(struct udp *udp, struct udp_burst *bursts, unsigned n);

/* For tests, all sockets of this process: bursts fail with this errno until it is 0. */
void udp_break(int failure);

/* Sends at once or not at all; false if the system would not take it. */
bool udp_send(struct udp *udp, const struct udp_path *path, const void *bytes, size_t length);

/* By the remote address, for hash tables. */
guint udp_path_hash(gconstpointer path);
gboolean udp_path_equal(gconstpointer a, gconstpointer b);

/* "192.0.2.7:4711" or "[2001:db8::7]:4711", cut to `size`. */
void udp_path_text(const struct udp_path *path, char *text, size_t size);

/* NULL is allowed. */
void udp_close(struct udp *udp);
