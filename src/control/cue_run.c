/* SPDX-License-Identifier: EUPL-1.2 */
#include "cue_run.h"

#include <string.h>

#include "command.h"
#include "cue.h"
#include "error.h"
#include "names.h"
#include "quote.h"
#include "rehearsal.h"
#include "show.h"

#define MOST_COMMANDS 32

static char *line_text(const struct line *line)
{
	GString *text = g_string_new(NULL);

	quote_words(text, line->n_words, line->words);
	return g_string_free(text, FALSE);
}

static void prefix_command(GError **error, const GArray *commands, guint index)
{
	g_autofree char *text = line_text(&g_array_index(commands, struct line, index));

	if (commands->len > 1)
		g_prefix_error(error, "command %u of %u (%s): ", index + 1, commands->len, text);
	else
		g_prefix_error(error, "%s: ", text);
}

/* ---- when it is made ---- */

/* A relative path is below the directory of whoever makes the cue, not of who runs it. */
static void make_paths_whole(const struct call *call, struct line *line)
{
	for (int i = 0; call->command->arguments[i].place != PLACE_END; i++) {
		const struct argument *argument = &call->command->arguments[i];

		for (int w = 0; argument->type == TYPE_PATH && w < line->n_words; w++)
			if (call->values[i].is_set && call->values[i].text == line->words[w]) {
				char *whole = call_path(call, argument->name);

				g_free(line->words[w]);
				line->words[w] = whole;
				break;
			}
	}
}

static bool check_line(const struct context *context, struct line *line, GError **error)
{
	struct call call = {.context = context};
	int used, position;
	bool is_good = call_parse(&call, line->n_words, line->words, &used, &position, error);

	if (is_good && !command_may_stand(call.command, PLACE_IN_CUE))
		is_good = fail(error, ERROR_USAGE, "a cue cannot hold this command");
	if (is_good)
		make_paths_whole(&call, line);
	call_finish(&call);
	return is_good;
}

char *cue_commands(const struct context *context, const char *text, GError **error)
{
	int column;
	g_autoptr(GArray) commands = commands_split(text, &column, error);
	g_autoptr(GString) kept = g_string_new(NULL);

	if (!commands)
		return NULL;
	if (commands->len > MOST_COMMANDS) {
		fail(error, ERROR_LIMIT, "%u commands in one cue (%d are the most)", commands->len,
		     MOST_COMMANDS);
		return NULL;
	}
	for (guint i = 0; i < commands->len; i++) {
		struct line *line = &g_array_index(commands, struct line, i);

		if (!check_line(context, line, error)) {
			prefix_command(error, commands, i);
			return NULL;
		}
		if (i)
			g_string_append(kept, "; ");
		quote_words(kept, line->n_words, line->words);
	}
	return g_string_free(g_steal_pointer(&kept), FALSE);
}

/* ---- what it names ---- */

static void note_missing(const struct show *show, const struct call *call, GHashTable *made,
			 GPtrArray *missing)
{
	for (int i = 0; call->command->arguments[i].place != PLACE_END; i++) {
		const struct value *value = &call->values[i];
		g_autoptr(GError) error = NULL;

		if (!value->is_set || (made && g_hash_table_contains(made, value->text)) ||
		    names_check(show, call->command->arguments[i].type, value->text, &error))
			continue;
		g_ptr_array_add(missing, g_strdup(error->message));
	}
}

static void note_made(const struct call *call, GHashTable *made)
{
	for (int i = 0; call->command->arguments[i].place != PLACE_END; i++)
		if (call->values[i].is_set && (call->command->arguments[i].type == TYPE_NEW_NAME ||
					       strcmp(call->command->id, "invite") == 0))
			g_hash_table_add(made, g_strdup(call->values[i].text));
}

/* Calls one of the two above for each command that parses. */
static void look_at_names(const struct show *show, const char *text, GHashTable *made,
			  GPtrArray *missing)
{
	const struct context context = {.access = ACCESS_EDIT};
	int column;
	g_autoptr(GArray) commands = commands_split(text, &column, NULL);

	for (guint i = 0; commands && i < commands->len; i++) {
		const struct line *line = &g_array_index(commands, struct line, i);
		struct call call = {.context = &context};
		int used, position;

		if (call_parse(&call, line->n_words, line->words, &used, &position, NULL)) {
			if (missing)
				note_missing(show, &call, made, missing);
			else
				note_made(&call, made);
		}
		call_finish(&call);
	}
}

void cue_missing(const struct show *show, const char *commands, GHashTable *made,
		 GPtrArray *missing)
{
	look_at_names(show, commands, made, missing);
}

/* The index of the commands in a line that makes or changes a cue, or 0. */
static int commands_of_line(const struct line *line)
{
	bool is_cue = line->n_words > 3 && strcmp(line->words[0], "cue") == 0 &&
		      (strcmp(line->words[1], "add") == 0 || strcmp(line->words[1], "set") == 0);

	return is_cue && strcmp(line->words[line->n_words - 2], "--") == 0 ? line->n_words - 1 : 0;
}

static void check_file_line(const struct show *show, const char *name, int number, const char *text,
			    GHashTable *made, GPtrArray *errors)
{
	struct line line = {0};
	int column;
	bool is_line = g_utf8_validate(text, -1, NULL) && line_split(text, &line, &column, NULL);
	int at = is_line ? commands_of_line(&line) : 0;
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);

	if (at)
		look_at_names(show, line.words[at], made, errors ? missing : NULL);
	for (guint i = 0; i < missing->len; i++)
		g_ptr_array_add(errors, g_strdup_printf("%s:%d:%d: cue %s: %s", name, number,
							line.columns[at], line.words[2],
							(const char *)missing->pdata[i]));
	line_finish(&line);
}

bool cue_check_file(const struct show *show, const char *name, const char *text, GPtrArray *errors)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GHashTable *made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint before = errors->len;

	for (int i = 0; lines[i]; i++)
		check_file_line(show, name, i + 1, lines[i], made, NULL);
	for (int i = 0; lines[i]; i++)
		check_file_line(show, name, i + 1, lines[i], made, errors);
	g_hash_table_unref(made);
	return errors->len == before;
}

/* ---- when it is run ---- */

/* Runs them one after the other; *n_done is how many were. */
static bool run_commands(const struct context *context, const GArray *commands, guint *n_done,
			 GError **error)
{
	bool is_good = true;

	for (*n_done = 0; is_good && *n_done < commands->len; *n_done += is_good) {
		const struct line *line = &g_array_index(commands, struct line, *n_done);
		struct reply reply;

		reply_init(&reply);
		is_good = dispatch_words(context, line->n_words, line->words, &reply, NULL, error);
		reply_finish(&reply);
		if (!is_good)
			prefix_command(error, commands, *n_done);
	}
	return is_good;
}

/* A single command is refused as a whole by itself. */
static bool rehearse(const struct context *context, const GArray *commands, GError **error)
{
	if (commands->len < 2)
		return true;
	struct context dry = {.access = context->access,
			      .show = rehearsal_of(context->show, false, error)};
	guint n_done;

	if (!dry.show)
		return false;
	bool is_good = run_commands(&dry, commands, &n_done, error);

	show_destroy(dry.show);
	return is_good;
}

static bool perform(const struct context *context, const char *number, const GArray *commands,
		    GError **error)
{
	g_autofree char *from = g_strdup_printf("cue %s", number);
	struct context inner = *context;
	guint n_done;

	inner.undo = NULL;
	inner.from = from;
	show_hold(context->show);
	bool is_good = run_commands(&inner, commands, &n_done, error);

	show_release(context->show);
	if (is_good)
		return true;
	if (!n_done) {
		g_prefix_error(error, "cue %s was not run: ", number);
		return false;
	}
	/* Rare: what only the real thing can tell, as a picture that cannot be decoded. */
	g_autoptr(GString) done = g_string_new(NULL);

	for (guint i = 0; i < n_done; i++) {
		g_autofree char *text = line_text(&g_array_index(commands, struct line, i));

		g_string_append_printf(done, "%s%s", i ? "; " : "", text);
	}
	g_prefix_error(error,
		       "cue %s was not run to its end (done, and undo takes it back: %s): ", number,
		       done->str);
	return false;
}

static void say_next(const struct context *context, struct reply *reply)
{
	struct cue_view next;

	if (!cue_next(context->show, &next, NULL)) {
		g_string_append(reply->text, "; that was the last");
		return;
	}
	g_string_append_printf(reply->text, "; next: %s %s", next.number, next.title);
	json_object_set_new(reply->data, "next", json_string(next.number));
}

bool cue_run(const struct context *context, const struct cue_view *cue, struct reply *reply,
	     GError **error)
{
	int column;
	g_autofree char *number = g_strdup(cue->number), *title = g_strdup(cue->title);
	g_autoptr(GArray) commands = commands_split(cue->commands, &column, error);

	if (!commands || !rehearse(context, commands, error)) {
		g_prefix_error(error, "cue %s was not run: ", number);
		return false;
	}
	if (!perform(context, number, commands, error)) {
		return false;
	}
	cue_start(context->show, number);
	reply_line(reply, "cue %s: %s", number, title);
	json_object_set_new(reply->data, "cue", json_string(number));
	json_object_set_new(reply->data, "title", json_string(title));
	say_next(context, reply);
	return true;
}
