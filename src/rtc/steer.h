/* SPDX-License-Identifier: EUPL-1.2
 *
 * steer: which worker a datagram is for. All workers have sockets on the one port, and the kernel
 * gives a datagram to any of them, by its addresses. A check says whom it is for: the first
 * character of our ufrag is the worker's. A program of the kernel (SO_ATTACH_REUSEPORT_CBPF, Linux
 * 4.6) reads it there; where it could not, the worker that got the check hands it over, as it does
 * with all else that comes from the address of another's peer. Pure but for steer_attach(); any
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each hangs a bell of its own on every track that it sends (track.h has room for 8). */
#define WORKERS_MAX 6

/* The first character of a worker's ufrags. */
char steer_letter(unsigned worker);

/* The worker whose ufrag a STUN message names, -1 if it names none. */
int steer_worker_of(const uint8_t *bytes, size_t length);

/* The sockets bound to the port of `fd`, in the order of binding, are those of workers 0 to n-1.
 * False if the system knows no such programs. */
bool steer_attach(int fd, unsigned n);

/* For tests: from now on steer_attach() attaches nothing. */
void steer_disable(bool is_off);
