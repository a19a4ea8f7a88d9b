/* SPDX-License-Identifier: EUPL-1.2
 *
 * local_socket: the crew's door on this machine, a Unix stream socket; whoever may open it may do
 * everything. Lines of JSON, UTF-8, at most 1 MiB each:
 *
 *   -> {"words": ["cut", "stage"], "directory": "/home/crew", "columns": 80}
 *   <- {"text": "program: stage, preview: panel", "data": {"done": ".."}}
 *   <- {"error": {"code": "NOT_FOUND", "message": "..", "exit": 1}}
 *
 * Relative paths are below the directory; tables are made for a terminal of so many columns. Both may
 * be left out. Commands of one connection are answered one after the other, in their order.
 *
 * After ["events", "--follow"] each further event comes as {"event": {..}, "text": ".."}, after
 * ["log", "--follow"] each further entry of the journal.
 */
#pragma once

#include <glib.h>

struct context;
struct events;
struct later;
struct local_socket;
struct uv_loop_s;

/* Listens at `path`, mode 0660, in place of a dead daemon's socket there. `context`,
 * `events` and `later` outlive it. */
struct local_socket *local_socket_create(struct uv_loop_s *loop, const char *path,
					 const struct context *context, struct events *events,
					 struct later *later, GError **error);

/* Closes it and every connection; the loop must run until they are gone. NULL is allowed. */
void local_socket_destroy(struct local_socket *local);
