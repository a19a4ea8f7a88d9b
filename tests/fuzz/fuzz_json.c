/* SPDX-License-Identifier: EUPL-1.2
 *
 * A request's path and body: a line "scene/add", then JSON.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dry.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void run(const struct context *dry, const char *path, const json_t *arguments)
{
	struct reply reply;
	GError *error = NULL;

	reply_init(&reply);
	bool is_done = dispatch_object(dry, path, arguments, &reply, &error);
	char *text = json_dumps(reply.data, JSON_COMPACT);

	if (is_done != !error || !text || (error && !g_utf8_validate(error->message, -1, NULL)))
		abort();
	free(text);
	g_clear_error(&error);
	reply_finish(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const uint8_t *end = length ? memchr(bytes, '\n', length) : NULL;

	if (!end)
		return 0;
	g_autofree char *path = g_strndup((const char *)bytes, (size_t)(end - bytes));
	size_t rest = length - (size_t)(end + 1 - bytes);
	json_t *arguments = json_loadb((const char *)end + 1, rest, JSON_ALLOW_NUL, NULL);

	/* Those about show files read and write any path. */
	if (arguments && !g_str_has_prefix(path, "show")) {
		struct context dry = dry_open_filled();

		run(&dry, path, arguments);
		dry_check(&dry);
	}
	json_decref(arguments);
	return 0;
}
