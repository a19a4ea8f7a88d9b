/* SPDX-License-Identifier: EUPL-1.2 */
#include "names.h"

#include <string.h>

#include "error.h"
#include "scene.h"
#include "show.h"
#include "source.h"
#include "speaker.h"
#include "suggest.h"

static void add_scenes(const struct show *show, GPtrArray *names)
{
	struct scene_view view;

	for (int i = 0; i < scene_count(show); i++) {
		scene_view(show, i, &view);
		g_ptr_array_add(names, (char *)(uintptr_t)view.name);
	}
}

static void add_sources(const struct show *show, bool is_speaker, GPtrArray *names)
{
	struct source_view source;
	struct speaker_view speaker;

	for (int i = 0; !is_speaker && i < source_count(show); i++) {
		source_view(show, i, &source);
		g_ptr_array_add(names, (char *)(uintptr_t)source.name);
	}
	for (int i = 0; is_speaker && i < speaker_count(show); i++) {
		speaker_view(show, i, &speaker);
		g_ptr_array_add(names, (char *)(uintptr_t)speaker.name);
	}
}

static bool find(const GPtrArray *names, const char *noun, const char *name, GError **error)
{
	for (guint i = 0; i < names->len; i++)
		if (strcmp(names->pdata[i], name) == 0)
			return true;
	const char *nearest =
		suggest_nearest(name, (const char *const *)names->pdata, (int)names->len);

	if (nearest)
		return fail(error, ERROR_NOT_FOUND, "no %s \"%s\" (did you mean %s?)", noun, name,
			    nearest);
	return fail(error, ERROR_NOT_FOUND, "no %s \"%s\"", noun, name);
}

bool names_check(const struct show *show, enum argument_type type, const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	switch (type) {
	case TYPE_SCENE:
		add_scenes(show, names);
		return find(names, "scene", name, error);
	case TYPE_ROOM:
		if (strcmp(name, "auto") == 0 || strcmp(name, "program") == 0)
			return true;
		add_scenes(show, names);
		return find(names, "scene", name, error);
	case TYPE_BOX:
		if (strcmp(name, BOX_SPEAKERS) == 0)
			return true;
		add_sources(show, false, names);
		return find(names, "source", name, error);
	case TYPE_SOURCE:
		add_sources(show, false, names);
		return find(names, "source", name, error);
	case TYPE_SPEAKER:
		add_sources(show, true, names);
		return find(names, "speaker", name, error);
	default:
		return true;
	}
}
