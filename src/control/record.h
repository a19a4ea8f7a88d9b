/* SPDX-License-Identifier: EUPL-1.2
 *
 * record: a command as it may be written down (the journal, undo's list): its words as a line,
 * without what is secret. Pure.
 *
 * Hidden are the values of SECRET arguments; and of a command that was not understood whatever may
 * be one: what follows an unknown option, words too many, words after a secret (a passphrase whose
 * quotes were forgotten), and all but the first two words of no known command. Commands that a cue
 * holds are treated alike.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

struct command;

struct record {
	char *text;	   /* at most 1000 bytes and " .." */
	GPtrArray *hidden; /* char *: the words that are not in it */
};

/* `command` NULL: there is none of that name. The words need not be UTF-8. */
void record_words(struct record *record, const struct command *command, int n_words,
		  char *const *words);
void record_object(struct record *record, const struct command *command, const json_t *arguments);

/* A cue's commands as they may be shown; a new string. */
char *record_commands(const char *text);
void record_finish(struct record *record);

/* A message about that command without the hidden words; a new string. */
char *record_message(const struct record *record, const char *message);
