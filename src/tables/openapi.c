/* SPDX-License-Identifier: EUPL-1.2 */
#include "openapi.h"

#include <stdio.h>
#include <string.h>

#include "table.h"
#include "types.h"

static json_t *ref(const char *kind, const char *name)
{
	return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

/* ---- what a command takes ---- */

static json_t *json_types(const struct argument *argument)
{
	switch (type_of(argument->type)->also) {
	case ALSO_BOOLEAN:
		return argument->type == TYPE_FLAG ? json_string("boolean")
						   : json_pack("[s,s]", "string", "boolean");
	case ALSO_INTEGER:
		return json_pack("[s,s]", "integer", "string");
	case ALSO_NUMBER:
		return json_pack("[s,s]", "number", "string");
	case ALSO_NOTHING:
		break;
	}
	return json_string("string");
}

/* NULL: the vocabulary is not closed. */
static json_t *json_words(const struct argument *argument)
{
	const struct word *words = type_words(argument->type);
	json_t *list = words ? json_array() : NULL;

	for (; words && words->text; words++)
		json_array_append_new(list, json_string(words->text));
	if (list && type_of(argument->type)->also == ALSO_BOOLEAN) {
		json_array_append_new(list, json_true());
		json_array_append_new(list, json_false());
	}
	return list;
}

static json_t *property(const struct argument *argument)
{
	json_t *schema = json_pack("{s:o}", "type", json_types(argument));
	json_t *words = json_words(argument);

	/* The language's own name of it, so that a form can offer the show's scenes for a SCENE. */
	json_object_set_new(schema, "x-type", json_string(type_of(argument->type)->name));
	if (words)
		json_object_set_new(schema, "enum", words);
	if (argument->type == TYPE_FLAG || words)
		json_object_set_new(schema, "description", json_string(argument->help));
	else
		json_object_set_new(
			schema, "description",
			json_sprintf("%s (%s)", argument->help, type_of(argument->type)->form));
	return schema;
}

static json_t *body(const struct command *command)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		json_object_set_new(properties, one->name, property(one));
		if (one->place == PLACE_NEEDED)
			json_array_append_new(required, json_string(one->name));
	}
	bool is_needed = json_array_size(required) > 0;
	json_t *schema = json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties",
				   properties, "required", required, "additionalProperties", 0);

	return json_pack("{s:b, s:{s:{s:o}}}", "required", is_needed, "content", "application/json",
			 "schema", schema);
}

/* ---- what comes back ---- */

static const struct {
	const char *code;
	int http;
	const char *sentence;
} errors[] = {
#define ERROR(code, http, exit, sentence) {#code, http, sentence},
#include <twinstage/errors.def>
#undef ERROR
};
#define N_ERRORS (sizeof(errors) / sizeof(*errors))

/* One for each HTTP status, naming the codes that come with it. */
static json_t *error_responses(void)
{
	json_t *responses = json_object();
	char name[16], text[512];

	for (size_t i = 0; i < N_ERRORS; i++) {
		size_t used = 0;

		snprintf(name, sizeof(name), "%d", errors[i].http);
		if (json_object_get(responses, name))
			continue;
		for (size_t j = i; j < N_ERRORS && used < sizeof(text); j++)
			if (errors[j].http == errors[i].http)
				used += (size_t)snprintf(text + used, sizeof(text) - used,
							 "%s%s: %s.", used ? " " : "",
							 errors[j].code, errors[j].sentence);
		json_object_set_new(responses, name,
				    json_pack("{s:s, s:{s:{s:o}}}", "description", text, "content",
					      "application/json", "schema",
					      ref("schemas", "Error")));
	}
	return responses;
}

/* All of them, by reference, after the good one. */
static json_t *with_errors(json_t *responses)
{
	char name[16];

	for (size_t i = 0; i < N_ERRORS; i++) {
		snprintf(name, sizeof(name), "%d", errors[i].http);
		if (!json_object_get(responses, name))
			json_object_set_new(responses, name, ref("responses", name));
	}
	return responses;
}

static json_t *error_schema(void)
{
	json_t *codes = json_array();

	for (size_t i = 0; i < N_ERRORS; i++)
		json_array_append_new(codes, json_string(errors[i].code));
	return json_pack("{s:s, s:[s], s:{s:{s:s, s:[s,s], s:{s:{s:s, s:o}, s:{s:s, s:s}}}}}",
			 "type", "object", "required", "error", "properties", "error", "type",
			 "object", "required", "code", "message", "properties", "code", "type",
			 "string", "enum", codes, "message", "type", "string", "description",
			 "what was refused, which, and what would work");
}

/* ---- paths ---- */

static json_t *operation(const struct command *command)
{
	size_t sentences = strcspn(command->manual, "\n");
	json_t *done = json_pack("{s:s, s:{s:{s:{s:s}}}}", "description",
				 "Done; what `twinstage --json` prints", "content",
				 "application/json", "schema", "type", "object");

	return json_pack("{s:s, s:s, s:o, s:[s], s:o, s:o}", "operationId", command->id, "summary",
			 command->summary, "description", json_stringn(command->manual, sentences),
			 "tags", command->group, "requestBody", body(command), "responses",
			 with_errors(json_pack("{s:o}", "200", done)));
}

static void add_commands(json_t *paths)
{
	const struct command *command;
	char path[64];

	for (int i = 0; (command = table_command(i)); i++) {
		snprintf(path, sizeof(path), "/v1/%s", command->words);
		for (char *at = path; *at; at++)
			*at = *at == ' ' ? '/' : *at;
		json_object_set_new(paths, path, json_pack("{s:o}", "post", operation(command)));
	}
}

/* What is no command: media, events, figures, and this document. */
static const struct {
	const char *path, *method, *status, *token, *tag, *summary, *description;
} doors[] = {
	{"/v1/events", "get", "101", "crew", "Machines", "Every event as it happens",
	 "A WebSocket: each message is one event as `twinstage --json events --follow` prints it."},
	{"/v1/openapi.json", "get", "200", "", "Machines", "This document", ""},
	{"/metrics", "get", "200", "crew", "Machines", "All that is measured",
	 "OpenMetrics text, for Prometheus."},
	{"/whip", "post", "201", "invite", "Media", "Send as a speaker",
	 "WHIP (RFC 9725): the body is an SDP offer (application/sdp), the answer an SDP answer; "
	 "Location is the session's address."},
	{"/whep/program", "post", "201", "", "Media", "Receive the program",
	 "WHEP: as /whip, for receiving."},
	{"/whep/room", "post", "201", "", "Media", "Receive what the hall's screens show",
	 "WHEP: as /whip, for receiving."},
	{"/whep/crew", "post", "201", "crew", "Media", "Receive the multiview",
	 "WHEP: as /whip, for receiving: program, preview and all sources as one picture."},
	{"/whep/preview", "post", "201", "crew", "Media", "Receive what is on preview",
	 "WHEP: as /whip, for receiving."},
	{"/whep/return/{speaker}", "post", "201", "invite", "Media", "Receive a speaker's return",
	 "WHEP: as /whip, for receiving: program without the speaker's own voice."},
	{"/whip/session/{session}", "patch", "204", "", "Media", "Candidates, or an ICE restart",
	 "RFC 8840 fragments (application/trickle-ice-sdpfrag). A restart is answered with 200."},
	{"/whip/session/{session}", "delete", "200", "", "Media", "Leave", ""},
	{"/whep/session/{session}", "patch", "204", "", "Media", "Candidates, or an ICE restart",
	 "RFC 8840 fragments (application/trickle-ice-sdpfrag). A restart is answered with 200."},
	{"/whep/session/{session}", "delete", "200", "", "Media", "Leave", ""},
};

/* "speaker" of "/whep/return/{speaker}" as the parameter that it is; NULL: the path has none. */
static json_t *path_parameters(const char *path)
{
	const char *open = strchr(path, '{');

	if (!open)
		return NULL;
	return json_pack("[{s:o, s:s, s:b, s:{s:s}}]", "name",
			 json_stringn(open + 1, strcspn(open + 1, "}")), "in", "path", "required",
			 1, "schema", "type", "string");
}

static void add_doors(json_t *paths)
{
	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		json_t *item = json_object_get(paths, doors[i].path);
		json_t *parameters = item ? NULL : path_parameters(doors[i].path);
		json_t *security =
			*doors[i].token ? json_pack("[{s:[]}]", doors[i].token) : json_array();
		json_t *door = json_pack("{s:s, s:[s], s:o, s:o}", "summary", doors[i].summary,
					 "tags", doors[i].tag, "security", security, "responses",
					 with_errors(json_pack("{s:{s:s}}", doors[i].status,
							       "description", "Done")));

		if (*doors[i].description)
			json_object_set_new(door, "description", json_string(doors[i].description));
		if (!item)
			json_object_set_new(paths, doors[i].path, json_object());
		item = json_object_get(paths, doors[i].path);
		if (parameters)
			json_object_set_new(item, "parameters", parameters);
		json_object_set_new(item, doors[i].method, door);
	}
}

json_t *openapi_document(void)
{
	json_t *paths = json_object();

	add_commands(paths);
	add_doors(paths);
	return json_pack(
		"{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:[{s:[]}], s:o,"
		" s:{s:{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}, s:{s:o}, s:o}}",
		"openapi", "3.1.0", "info", "title", "Twinstage", "version", TWINSTAGE_VERSION,
		"description",
		"Every command of the server as a POST: arguments as a JSON object, refusals as "
		"{\"error\": {\"code\", \"message\"}}. A refused command changes nothing.",
		"license", "name", "EUPL-1.2", "identifier", "EUPL-1.2", "servers", "url", "/",
		"security", "crew", "paths", paths, "components", "securitySchemes", "crew", "type",
		"http", "scheme", "bearer", "description", "What the file crew.token holds",
		"invite", "type", "http", "scheme", "bearer", "description",
		"The last part of a speaker's link", "schemas", "Error", error_schema(),
		"responses", error_responses());
}

char *openapi_text(void)
{
	json_t *document = openapi_document();
	char *text = json_dumps(document, JSON_INDENT(1));

	json_decref(document);
	return text;
}
