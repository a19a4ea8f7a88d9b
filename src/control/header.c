/* SPDX-License-Identifier: EUPL-1.2 */
#include "header.h"

#include <libwebsockets.h>
#include <string.h>

#define MOST_BYTES 4096

char *header_text(struct lws *wsi, int token)
{
	char text[MOST_BYTES];
	int length = lws_hdr_total_length(wsi, (enum lws_token_indexes)token);

	if (length <= 0 || lws_hdr_copy(wsi, text, sizeof(text), (enum lws_token_indexes)token) < 0)
		return NULL;
	return g_strdup(text);
}

static const struct {
	enum lws_token_indexes uri;
	const char *name;
	enum method method;
} methods[] = {
	{WSI_TOKEN_GET_URI, "GET", METHOD_GET},
	{WSI_TOKEN_HEAD_URI, "HEAD", METHOD_HEAD},
	{WSI_TOKEN_POST_URI, "POST", METHOD_POST},
	{WSI_TOKEN_PATCH_URI, "PATCH", METHOD_PATCH},
	{WSI_TOKEN_DELETE_URI, "DELETE", METHOD_DELETE},
	{WSI_TOKEN_OPTIONS_URI, "OPTIONS", METHOD_OPTIONS},
	{WSI_TOKEN_PUT_URI, "PUT", METHOD_OTHER},
};

/* HTTP/2 names the method in a header of its own, HTTP/1.1 by where the path stands. */
enum method header_method(struct lws *wsi)
{
	g_autofree char *name = header_text(wsi, WSI_TOKEN_HTTP_COLON_METHOD);

	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
		if (name ? strcmp(name, methods[i].name) == 0
			 : lws_hdr_total_length(wsi, methods[i].uri) > 0)
			return methods[i].method;
	return METHOD_OTHER;
}

char *header_path(struct lws *wsi)
{
	char *path = header_text(wsi, WSI_TOKEN_HTTP_COLON_PATH);

	for (size_t i = 0; !path && i < G_N_ELEMENTS(methods); i++)
		path = header_text(wsi, methods[i].uri);
	if (path && g_utf8_validate(path, -1, NULL))
		return path;
	g_free(path);
	return NULL;
}

char *header_bearer(struct lws *wsi)
{
	g_autofree char *text = header_text(wsi, WSI_TOKEN_HTTP_AUTHORIZATION);

	if (!text || g_ascii_strncasecmp(text, "Bearer ", 7) != 0)
		return NULL;
	return g_strstrip(g_strdup(text + 7));
}

char *header_address(struct lws *wsi)
{
	g_autofree char *forwarded = lws_is_ssl(lws_get_network_wsi(wsi))
					     ? NULL
					     : header_text(wsi, WSI_TOKEN_X_FORWARDED_FOR);
	char address[64] = "";

	if (forwarded) {
		const char *comma = strrchr(forwarded, ',');

		return g_strstrip(g_strndup(comma ? comma + 1 : forwarded, sizeof(address)));
	}
	lws_get_peer_simple(wsi, address, sizeof(address));
	return g_strdup(address);
}
