/* SPDX-License-Identifier: EUPL-1.2 */
#include "api.h"

#include <jansson.h>
#include <string.h>

#include "dispatch.h"
#include "error.h"
#include "exchange.h"

/* An empty body is an empty object: most commands need nothing. */
static json_t *read_arguments(const struct request *request, GError **error)
{
	json_error_t where;

	if (request->body->len == 0)
		return json_object();
	json_t *object = json_loadb((const char *)request->body->data, request->body->len,
				    JSON_REJECT_DUPLICATES, &where);

	if (!object) {
		fail(error, ERROR_BAD_INPUT, "the body is no JSON: line %d, column %d: %s",
		     where.line, where.column, where.text);
		return NULL;
	}
	if (json_is_object(object))
		return object;
	json_decref(object);
	fail(error, ERROR_BAD_INPUT, "the body is no JSON object, as {\"scene\": \"stage\"}");
	return NULL;
}

static bool run(const struct house *house, const struct request *request, struct reply *reply,
		GError **error)
{
	const char *address = request->address ? request->address : "";
	/* IPv4 on a socket for both */
	bool is_mapped = g_str_has_prefix(address, "::ffff:") && strchr(address, '.');
	g_autofree char *from = g_strdup_printf("https %s", address + (is_mapped ? 7 : 0));
	const struct context context = {
		.show = house->show,
		.access = ACCESS_EDIT,
		.base_url = house->base_url,
		.who = "crew",
		.from = from,
		.journal = house->journal,
		.saver = house->saver,
		.undo = house->undo,
	};

	if (!request_is_crew(house, request, error))
		return false;
	json_t *arguments = read_arguments(request, error);
	bool is_done = arguments && dispatch_object(&context, request->path + strlen("/v1/"),
						    arguments, reply, error);

	json_decref(arguments);
	return is_done;
}

void api_answer(const struct house *house, const struct request *request, struct answer *answer)
{
	g_autoptr(GError) error = NULL;
	struct reply reply;

	if (request->method != METHOD_POST || strlen(request->path) <= strlen("/v1/")) {
		answer_not_allowed(answer, "POST /v1/NOUN/VERB");
		return;
	}
	reply_init(&reply);
	if (!run(house, request, &reply, &error)) {
		answer_error(answer, error);
	} else if (reply.pending) {
		answer->pending = reply.pending;
	} else {
		char *text = json_dumps(reply.data, JSON_COMPACT);

		answer_text(answer, 200, "application/json", text ? text : "{}");
		free(text);
	}
	reply_finish(&reply);
}
