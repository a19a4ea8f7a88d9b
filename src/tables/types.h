/* SPDX-License-Identifier: EUPL-1.2
 *
 * types: types.def and the vocabularies of words.h as data. Read only; any thread.
 */
#pragma once

#include <twinstage/commands.h>

enum type_also { ALSO_NOTHING, ALSO_BOOLEAN, ALSO_INTEGER, ALSO_NUMBER };

struct type {
	const char *name;    /* "SOURCE_KIND" */
	enum type_also also; /* what JSON may hold besides a string */
	const char *form;    /* how it is written */
};

const struct type *type_of(enum argument_type type);

/* One word of a closed vocabulary; lists end with a NULL text. */
struct word {
	int code;
	const char *text;
};

/* The words that a type takes and no others; NULL: it is no closed vocabulary. */
const struct word *type_words(enum argument_type type);
