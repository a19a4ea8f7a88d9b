/* SPDX-License-Identifier: EUPL-1.2
 *
 * inquiry: questions to the daemon in passing: a completion, a prompt. Connects with the first; an
 * answer that takes longer than half a second is none.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct inquiry {
	const char *socket;
	FILE *daemon;
	bool is_tried;
};

/* The data that "scene list" or another command of one or two words answers with (the caller's), or
 * NULL. `inquiry` is a struct inquiry: what struct asker (complete.h) wants. */
json_t *inquiry_ask(void *inquiry, const char *words);

/* Closes the connection; the next question would open another. */
void inquiry_end(struct inquiry *inquiry);
