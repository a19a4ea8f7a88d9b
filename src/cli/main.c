/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage: the crew's program. It knows the tables for its help and for completion; everything else is
 * the daemon's to say.
 */
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colour.h"
#include "complete_shell.h"
#include "crew.h"
#include "help.h"
#include "own_options.h"
#include "table.h"
#include "talk.h"
#include "wait.h"

int complain(const struct crew *crew, int status, const char *format, ...)
{
	char text[65536];
	int used = snprintf(text, sizeof(text), "twinstage: ");
	va_list values;

	va_start(values, format);
	vsnprintf(text + used, sizeof(text) - (size_t)used, format, values);
	va_end(values);
	colour_warn(stderr, text, crew->is_error_coloured);
	return status;
}

/* ---- the command line ---- */

struct reading {
	struct crew crew;
	bool is_help;
	const char *when; /* colours */
	char **words;	  /* those that are not ours */
};

static bool *flag_of(struct reading *reading, const char *name)
{
	if (strcmp(name, "json") == 0)
		return &reading->crew.is_json;
	if (strcmp(name, "help") == 0)
		return &reading->is_help;
	return NULL;
}

static const char **place_of(struct reading *reading, const char *name)
{
	if (strcmp(name, "socket") == 0)
		return &reading->crew.socket;
	if (strcmp(name, "wait") == 0)
		return &reading->crew.wait;
	if (strcmp(name, "timeout") == 0)
		return &reading->crew.timeout;
	if (strcmp(name, "color") == 0)
		return &reading->when;
	return NULL;
}

/* Takes one word if it is an option of ours, "--name WORD" or "--name=WORD", and moves *at to the last
 * that it used. *status is set if the word is missing. */
static bool take_option(struct reading *reading, int n, char **words, int *at, int *status)
{
	const char *word = strcmp(words[*at], "-h") == 0 ? "--help" : words[*at];
	size_t length = strncmp(word, "--", 2) == 0 ? strcspn(word + 2, "=") : 0;
	char name[32] = "";
	const struct own_option *option;

	if (length && length < sizeof(name))
		memcpy(name, word + 2, length);
	option = own_option_named("twinstage", name);
	if (!option)
		return false;
	if (!*option->word && !word[2 + length]) {
		*flag_of(reading, name) = true;
		return true;
	}
	if (!word[2 + length] && *at + 1 >= n)
		*status = complain(&reading->crew, EXIT_USAGE, "--%s needs a word: %s", name,
				   option->meaning);
	else if (!*option->word)
		*status = complain(&reading->crew, EXIT_USAGE, "--%s takes no word", name);
	else
		*place_of(reading, name) = word[2 + length] ? word + 3 + length : words[++*at];
	return true;
}

/* Our own options may stand anywhere but behind "--", which is for the command unless it comes first. */
static int read_words(struct reading *reading, int n, char **words)
{
	bool is_ours = true;
	int status = EXIT_DONE;

	reading->words = calloc((size_t)n + 1, sizeof(*words));
	for (int i = 1; i < n && status == EXIT_DONE; i++) {
		bool is_end = is_ours && strcmp(words[i], "--") == 0;

		if (is_ours && !is_end && take_option(reading, n, words, &i, &status))
			continue;
		is_ours = is_ours && !is_end;
		if (!is_end || reading->crew.n_words)
			reading->words[reading->crew.n_words++] = words[i];
	}
	reading->crew.words = reading->words;
	if (status == EXIT_DONE && reading->when && !colour_is_when(reading->when))
		return complain(&reading->crew, EXIT_USAGE,
				"--color: no \"%s\" (have: auto, always, never)", reading->when);
	return status;
}

static const char *usual_socket(void)
{
	const char *chosen = getenv("TWINSTAGE_SOCKET"), *run = "/run/twinstage/twinstage.sock";

	if (chosen && *chosen)
		return chosen;
	return access(run, F_OK) == 0 ? run : "/var/lib/twinstage/twinstage.sock";
}

/* ---- what is to be done ---- */

int crew_help(const struct crew *crew)
{
	int n = crew->n_words && strcmp(crew->words[0], "help") == 0 ? 1 : 0;

	if (help_print(crew->n_words - n, crew->words + n))
		return EXIT_DONE;
	return complain(crew, EXIT_USAGE, "no command \"%s\" (twinstage --help lists them)",
			crew->words[n]);
}

static int run_own(const struct crew *crew, const char *id)
{
#define CREW(name, summary, text, ...)                                                             \
	if (strcmp(id, #name) == 0)                                                                \
		return crew_##name(crew);
#include <twinstage/crew.def>
#undef CREW
	return EXIT_USAGE;
}

static int run(const struct reading *reading)
{
	const struct crew *crew = &reading->crew;
	const struct command *own = crew->n_words ? table_find_crew(crew->words[0]) : NULL;
	int status = EXIT_DONE;

	if (reading->is_help)
		return crew_help(crew);
	if (!wait_is_understood(crew))
		return EXIT_USAGE;
	if (own)
		return run_own(crew, own->id);
	if (crew->n_words)
		status = talk(crew);
	else if (!crew->wait) {
		crew_help(crew);
		return EXIT_USAGE;
	}
	return status == EXIT_DONE && crew->wait ? wait_until(crew) : status;
}

int crew_call(int n, char **words)
{
	struct reading reading = {0};
	int status = read_words(&reading, n, words);

	if (status == EXIT_DONE) {
		struct crew *crew = &reading.crew;

		crew->socket = crew->socket && *crew->socket ? crew->socket : usual_socket();
		crew->is_coloured = colour_is_wanted(reading.when, stdout);
		crew->is_error_coloured = colour_is_wanted(reading.when, stderr);
		status = run(&reading);
	}
	free(reading.words);
	return status;
}

int main(int n, char **words)
{
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (n > 1 && complete_is_asked(words[1]))
		return complete_for_shell(n - 1, words + 1, usual_socket());
	return crew_call(n, words);
}
