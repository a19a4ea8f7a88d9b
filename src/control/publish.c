/* SPDX-License-Identifier: EUPL-1.2 */
#include "publish.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "speaker.h"

static bool is_on_air(const struct show *show)
{
	struct program_view view;

	program_view(show, &view);
	return *view.program && !view.is_slate && !view.is_black;
}

static char *dump(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	char *copy = g_strdup(text);

	json_decref(object);
	free(text);
	return copy;
}

char *publish_program(const struct show *show)
{
	return dump(json_pack("{s:b}", "on_air", is_on_air(show)));
}

char *publish_speaker(const struct show *show, const char *name)
{
	for (int i = 0; i < speaker_count(show); i++) {
		struct speaker_view view;

		speaker_view(show, i, &view);
		if (strcmp(view.name, name) == 0)
			return dump(json_pack("{s:s, s:s, s:b, s:b, s:b}", "name", view.name,
					      "tally", tally_name(view.tally), "admitted",
					      view.is_admitted, "muted", view.is_muted, "on_air",
					      is_on_air(show)));
	}
	return NULL;
}
