/* SPDX-License-Identifier: EUPL-1.2 */
#include "show_objects.h"

#include <string.h>

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
int line_match_head(const struct line *line, const char *head)
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

struct object *objects_find(const GPtrArray *objects, const char *kind, const char *name)
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
		int used = line_match_head(line, kinds[i].head);

		if (used && line->n_words > used) {
			kind = kinds[i].kind;
			name = line->words[used];
		}
	}
	object = objects_find(objects, kind, name);
	if (!object) {
		object = g_new0(struct object, 1);
		object->kind = g_strdup(kind);
		object->name = g_strdup(name);
		object->lines = g_ptr_array_new_with_free_func(free_statement);
		g_ptr_array_add(objects, object);
	}
	g_ptr_array_add(object->lines, statement);
}

GPtrArray *objects_read(const char *text)
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

const struct statement *object_first(const struct object *object)
{
	return object->lines->pdata[0];
}

bool object_has_line(const struct object *object, const char *text)
{
	for (guint i = 0; i < object->lines->len; i++)
		if (strcmp(((const struct statement *)object->lines->pdata[i])->text, text) == 0)
			return true;
	return false;
}

bool object_is_same(const struct object *a, const struct object *b)
{
	bool is_so = a->lines->len == b->lines->len;

	for (guint i = 0; is_so && i < a->lines->len; i++)
		is_so = strcmp(((const struct statement *)a->lines->pdata[i])->text,
			       ((const struct statement *)b->lines->pdata[i])->text) == 0;
	return is_so;
}
