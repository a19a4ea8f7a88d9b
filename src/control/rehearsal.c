/* SPDX-License-Identifier: EUPL-1.2 */
#include "rehearsal.h"

#include <string.h>

#include "dispatch.h"
#include "show.h"

struct show *rehearsal_open(const struct settings *settings, GError **error)
{
	static const uint8_t key[32];
	struct show_config config = {
		.settings = settings,
		.key = key,
		.key_length = sizeof(key),
		.is_dry = true,
	};

	return show_create(&config, error);
}

/* They stand together. */
static void cut_cues(GString *text)
{
	const char *first = strstr(text->str, "\ncue "), *end = first;

	while (end && g_str_has_prefix(end, "\ncue "))
		end = strchr(end + 1, '\n');
	if (first)
		g_string_erase(text, first - text->str, end ? end - first : -1);
}

struct show *rehearsal_of(const struct show *show, bool has_cues, GError **error)
{
	/* Nothing happens to anybody, so whoever may ask may try every command. */
	struct context dry = {.access = ACCESS_EDIT,
			      .show = rehearsal_open(show_settings(show), error)};
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) text = g_string_new(NULL);

	if (!dry.show)
		return NULL;
	show_write(show, true, text);
	if (!has_cues)
		cut_cues(text);
	show_hold(dry.show); /* nobody looks at the steps */
	/* What fails (a file that is gone meanwhile) fails for what needs it, too. */
	dispatch_text(&dry, "the running show", text->str, text->len, errors);
	show_release(dry.show);
	return dry.show;
}
