/* SPDX-License-Identifier: EUPL-1.2
 *
 * command: the handlers of the table's rows, and one call as a handler sees it: arguments parsed and
 * checked for their form; whether the show allows it is core's to say.
 * Handlers stand in cmd_*.c, each thin: values -> core -> reply.
 */
#pragma once

#include "dispatch.h"
#include "parse.h"
#include "table.h"

struct call;
typedef bool command_handler(const struct call *call, struct reply *reply, GError **error);

struct call {
	const struct context *context;
	const struct command *command;
	struct value values[COMMAND_MOST_ARGUMENTS];
	const char *text; /* all of it as a line, without its secrets */
	char *rest;	  /* what the value of a REST argument points to */
};

/* Finds the command and fills the values; `call` has its context only. *used words name the
 * command. On failure *position is as dispatch_words() has it. In any case call_finish(). */
bool call_parse(struct call *call, int n_words, char *const *words, int *used, int *position,
		GError **error);
void call_finish(struct call *call);

/* Where a command stands that nobody types at that moment. */
enum standing { PLACE_IN_FILE, PLACE_IN_CUE };

/* Whether it may: no command may run others (no end of it), or be about show files; a cue also
 * holds none that only looks, or that is about cues. */
bool command_may_stand(const struct command *command, enum standing standing);

/* The command that the first one or two of these words name; *used is how many. ERROR_USAGE names
 * what would do, and *position is the word that is wrong (-1: there are no words). */
const struct command *command_find(int n_words, char *const *words, int *used, int *position,
				   GError **error);

/* Calls the command's handler. */
bool call_run(const struct call *call, struct reply *reply, GError **error);

/* The value of an argument by its name in the table; is_set is false where it was left out. */
const struct value *call_value(const struct call *call, const char *name);
const char *call_text(const struct call *call, const char *name); /* NULL where left out */

/* A PATH made whole: a relative one is below the caller's directory. A new string, NULL where left
 * out. */
char *call_path(const struct call *call, const char *name);
int64_t call_number(const struct call *call, const char *name, int64_t otherwise);
bool call_flag(const struct call *call, const char *name);

/* One line for people and {"done": line} for programs. */
void reply_line(struct reply *reply, const char *format, ...) G_GNUC_PRINTF(2, 3);

#define COMMAND(id, access, summary, ...) command_handler cmd_##id;
#include <twinstage/commands.def>
#undef COMMAND
