/* SPDX-License-Identifier: EUPL-1.2
 *
 * `twinstage shell`: one line after another, each as it would follow `twinstage` in the crew's usual
 * shell. Each command runs in a process of its own: whatever becomes of it, also by ^C, the shell goes
 * on. From a pipe it reads the same lines as a script.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "colour.h"
#include "crew.h"
#include "shell_edit.h"
#include "words.h"

struct shell {
	const struct crew *crew;
	bool is_script;
	int line; /* of the script, from 1 */
	bool is_ending, has_failed;
};

/* ---- one command ---- */

static int run_here(const struct crew *crew, const struct words *words)
{
	/* The words stand behind the program's name and the socket that this shell was given. */
	char **line = calloc((size_t)words->n + 4, sizeof(*line));
	int n = 0, status;

	line[n++] = (char *)(uintptr_t) "twinstage";
	line[n++] = (char *)(uintptr_t) "--socket";
	line[n++] = (char *)(uintptr_t)crew->socket;
	for (int i = 0; i < words->n; i++)
		line[n++] = words->words[i];
	status = crew_call(n, line);
	free(line);
	return status;
}

static int run_apart(const struct crew *crew, const struct words *words)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	fflush(stderr);
	child = fork();
	if (child < 0)
		return complain(crew, EXIT_REFUSED, "shell: %s", strerror(errno));
	if (child == 0) {
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		signal(SIGWINCH, SIG_DFL);
		status = run_here(crew, words);
		fflush(stdout);
		_exit(status);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		putchar('\n');
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_REFUSED;
}

static void run(struct shell *shell, const struct words *words)
{
	const char *first = words->words[0];
	int status;

	if (strcmp(first, "quit") == 0 || strcmp(first, "exit") == 0) {
		shell->is_ending = true;
		return;
	}
	if (strcmp(first, "shell") == 0)
		status = complain(shell->crew, EXIT_USAGE, "this is the shell (quit leaves it)");
	else
		status = run_apart(shell->crew, words);
	shell->has_failed = shell->has_failed || status != EXIT_DONE;
	if (shell->is_script && status != EXIT_DONE)
		complain(shell->crew, status, "line %d was not done", shell->line);
}

static void not_understood(struct shell *shell, const char *why)
{
	if (shell->is_script)
		complain(shell->crew, EXIT_USAGE, "line %d: %s", shell->line, why);
	else
		complain(shell->crew, EXIT_USAGE, "%s", why);
	shell->has_failed = true;
}

/* All commands of a line; one that was refused does not keep the next from its turn. */
static void run_line(struct shell *shell, const char *line)
{
	while (*line && !shell->is_ending) {
		struct words words;
		const char *why;

		if (!words_next(&line, &words, &why)) {
			not_understood(shell, why);
			return;
		}
		if (words.n)
			run(shell, &words);
		words_free(&words);
	}
}

/* ---- many ---- */

static void read_script(struct shell *shell)
{
	char *line = NULL;
	size_t size = 0;

	while (!shell->is_ending && getline(&line, &size, stdin) > 0) {
		shell->line++;
		run_line(shell, line);
	}
	free(line);
}

static void read_terminal(struct shell *shell)
{
	struct air air;
	struct shell_edit *edit;
	enum edited edited = EDITED_LINE;
	const char *line;

	air_init(&air, shell->crew->socket);
	edit = edit_open(&air, shell->crew->is_coloured);
	while (!shell->is_ending && edited != EDITED_END) {
		edited = edit_line(edit, &line);
		if (edited == EDITED_LINE)
			run_line(shell, line);
	}
	edit_close(edit);
	air_finish(&air);
}

int crew_shell(const struct crew *crew)
{
	struct shell shell = {.crew = crew, .is_script = !isatty(STDIN_FILENO)};

	if (crew->n_words > 1)
		return complain(crew, EXIT_USAGE,
				"shell: \"%s\" is one word too many (a script comes by a pipe: "
				"twinstage shell < FILE)",
				crew->words[1]);
	if (!shell.is_script) {
		read_terminal(&shell);
		return EXIT_DONE;
	}
	read_script(&shell);
	return shell.has_failed ? EXIT_REFUSED : EXIT_DONE;
}
