/* SPDX-License-Identifier: EUPL-1.2
 *
 * desk: a stage (../core/stage.h) with the crew's words on top: lines as they type them, objects as
 * HTTP has them.
 */
#pragma once

#include "stage.h"

#include <jansson.h>

#include "dispatch.h"

struct desk {
	struct stage *stage;
	struct context context; /* may do everything */
	struct reply reply;	/* of the last command */
	int columns;		/* of the terminal that they type in; 0: none */
	GError *error;		/* its refusal, or NULL */
	int position;
};

/* cmocka's setup and teardown. */
int desk_open(void **state);
int desk_close(void **state);

/* Runs a line; whether it was done. */
bool say(struct desk *desk, const char *line);

/* The same, done; the text of its reply. */
const char *do_say(struct desk *desk, const char *line);

/* It is refused with this code, a message that holds `part`, the wrong word's index, and changes
 * nothing. */
void refuse(struct desk *desk, const char *line, enum error_code code, const char *part,
	    int position);

/* POST: JSON with ' for " */
bool post(struct desk *desk, const char *path, const char *json);
void do_post(struct desk *desk, const char *path, const char *json);
void refuse_post(struct desk *desk, const char *path, const char *json, enum error_code code,
		 const char *part);

/* A dry show of the desk's settings; show_destroy(). */
struct show *make_dry(struct desk *desk);
