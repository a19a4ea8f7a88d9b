/* SPDX-License-Identifier: EUPL-1.2 */
#include "show_diff.h"

#include <string.h>

#include "quote.h"
#include "show_diff_private.h"

/* ---- changes ---- */

static void free_change(gpointer data)
{
	struct show_change *change = data;

	g_free(change->shown);
	g_ptr_array_unref(change->commands);
	g_free(change);
}

struct show_change *diff_add(struct comparing *comparing, enum step step, char *shown)
{
	struct show_change *change = g_new0(struct show_change, 1);

	change->shown = shown;
	change->commands = g_ptr_array_new_with_free_func(g_free);
	change->is_possible = true;
	change->step = (int)step;
	g_ptr_array_add(comparing->changes, change);
	return change;
}

void diff_command(struct show_change *change, const char *command, const char *word)
{
	GString *line = g_string_new(command);

	if (word) {
		g_string_append_c(line, ' ');
		quote_word(line, word);
	}
	g_ptr_array_add(change->commands, g_string_free(line, FALSE));
}

void diff_lines(struct show_change *change, const struct object *object)
{
	for (guint i = 0; i < object->lines->len; i++)
		diff_command(change, ((const struct statement *)object->lines->pdata[i])->text,
			     NULL);
}

/* All lines of an object, each with the sign. */
char *diff_shown(const char *sign, const struct object *object)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < object->lines->len; i++)
		g_string_append_printf(out, "%s%s %s", i ? "\n" : "", sign,
				       ((const struct statement *)object->lines->pdata[i])->text);
	return g_string_free(out, FALSE);
}

void diff_cannot(struct comparing *comparing, enum step step, const char *text, const char *why,
		 bool is_air)
{
	struct show_change *change = diff_add(
		comparing, step, g_strdup_printf("! %s: cannot be taken back (%s)", text, why));

	change->is_possible = false;
	change->is_air = is_air;
}

static char *with_sign(const char *sign, const char *text)
{
	return g_strdup_printf("%s %s", sign, text);
}

/* ---- sources, speakers ---- */

static bool is_source(const GPtrArray *objects, const char *name)
{
	return objects_find(objects, "source", name) || objects_find(objects, "invite", name);
}

/* One that is gone with nothing of that name in its place. */
static void remove_source(struct comparing *comparing, const struct object *older)
{
	struct show_change *change;

	change = diff_add(comparing, STEP_REMOVE, diff_shown("-", older));
	diff_command(change, strcmp(older->kind, "invite") == 0 ? "uninvite" : "source remove",
		     older->name);
}

static void compare_source(struct comparing *comparing, const struct object *newer)
{
	const struct object *older = objects_find(comparing->older, newer->kind, newer->name);
	bool is_invite = strcmp(newer->kind, "invite") == 0;

	if (older && object_is_same(older, newer))
		return;
	struct show_change *change = diff_add(comparing, is_invite ? STEP_INVITE : STEP_SOURCE,
					      diff_shown(older ? "~" : "+", newer));

	diff_lines(change, newer);
}

/* ---- levels: options of which only the unusual ones are written ---- */

static const struct {
	const char *option, *usual;
} levels[] = {{"--gain", "0dB"}, {"--mute", "off"}, {"--delay_ms", "0"}};

static const char *usual_level(const char *option)
{
	for (size_t i = 0; i < G_N_ELEMENTS(levels); i++)
		if (strcmp(levels[i].option, option) == 0)
			return levels[i].usual;
	return NULL;
}

static bool has_word(const struct object *object, const char *word)
{
	const struct line *line = object ? &object_first(object)->line : NULL;

	for (int i = 0; line && i < line->n_words; i++)
		if (strcmp(line->words[i], word) == 0)
			return true;
	return false;
}

static void compare_levels(struct comparing *comparing, const struct object *older,
			   const struct object *newer)
{
	const char *name = newer ? newer->name : older->name;
	g_autoptr(GString) line = g_string_new(NULL);

	if ((older && newer && object_is_same(older, newer)) || !is_source(comparing->newer, name))
		return;
	g_string_append(line, "source set ");
	quote_word(line, name);
	if (newer)
		g_string_assign(line, object_first(newer)->text);
	for (int i = 3; older && i < object_first(older)->line.n_words; i++) {
		const char *option = object_first(older)->line.words[i];
		const char *usual = usual_level(option);

		if (!g_str_has_prefix(option, "--") || has_word(newer, option))
			continue;
		if (usual)
			g_string_append_printf(line, " %s %s", option, usual);
		else
			diff_cannot(comparing, STEP_LEVEL, object_first(older)->text, option,
				    false);
	}
	diff_command(diff_add(comparing, STEP_LEVEL, with_sign("~", line->str)), line->str, NULL);
}

/* ---- scenes ---- */

static char *scene_lines(const struct object *older, const struct object *newer)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < older->lines->len; i++) {
		const struct statement *one = older->lines->pdata[i];

		if (i && !object_has_line(newer, one->text))
			g_string_append_printf(out, "%s- %s", out->len ? "\n" : "", one->text);
	}
	for (guint i = 0; i < newer->lines->len; i++) {
		const struct statement *one = newer->lines->pdata[i];

		if (!object_has_line(older, one->text))
			g_string_append_printf(out, "%s%s %s", out->len ? "\n" : "", i ? "+" : "~",
					       one->text);
	}
	if (!out->len)
		g_string_printf(out, "~ scene %s: its boxes in another order", newer->name);
	return g_string_free(out, FALSE);
}

/* A change of another step needs this one first. */
static void clear_scene(struct comparing *comparing, const struct object *scene)
{
	diff_command(diff_add(comparing, STEP_CLEAR, g_strdup("")), "scene add", scene->name);
}

static void compare_scene(struct comparing *comparing, const struct object *newer)
{
	const struct object *older = objects_find(comparing->older, "scene", newer->name);

	if (older && object_is_same(older, newer))
		return;
	struct show_change *change = diff_add(
		comparing, STEP_SCENE, older ? scene_lines(older, newer) : diff_shown("+", newer));

	diff_lines(change, newer);
	if (older)
		clear_scene(comparing, newer);
}

static void remove_scene(struct comparing *comparing, const struct object *older)
{
	struct show_change *change = diff_add(comparing, STEP_SCENE_GONE, diff_shown("-", older));

	diff_command(change, "scene remove", older->name);
	clear_scene(comparing, older);
}

/* ---- cues ---- */

static void compare_cue(struct comparing *comparing, const struct object *newer)
{
	const struct object *older = objects_find(comparing->older, "cue", newer->name);

	if (older && object_is_same(older, newer))
		return;
	diff_lines(diff_add(comparing, STEP_CUE, diff_shown(older ? "~" : "+", newer)), newer);
}

static void remove_cue(struct comparing *comparing, const struct object *older)
{
	diff_command(diff_add(comparing, STEP_CUE, diff_shown("-", older)), "cue remove",
		     older->name);
}

/* ---- admissions: their order is the order in which a grid shows them ---- */

static GPtrArray *admitted(const GPtrArray *objects)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < objects->len; i++) {
		struct object *object = objects->pdata[i];

		if (strcmp(object->kind, "admit") == 0)
			g_ptr_array_add(names, object->name);
	}
	return names;
}

static bool has_name(const GPtrArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++)
		if (strcmp(names->pdata[i], name) == 0)
			return true;
	return false;
}

static void admit(struct comparing *comparing, const char *command, const char *sign,
		  const char *name, bool is_air)
{
	g_autofree char *line = g_strdup_printf("speaker admit %s", name);
	struct show_change *change =
		diff_add(comparing, STEP_ADMIT, sign ? with_sign(sign, line) : g_strdup(""));

	diff_command(change, command, name);
	change->is_air = is_air;
}

/* Those after the first difference are put back and let in again in their order. */
static void compare_admissions(struct comparing *comparing)
{
	g_autoptr(GPtrArray) older = admitted(comparing->older), newer = admitted(comparing->newer);
	guint same = 0;

	while (same < older->len && same < newer->len &&
	       strcmp(older->pdata[same], newer->pdata[same]) == 0)
		same++;
	for (guint i = same; i < older->len; i++) {
		bool stays = has_name(newer, older->pdata[i]);

		if (objects_find(comparing->newer, "invite", older->pdata[i]))
			admit(comparing, "speaker dismiss", stays ? NULL : "-", older->pdata[i],
			      true);
	}
	for (guint i = same; i < newer->len; i++) {
		bool was = has_name(older, newer->pdata[i]);

		admit(comparing, "speaker admit", was ? NULL : "+", newer->pdata[i], was);
	}
}

/* ---- all of it ---- */

static void compare_newer(struct comparing *comparing, const struct object *object)
{
	if (strcmp(object->kind, "source") == 0 || strcmp(object->kind, "invite") == 0)
		compare_source(comparing, object);
	else if (strcmp(object->kind, "level") == 0)
		compare_levels(comparing, objects_find(comparing->older, "level", object->name),
			       object);
	else if (strcmp(object->kind, "scene") == 0)
		compare_scene(comparing, object);
	else if (strcmp(object->kind, "cue") == 0)
		compare_cue(comparing, object);
	else if (!*object->kind)
		diff_add_single(comparing, object);
}

static void compare_older(struct comparing *comparing, const struct object *object)
{
	bool is_there = objects_find(comparing->newer, object->kind, object->name) != NULL;

	if (is_there || strcmp(object->kind, "admit") == 0)
		return;
	if (strcmp(object->kind, "source") == 0 || strcmp(object->kind, "invite") == 0)
		remove_source(comparing, object);
	else if (strcmp(object->kind, "level") == 0)
		compare_levels(comparing, object, NULL);
	else if (strcmp(object->kind, "scene") == 0)
		remove_scene(comparing, object);
	else if (strcmp(object->kind, "cue") == 0)
		remove_cue(comparing, object);
	else
		diff_remove_single(comparing, object);
}

/* Boxes are in the way of nothing unless something is removed. */
static void drop_clearing(GPtrArray *changes)
{
	bool is_needed = false;

	for (guint i = 0; i < changes->len; i++)
		is_needed |= ((const struct show_change *)changes->pdata[i])->step == STEP_REMOVE;
	for (guint i = changes->len; !is_needed && i > 0; i--)
		if (((const struct show_change *)changes->pdata[i - 1])->step == STEP_CLEAR)
			g_ptr_array_remove_index(changes, i - 1);
}

static gint by_step(gconstpointer a, gconstpointer b)
{
	const struct show_change *first = *(struct show_change *const *)a,
				 *second = *(struct show_change *const *)b;

	return first->step - second->step;
}

GPtrArray *show_diff(const char *older, const char *newer)
{
	struct comparing comparing = {
		.older = objects_read(older),
		.newer = objects_read(newer),
		.changes = g_ptr_array_new_with_free_func(free_change),
	};

	for (guint i = 0; i < comparing.older->len; i++)
		compare_older(&comparing, comparing.older->pdata[i]);
	for (guint i = 0; i < comparing.newer->len; i++)
		compare_newer(&comparing, comparing.newer->pdata[i]);
	compare_admissions(&comparing);
	drop_clearing(comparing.changes);
	g_ptr_array_sort(comparing.changes, by_step); /* stable */
	g_ptr_array_unref(comparing.older);
	g_ptr_array_unref(comparing.newer);
	return comparing.changes;
}

void show_diff_keep_still(GPtrArray *changes)
{
	for (guint i = changes->len; i > 0; i--)
		if (((const struct show_change *)changes->pdata[i - 1])->is_air)
			g_ptr_array_remove_index(changes, i - 1);
}
