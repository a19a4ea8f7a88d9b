/* SPDX-License-Identifier: EUPL-1.2 */
#include "again.h"

#include <time.h>
#include <unistd.h>

#include "daemon.h"

#define MOST_MS 15000

static json_t *ask(FILE *daemon, json_t *command)
{
	return daemon_send(daemon, json_incref(command)) ? daemon_receive(daemon) : NULL;
}

/* It is wiped away by what comes after. */
static void wait_for(int ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "watching for %d s ..", (ms + 999) / 1000);
	nanosleep(&time, NULL);
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

json_t *again_ask(FILE *daemon, json_t *command)
{
	json_t *answer = ask(daemon, command);
	int ms = (int)json_integer_value(json_object_get(answer, "again_ms"));

	if (ms <= 0 || ms > MOST_MS)
		return answer;
	json_decref(answer);
	wait_for(ms);
	return ask(daemon, command);
}
