/* SPDX-License-Identifier: EUPL-1.2
 *
 * libedit asks for each key by read_key(), which waits for the keyboard and for the daemon's events. If
 * an event changes the prompt it says that a key was pressed which does nothing but draw the line anew
 * in its place: what is being typed stays.
 */
#include "shell_edit.h"

#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "shell_complete.h"

#define MARK	  '\001' /* around escape sequences in the prompt */
#define FRESH_KEY 0x1e	 /* Ctrl-^ */
#define FRESH_MAP "^^"
#define AGAIN_MS  1000 /* while no daemon answers: look for it this often */

struct shell_edit {
	EditLine *line;
	struct air *air;
	struct shell_history history;
	bool is_coloured;
	bool is_searching; /* in the history: a key of ours would end it */
	wchar_t last_key;
	char prompt[512], text[16384];
	struct sigaction before[4];
};

static volatile sig_atomic_t is_interrupted, is_ending, is_resized;
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};
#define N_SIGNALS (sizeof(signals) / sizeof(*signals))

static void on_signal(int number)
{
	if (number == SIGINT)
		is_interrupted = 1;
	else if (number == SIGWINCH)
		is_resized = 1;
	else
		is_ending = 1;
}

/* ---- keys ---- */

/* One letter of the keyboard's UTF-8. 1, or 0 at its end. */
static int read_letter(wchar_t *key)
{
	mbstate_t state = {0};
	unsigned char byte;

	for (;;) {
		ssize_t n = read(STDIN_FILENO, &byte, 1);
		size_t used;

		if (n < 0 && errno == EINTR && !is_interrupted && !is_ending)
			continue;
		if (n != 1)
			return 0;
		used = mbrtowc(key, (const char *)&byte, 1, &state);
		if (used == (size_t)-2)
			continue;
		if (used == (size_t)-1) {
			memset(&state, 0, sizeof(state));
			continue;
		}
		return 1;
	}
}

/* Escape and ^V wait for the key that follows. */
static bool may_draw_anew(const struct shell_edit *edit)
{
	return !edit->is_searching && edit->last_key != 0x1b && edit->last_key != 0x16;
}

static bool is_air_changed(struct shell_edit *edit, const struct pollfd *events, int n_ready)
{
	struct air *air = edit->air;

	if (n_ready > 0 && events->revents && air_listen(air))
		return air_refresh(air);
	return n_ready == 0 && air->events.fd < 0 && air_refresh(air);
}

static int read_key(EditLine *line, wchar_t *key)
{
	struct shell_edit *edit;

	el_get(line, EL_CLIENTDATA, &edit);
	for (;;) {
		struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0},
				       {edit->air->events.fd, POLLIN, 0}};
		int n = poll(fds, 2, edit->air->events.fd < 0 ? AGAIN_MS : -1);

		if (is_interrupted || is_ending)
			return 0;
		if (is_resized) {
			is_resized = 0;
			el_resize(line);
		}
		if (n > 0 && fds[0].revents)
			break;
		if (n >= 0 && is_air_changed(edit, &fds[1], n) && may_draw_anew(edit)) {
			*key = FRESH_KEY;
			return 1;
		}
	}
	if (!read_letter(key))
		return 0;
	edit->is_searching = *key == 0x12 || *key == 0x13 || (edit->is_searching && *key >= 0x20);
	edit->last_key = *key;
	return 1;
}

static unsigned char draw_anew(EditLine *line, int key)
{
	(void)line;
	(void)key;
	/* The whole line: where only a name changes, libedit would not write the end of its colour. */
	return CC_REDISPLAY;
}

static unsigned char on_tab(EditLine *line, int key)
{
	struct shell_edit *edit;

	(void)key;
	el_get(line, EL_CLIENTDATA, &edit);
	return shell_complete(line, edit->air->socket);
}

static char *prompt(EditLine *line)
{
	struct shell_edit *edit;

	el_get(line, EL_CLIENTDATA, &edit);
	air_prompt(edit->air, edit->is_coloured, MARK, edit->prompt, sizeof(edit->prompt));
	return edit->prompt;
}

/* ---- the line ---- */

static void catch_signals(struct shell_edit *edit)
{
	const struct sigaction caught = {.sa_handler = on_signal};

	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(signals[i], &caught, &edit->before[i]);
}

struct shell_edit *edit_open(struct air *air, bool is_coloured)
{
	struct shell_edit *edit = calloc(1, sizeof(*edit));

	edit->air = air;
	edit->is_coloured = is_coloured;
	catch_signals(edit);
	history_open(&edit->history);
	edit->line = el_init("twinstage", stdin, stdout, stderr);
	el_set(edit->line, EL_CLIENTDATA, edit);
	el_set(edit->line, EL_EDITOR, "emacs");
	el_set(edit->line, EL_PROMPT_ESC, prompt, MARK);
	el_set(edit->line, EL_HIST, history, edit->history.lines);
	el_set(edit->line, EL_GETCFN, read_key);
	el_set(edit->line, EL_ADDFN, "twinstage-complete", "complete the word", on_tab);
	el_set(edit->line, EL_ADDFN, "twinstage-fresh", "draw the line anew", draw_anew);
	el_set(edit->line, EL_BIND, "^I", "twinstage-complete", NULL);
	el_set(edit->line, EL_BIND, FRESH_MAP, "twinstage-fresh", NULL);
	el_set(edit->line, EL_BIND, "^R", "em-inc-search-prev", NULL);
	/* As in other shells: ^D only ends on an empty line, ^W takes a word back, ^U the line. */
	el_set(edit->line, EL_BIND, "^W", "ed-delete-prev-word", NULL);
	return edit;
}

enum edited edit_line(struct shell_edit *edit, const char **line)
{
	int n = 0;
	const char *text;

	is_interrupted = 0;
	edit->is_searching = false;
	edit->last_key = 0;
	air_refresh(edit->air);
	text = el_gets(edit->line, &n);
	if (is_ending)
		return EDITED_END;
	if (is_interrupted) {
		puts("^C");
		return EDITED_DROPPED;
	}
	if (!text || n <= 0) {
		putchar('\n');
		return EDITED_END;
	}
	snprintf(edit->text, sizeof(edit->text), "%.*s", (int)strcspn(text, "\n"), text);
	history_add(&edit->history, edit->text);
	*line = edit->text;
	return EDITED_LINE;
}

void edit_close(struct shell_edit *edit)
{
	if (!edit)
		return;
	el_end(edit->line);
	history_close(&edit->history);
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(signals[i], &edit->before[i], NULL);
	free(edit);
}
