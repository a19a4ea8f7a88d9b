/* SPDX-License-Identifier: EUPL-1.2
 *
 * shell_complete: PRIVATE to shell_*.c: what Tab does to a line in libedit's hands.
 */
#pragma once

typedef struct editline EditLine;

/* Completes the word before the cursor as far as it is certain; lists what it might be if nothing is.
 * Returns libedit's CC_ code. Names of things come from the daemon at `socket`. */
unsigned char shell_complete(EditLine *line, const char *socket);
