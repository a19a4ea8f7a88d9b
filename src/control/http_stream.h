/* SPDX-License-Identifier: EUPL-1.2
 *
 * http_stream: one request on one connection or HTTP/2 stream, from its headers to the last byte of
 * its answer; or one WebSocket. libwebsockets' callback. Private to http.c.
 */
#pragma once

#include <libwebsockets.h>

struct house;
struct web_sockets;

/* What lws_context_user() is. */
struct http_doors {
	const struct house *house;
	struct web_sockets *sockets;
};

/* libwebsockets keeps one of these for each stream, zeroed at first. */
struct http_stream {
	struct exchange *exchange;
	struct web_socket *socket;
};

int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		  size_t length);
