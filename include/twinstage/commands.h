/* SPDX-License-Identifier: EUPL-1.2
 *
 * commands: the shapes that the rows of commands.def become. The rows themselves: src/tables/table.h.
 */
#pragma once

enum access { ACCESS_NONE, ACCESS_VIEW, ACCESS_OPERATE, ACCESS_EDIT };

/* types.def says what each one is. */
#define TYPE(type, also, form) TYPE_##type,
enum argument_type {
#include <twinstage/types.def>
	ARGUMENT_TYPES
};
#undef TYPE

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
