/* SPDX-License-Identifier: EUPL-1.2
 *
 * dispatch: the one way in for people: find the command in the table, check access, parse, call
 * its handler, reply. The Unix socket, the HTTP API, show files and the restored show all come
 * through here. A refused command changes nothing.
 *
 * Thread: control loop.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/commands.h>

struct journal;
struct saver;
struct show;
struct undo;

/* What a command answers. `text` is what a person reads (lines; the last without a newline; may
 * hold several), `data` the same for programs. Either may be empty. Filled by a handler, freed
 * with reply_finish(). */
struct reply {
	GString *text;
	json_t *data;
	int columns;  /* given: how wide the asker's terminal is; 0: it is none, or not known */
	int exit;     /* the command line's exit status, where it is done and yet not 0 (check) */
	int again_ms; /* it could say more after so long: the command line asks once more; 0: no */
	/* not 0: the command goes on, and this names what it will have come to (later.h): whoever
	 * asked should get that as the reply */
	uint64_t pending;
};
void reply_init(struct reply *reply);
void reply_finish(struct reply *reply);

/* Who says a command, where, and what has to hear of it. */
struct context {
	struct show *show;
	enum access access;
	const char *base_url;	 /* start of the links to print: "https://10.0.0.5:8443" */
	const char *directory;	 /* what relative paths are below; NULL: the daemon's own */
	const char *who;	 /* for the journal: a user's name, or "crew"; NULL: the daemon */
	const char *from;	 /* "socket, pid 4711", "https 10.0.0.7", "cue 12"; NULL: nowhere */
	struct journal *journal; /* NULL: nothing is written down */
	struct saver *saver;	 /* for `show save` */
	struct undo *undo;	 /* NULL: a part of another command */
	bool is_replacing; /* "add" changes what is there of that name in place (show apply) */
	int most_refusals; /* a text of lines with so many is not read on; 0: it is */
};

/* Runs one command given as words: {"scene", "add", "panel", "grid"}. `position` (may be NULL) is
 * set on failure to the index of the word that was wrong (n_words: one is missing at the end), or
 * -1. */
bool dispatch_words(const struct context *context, int n_words, char *const *words,
		    struct reply *reply, int *position, GError **error);

/* POST /v1/<path>: path "scene/add", arguments as a JSON object by argument name (NULL: none);
 * numbers and booleans as JSON's. */
bool dispatch_object(const struct context *context, const char *path, const json_t *arguments,
		     struct reply *reply, GError **error);

/* Runs a show file's text line by line, every line whatever became of the one before. What was
 * refused is appended to `errors` (char *, "name:line:column: what", at most 200 and a line that says
 * how many more; g_free each), but for what is a consequence: names that a refused line would have
 * made. Returns whether nothing was. A text of more than 20,000 lines is not read to its end. Words
 * are split as a shell does: blanks, "double" and 'single' quotes, \ escapes, # comments; after a
 * bare -- the rest is one word, as it stands. Relative paths are below the directory of `name`, if it
 * has one.
 * Commands that run others or are about files (`next`, `show load` ..) are refused. */
bool dispatch_text(const struct context *context, const char *name, const char *text, size_t length,
		   GPtrArray *errors);
