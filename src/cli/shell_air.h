/* SPDX-License-Identifier: EUPL-1.2
 *
 * shell_air: what is on air, for the shell's prompt: asked for once, and kept fresh by the events that
 * the daemon tells meanwhile. For poll(2).
 */
#pragma once

#include <stdbool.h>

#include "link.h"

#define AIR_NAME 64

struct air {
	const char *socket;
	bool is_known; /* somebody answers */
	bool is_slate, is_black;
	char program[AIR_NAME], preview[AIR_NAME];
	struct link events;
};

void air_init(struct air *air, const char *socket);
void air_finish(struct air *air);

/* Asks anew; whether anything is otherwise than before. Also finds a daemon that has come back. */
bool air_refresh(struct air *air);

/* Reads the events that wait; whether one says that the air has changed. */
bool air_listen(struct air *air);

/* "[stage | panel] > ", with libedit's mark around each escape sequence if there are colours. */
void air_prompt(const struct air *air, bool is_coloured, char mark, char *out, size_t size);
