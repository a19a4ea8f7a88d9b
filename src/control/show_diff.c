/* SPDX-License-Identifier: EUPL-1.2 */
#include "show_diff.h"

#include <string.h>

#include "parse.h"
#include "quote.h"

enum step {
	STEP_CLEAR,  /* boxes of scenes that change, so that nothing holds a source */
	STEP_LET_GO, /* single lines that are gone: they may name what goes */
	STEP_REMOVE, /* sources and speakers */
	STEP_SOURCE,
	STEP_INVITE,
	STEP_LEVEL,
	STEP_SCENE,
	STEP_ADMIT,
	STEP_AIR,
	STEP_SCENE_GONE,
	STEP_CUE,
	STEP_CUE_AT,
};

/* A line that stands for itself. Its command is one of these, or not known here. */
struct rule {
	const char *head;
	const char *inverse; /* %s: its first word; NULL: nothing takes it back */
	bool is_single;	     /* one such line at most: a new one takes the old one's place */
	bool is_air;
	const char *why; /* not */
};
static const struct rule rules[] = {
	{"room", "room auto", true, false, NULL},
	{"slate --picture", NULL, true, false, "the settings' slate comes back with a restart"},
	{"slate on", "slate off", true, true, NULL},
	{"fade-to-black on", "fade-to-black off --over 0ms", true, true, NULL},
	{"pin", "pin %s off", false, false, NULL},
	{"logo show", "logo hide", true, false, NULL},
	{"clock show", "clock hide", true, false, NULL},
	{"title show", "title hide", true, true, NULL},
	{"countdown show", "countdown hide", true, true, NULL},
	{"ticker show", "ticker hide", true, true, NULL},
	{"cut", NULL, true, true, "nothing was on program"},
	{"preview", NULL, true, true, "nothing was on preview"},
	{"cue at", "cue at", true, true, NULL},
};

/* ---- a show as objects ---- */

struct object {
	char *kind; /* "source", "level", "invite", "scene", "cue", "" for a line by itself */
	char *name;
	GPtrArray *lines; /* struct statement */
};

struct statement {
	char *text;
	struct line line;
};

static void free_statement(gpointer data)
{
	struct statement *statement = data;

	g_free(statement->text);
	line_finish(&statement->line);
	g_free(statement);
}

static void free_object(gpointer data)
{
	struct object *object = data;

	g_free(object->kind);
	g_free(object->name);
	g_ptr_array_unref(object->lines);
	g_free(object);
}

static const struct {
	const char *head, *kind;
} kinds[] = {{"source add", "source"},	{"source set", "level"},  {"invite", "invite"},
	     {"scene add", "scene"},	{"scene place", "scene"}, {"cue add", "cue"},
	     {"speaker admit", "admit"}};

/* How many words of a line are this head, or 0. */
static int match_head(const struct line *line, const char *head)
{
	for (int n = 0; n < line->n_words; n++) {
		size_t length = strcspn(head, " ");

		if (strncmp(line->words[n], head, length) != 0 || line->words[n][length])
			return 0;
		if (!head[length])
			return n + 1;
		head += length + 1;
	}
	return 0;
}

static struct object *find_object(const GPtrArray *objects, const char *kind, const char *name)
{
	for (guint i = 0; i < objects->len; i++) {
		struct object *object = objects->pdata[i];

		if (strcmp(object->kind, kind) == 0 && strcmp(object->name, name) == 0)
			return object;
	}
	return NULL;
}

static void add_statement(GPtrArray *objects, struct statement *statement)
{
	const struct line *line = &statement->line;
	const char *kind = "", *name = statement->text;
	struct object *object;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		int used = match_head(line, kinds[i].head);

		if (used && line->n_words > used) {
			kind = kinds[i].kind;
			name = line->words[used];
		}
	}
	object = find_object(objects, kind, name);
	if (!object) {
		object = g_new0(struct object, 1);
		object->kind = g_strdup(kind);
		object->name = g_strdup(name);
		object->lines = g_ptr_array_new_with_free_func(free_statement);
		g_ptr_array_add(objects, object);
	}
	g_ptr_array_add(object->lines, statement);
}

static GPtrArray *read_objects(const char *text)
{
	GPtrArray *objects = g_ptr_array_new_with_free_func(free_object);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	int column;

	for (int i = 0; lines[i]; i++) {
		struct statement *statement = g_new0(struct statement, 1);

		statement->text = g_strdup(lines[i]);
		if (line_split(lines[i], &statement->line, &column, NULL) &&
		    statement->line.n_words)
			add_statement(objects, statement);
		else
			free_statement(statement);
	}
	return objects;
}

static const struct statement *first_of(const struct object *object)
{
	return object->lines->pdata[0];
}

static bool has_line(const struct object *object, const char *text)
{
	for (guint i = 0; i < object->lines->len; i++)
		if (strcmp(((const struct statement *)object->lines->pdata[i])->text, text) == 0)
			return true;
	return false;
}

static bool is_same(const struct object *a, const struct object *b)
{
	bool is_so = a->lines->len == b->lines->len;

	for (guint i = 0; is_so && i < a->lines->len; i++)
		is_so = strcmp(((const struct statement *)a->lines->pdata[i])->text,
			       ((const struct statement *)b->lines->pdata[i])->text) == 0;
	return is_so;
}

/* ---- changes ---- */

struct comparing {
	GPtrArray *older, *newer; /* struct object */
	GPtrArray *changes;
};

static void free_change(gpointer data)
{
	struct show_change *change = data;

	g_free(change->shown);
	g_ptr_array_unref(change->commands);
	g_free(change);
}

static struct show_change *add_change(struct comparing *comparing, enum step step, char *shown)
{
	struct show_change *change = g_new0(struct show_change, 1);

	change->shown = shown;
	change->commands = g_ptr_array_new_with_free_func(g_free);
	change->is_possible = true;
	change->step = (int)step;
	g_ptr_array_add(comparing->changes, change);
	return change;
}

static void add_command(struct show_change *change, const char *command, const char *word)
{
	GString *line = g_string_new(command);

	if (word) {
		g_string_append_c(line, ' ');
		quote_word(line, word);
	}
	g_ptr_array_add(change->commands, g_string_free(line, FALSE));
}

static void add_lines(struct show_change *change, const struct object *object)
{
	for (guint i = 0; i < object->lines->len; i++)
		add_command(change, ((const struct statement *)object->lines->pdata[i])->text,
			    NULL);
}

static char *with_sign(const char *sign, const char *text)
{
	return g_strdup_printf("%s %s", sign, text);
}

/* All lines of an object, each with the sign. */
static char *all_lines(const char *sign, const struct object *object)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < object->lines->len; i++)
		g_string_append_printf(out, "%s%s %s", i ? "\n" : "", sign,
				       ((const struct statement *)object->lines->pdata[i])->text);
	return g_string_free(out, FALSE);
}

/* ---- sources, speakers ---- */

static bool is_source(const GPtrArray *objects, const char *name)
{
	return find_object(objects, "source", name) || find_object(objects, "invite", name);
}

/* One that is gone with nothing of that name in its place. */
static void remove_source(struct comparing *comparing, const struct object *older)
{
	struct show_change *change;

	change = add_change(comparing, STEP_REMOVE, all_lines("-", older));
	add_command(change, strcmp(older->kind, "invite") == 0 ? "uninvite" : "source remove",
		    older->name);
}

static void compare_source(struct comparing *comparing, const struct object *newer)
{
	const struct object *older = find_object(comparing->older, newer->kind, newer->name);
	bool is_invite = strcmp(newer->kind, "invite") == 0;

	if (older && is_same(older, newer))
		return;
	struct show_change *change = add_change(comparing, is_invite ? STEP_INVITE : STEP_SOURCE,
						all_lines(older ? "~" : "+", newer));

	add_lines(change, newer);
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
	const struct line *line = object ? &first_of(object)->line : NULL;

	for (int i = 0; line && i < line->n_words; i++)
		if (strcmp(line->words[i], word) == 0)
			return true;
	return false;
}

static void cannot(struct comparing *comparing, enum step step, const char *text, const char *why,
		   bool is_air)
{
	struct show_change *change = add_change(
		comparing, step, g_strdup_printf("! %s: cannot be taken back (%s)", text, why));

	change->is_possible = false;
	change->is_air = is_air;
}

static void compare_levels(struct comparing *comparing, const struct object *older,
			   const struct object *newer)
{
	const char *name = newer ? newer->name : older->name;
	g_autoptr(GString) line = g_string_new(NULL);

	if ((older && newer && is_same(older, newer)) || !is_source(comparing->newer, name))
		return;
	g_string_append(line, "source set ");
	quote_word(line, name);
	if (newer)
		g_string_assign(line, first_of(newer)->text);
	for (int i = 3; older && i < first_of(older)->line.n_words; i++) {
		const char *option = first_of(older)->line.words[i];
		const char *usual = usual_level(option);

		if (!g_str_has_prefix(option, "--") || has_word(newer, option))
			continue;
		if (usual)
			g_string_append_printf(line, " %s %s", option, usual);
		else
			cannot(comparing, STEP_LEVEL, first_of(older)->text, option, false);
	}
	add_command(add_change(comparing, STEP_LEVEL, with_sign("~", line->str)), line->str, NULL);
}

/* ---- scenes ---- */

static char *scene_lines(const struct object *older, const struct object *newer)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < older->lines->len; i++) {
		const struct statement *one = older->lines->pdata[i];

		if (i && !has_line(newer, one->text))
			g_string_append_printf(out, "%s- %s", out->len ? "\n" : "", one->text);
	}
	for (guint i = 0; i < newer->lines->len; i++) {
		const struct statement *one = newer->lines->pdata[i];

		if (!has_line(older, one->text))
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
	add_command(add_change(comparing, STEP_CLEAR, g_strdup("")), "scene add", scene->name);
}

static void compare_scene(struct comparing *comparing, const struct object *newer)
{
	const struct object *older = find_object(comparing->older, "scene", newer->name);

	if (older && is_same(older, newer))
		return;
	struct show_change *change = add_change(
		comparing, STEP_SCENE, older ? scene_lines(older, newer) : all_lines("+", newer));

	add_lines(change, newer);
	if (older)
		clear_scene(comparing, newer);
}

static void remove_scene(struct comparing *comparing, const struct object *older)
{
	struct show_change *change = add_change(comparing, STEP_SCENE_GONE, all_lines("-", older));

	add_command(change, "scene remove", older->name);
	clear_scene(comparing, older);
}

/* ---- cues ---- */

static void compare_cue(struct comparing *comparing, const struct object *newer)
{
	const struct object *older = find_object(comparing->older, "cue", newer->name);

	if (older && is_same(older, newer))
		return;
	add_lines(add_change(comparing, STEP_CUE, all_lines(older ? "~" : "+", newer)), newer);
}

static void remove_cue(struct comparing *comparing, const struct object *older)
{
	add_command(add_change(comparing, STEP_CUE, all_lines("-", older)), "cue remove",
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
		add_change(comparing, STEP_ADMIT, sign ? with_sign(sign, line) : g_strdup(""));

	add_command(change, command, name);
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

		if (find_object(comparing->newer, "invite", older->pdata[i]))
			admit(comparing, "speaker dismiss", stays ? NULL : "-", older->pdata[i],
			      true);
	}
	for (guint i = same; i < newer->len; i++) {
		bool was = has_name(older, newer->pdata[i]);

		admit(comparing, "speaker admit", was ? NULL : "+", newer->pdata[i], was);
	}
}

/* ---- single lines ---- */

static const struct rule *rule_of(const struct object *object)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (match_head(&first_of(object)->line, rules[i].head))
			return &rules[i];
	return NULL;
}

/* Whether a line of the same command takes the place of a gone one. */
static bool is_replaced(const GPtrArray *newer, const struct rule *rule)
{
	for (guint i = 0; rule->is_single && i < newer->len; i++) {
		const struct object *object = newer->pdata[i];

		if (!*object->kind && rule_of(object) == rule)
			return true;
	}
	return false;
}

/* What is not known here is run as it is, like a setting. */
static void add_single(struct comparing *comparing, const struct object *newer)
{
	const struct rule *rule = rule_of(newer);
	bool is_at = rule && strcmp(rule->head, "cue at") == 0;
	struct show_change *change;

	if (find_object(comparing->older, "", newer->name))
		return;
	change = add_change(comparing, is_at ? STEP_CUE_AT : STEP_AIR, all_lines("+", newer));
	change->is_air = rule && rule->is_air;
	add_lines(change, newer);
}

static void remove_single(struct comparing *comparing, const struct object *older)
{
	const struct rule *rule = rule_of(older);
	const struct statement *line = first_of(older);

	if (rule && is_replaced(comparing->newer, rule))
		return;
	if (!rule || !rule->inverse) {
		cannot(comparing, STEP_LET_GO, line->text,
		       rule ? rule->why : "no command is known that does", rule && rule->is_air);
		return;
	}
	struct show_change *change = add_change(comparing, STEP_LET_GO, all_lines("-", older));
	bool takes_word = strstr(rule->inverse, "%s") != NULL;
	int used = match_head(&line->line, rule->head);
	g_autoptr(GString) word = g_string_new(NULL);

	if (takes_word && line->line.n_words > used)
		quote_word(word, line->line.words[used]);
	g_auto(GStrv) parts = g_strsplit(rule->inverse, "%s", 2);
	g_autofree char *command = g_strjoinv(word->str, parts);

	add_command(change, command, NULL);
	change->is_air = rule->is_air;
}

/* ---- all of it ---- */

static void compare_newer(struct comparing *comparing, const struct object *object)
{
	if (strcmp(object->kind, "source") == 0 || strcmp(object->kind, "invite") == 0)
		compare_source(comparing, object);
	else if (strcmp(object->kind, "level") == 0)
		compare_levels(comparing, find_object(comparing->older, "level", object->name),
			       object);
	else if (strcmp(object->kind, "scene") == 0)
		compare_scene(comparing, object);
	else if (strcmp(object->kind, "cue") == 0)
		compare_cue(comparing, object);
	else if (!*object->kind)
		add_single(comparing, object);
}

static void compare_older(struct comparing *comparing, const struct object *object)
{
	bool is_there = find_object(comparing->newer, object->kind, object->name) != NULL;

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
		remove_single(comparing, object);
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
		.older = read_objects(older),
		.newer = read_objects(newer),
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
