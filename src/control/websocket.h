/* SPDX-License-Identifier: EUPL-1.2
 *
 * websocket: what the server says by itself, over WebSocket (RFC 6455); what clients say is ignored.
 *
 *   /ws/program        public: {"on_air": true}, at once and at each change
 *   /ws/speak/TOKEN    one speaker's state (publish.h), at once and at each change
 *   /v1/events         bearer: the crew's token; every event as it happens
 *
 * Close codes of our own: 4401 the token is not (or no longer) good, 4404 no such path, 4408 the
 * client reads too slowly, 4503 too many are open. Control loop.
 */
#pragma once

#include <stdbool.h>

struct events;
struct house;
struct lws;
struct web_socket;
struct web_sockets;

struct web_sockets *web_sockets_create(const struct house *house, struct events *events, int most);

/* A connection was upgraded; its headers can be read. */
struct web_socket *web_socket_open(struct web_sockets *sockets, struct lws *wsi);

/* It may write: false ends it. */
bool web_socket_write(struct web_socket *socket);
void web_socket_close(struct web_socket *socket); /* NULL is allowed */

/* After the last one is closed. NULL is allowed. */
void web_sockets_destroy(struct web_sockets *sockets);
