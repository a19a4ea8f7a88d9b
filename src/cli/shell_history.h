/* SPDX-License-Identifier: EUPL-1.2
 *
 * shell_history: the lines typed into the shell, in $XDG_STATE_HOME/twinstage/history (else
 * ~/.local/state), readable by their owner only. Lines with a passphrase are not kept.
 */
#pragma once

#include <stdbool.h>

typedef struct history History;

struct shell_history {
	History *lines;
	char *path; /* NULL: there is no place for a file */
};

void history_open(struct shell_history *history);

/* Kept, and on disk at once: whoever is killed has typed it nevertheless. */
void history_add(struct shell_history *history, const char *line);
void history_close(struct shell_history *history);
