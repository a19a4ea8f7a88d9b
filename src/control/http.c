/* SPDX-License-Identifier: EUPL-1.2 */
#include "http.h"

#include <libwebsockets.h>
#include <string.h>
#include <uv.h>

#include "error.h"
#include "http_stream.h"
#include "log.h"
#include "settings.h"
#include "websocket.h"

#define LOG_MODULE "http"

/* Streams whose headers are being read; more wait. Headers come in within TIMEOUT_S. */
#define MOST_HEADS 512
#define TIMEOUT_S  10
/* More than a TLS record (RFC 8446 5.1: 16 KiB): what libwebsockets 4.1 leaves of one in OpenSSL it does
 * not come back for on a loop that is not its own. */
#define READ_BYTES 20000
/* Also cuts a held HTTP/2 request, so well above any. */
#define KEEPALIVE_S 60
/* Beyond viewers, screens and speakers: the crew's tools, and pages that reconnect. */
#define SPARE_SOCKETS 100

struct http {
	struct http_doors doors;
	struct lws_context *context;
};

static const struct lws_protocols protocols[] = {
	{.name = "twinstage",
	 .callback = http_callback,
	 .per_session_data_size = sizeof(struct http_stream),
	 .rx_buffer_size = READ_BYTES},
	{0},
};

/* On every answer. What pages may do is said once, here. */
static const struct lws_protocol_vhost_options header_list[] = {
	{header_list + 1, NULL, "content-security-policy:",
	 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	 "media-src 'self' blob: mediastream:; connect-src 'self'; base-uri 'none'; "
	 "form-action 'none'; frame-ancestors 'none'"},
	{header_list + 2, NULL, "x-content-type-options:", "nosniff"},
	{header_list + 3, NULL, "referrer-policy:", "no-referrer"},
	{NULL, NULL,
	 "permissions-policy:", "camera=(self), microphone=(self), display-capture=(self)"},
};

/* A peer that is silent for this long is asked, and then let go of. */
static const lws_retry_bo_t liveness = {.secs_since_valid_ping = 15, .secs_since_valid_hangup = 40};

/* The library's own complaints are about strangers' handshakes, mostly. */
static void on_lws_log(int level, const char *line)
{
	(void)level;
	log_debug("%.*s", (int)strcspn(line, "\n"), line);
}

static bool add_vhost(struct http *http, const struct http_config *config, bool is_tls,
		      GError **error)
{
	struct lws_context_creation_info info = {
		.vhost_name = is_tls ? "https" : "http",
		.port = is_tls ? config->settings->https_port : config->settings->http_port,
		.iface = is_tls ? NULL : "127.0.0.1",
		.protocols = protocols,
		.headers = header_list,
		.keepalive_timeout = KEEPALIVE_S,
		.timeout_secs = TIMEOUT_S,
		.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND,
		.server_string = "twinstage",
	};

	if (!info.port)
		return true;
	if (is_tls) {
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.ssl_cert_filepath = config->cert_path;
		info.ssl_private_key_filepath = config->key_path;
		info.alpn = "h2,http/1.1";
	}
	if (lws_create_vhost(http->context, &info))
		return true;
	return fail(error, ERROR_IO, "%s port %d/tcp cannot be opened: it is taken%s",
		    info.vhost_name, info.port,
		    is_tls ? ", or the certificate and its key cannot be used" : "");
}

static bool create_context(struct http *http, const struct http_config *config, GError **error)
{
	void *loops[] = {config->loop};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
			   LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
		.foreign_loops = loops,
		.pt_serv_buf_size = READ_BYTES,
		.max_http_header_pool = MOST_HEADS,
		.retry_and_idle_policy = &liveness,
		.user = &http->doors,
	};

	http->context = lws_create_context(&info);
	if (http->context)
		return true;
	return fail(error, ERROR_INTERNAL,
		    "libwebsockets cannot start (is libwebsockets-evlib-uv installed?)");
}

struct http *http_create(const struct http_config *config, GError **error)
{
	struct http *http = g_new0(struct http, 1);
	const struct settings *settings = config->settings;
	int most = settings->max_viewers + 2 * settings->max_speakers + SPARE_SOCKETS;

	lws_set_log_level(LLL_ERR, on_lws_log);
	http->doors.house = config->house;
	http->doors.sockets = web_sockets_create(config->house, config->events, most);
	if (create_context(http, config, error) && add_vhost(http, config, true, error) &&
	    add_vhost(http, config, false, error))
		return http;
	http_close(http);
	uv_run(config->loop, UV_RUN_NOWAIT);
	http_destroy(http);
	return NULL;
}

void http_close(struct http *http)
{
	if (http && http->context)
		lws_context_destroy(http->context);
}

/* With a loop that is not its own, libwebsockets lets go of the last of itself only when it is told a
 * second time. */
void http_destroy(struct http *http)
{
	if (!http)
		return;
	if (http->context)
		lws_context_destroy(http->context);
	web_sockets_destroy(http->doors.sockets);
	g_free(http);
}
