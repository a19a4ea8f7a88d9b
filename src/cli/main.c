/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage: the crew's program. It knows the table for its help and for what is a path; everything
 * else is the daemon's to say.
 */
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "help.h"
#include "table.h"

enum exit_status { EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, EXIT_NO_DAEMON };

struct options {
	bool is_json, is_help;
	const char *socket;
	char **words;
	int n_words;
};

/* ---- the command line ---- */

/* Our own options may stand anywhere; everything after "--" is the command's. */
static bool read_options(struct options *options, int n, char **words)
{
	bool is_ended = false;

	options->words = calloc((size_t)n, sizeof(*words));
	for (int i = 1; i < n; i++) {
		if (is_ended) {
			options->words[options->n_words++] = words[i];
		} else if (strcmp(words[i], "--") == 0) {
			is_ended = true;
		} else if (strcmp(words[i], "--json") == 0) {
			options->is_json = true;
		} else if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
			options->is_help = true;
		} else if (strcmp(words[i], "--socket") == 0) {
			if (++i >= n)
				return false;
			options->socket = words[i];
		} else {
			options->words[options->n_words++] = words[i];
		}
	}
	return true;
}

static const char *socket_path(const struct options *options)
{
	const char *chosen = options->socket ? options->socket : getenv("TWINSTAGE_SOCKET");
	const char *run = "/run/twinstage/twinstage.sock";

	if (chosen && *chosen)
		return chosen;
	return access(run, F_OK) == 0 ? run : "/var/lib/twinstage/twinstage.sock";
}

/* ---- paths ---- */

/* What the word `at` means; NULL if it is an option's name or no argument of the command. */
static const struct argument *argument_at(const struct row *row, int used, char *const *words, int at)
{
	const struct argument *place = row->arguments;

	for (int i = used; i <= at; i++) {
		const struct argument *option = row->arguments;

		if (strncmp(words[i], "--", 2) != 0) {
			if (i == at)
				return place->place == PLACE_NEEDED || place->place == PLACE_MAYBE ? place : NULL;
			place += place->place != PLACE_END && place->place != PLACE_OPTION;
			continue;
		}
		while (option->place != PLACE_END && strcmp(option->name, words[i] + 2) != 0)
			option++;
		if (option->place == PLACE_END || option->type == TYPE_FLAG)
			continue;
		if (++i == at)
			return option;
	}
	return NULL;
}

/* The daemon stands in another directory than the crew: it gets whole paths. */
static json_t *json_word(const struct argument *argument, const char *word)
{
	char here[PATH_MAX], *whole = NULL;
	json_t *object;

	if (argument && argument->type == TYPE_PATH && *word && *word != '/' &&
	    getcwd(here, sizeof(here))) {
		size_t size = strlen(here) + strlen(word) + 2;

		whole = malloc(size);
		if (whole)
			snprintf(whole, size, "%s/%s", here, word);
	}
	object = json_string(whole ? whole : word);
	free(whole);
	return object ? object : json_string("?");
}

static json_t *command_object(const struct options *options)
{
	json_t *array = json_array();
	int used = 0;
	const struct row *row = table_find(options->n_words, options->words, &used);

	for (int i = 0; i < options->n_words; i++)
		json_array_append_new(array,
				      json_word(row && i >= used ? argument_at(row, used, options->words, i)
								 : NULL,
						options->words[i]));
	return json_pack("{s:o}", "words", array);
}

/* ---- answers ---- */

static int print_error(const json_t *error)
{
	const json_t *status = json_object_get(error, "exit");

	fprintf(stderr, "twinstage: %s\n", json_string_value(json_object_get(error, "message")));
	return status ? (int)json_integer_value(status) : EXIT_REFUSED;
}

static void print_answer(const json_t *answer, bool is_json)
{
	const json_t *data = json_object_get(answer, "data");
	const char *text = json_string_value(json_object_get(answer, "text"));

	if (!data)
		data = json_object_get(answer, "event");
	if (is_json) {
		json_dumpf(data, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (text && *text) {
		puts(text);
	}
	fflush(stdout);
}

static bool is_follow(const struct options *options)
{
	for (int i = 1; i < options->n_words; i++)
		if (strcmp(options->words[i], "--follow") == 0)
			return strcmp(options->words[0], "events") == 0;
	return false;
}

static int talk(FILE *daemon, const struct options *options)
{
	bool is_sent = daemon_send(daemon, command_object(options));

	do {
		json_t *answer = is_sent ? daemon_receive(daemon) : NULL;
		const json_t *error = json_object_get(answer, "error");
		int status = error ? print_error(error) : EXIT_DONE;

		if (!answer) {
			fputs("twinstage: the daemon ended before it answered\n", stderr);
			return EXIT_NO_DAEMON;
		}
		if (!error)
			print_answer(answer, options->is_json);
		json_decref(answer);
		if (error)
			return status;
	} while (is_follow(options) && !ferror(stdout));
	return EXIT_DONE;
}

static int help(const struct options *options)
{
	if (help_print(options->n_words, options->words))
		return EXIT_DONE;
	fprintf(stderr, "twinstage: no command \"%s\" (twinstage --help lists them)\n", options->words[0]);
	return EXIT_USAGE;
}

static int run(const struct options *options)
{
	char why[512];
	FILE *daemon = daemon_connect(socket_path(options), why, sizeof(why));
	int status;

	if (!daemon) {
		fprintf(stderr, "twinstage: %s\n", why);
		return EXIT_NO_DAEMON;
	}
	status = talk(daemon, options);
	fclose(daemon);
	return status;
}

int main(int n, char **words)
{
	struct options options = {0};
	int status;

	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (!read_options(&options, n, words)) {
		fputs("twinstage: --socket needs a path\n", stderr);
		status = EXIT_USAGE;
	} else if (options.is_help) {
		status = help(&options);
	} else if (options.n_words == 0) {
		help(&options);
		status = EXIT_USAGE;
	} else {
		status = run(&options);
	}
	free(options.words);
	return status;
}
