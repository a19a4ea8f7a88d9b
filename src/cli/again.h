/* SPDX-License-Identifier: EUPL-1.2
 *
 * again: an answer that would say more in a moment (`check`, of a camera that has just come) is not printed; the command is sent once more
 * then. So a command answers at once, and whoever types it gets the whole of it.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* Sends the command (it stays the caller's) and returns its answer, with json_decref(); NULL: the daemon is gone. Waits where the answer
 * asks for it, and says so on a terminal. */
json_t *again_ask(FILE *daemon, json_t *command);
