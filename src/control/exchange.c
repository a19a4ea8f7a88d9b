/* SPDX-License-Identifier: EUPL-1.2 */
#include "exchange.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <string.h>

#include "error.h"

void answer_text(struct answer *answer, int status, const char *content_type, const char *text)
{
	answer->status = status;
	answer->content_type = content_type;
	answer->body = g_bytes_new(text, strlen(text));
}

void answer_error(struct answer *answer, const GError *error)
{
	enum error_code code = error_code_of(error);
	json_t *object = json_pack("{s:{s:s, s:s}}", "error", "code", error_name(code), "message",
				   error->message);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	answer_text(answer, error_http_status(code), "application/json",
		    text ? text : "{\"error\":{}}");
	answer->is_later = code == ERROR_LIMIT;
	json_decref(object);
	free(text);
}

void answer_outcome(struct answer *answer, const char *text, const GError *error)
{
	if (error) {
		answer_error(answer, error);
		return;
	}
	json_t *object = json_pack("{s:s}", "done", text);
	char *body = object ? json_dumps(object, JSON_COMPACT) : NULL;

	answer_text(answer, 200, "application/json", body ? body : "{}");
	json_decref(object);
	free(body);
}

void answer_not_allowed(struct answer *answer, const char *allow)
{
	g_autoptr(GError) error = NULL;

	fail(&error, ERROR_BAD_METHOD, "this takes %s", allow);
	answer_error(answer, error);
	answer->allow = allow;
}

bool token_is(const char *token, const char *wanted)
{
	g_autofree char *a =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, token ? token : "", -1);
	g_autofree char *b = g_compute_checksum_for_string(G_CHECKSUM_SHA256, wanted, -1);

	return token && CRYPTO_memcmp(a, b, strlen(b)) == 0;
}

bool request_is_crew(const struct house *house, const struct request *request, GError **error)
{
	if (token_is(request->bearer, house->crew_token))
		return true;
	return fail(error, ERROR_BAD_TOKEN,
		    "this needs the crew's token (Authorization: Bearer, from crew.token in "
		    "state_dir)");
}

void request_finish(struct request *request)
{
	g_free(request->path);
	g_free(request->bearer);
	g_free(request->content_type);
	g_free(request->if_match);
	g_free(request->if_none_match);
	g_free(request->address);
	if (request->body)
		g_byte_array_unref(request->body);
	*request = (struct request){0};
}

void answer_finish(struct answer *answer)
{
	g_free(answer->location);
	g_free(answer->etag);
	if (answer->body)
		g_bytes_unref(answer->body);
	*answer = (struct answer){0};
}
