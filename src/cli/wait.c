/* SPDX-License-Identifier: EUPL-1.2 */
#include "wait.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "condition.h"
#include "daemon.h"
#include "duration.h"

#define USUAL_TIMEOUT  "10s"
#define LEAST_PAUSE_MS 250
#define MOST_PAUSE_MS  1000
#define ANSWER_MS      2000 /* a daemon that takes longer is as good as gone */

struct waiting {
	struct condition condition;
	int64_t end_ms;
	FILE *daemon;
	char *received; /* what came and is no whole line yet */
	size_t size;
	char how[512]; /* why it does not hold yet */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

bool wait_is_understood(const struct crew *crew)
{
	struct condition condition;
	char why[512];
	int64_t ms;

	if (crew->timeout && !duration_parse(crew->timeout, &ms)) {
		complain(crew, EXIT_USAGE,
			 "--timeout: \"%s\" is no length of time (as 500ms, 2s, 90m)",
			 crew->timeout);
		return false;
	}
	if (crew->wait && !condition_read(&condition, crew->wait, why, sizeof(why))) {
		complain(crew, EXIT_USAGE, "%s", why);
		return false;
	}
	return true;
}

/* ---- lines, with a limit in time (stdio has none) ---- */

/* The next whole line as an object, or NULL: none in what was received. */
static json_t *cut_line(struct waiting *waiting)
{
	char *end = waiting->size ? memchr(waiting->received, '\n', waiting->size) : NULL;
	size_t length = end ? (size_t)(end - waiting->received) : 0;
	json_t *object;

	if (!end)
		return NULL;
	object = json_loadb(waiting->received, length, 0, NULL);
	waiting->size -= length + 1;
	memmove(waiting->received, end + 1, waiting->size);
	return object ? object : json_object();
}

/* False: the daemon is gone. */
static bool receive_more(struct waiting *waiting)
{
	char bytes[65536];
	ssize_t n = read(fileno(waiting->daemon), bytes, sizeof(bytes));

	if (n <= 0)
		return n < 0 && errno == EINTR;
	waiting->received = realloc(waiting->received, waiting->size + (size_t)n);
	memcpy(waiting->received + waiting->size, bytes, (size_t)n);
	waiting->size += (size_t)n;
	return true;
}

enum came { CAME_LINE, CAME_NOTHING, CAME_END };

/* The next line that comes before `until_ms`. */
static enum came next_line(struct waiting *waiting, int64_t until_ms, json_t **line)
{
	for (;;) {
		struct pollfd ready = {.fd = fileno(waiting->daemon), .events = POLLIN};
		int64_t left = until_ms - now_ms();

		*line = cut_line(waiting);
		if (*line)
			return CAME_LINE;
		if (left <= 0)
			return CAME_NOTHING;
		if (poll(&ready, 1, (int)left) > 0 && !receive_more(waiting))
			return CAME_END;
	}
}

/* ---- rounds ---- */

static bool say(struct waiting *waiting, const char *word, const char *option)
{
	json_t *words = json_pack("[s]", word);

	if (option)
		json_array_append_new(words, json_string(option));
	return daemon_send(waiting->daemon, json_pack("{s:o}", "words", words));
}

/* The status, past whatever event comes before it. NULL: the daemon is gone. */
static json_t *ask_status(struct waiting *waiting)
{
	int64_t until_ms = now_ms() + ANSWER_MS;
	json_t *line, *status = NULL;

	if (!say(waiting, "status", NULL))
		return NULL;
	while (!status && next_line(waiting, until_ms, &line) == CAME_LINE) {
		/* Of all answers only that one knows of a program; the first is what happened before. */
		const json_t *data = json_object_get(line, "data");

		if (json_object_get(data, "program"))
			status = json_incref(json_object_get(line, "data"));
		json_decref(line);
	}
	return status;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Until something happened, but not before the least pause is over. */
static void pause_round(struct waiting *waiting)
{
	int64_t begun = now_ms();
	int64_t soonest = least(begun + LEAST_PAUSE_MS, waiting->end_ms);
	json_t *line;

	if (next_line(waiting, least(begun + MOST_PAUSE_MS, waiting->end_ms), &line) == CAME_LINE)
		json_decref(line);
	while (next_line(waiting, soonest, &line) == CAME_LINE)
		json_decref(line);
}

static int run(const struct crew *crew, struct waiting *waiting)
{
	enum verdict verdict = VERDICT_NOT_YET;

	bool is_sent = say(waiting, "events", "--follow");

	while (verdict == VERDICT_NOT_YET) {
		json_t *status = is_sent ? ask_status(waiting) : NULL;

		if (!status)
			return complain(crew, EXIT_NO_DAEMON, "the daemon no longer answers");
		verdict = condition_check(&waiting->condition, status, waiting->how,
					  sizeof(waiting->how));
		json_decref(status);
		if (verdict == VERDICT_NEVER)
			return complain(crew, EXIT_REFUSED, "--wait %s: %s", crew->wait,
					waiting->how);
		if (verdict == VERDICT_NOT_YET && now_ms() >= waiting->end_ms)
			return complain(crew, EXIT_REFUSED, "waited %s for %s: %s",
					crew->timeout ? crew->timeout : USUAL_TIMEOUT, crew->wait,
					waiting->how);
		if (verdict == VERDICT_NOT_YET)
			pause_round(waiting);
	}
	return EXIT_DONE;
}

int wait_until(const struct crew *crew)
{
	struct waiting waiting = {0};
	char why[512];
	int64_t ms = 0;
	int status;

	duration_parse(crew->timeout ? crew->timeout : USUAL_TIMEOUT, &ms);
	condition_read(&waiting.condition, crew->wait, why, sizeof(why));
	waiting.end_ms = now_ms() + ms;
	waiting.daemon = daemon_connect(crew->socket, why, sizeof(why));
	if (!waiting.daemon)
		return complain(crew, EXIT_NO_DAEMON, "%s", why);
	status = run(crew, &waiting);
	fclose(waiting.daemon);
	free(waiting.received);
	return status;
}
