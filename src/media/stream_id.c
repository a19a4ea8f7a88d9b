/* SPDX-License-Identifier: EUPL-1.2 */
#include "stream_id.h"

#include <glib.h>
#include <string.h>

#define MOST_KEYS 32

static bool is_play(const char *mode)
{
	return strcmp(mode, "request") == 0 || strcmp(mode, "play") == 0 ||
	       strcmp(mode, "read") == 0;
}

static bool parse_access_control(const char *text, char *name, size_t size)
{
	g_auto(GStrv) parts = g_strsplit(text, ",", MOST_KEYS);
	bool is_publish = true;

	for (int i = 0; parts[i]; i++) {
		if (g_str_has_prefix(parts[i], "r="))
			g_strlcpy(name, parts[i] + 2, size);
		else if (g_str_has_prefix(parts[i], "m="))
			is_publish = !is_play(parts[i] + 2);
	}
	return is_publish;
}

/* "publish/NAME", "publish:NAME" and what players say; a name of its own may hold neither sign. */
static bool parse_path(const char *text, char *name, size_t size)
{
	size_t length = strcspn(text, "/:");
	g_autofree char *verb = g_strndup(text, length);

	if (!text[length] || (strcmp(verb, "publish") != 0 && !is_play(verb))) {
		g_strlcpy(name, text, size);
		return true;
	}
	g_strlcpy(name, text + length + 1, size);
	return !is_play(verb);
}

bool stream_id_parse(const char *text, char *name, size_t size)
{
	*name = '\0';
	if (g_str_has_prefix(text, "#!::"))
		return parse_access_control(text + strlen("#!::"), name, size);
	return parse_path(text, name, size);
}
