/* SPDX-License-Identifier: EUPL-1.2
 *
 * crew: one call of the crew's program: its options and the words that are left, and what it does by
 * itself (crew.def).
 */
#pragma once

#include <stdbool.h>

/* The exit status is said in errors.def and in the man page. */
enum exit_status { EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, EXIT_NO_DAEMON };

struct crew {
	const char *socket; /* the server's; never NULL */
	bool is_json;
	bool is_coloured;	/* on standard output */
	bool is_error_coloured; /* on standard error */
	const char *wait;	/* a condition; NULL: none */
	const char *timeout;	/* as typed; NULL: not said */
	int n_words;
	char *const *words;
};

/* Each returns the program's exit status. */
#define CREW(id, summary, text, ...) int crew_##id(const struct crew *crew);
#include <twinstage/crew.def>
#undef CREW

/* A whole call as it is typed: the program's name, its options, a command. For the shell, whose lines
 * are such calls. */
int crew_call(int n, char **words);

/* Says on standard error what is wrong, as "twinstage: ..", and returns the status. */
int complain(const struct crew *crew, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
