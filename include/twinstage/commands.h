/* SPDX-License-Identifier: EUPL-1.2
 *
 * commands: commands.def as data: the shapes that the daemon's table (with handlers) and the command line's (without) have in common.
 */
#pragma once

enum access { ACCESS_NONE, ACCESS_VIEW, ACCESS_OPERATE, ACCESS_EDIT };

enum argument_type {
	TYPE_FLAG,
	TYPE_NEW_NAME,
	TYPE_SOURCE,
	TYPE_SCENE,
	TYPE_SPEAKER,
	TYPE_BOX,
	TYPE_SOURCE_KIND,
	TYPE_LAYOUT,
	TYPE_FIT,
	TYPE_TRANSITION,
	TYPE_ROLE,
	TYPE_SWITCH,
	TYPE_TEXT,
	TYPE_PATH,
	TYPE_SECRET,
	TYPE_COLOUR,
	TYPE_INT,
	TYPE_GAIN,
	TYPE_DURATION,
	TYPE_TIME,
	TYPE_RECT,
};

enum argument_place { PLACE_END, PLACE_NEEDED, PLACE_MAYBE, PLACE_OPTION };

struct argument {
	enum argument_place place;
	enum argument_type type;
	const char *name, *help;
};

#define COMMAND_MOST_ARGUMENTS 10

/* For use around an #include of commands.def, with COMMAND defined by the includer; its last parameter becomes an initialiser of
 * struct argument[], ended by PLACE_END. */
#define ARG(type, name, help) {PLACE_NEEDED, TYPE_##type, #name, help},
#define MAYBE(type, name, help) {PLACE_MAYBE, TYPE_##type, #name, help},
#define OPT(type, name, help) {PLACE_OPTION, TYPE_##type, #name, help},
#define FLAG(name, help) {PLACE_OPTION, TYPE_FLAG, #name, help},
