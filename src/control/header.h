/* SPDX-License-Identifier: EUPL-1.2
 *
 * header: what an HTTP/1.1 or HTTP/2 request says of itself, out of libwebsockets. While its headers
 * are there, that is in the callbacks that begin a request or a WebSocket. New strings.
 */
#pragma once

#include "exchange.h"

struct lws;

/* NULL if it is absent; cut at 4096 bytes. `token` is an enum lws_token_indexes. */
char *header_text(struct lws *wsi, int token);

/* The path, decoded, without arguments; NULL if it is no UTF-8. */
char *header_path(struct lws *wsi);
enum method header_method(struct lws *wsi);

/* The token of "Authorization: Bearer TOKEN", or NULL. */
char *header_bearer(struct lws *wsi);

/* The client's address. Where the request came over plain HTTP (from a proxy on this machine) it is
 * the last one of X-Forwarded-For, if there is any. */
char *header_address(struct lws *wsi);
