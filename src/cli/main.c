/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage: the crew's program. It knows the table for its help; everything else is the daemon's to
 * say.
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

enum exit_status { EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, EXIT_NO_DAEMON };

struct options {
	bool is_json, is_help;
	const char *socket;
	char **words;
	int n_words;
};

/* ---- the command line ---- */

static bool *flag_of(struct options *options, const char *word)
{
	if (strcmp(word, "--json") == 0)
		return &options->is_json;
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return &options->is_help;
	return NULL;
}

/* Our own options may stand anywhere; everything after "--" is the command's. */
static bool read_options(struct options *options, int n, char **words)
{
	bool is_ours = true;

	options->words = calloc((size_t)n, sizeof(*words));
	for (int i = 1; i < n; i++) {
		bool *flag = is_ours ? flag_of(options, words[i]) : NULL;

		if (flag) {
			*flag = true;
		} else if (is_ours && strcmp(words[i], "--") == 0) {
			is_ours = false;
		} else if (is_ours && strcmp(words[i], "--socket") == 0) {
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

/* The daemon stands in another directory than the crew: it is told what relative paths are below.
 * NULL: a word is not UTF-8. */
static json_t *command_object(const struct options *options)
{
	char here[PATH_MAX];
	json_t *words = json_array(), *object;

	for (int i = 0; i < options->n_words; i++)
		if (json_array_append_new(words, json_string(options->words[i])) != 0) {
			json_decref(words);
			return NULL;
		}
	object = json_pack("{s:o}", "words", words);
	if (getcwd(here, sizeof(here)))
		json_object_set_new(object, "directory", json_string(here));
	return object;
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

static int talk(FILE *daemon, json_t *command, const struct options *options)
{
	bool is_sent = daemon_send(daemon, command);

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
	fprintf(stderr, "twinstage: no command \"%s\" (twinstage --help lists them)\n",
		options->words[0]);
	return EXIT_USAGE;
}

static int run(const struct options *options)
{
	char why[512];
	json_t *command = command_object(options);
	FILE *daemon = command ? daemon_connect(socket_path(options), why, sizeof(why)) : NULL;
	int status;

	if (!command) {
		fputs("twinstage: a word is not UTF-8\n", stderr);
		return EXIT_USAGE;
	}
	if (!daemon) {
		fprintf(stderr, "twinstage: %s\n", why);
		json_decref(command);
		return EXIT_NO_DAEMON;
	}
	status = talk(daemon, command, options);
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
