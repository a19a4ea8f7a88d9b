/* SPDX-License-Identifier: EUPL-1.2 */
#include "show_apply.h"

#include "dispatch.h"
#include "error.h"
#include "log.h"
#include "parse.h"
#include "rehearsal.h"
#include "show.h"
#include "show_diff.h"

#define LOG_MODULE "show"

static bool run_command(const struct context *context, const char *text, GError **error)
{
	struct line line;
	struct reply reply;
	int column;

	if (!line_split(text, &line, &column, error))
		return false;
	reply_init(&reply);
	bool is_done = dispatch_words(context, line.n_words, line.words, &reply, NULL, error);

	reply_finish(&reply);
	line_finish(&line);
	return is_done;
}

bool show_apply_run(const struct context *context, const GPtrArray *changes, GError **error)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct show_change *change = changes->pdata[i];

		for (guint c = 0; c < change->commands->len; c++)
			if (!run_command(context, change->commands->pdata[c], error))
				return false;
	}
	return true;
}

/* Whether any of them makes or changes a cue. */
static bool is_about_cues(const GPtrArray *changes)
{
	bool is_so = false;

	for (guint i = 0; i < changes->len; i++) {
		const struct show_change *change = changes->pdata[i];

		for (guint c = 0; c < change->commands->len; c++)
			is_so |= g_str_has_prefix(change->commands->pdata[c], "cue ") &&
				 !g_str_has_prefix(change->commands->pdata[c], "cue at");
	}
	return is_so;
}

static bool rehearse(const struct context *context, const GPtrArray *changes, GError **error)
{
	struct context dry = {.access = context->access,
			      .is_replacing = true,
			      .show = rehearsal_of(context->show, is_about_cues(changes), error)};

	if (!dry.show)
		return false;
	bool is_good = show_apply_run(&dry, changes, error);

	show_destroy(dry.show);
	return is_good;
}

static char *text_of(const struct show *show)
{
	GString *text = g_string_new(NULL);

	show_write(show, true, text);
	return g_string_free(text, FALSE);
}

/* Only the real thing could tell (a picture that cannot be decoded): back to where it was. */
static void go_back(const struct context *context, const char *before)
{
	g_autofree char *now = text_of(context->show);
	g_autoptr(GPtrArray) changes = show_diff(now, before);
	g_autoptr(GError) error = NULL;

	if (!show_apply_run(context, changes, &error))
		log_error("the show is not as it was: %s", error->message);
}

static bool perform(const struct context *context, const GPtrArray *changes, const char *from,
		    GError **error)
{
	g_autofree char *before = text_of(context->show);
	struct context inner = *context;

	inner.undo = NULL;
	inner.is_replacing = true;
	inner.from = from;
	/* Nobody reads these replies: no links, no QR codes. */
	inner.base_url = NULL;
	show_hold(context->show);
	bool is_done = show_apply_run(&inner, changes, error);

	if (!is_done)
		go_back(&inner, before);
	show_release(context->show);
	if (!is_done)
		g_prefix_error(error, "the show is as it was: ");
	return is_done;
}

bool show_apply(const struct context *context, const GPtrArray *changes, const char *from,
		GPtrArray *notes, GError **error)
{
	guint n_possible = 0;

	for (guint i = 0; i < changes->len; i++) {
		const struct show_change *change = changes->pdata[i];

		if (change->is_possible)
			n_possible++;
		else
			g_ptr_array_add(notes, g_strdup(change->shown + 2));
	}
	if (changes->len && !n_possible)
		return fail(error, ERROR_CONFLICT, "%s", (const char *)notes->pdata[0]);
	if (!rehearse(context, changes, error)) {
		g_prefix_error(error, "nothing was changed: ");
		return false;
	}
	return perform(context, changes, from, error);
}
