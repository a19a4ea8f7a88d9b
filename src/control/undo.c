/* SPDX-License-Identifier: EUPL-1.2 */
#include "undo.h"

#include <string.h>

#include "command.h"
#include "error.h"
#include "show.h"
#include "show_apply.h"
#include "show_diff.h"

#define MOST_CHANGES 50
#define MOST_BYTES   (32 << 20) /* of all their texts; an evening's show has some 10 kB */

struct change_made {
	char *before, *after, *what;
	size_t bytes;
};

struct undo {
	struct show *show;
	GQueue done;   /* struct change_made, the newest first */
	GQueue undone; /* likewise; empty after a new change */
};

static void free_change(gpointer data)
{
	struct change_made *change = data;

	g_free(change->before);
	g_free(change->after);
	g_free(change->what);
	g_free(change);
}

struct undo *undo_create(struct show *show)
{
	struct undo *undo = g_new0(struct undo, 1);

	undo->show = show;
	return undo;
}

void undo_destroy(struct undo *undo)
{
	if (!undo)
		return;
	g_queue_clear_full(&undo->done, free_change);
	g_queue_clear_full(&undo->undone, free_change);
	g_free(undo);
}

static char *text_of(const struct show *show)
{
	GString *text = g_string_new(NULL);

	show_write(show, true, text);
	return g_string_free(text, FALSE);
}

char *undo_begin(const struct undo *undo, const struct command *command)
{
	if (!undo || strcmp(command->id, "undo") == 0 || strcmp(command->id, "redo") == 0)
		return NULL;
	return text_of(undo->show);
}

static size_t bytes_of(const GQueue *changes)
{
	size_t bytes = 0;

	for (const GList *one = changes->head; one; one = one->next)
		bytes += ((const struct change_made *)one->data)->bytes;
	return bytes;
}

/* The newest stays whatever it weighs. */
static void remember(GQueue *changes, struct change_made *change)
{
	g_queue_push_head(changes, change);
	while (changes->length > MOST_CHANGES ||
	       (changes->length > 1 && bytes_of(changes) > MOST_BYTES))
		free_change(g_queue_pop_tail(changes));
}

void undo_end(struct undo *undo, const char *before, const char *what)
{
	if (!before)
		return;
	g_autofree char *after = text_of(undo->show);
	struct change_made *change;

	if (strcmp(before, after) == 0)
		return;
	change = g_new0(struct change_made, 1);
	change->before = g_strdup(before);
	change->after = g_steal_pointer(&after);
	change->what = g_strdup(what);
	change->bytes = strlen(before) + strlen(change->after);
	remember(&undo->done, change);
	g_queue_clear_full(&undo->undone, free_change);
}

/* Whoever was put out is in the show again, but not yet there. */
static void note_connection(const char *line, GPtrArray *notes)
{
	struct line words;
	int column;

	if (!line_split(line, &words, &column, NULL))
		return;
	if (words.n_words > 1 && strcmp(words.words[0], "invite") == 0)
		g_ptr_array_add(notes, g_strdup_printf("%s: the link is good again; who was "
						       "connected by it has to join again",
						       words.words[1]));
	else if (words.n_words > 3 && strcmp(words.words[0], "source") == 0 &&
		 strcmp(words.words[3], "srt") == 0)
		g_ptr_array_add(notes, g_strdup_printf("source %s: its camera has to call again",
						       words.words[2]));
	line_finish(&words);
}

static void note_connections(const GPtrArray *changes, GPtrArray *notes)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct show_change *change = changes->pdata[i];

		if (g_str_has_prefix(change->shown, "+ invite ") ||
		    g_str_has_prefix(change->shown, "+ source add "))
			note_connection(change->commands->pdata[0], notes);
	}
}

/* From one queue's newest to the other: carries out what leads from `from` to `to`. */
static bool carry_out(const struct context *context, const struct change_made *change, bool is_back,
		      GPtrArray *notes, GError **error)
{
	g_autoptr(GPtrArray) changes = show_diff(is_back ? change->after : change->before,
						 is_back ? change->before : change->after);

	note_connections(changes, notes);
	return show_apply(context, changes, is_back ? "undo" : "redo", notes, error);
}

static bool move(const struct context *context, bool is_back, struct reply *reply, GError **error)
{
	struct undo *undo = context->undo;
	GQueue *from = is_back ? &undo->done : &undo->undone;
	GQueue *to = is_back ? &undo->undone : &undo->done;
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	struct change_made *change = g_queue_pop_head(from);

	if (!change)
		return fail(error, ERROR_CONFLICT,
			    is_back ? "nothing was changed since the daemon began"
				    : "nothing was undone since the last change");
	if (!carry_out(context, change, is_back, notes, error)) {
		g_prefix_error(error, "%s cannot be %s: ", change->what,
			       is_back ? "undone" : "done again");
		free_change(change);
		return false;
	}
	reply_line(reply, "%s: %s", is_back ? "undone" : "done again", change->what);
	for (guint i = 0; i < notes->len; i++)
		g_string_append_printf(reply->text, "\n%s", (const char *)notes->pdata[i]);
	remember(to, change);
	return true;
}

bool undo_back(const struct context *context, struct reply *reply, GError **error)
{
	if (!context->undo)
		return fail(error, ERROR_CONFLICT, "there is nothing to undo here");
	return move(context, true, reply, error);
}

bool undo_forward(const struct context *context, struct reply *reply, GError **error)
{
	if (!context->undo)
		return fail(error, ERROR_CONFLICT, "there is nothing to do again here");
	return move(context, false, reply, error);
}
