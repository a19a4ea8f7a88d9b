/* SPDX-License-Identifier: EUPL-1.2 */
#include "types.h"

#include <stddef.h>
#include <twinstage/words.h>

#define TYPE(type, also, form) [TYPE_##type] = {#type, ALSO_##also, form},
static const struct type types[] = {
#include <twinstage/types.def>
};
#undef TYPE

const struct type *type_of(enum argument_type type)
{
	return &types[type];
}

#define WORD_ENTRY(code, text) {code, text},
#define VOCABULARY(type, LIST)                                                                     \
	static const struct word type##_words[] = {LIST(WORD_ENTRY){0, NULL}};
VOCABULARIES(VOCABULARY)
#undef VOCABULARY

const struct word *type_words(enum argument_type type)
{
	static const struct word *const vocabularies[ARGUMENT_TYPES] = {
#define VOCABULARY(type, LIST) [TYPE_##type] = type##_words,
		VOCABULARIES(VOCABULARY)
#undef VOCABULARY
	};

	return vocabularies[type];
}
