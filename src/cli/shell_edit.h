/* SPDX-License-Identifier: EUPL-1.2
 *
 * shell_edit: a line from a terminal, by libedit: editing, history, completion with Tab, and a prompt
 * that follows what is on air while somebody types.
 */
#pragma once

#include <stdbool.h>

#include "shell_air.h"
#include "shell_history.h"

struct shell_edit;

/* `air` outlives it. */
struct shell_edit *edit_open(struct air *air, bool is_coloured);

enum edited {
	EDITED_LINE,
	EDITED_DROPPED, /* ^C: what was typed is nothing */
	EDITED_END	/* ^D, a hang-up, a signal to end */
};

/* The next line, without its newline; it stays until the next call. */
enum edited edit_line(struct shell_edit *edit, const char **line);

/* NULL is allowed; the terminal is as it was. */
void edit_close(struct shell_edit *edit);
