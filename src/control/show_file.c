/* SPDX-License-Identifier: EUPL-1.2 */
#include "show_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cue_run.h"
#include "disk.h"
#include "dispatch.h"
#include "error.h"
#include "log.h"
#include "rehearsal.h"
#include "settings.h"
#include "show.h"

#define LOG_MODULE    "show"
#define MOST_BYTES    (4 << 20) /* more than any show can have: 256 scenes of 16 boxes */
#define MOST_REFUSALS 200

/* ---- reading ---- */

/* "a.show: 3 lines are wrong". */
static bool lines_failed(const char *name, const GPtrArray *errors, enum error_code code,
			 const char *what, GError **error)
{
	return fail(error, code, "%s: %u line%s %s", name, errors->len, errors->len == 1 ? "" : "s",
		    what);
}

/* Runs the text on a rehearsal; NULL: it is wrong. With `is_strict` also if a cue names what is
 * not there. */
static struct show *rehearse(const struct context *context, const char *name, const char *text,
			     gsize length, bool is_strict, GPtrArray *errors, GError **error)
{
	/* Nothing happens to anybody, so whoever may ask may try every command. */
	struct context dry = {.access = ACCESS_EDIT,
			      .show = rehearsal_open(show_settings(context->show), error),
			      .most_refusals = MOST_REFUSALS};

	if (!dry.show)
		return NULL;
	bool is_good = dispatch_text(&dry, name, text, length, errors);

	/* What is no show at all has no cues to look at. */
	if (is_strict && errors->len <= MOST_REFUSALS)
		is_good &= cue_check_file(dry.show, name, text, errors);
	if (is_good)
		return dry.show;
	show_destroy(dry.show);
	lines_failed(name, errors, ERROR_BAD_INPUT, "wrong", error);
	return NULL;
}

static bool check_text(const struct context *context, const char *name, const char *text,
		       gsize length, bool is_strict, GPtrArray *errors, GError **error)
{
	struct show *dry = rehearse(context, name, text, length, is_strict, errors, error);

	if (!dry)
		return false;
	show_destroy(dry);
	return true;
}

struct show *show_file_rehearse(const struct context *context, const char *path, GPtrArray *errors,
				GError **error)
{
	g_autofree char *text = NULL;
	gsize length;

	if (!disk_read(path, MOST_BYTES, &text, &length, error))
		return NULL;
	return rehearse(context, path, text, length, false, errors, error);
}

bool show_file_check(const struct context *context, const char *path, GPtrArray *errors,
		     GError **error)
{
	g_autofree char *text = NULL;
	gsize length;

	return disk_read(path, MOST_BYTES, &text, &length, error) &&
	       check_text(context, path, text, length, true, errors, error);
}

bool show_file_load(const struct context *context, const char *path, GPtrArray *errors,
		    GError **error)
{
	g_autofree char *text = NULL;
	gsize length;

	if (!disk_read(path, MOST_BYTES, &text, &length, error) ||
	    !check_text(context, path, text, length, false, errors, error))
		return false;
	g_autoptr(GString) before = g_string_new(NULL);

	show_write(context->show, true, before);
	show_clear(context->show);
	if (dispatch_text(context, path, text, length, errors))
		return true;
	show_clear(context->show);
	bool is_back = dispatch_text(context, "the show before", before->str, before->len, errors);

	return lines_failed(path, errors, ERROR_CONFLICT,
			    is_back ? "could not be carried out; the show is as it was"
				    : "could not be carried out",
			    error);
}

/* ---- writing ---- */

static bool write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
	return fsync(fd) == 0;
}

bool show_file_write(const char *path, const char *text, GError **error)
{
	g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", path);
	int fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return fail(error, ERROR_IO, "%s: %s", path, g_strerror(errno));
	bool is_written = write_all(fd, text, strlen(text));
	int reason = errno;

	close(fd);
	if (is_written && rename(temporary, path) == 0)
		return true;
	if (is_written)
		reason = errno;
	unlink(temporary);
	return fail(error, ERROR_IO, "%s: %s", path, g_strerror(reason));
}

char *show_file_text(const struct show *show)
{
	GString *text = g_string_new("# A Twinstage show: each line is a command.\n");

	show_write(show, false, text);
	return g_string_free(text, FALSE);
}

/* ---- the running show ---- */

char *show_file_running(const struct show *show)
{
	return g_build_filename(show_settings(show)->state_dir, "running.show", NULL);
}

static void keep_bad(const char *path, const GPtrArray *errors)
{
	g_autofree char *bad = g_strdup_printf("%s.bad", path);
	g_autofree char *text = NULL;

	for (guint i = 0; i < errors->len; i++)
		log_warning("passed over: %s", (const char *)errors->pdata[i]);
	if (g_file_get_contents(path, &text, NULL, NULL) && show_file_write(bad, text, NULL))
		log_warning("the file as it was is kept as %s", bad);
}

bool show_file_restore(const struct context *context)
{
	g_autofree char *path = show_file_running(context->show), *text = NULL;
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	gsize length;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return false;
	if (!disk_read(path, MOST_BYTES, &text, &length, &error)) {
		log_error("the running show cannot be read: %s", error->message);
		return false;
	}
	if (!dispatch_text(context, path, text, length, errors))
		keep_bad(path, errors);
	log_info("back to the show that was running");
	return true;
}
