/* SPDX-License-Identifier: EUPL-1.2
 *
 * Show files: every line is run whatever became of the one before, so that all that is wrong is
 * found at once. What is wrong only because an earlier line was (a scene that was misspelt where it
 * is made is missing everywhere) is not said again.
 */
#include <string.h>

#include "command.h"
#include "dispatch.h"
#include "error.h"

#define MOST_ERRORS 200
#define MOST_LINES  20000 /* more than any show has */

struct reading {
	struct context context;
	const char *name;
	GPtrArray *errors;
	GHashTable *lost; /* names that refused lines would have made */
	int n_wrong;
};

static void add_error(struct reading *reading, int line, int column, const GError *error)
{
	reading->n_wrong++;
	if (reading->n_wrong <= MOST_ERRORS)
		g_ptr_array_add(reading->errors, g_strdup_printf("%s:%d:%d: %s", reading->name,
								 line, column, error->message));
}

/* Whether a command makes something of the name that stands first. */
static bool makes_name(const struct command *command)
{
	return command->arguments[0].type == TYPE_NEW_NAME || strcmp(command->id, "invite") == 0;
}

/* What a refused line would have made: the word after its command, as far as it can be told. */
static void lose_names(struct reading *reading, const struct line *line)
{
	int used = 2, at;
	const struct command *command = command_find(line->n_words, line->words, &used, &at, NULL);

	if (command && !makes_name(command))
		return;
	for (int i = command ? used : 1; i < MIN(line->n_words, used + 1); i++)
		g_hash_table_add(reading->lost, g_strdup(line->words[i]));
}

static bool is_consequence(const struct reading *reading, const struct line *line, int position,
			   const GError *error)
{
	return error_code_of(error) == ERROR_NOT_FOUND && position >= 0 &&
	       position < line->n_words &&
	       g_hash_table_contains(reading->lost, line->words[position]);
}

static bool run_words(struct reading *reading, const struct line *line, int *position,
		      GError **error)
{
	int used = 0;
	const struct command *command =
		command_find(line->n_words, line->words, &used, position, NULL);
	struct reply reply;

	/* A file that loads itself would never end. */
	if ((command && !command_may_stand(command, PLACE_IN_FILE)) ||
	    strcmp(line->words[0], "show") == 0) {
		*position = 0;
		return fail(error, ERROR_USAGE, "a show file cannot hold %s commands",
			    line->words[0]);
	}
	reply_init(&reply);
	bool is_done = dispatch_words(&reading->context, line->n_words, line->words, &reply,
				      position, error);

	reply_finish(&reply);
	return is_done;
}

static void run_line(struct reading *reading, const char *text, int number)
{
	struct line line = {0};
	g_autoptr(GError) error = NULL;
	int position = 0, column = 1;

	if (!g_utf8_validate(text, -1, NULL))
		fail(&error, ERROR_USAGE, "this line is not UTF-8 text");
	else if (line_split(text, &line, &column, &error) && line.n_words &&
		 !run_words(reading, &line, &position, &error))
		column = position < line.n_words ? line.columns[MAX(position, 0)]
						 : (int)g_utf8_strlen(text, -1) + 1;
	if (error && is_consequence(reading, &line, position, error))
		reading->n_wrong++;
	else if (error)
		add_error(reading, number, column, error);
	if (error && line.n_words)
		lose_names(reading, &line);
	line_finish(&line);
}

/* The control loop waits: a file that is no show by mistake must not hold it up. */
static bool goes_on(struct reading *reading, int line)
{
	g_autoptr(GError) error = NULL;

	if (line > MOST_LINES)
		fail(&error, ERROR_BAD_INPUT, "more lines than the %d that a show may have",
		     MOST_LINES);
	else if (reading->context.most_refusals &&
		 (int)reading->errors->len >= reading->context.most_refusals)
		fail(&error, ERROR_BAD_INPUT, "so much is wrong that the rest was not read");
	if (!error)
		return true;
	reading->n_wrong++;
	g_ptr_array_add(reading->errors,
			g_strdup_printf("%s:%d:1: %s", reading->name, line, error->message));
	return false;
}

static void read_lines(struct reading *reading, const char *text, size_t length)
{
	const char *at = text, *end = text + length;

	/* Some editors begin a file with a byte order mark. */
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	for (int number = 1; at < end && goes_on(reading, number); number++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t bytes = (size_t)((stop ? stop : end) - at);
		g_autofree char *line = g_strndup(at, bytes);

		if (strlen(line) != bytes) {
			g_autoptr(GError) error = NULL;

			fail(&error, ERROR_USAGE, "this line holds a NUL byte");
			add_error(reading, number, (int)strlen(line) + 1, error);
		} else {
			run_line(reading, line, number);
		}
		at += bytes + 1;
	}
}

bool dispatch_text(const struct context *context, const char *name, const char *text, size_t length,
		   GPtrArray *errors)
{
	/* Nobody reads these replies: no links, no QR codes. */
	g_autofree char *directory = strchr(name, '/') ? g_path_get_dirname(name) : NULL;
	struct reading reading = {
		.context = {.show = context->show,
			    .access = context->access,
			    .directory = directory,
			    .most_refusals = context->most_refusals},
		.name = name,
		.errors = errors,
		.lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};

	read_lines(&reading, text, length);
	if (reading.n_wrong > MOST_ERRORS && errors->len == MOST_ERRORS)
		g_ptr_array_add(errors, g_strdup_printf("%s: and %d more", name,
							reading.n_wrong - MOST_ERRORS));
	g_hash_table_unref(reading.lost);
	return reading.n_wrong == 0;
}
