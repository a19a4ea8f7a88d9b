/* SPDX-License-Identifier: EUPL-1.2 */
#include "wait.h"

#include <poll.h>
#include <time.h>

#include "condition.h"
#include "duration.h"
#include "link.h"

#define USUAL_TIMEOUT  "10s"
#define LEAST_PAUSE_MS 250
#define MOST_PAUSE_MS  1000
#define ANSWER_MS      2000 /* a daemon that takes longer is as good as gone */

struct waiting {
	struct condition condition;
	int64_t end_ms;
	struct link link;
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

/* ---- answers, with a limit in time ---- */

enum came { CAME_ANSWER, CAME_NOTHING, CAME_END };

/* The next answer or event that comes before `until_ms`. */
static enum came next_answer(struct waiting *waiting, int64_t until_ms, json_t **answer)
{
	for (;;) {
		struct pollfd ready = {.fd = waiting->link.fd, .events = POLLIN};
		int64_t left = until_ms - now_ms();

		*answer = link_answer(&waiting->link);
		if (*answer)
			return CAME_ANSWER;
		if (left <= 0)
			return CAME_NOTHING;
		if (link_is_waiting(&waiting->link))
			ready.events |= POLLOUT;
		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		if (!link_flush(&waiting->link) || !link_read(&waiting->link))
			return CAME_END;
	}
}

/* ---- rounds ---- */

/* The status, past whatever event comes before it. NULL: the daemon is gone. */
static json_t *ask_status(struct waiting *waiting)
{
	int64_t until_ms = now_ms() + ANSWER_MS;
	json_t *answer, *status = NULL;

	if (!link_say(&waiting->link, 1, (const char *const[]){"status"}))
		return NULL;
	while (!status && next_answer(waiting, until_ms, &answer) == CAME_ANSWER) {
		/* Of all answers only that one knows of a program; the first is what happened before. */
		const json_t *data = json_object_get(answer, "data");

		if (json_object_get(data, "program"))
			status = json_incref(json_object_get(answer, "data"));
		json_decref(answer);
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
	json_t *answer;

	if (next_answer(waiting, least(begun + MOST_PAUSE_MS, waiting->end_ms), &answer) ==
	    CAME_ANSWER)
		json_decref(answer);
	while (next_answer(waiting, soonest, &answer) == CAME_ANSWER)
		json_decref(answer);
}

static int run(const struct crew *crew, struct waiting *waiting)
{
	enum verdict verdict = VERDICT_NOT_YET;

	bool is_sent = link_say(&waiting->link, 2, (const char *const[]){"events", "--follow"});

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
	if (!link_open(&waiting.link, crew->socket))
		return complain(crew, EXIT_NO_DAEMON, "no daemon answers at %s", crew->socket);
	status = run(crew, &waiting);
	link_close(&waiting.link);
	return status;
}
