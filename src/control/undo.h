/* SPDX-License-Identifier: EUPL-1.2
 *
 * undo: the last 50 changes of the show, each as the show's text before and after it, in memory (of
 * a very large show fewer: at most 32 MB). A change is what one command did (a cue or a loaded file is
 * one). Taking it back carries out what differs between the two texts, so nothing else is touched: who
 * is connected stays, and what has happened since by itself is not undone with it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct command;
struct context;
struct reply;
struct show;
struct undo;

struct undo *undo_create(struct show *show);
void undo_destroy(struct undo *undo); /* NULL is allowed */

/* Around a command's handler: the text before it, and the change if it made one. undo NULL, or a
 * command that is undo's own: nothing. `what` is the command as a line. */
char *undo_begin(const struct undo *undo, const struct command *command);
void undo_end(struct undo *undo, const char *before, const char *what);

/* Takes the last change back, or does the last one that was taken back again. What cannot be is
 * said; if nothing can, it is refused and the change forgotten, so that the next undo is of the one
 * before. */
bool undo_back(const struct context *context, struct reply *reply, GError **error);
bool undo_forward(const struct context *context, struct reply *reply, GError **error);
