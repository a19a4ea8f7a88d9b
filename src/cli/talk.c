/* SPDX-License-Identifier: EUPL-1.2 */
#include "talk.h"

#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "again.h"
#include "colour.h"
#include "daemon.h"

/* 0: nobody reads it there. */
static int columns_of_terminal(void)
{
	struct winsize size;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
										     : 0;
}

/* The daemon stands in another directory than the crew: it is told what relative paths are below.
 * NULL: a word is not UTF-8. */
static json_t *command_object(const struct crew *crew)
{
	char here[PATH_MAX];
	json_t *words = json_array(), *object;
	int columns = columns_of_terminal();

	for (int i = 0; i < crew->n_words; i++)
		if (json_array_append_new(words, json_string(crew->words[i])) != 0) {
			json_decref(words);
			return NULL;
		}
	object = json_pack("{s:o}", "words", words);
	if (columns > 0)
		json_object_set_new(object, "columns", json_integer(columns));
	if (getcwd(here, sizeof(here)))
		json_object_set_new(object, "directory", json_string(here));
	return object;
}

static int print_error(const struct crew *crew, const json_t *error)
{
	const json_t *status = json_object_get(error, "exit");

	return complain(crew, status ? (int)json_integer_value(status) : EXIT_REFUSED, "%s",
			json_string_value(json_object_get(error, "message")));
}

static void print_answer(const struct crew *crew, const json_t *answer)
{
	const json_t *data = json_object_get(answer, "data");
	const char *text = json_string_value(json_object_get(answer, "text"));

	if (!data)
		data = json_object_get(answer, "event");
	if (crew->is_json) {
		json_dumpf(data, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (text && *text) {
		colour_print(stdout, text, crew->is_coloured);
	}
	fflush(stdout);
}

static bool is_follow(const struct crew *crew)
{
	for (int i = 1; i < crew->n_words; i++)
		if (strcmp(crew->words[i], "--follow") == 0)
			return strcmp(crew->words[0], "events") == 0 ||
			       strcmp(crew->words[0], "log") == 0;
	return false;
}

/* Takes the answer; NULL: there is none. Done is 0, but for a command that says how it is by its status. */
static int take_answer(const struct crew *crew, json_t *answer, bool *is_refused)
{
	const json_t *error = json_object_get(answer, "error");
	int status = (int)json_integer_value(json_object_get(answer, "exit"));

	*is_refused = !answer || error;
	if (!answer)
		return complain(crew, EXIT_NO_DAEMON, "the daemon ended before it answered");
	if (error)
		status = print_error(crew, error);
	else
		print_answer(crew, answer);
	json_decref(answer);
	return status;
}

static int exchange(const struct crew *crew, FILE *daemon, json_t *command)
{
	bool is_refused;
	int status = take_answer(crew, again_ask(daemon, command), &is_refused);

	json_decref(command);
	while (!is_refused && is_follow(crew) && !ferror(stdout))
		status = take_answer(crew, daemon_receive(daemon), &is_refused);
	return status;
}

int talk(const struct crew *crew)
{
	char why[512];
	json_t *command = command_object(crew);
	FILE *daemon = command ? daemon_connect(crew->socket, why, sizeof(why)) : NULL;
	int status;

	if (!command)
		return complain(crew, EXIT_USAGE, "a word is not UTF-8");
	if (!daemon) {
		json_decref(command);
		return complain(crew, EXIT_NO_DAEMON, "%s", why);
	}
	status = exchange(crew, daemon, command);
	fclose(daemon);
	return status;
}
