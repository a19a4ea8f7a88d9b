/* SPDX-License-Identifier: EUPL-1.2
 *
 * `twinstage top`: a full-screen live view of the show, and keys to run it with. Whatever is changed is
 * changed by a command over the daemon's socket; that the daemon is gone, or comes back, is shown and
 * mended without the operator. Leaves the terminal as it was, also on a signal.
 *
 *   keyboard --keys--> hand --words--> \                    / --answer--> hand
 *                                       desk (one socket) --   --levels--> model --> view --> terminal
 *   clock ----------status, levels----> /                   \ --status-->   ^
 *                                       events (another) --------events-----/
 *
 * One thread, one poll(). A picture is drawn at most --rate times a second, and less often if the
 * terminal takes long to swallow it: over a slow line keys come first.
 */
#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crew.h"
#include "link.h"
#include "top_view.h"
#include "words.h"

#define RATE_DEFAULT 8
#define RATE_MOST    30
#define STATUS_S     1.0
#define AGAIN_S	     0.5 /* between two tries to connect */
#define SILENT_S     3.0 /* a daemon that says nothing for so long is in trouble */
#define SLOWEST_S    2.0 /* between two pictures on a terminal that hardly keeps up */
#define MOST_ASKED   32

enum question { ASKED_STATUS, ASKED_LEVELS, ASKED_COMMAND };

struct top {
	const char *path;
	struct model model;
	struct hand hand;
	struct pen pen;

	struct link desk, events;
	enum question asked[MOST_ASKED]; /* what desk has not answered yet, the oldest first */
	int n_asked;
	bool is_polling; /* a status or levels are among them */
	bool has_kept;	 /* the events before ours have come */

	double period_s; /* between two pictures */
	double status_due_s, draw_due_s, open_due_s, heard_s, cost_s;
	bool is_ending;
};

static volatile sig_atomic_t is_signalled;

static void on_signal(int number)
{
	(void)number;
	is_signalled = 1;
}

static double now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- the daemon ---- */

static void lose(struct top *top)
{
	link_close(&top->desk);
	link_close(&top->events);
	top->n_asked = 0;
	top->is_polling = false;
	top->open_due_s = now_s() + AGAIN_S;
}

static void connect_both(struct top *top)
{
	static const char *const follow[] = {"events", "--follow"};

	top->open_due_s = now_s() + AGAIN_S;
	if (!link_open(&top->desk, top->path) || !link_open(&top->events, top->path) ||
	    !link_say(&top->events, 2, follow)) {
		lose(top);
		return;
	}
	top->has_kept = false;
	top->status_due_s = 0;
	top->heard_s = now_s();
}

static bool ask(struct top *top, enum question what, int n, const char *const *words)
{
	if (top->desk.fd < 0 || top->n_asked == MOST_ASKED)
		return false;
	top->asked[top->n_asked++] = what;
	top->is_polling = top->is_polling || what != ASKED_COMMAND;
	if (link_say(&top->desk, n, words))
		return true;
	lose(top);
	return false;
}

/* Never more than one question of ours at a time: a daemon that is slow shall not be made slower. */
static void ask_what_is_due(struct top *top, double now)
{
	static const char *const words[] = {"status", "--levels"};
	bool is_status = now >= top->status_due_s;

	if (top->desk.fd < 0 || top->is_polling)
		return;
	if (is_status)
		top->status_due_s = now + STATUS_S;
	ask(top, is_status ? ASKED_STATUS : ASKED_LEVELS, is_status ? 1 : 2, words);
}

/* ---- what the daemon says ---- */

/* One line, however many there are. */
static void show_answer(struct hand *hand, const char *text, bool is_refused)
{
	size_t length = strcspn(text, "\n"), more = 0;

	for (const char *at = text + length; *at; at++)
		more += *at == '\n';
	hand->is_refused = is_refused;
	if (more)
		snprintf(hand->answer, sizeof(hand->answer), "%.*s (and %zu more lines)",
			 (int)length, text, more);
	else
		snprintf(hand->answer, sizeof(hand->answer), "%s", *text ? text : "done");
}

static void take_command_answer(struct top *top, const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	const char *text = json_string_value(error ? json_object_get(error, "message")
						   : json_object_get(answer, "text"));

	show_answer(&top->hand, text ? text : "", error != NULL);
	top->status_due_s = 0;
}

static void take_answer(struct top *top, const json_t *answer)
{
	enum question what = top->n_asked ? top->asked[0] : ASKED_COMMAND;
	json_t *data = json_object_get(answer, "data");

	if (top->n_asked)
		memmove(top->asked, top->asked + 1, (size_t)--top->n_asked * sizeof(top->asked[0]));
	if (what == ASKED_COMMAND) {
		take_command_answer(top, answer);
		return;
	}
	top->is_polling = false;
	if (what == ASKED_STATUS && data)
		model_status(&top->model, data, now_s());
	else if (data)
		model_levels(&top->model, data);
	keys_settle(&top->hand, &top->model);
}

static void read_desk(struct top *top)
{
	json_t *answer;

	if (!link_read(&top->desk)) {
		lose(top);
		return;
	}
	top->heard_s = now_s();
	while ((answer = link_answer(&top->desk))) {
		/* Whoever has typed "events --follow" gets more than answers. */
		if (!json_object_get(answer, "event"))
			take_answer(top, answer);
		json_decref(answer);
	}
}

/* The first answer holds those that are past, each further one a new one. */
static void take_event(struct top *top, const json_t *answer)
{
	const json_t *past = json_object_get(json_object_get(answer, "data"), "events");
	size_t i;
	json_t *one;

	if (!top->has_kept)
		model_forget_events(&top->model);
	top->has_kept = true;
	json_array_foreach(past, i, one) model_event(&top->model, one);
	if (json_object_get(answer, "event")) {
		model_event(&top->model, json_object_get(answer, "event"));
		top->status_due_s = 0;
	}
}

static void read_events(struct top *top)
{
	json_t *answer;

	if (!link_read(&top->events)) {
		lose(top);
		return;
	}
	while ((answer = link_answer(&top->events))) {
		take_event(top, answer);
		json_decref(answer);
	}
}

/* ---- keys ---- */

static void run_words(struct top *top, int n, const char *const *words)
{
	if (!ask(top, ASKED_COMMAND, n, words))
		show_answer(&top->hand, "not done: no server answers", true);
}

static void run_line(struct top *top, const char *line)
{
	while (*line) {
		struct words words;
		const char *why;

		if (!words_next(&line, &words, &why)) {
			show_answer(&top->hand, why, true);
			return;
		}
		if (words.n)
			run_words(top, words.n, (const char *const *)words.words);
		words_free(&words);
	}
}

static void act(struct top *top, const struct action *action)
{
	const char *words[HAND_WORDS];

	for (int i = 0; i < HAND_WORDS; i++)
		words[i] = action->words[i];
	switch (action->act) {
	case ACT_QUIT:
		top->is_ending = true;
		break;
	case ACT_REDRAW:
		clearok(curscr, TRUE);
		break;
	case ACT_COMMAND:
		run_words(top, action->n_words, words);
		break;
	case ACT_LINE:
		run_line(top, action->line);
		break;
	case ACT_NOTHING:
		break;
	}
}

static void read_keys(struct top *top)
{
	wint_t key;
	int kind;

	while (!top->is_ending && (kind = get_wch(&key)) != ERR) {
		struct action action = {0};

		top->draw_due_s = 0;
		if (kind == KEY_CODE_YES && key == KEY_RESIZE)
			continue;
		keys_press(&top->hand, &top->model, (unsigned)key, kind == KEY_CODE_YES, &action);
		act(top, &action);
	}
}

/* ---- the picture ---- */

static const char *trouble(const struct top *top, char *out, size_t size, double now)
{
	if (top->desk.fd < 0)
		snprintf(out, size, " NO SERVER ANSWERS at %s, trying again", top->path);
	else if (now - top->heard_s > SILENT_S)
		snprintf(out, size, " THE SERVER HAS SAID NOTHING for %.0f s", now - top->heard_s);
	else
		return NULL;
	return out;
}

static void draw(struct top *top, double now)
{
	char clock[16] = "", why[512];
	time_t wall = time(NULL);
	struct tm local;
	struct view view = {&top->model, &top->hand, clock, trouble(top, why, sizeof(why), now)};

	if (localtime_r(&wall, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	view_draw(&top->pen, LINES, COLS, &view);
	refresh();
	/* A terminal that is written to for a fourth of the time is busy enough. */
	top->cost_s = 4 * (now_s() - now);
	top->draw_due_s = now + fmin(fmax(top->period_s, top->cost_s), SLOWEST_S);
}

/* Whether the terminal takes more now: else a picture would only wait behind the one before. */
static bool can_write(void)
{
	struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};

	return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT);
}

/* ---- the loop ---- */

static void wait_for(struct top *top, double until)
{
	double left = until - now_s();
	struct pollfd fds[] = {
		{STDIN_FILENO, POLLIN, 0},
		{top->desk.fd, (short)(POLLIN | (link_is_waiting(&top->desk) ? POLLOUT : 0)), 0},
		{top->events.fd, POLLIN, 0},
	};

	if (poll(fds, 3, left > 0 ? (int)(left * 1000) + 1 : 0) < 0)
		return; /* a signal, perhaps of a new size: the keyboard tells */
	if (fds[0].revents & (POLLHUP | POLLERR))
		top->is_ending = true;
	if (fds[1].revents & POLLOUT && !link_flush(&top->desk))
		lose(top);
	else if (fds[1].revents)
		read_desk(top);
	if (top->events.fd >= 0 && fds[2].revents)
		read_events(top);
}

static void turn(struct top *top)
{
	double now = now_s();

	if (top->desk.fd < 0 && now >= top->open_due_s)
		connect_both(top);
	if (now >= top->draw_due_s) {
		if (can_write())
			draw(top, now);
		else
			top->draw_due_s = now + top->period_s;
		ask_what_is_due(top, now);
	}
	wait_for(top, top->draw_due_s);
	read_keys(top);
}

static bool read_words(struct top *top, const struct crew *crew)
{
	double rate = RATE_DEFAULT;

	for (int i = 1; i < crew->n_words; i++) {
		char *end = NULL;

		if (strcmp(crew->words[i], "--rate") == 0 && i + 1 < crew->n_words)
			rate = strtod(crew->words[++i], &end);
		if (!end || *end || rate < 1 || rate > RATE_MOST) {
			complain(crew, EXIT_USAGE,
				 "top: \"%s\" is not understood (usage: top [--rate N], 1 to %d "
				 "pictures a second)",
				 crew->words[i], RATE_MOST);
			return false;
		}
	}
	top->period_s = 1 / rate;
	return true;
}

static void catch_signals(void)
{
	struct sigaction end = {.sa_handler = on_signal};

	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Before the screen is ours: a terminal of which nothing is known makes newterm() fail. */
static SCREEN *open_screen(struct top *top, bool is_coloured)
{
	SCREEN *screen = newterm(NULL, stdout, stdin);

	if (!screen)
		return NULL;
	catch_signals();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	leaveok(stdscr, TRUE);
	pen_init(&top->pen, stdscr, strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
	top->pen.has_colour = top->pen.has_colour && is_coloured;
	return screen;
}

int crew_top(const struct crew *crew)
{
	struct top top = {.path = crew->socket, .desk.fd = -1, .events.fd = -1};
	SCREEN *screen;

	if (!read_words(&top, crew))
		return EXIT_USAGE;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return complain(crew, EXIT_USAGE,
				"top needs a terminal (status shows the same once)");
	screen = open_screen(&top, crew->is_coloured);
	if (!screen)
		return complain(crew, EXIT_USAGE,
				"top: the terminal \"%s\" is not known here (TERM)",
				getenv("TERM") ? getenv("TERM") : "");
	model_init(&top.model);
	while (!top.is_ending && !is_signalled)
		turn(&top);
	endwin();
	delscreen(screen);
	lose(&top);
	model_finish(&top.model);
	return EXIT_DONE;
}
