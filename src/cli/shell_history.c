/* SPDX-License-Identifier: EUPL-1.2 */
#include "shell_history.h"

#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_LINES 2000

/* Makes the directories of a path, the last part of which is a file. */
static void make_way(const char *path)
{
	char *copy = strdup(path);

	for (char *at = strchr(copy + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(copy, 0700);
		*at = '/';
	}
	free(copy);
}

static char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path = NULL;

	if (state && *state == '/')
		return asprintf(&path, "%s/twinstage/history", state) < 0 ? NULL : path;
	if (home && *home == '/')
		return asprintf(&path, "%s/.local/state/twinstage/history", home) < 0 ? NULL : path;
	return NULL;
}

void history_open(struct shell_history *kept)
{
	HistEvent event;

	kept->lines = history_init();
	kept->path = history_path();
	history(kept->lines, &event, H_SETSIZE, MOST_LINES);
	history(kept->lines, &event, H_SETUNIQUE, 1);
	if (!kept->path)
		return;
	make_way(kept->path);
	history(kept->lines, &event, H_LOAD, kept->path);
}

void history_add(struct shell_history *kept, const char *line)
{
	HistEvent event;

	if (!line[strspn(line, " \t\n")] || strstr(line, "--passphrase"))
		return;
	history(kept->lines, &event, H_ENTER, line);
	if (kept->path)
		history(kept->lines, &event, H_SAVE, kept->path);
}

void history_close(struct shell_history *kept)
{
	history_end(kept->lines);
	free(kept->path);
}
