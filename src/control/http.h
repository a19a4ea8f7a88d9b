/* SPDX-License-Identifier: EUPL-1.2
 *
 * http: the doors on the network: HTTPS, HTTP/2 and WebSocket on one port by libwebsockets on the
 * control loop, and if asked for plain HTTP on 127.0.0.1. It only carries: what requests mean is
 * route.h's business, what is pushed websocket.h's.
 */
#pragma once

#include <glib.h>

struct events;
struct house;
struct http;
struct settings;
struct uv_loop_s;

struct http_config {
	struct uv_loop_s *loop;
	const struct settings *settings;
	const struct house *house; /* outlives it */
	struct events *events;
	const char *cert_path, *key_path;
};

/* Opens the ports of the settings. ERROR_IO: a port is taken, or the certificate cannot be read. */
struct http *http_create(const struct http_config *config, GError **error);

/* Ends all connections. The loop must run until nothing is left before http_destroy(). NULL is
 * allowed for both. */
void http_close(struct http *http);
void http_destroy(struct http *http);
