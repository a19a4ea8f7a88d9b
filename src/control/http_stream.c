/* SPDX-License-Identifier: EUPL-1.2
 *
 *   headers --(body: POST, PATCH)--> answered --writable, piece by piece--> completed
 *                            \--pending--> later --writable--^
 */
#include "http_stream.h"

#include <stdbool.h>
#include <string.h>

#include "exchange.h"
#include "header.h"
#include "later.h"
#include "route.h"
#include "websocket.h"

/* libwebsockets 4.1 loses the end of an HTTP/2 answer whose last write is larger than 4096 bytes. */
#define PIECE_BYTES	  4000
#define RETRY_AFTER_S	  "5"
#define MOST_HEADER_BYTES 3000
#define MOST_DISCARDED	  (4 << 20) /* of a body that is too large, before the connection is cut */

struct exchange {
	struct request request;
	struct answer answer;
	size_t received, sent;
	struct lws *wsi;
	struct later *later; /* it waits for its answer there; NULL: it does not */
	bool has_answer;     /* that has come, and nothing of it is sent */
};

static void drop_exchange(struct http_stream *stream)
{
	if (!stream->exchange)
		return;
	if (stream->exchange->later)
		later_forget(stream->exchange->later, stream->exchange);
	request_finish(&stream->exchange->request);
	answer_finish(&stream->exchange->answer);
	g_free(stream->exchange);
	stream->exchange = NULL;
}

/* ---- the answer ---- */

struct head {
	struct lws *wsi;
	uint8_t *at, *end;
	bool is_full;
};

static void add(struct head *head, const char *name, const char *value)
{
	if (value && lws_add_http_header_by_name(head->wsi, (const unsigned char *)name,
						 (const unsigned char *)value, (int)strlen(value),
						 &head->at, head->end))
		head->is_full = true;
}

static void add_open(struct head *head)
{
	add(head, "access-control-allow-origin:", "*");
	add(head, "access-control-expose-headers:", "location, etag, link");
	add(head, "access-control-allow-methods:", "POST, PATCH, DELETE, OPTIONS");
	add(head, "access-control-allow-headers:", "authorization, content-type, if-match");
	add(head, "access-control-max-age:", "86400");
}

static void add_headers(struct head *head, const struct answer *answer)
{
	g_autofree char *length =
		g_strdup_printf("%zu", answer->body ? g_bytes_get_size(answer->body) : 0);

	if (answer->status != 204 && answer->status != 304)
		add(head, "content-length:", length);
	add(head, "content-type:", answer->content_type);
	add(head, "location:", answer->location);
	add(head, "etag:", answer->etag);
	add(head, "allow:", answer->allow);
	add(head, "cache-control:", answer->is_cacheable ? "no-cache" : "no-store");
	if (answer->is_later)
		add(head, "retry-after:", RETRY_AFTER_S);
	if (answer->status == 401)
		add(head, "www-authenticate:", "Bearer");
	if (answer->is_open)
		add_open(head);
	if (answer->allow && answer->status == 204)
		add(head, "accept-post:", "application/sdp");
}

static bool send_head(struct lws *wsi, const struct exchange *exchange, bool has_body)
{
	uint8_t bytes[LWS_PRE + MOST_HEADER_BYTES];
	uint8_t *start = bytes + LWS_PRE;
	struct head head = {wsi, start, bytes + sizeof(bytes), false};
	enum lws_write_protocol how = LWS_WRITE_HTTP_HEADERS;

	if (lws_add_http_header_status(wsi, (unsigned)exchange->answer.status, &head.at, head.end))
		return false;
	add_headers(&head, &exchange->answer);
	if (head.is_full || lws_finalize_http_header(wsi, &head.at, head.end))
		return false;
	if (!has_body)
		how |= LWS_WRITE_H2_STREAM_END;
	return lws_write(wsi, start, (size_t)(head.at - start), how) >= 0;
}

static int complete(struct lws *wsi, struct http_stream *stream)
{
	drop_exchange(stream);
	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int send_answer(struct lws *wsi, struct http_stream *stream)
{
	struct exchange *exchange = stream->exchange;
	bool has_body = exchange->answer.body && g_bytes_get_size(exchange->answer.body) > 0 &&
			exchange->request.method != METHOD_HEAD;

	if (!send_head(wsi, exchange, has_body))
		return -1;
	if (!has_body)
		return complete(wsi, stream);
	lws_callback_on_writable(wsi);
	return 0;
}

static void on_done(const char *text, const GError *error, void *data)
{
	struct exchange *exchange = data;

	exchange->later = NULL;
	exchange->has_answer = true;
	answer_outcome(&exchange->answer, text, error);
	lws_callback_on_writable(exchange->wsi);
}

static int answer_now(struct lws *wsi, struct http_stream *stream)
{
	const struct http_doors *doors = lws_context_user(lws_get_context(wsi));
	struct exchange *exchange = stream->exchange;

	route(doors->house, &exchange->request, &exchange->answer);
	if (!exchange->answer.pending)
		return send_answer(wsi, stream);
	exchange->wsi = wsi;
	exchange->later = doors->house->later;
	later_wait(exchange->later, exchange->answer.pending, on_done, exchange);
	return 0;
}

static int send_piece(struct lws *wsi, struct http_stream *stream)
{
	struct exchange *exchange = stream->exchange;
	uint8_t bytes[LWS_PRE + PIECE_BYTES];
	size_t size, piece;

	if (exchange && exchange->has_answer) {
		exchange->has_answer = false;
		return send_answer(wsi, stream);
	}
	if (!exchange || !exchange->answer.body)
		return 0;
	const uint8_t *body = g_bytes_get_data(exchange->answer.body, &size);

	piece = MIN(size - exchange->sent, PIECE_BYTES);
	memcpy(bytes + LWS_PRE, body + exchange->sent, piece);
	exchange->sent += piece;
	bool is_last = exchange->sent == size;

	if (lws_write(wsi, bytes + LWS_PRE, piece,
		      is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
		return -1;
	if (is_last)
		return complete(wsi, stream);
	lws_callback_on_writable(wsi);
	return 0;
}

/* ---- the request ---- */

static char *plain_type(const char *text)
{
	char *type = g_ascii_strdown(text ? text : "", -1);

	type[strcspn(type, ";")] = '\0';
	return g_strstrip(type);
}

static void read_head(struct lws *wsi, struct request *request)
{
	g_autofree char *type = header_text(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE);

	request->method = header_method(wsi);
	request->path = header_path(wsi);
	request->bearer = header_bearer(wsi);
	request->content_type = plain_type(type);
	request->if_match = header_text(wsi, WSI_TOKEN_HTTP_IF_MATCH);
	request->if_none_match = header_text(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH);
	request->address = header_address(wsi);
	request->body = g_byte_array_new();
	g_byte_array_set_size(request->body, 1);
	request->body->data[0] = '\0';
	request->body->len = 0;
}

/* libwebsockets tells of a body's end (be it empty) where HTTP/1.1 gave its length; with HTTP/2 the end
 * of the stream is it. */
static bool expects_body(struct lws *wsi, enum method method)
{
	g_autofree char *length = header_text(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
	bool is_h2 = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_COLON_METHOD) > 0;

	if (method == METHOD_POST || method == METHOD_PATCH)
		return length || is_h2;
	return length && g_ascii_strtoull(length, NULL, 10) > 0;
}

/* HTTP/1.1's chunked bodies are beyond libwebsockets 4.1: it would take them for further requests. */
static int refuse_chunked(struct lws *wsi, struct http_stream *stream)
{
	stream->exchange->answer.status = 411;
	send_head(wsi, stream->exchange, false);
	return -1;
}

static int begin(struct lws *wsi, struct http_stream *stream)
{
	drop_exchange(stream);
	stream->exchange = g_new0(struct exchange, 1);
	read_head(wsi, &stream->exchange->request);
	if (!stream->exchange->request.path)
		return -1;
	if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
		return refuse_chunked(wsi, stream);
	if (expects_body(wsi, stream->exchange->request.method))
		return 0;
	return answer_now(wsi, stream);
}

static int receive(struct http_stream *stream, const void *bytes, size_t length)
{
	struct exchange *exchange = stream->exchange;

	if (!exchange)
		return -1;
	struct request *request = &exchange->request;

	exchange->received += length;
	request->is_too_large = exchange->received > EXCHANGE_MAX_BODY;
	if (request->is_too_large)
		return exchange->received > MOST_DISCARDED ? -1 : 0;
	g_byte_array_append(request->body, bytes, (guint)length);
	g_byte_array_append(request->body, (const guint8 *)"", 1);
	request->body->len--;
	return 0;
}

/* ---- WebSocket ---- */

static int open_socket(struct lws *wsi, struct http_stream *stream)
{
	const struct http_doors *doors = lws_context_user(lws_get_context(wsi));

	stream->socket = web_socket_open(doors->sockets, wsi);
	return 0;
}

static int close_socket(struct http_stream *stream)
{
	if (!stream)
		return 0;
	web_socket_close(stream->socket);
	stream->socket = NULL;
	return 0;
}

static int close_exchange(struct http_stream *stream)
{
	if (stream)
		drop_exchange(stream);
	return 0;
}

int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		  size_t length)
{
	struct http_stream *stream = user;

	switch (reason) {
	case LWS_CALLBACK_HTTP:
		return begin(wsi, stream);
	case LWS_CALLBACK_HTTP_BODY:
		return receive(stream, in, length);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return stream->exchange ? answer_now(wsi, stream) : -1;
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return send_piece(wsi, stream);
	case LWS_CALLBACK_ESTABLISHED:
		return open_socket(wsi, stream);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return stream->socket && !web_socket_write(stream->socket) ? -1 : 0;
	case LWS_CALLBACK_RECEIVE:
		return 0;
	case LWS_CALLBACK_CLOSED:
		return close_socket(stream);
	/* A WebSocket over HTTP/2 is told the second of these when it is open already. */
	case LWS_CALLBACK_CLOSED_HTTP:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
		return close_exchange(stream);
	default:
		return 0;
	}
}
