/* SPDX-License-Identifier: EUPL-1.2
 *
 * PRIVATE to show_diff*.c: the changes that are being found.
 */
#pragma once

#include "show_diff.h"
#include "show_objects.h"

enum step {
	STEP_CLEAR,  /* boxes of scenes that change, so that nothing holds a source */
	STEP_LET_GO, /* single lines that are gone: they may name what goes */
	STEP_REMOVE, /* sources and speakers */
	STEP_SOURCE,
	STEP_INVITE,
	STEP_LEVEL,
	STEP_SCENE,
	STEP_ADMIT,
	STEP_AIR,
	STEP_SCENE_GONE,
	STEP_CUE,
	STEP_CUE_AT,
};

struct comparing {
	GPtrArray *older, *newer; /* struct object */
	GPtrArray *changes;
};

/* A new change; takes `shown`. */
struct show_change *diff_add(struct comparing *comparing, enum step step, char *shown);

/* Adds a command to a change: its beginning and, if there is one, a word that is quoted. */
void diff_command(struct show_change *change, const char *command, const char *word);

/* Adds an object's lines as commands. */
void diff_lines(struct show_change *change, const struct object *object);

/* All lines of an object, each with the sign; a new string. */
char *diff_shown(const char *sign, const struct object *object);

/* A change that nothing makes, and why. */
void diff_cannot(struct comparing *comparing, enum step step, const char *text, const char *why,
		 bool is_air);

/* Lines that stand for themselves (show_diff_single.c): one that is new, one that is gone. */
void diff_add_single(struct comparing *comparing, const struct object *newer);
void diff_remove_single(struct comparing *comparing, const struct object *older);
