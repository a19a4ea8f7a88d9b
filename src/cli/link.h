/* SPDX-License-Identifier: EUPL-1.2
 *
 * link: a connection to the daemon that never waits: lines of JSON there, lines of JSON back, in the
 * order of the questions (src/control/local_socket.h). For poll(2).
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

struct link {
	int fd; /* -1: not connected */
	char *in, *out;
	size_t n_in, n_out;
};

/* False: nobody answers there. `link` is then as after link_close(). */
bool link_open(struct link *link, const char *path);

/* Sends words; what the socket does not take now goes with link_flush(). False: the daemon is gone. */
bool link_say(struct link *link, int n, const char *const *words);

/* Sends what waits, if any. */
bool link_flush(struct link *link);
bool link_is_waiting(const struct link *link);

/* Reads what is there. False: the daemon is gone. */
bool link_read(struct link *link);

/* The next whole answer of what was read, or NULL. The caller's. */
json_t *link_answer(struct link *link);

/* Allowed on one that is closed. */
void link_close(struct link *link);
