/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "error.h"
#include "scene.h"
#include "show.h"

bool name_check(const char *name, GError **error)
{
	static const char *const reserved[] = {BOX_SPEAKERS, "auto",	  "program", "room",
					       "preview",    "multiview", NULL};

	if (!g_utf8_validate(name, -1, NULL))
		return fail(error, ERROR_BAD_INPUT, "the name is not UTF-8");
	if (!*name)
		return fail(error, ERROR_BAD_INPUT,
			    "the name is empty (1 to 32 characters would do)");
	if (g_utf8_strlen(name, -1) > 32)
		return fail(error, ERROR_BAD_INPUT,
			    "the name is too long: %ld characters (1 to 32 would do)",
			    g_utf8_strlen(name, -1));
	if (g_strv_contains(reserved, name))
		return fail(error, ERROR_BAD_INPUT,
			    "\"%s\" is a word of the command language; choose another name", name);
	if (!g_unichar_isalnum(g_utf8_get_char(name)))
		return fail(error, ERROR_BAD_INPUT,
			    "the name \"%s\" does not begin with a letter or digit", name);
	for (const char *at = name; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		bool is_inner_space = c == ' ' && at[1] && at[1] != ' ';

		if (!g_unichar_isalnum(c) && !g_unichar_ismark(c) &&
		    !strchr("-_.", (int)(c < 128 ? c : '\n')) && !is_inner_space)
			return fail(error, ERROR_BAD_INPUT,
				    "the name \"%s\" holds \"%.*s\" (letters, digits, - _ . and "
				    "single spaces would do)",
				    name, (int)(g_utf8_next_char(at) - at), at);
	}
	return true;
}
