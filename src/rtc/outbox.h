/* SPDX-License-Identifier: EUPL-1.2
 *
 * outbox: the datagrams of one turn of a worker, on their way to the socket. They are written,
 * protected in place, one behind another; what follows for the same owner joins its burst as long
 * as sizes allow (udp.h), and the bursts of many owners leave in one call.
 *
 *   outbox_begin() .. write, protect .. outbox_commit()   again and again   outbox_flush()
 *
 * Thread: the worker.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Room for one datagram, with what protecting adds. */
#define OUTBOX_ROOM 2048

struct outbox;
struct udp;
struct udp_burst;
struct udp_path;

/* `done` is called for every burst that has been sent, or not (burst->failure). It may not write
 * into the outbox. */
struct outbox *outbox_create(struct udp *udp, void (*done)(const struct udp_burst *burst));

/* OUTBOX_ROOM bytes to write a datagram in. Either commit it or begin again (which reuses it). */
uint8_t *outbox_begin(struct outbox *outbox);

/* `path` is copied; `owner` is there until the flush. */
void outbox_commit(struct outbox *outbox, const struct udp_path *path, size_t length, void *owner);

/* Sends what is there. */
void outbox_flush(struct outbox *outbox);

/* NULL is allowed. What is left is dropped. */
void outbox_destroy(struct outbox *outbox);
