/* SPDX-License-Identifier: EUPL-1.2 */
#include "man_parts.h"

#include <string.h>

#include "conditions.h"
#include "own_options.h"
#include "roff.h"
#include "table.h"
#include "types.h"

void man_options(FILE *out, const char *program)
{
	const struct own_option *option;
	char name[48], meaning[400];

	for (int i = 0; (option = own_option(program, i)); i++) {
		snprintf(name, sizeof(name), "--%s", option->name);
		snprintf(meaning, sizeof(meaning), "%s.", option->meaning);
		roff_item(out, name, option->word, meaning);
	}
}

static bool is_of_commands(enum argument_type type)
{
	const struct command *command;

	for (int i = 0; (command = table_command(i)); i++)
		for (const struct argument *one = command->arguments; one->place != PLACE_END;
		     one++)
			if (one->type == type)
				return true;
	return false;
}

static bool is_of_conditions(enum argument_type type)
{
	for (int i = 0; i < CONDITIONS; i++) {
		const struct condition_row *row = condition_row((enum condition_kind)i);

		if (row->name == type || row->value == type)
			return true;
	}
	return false;
}

void man_types(FILE *out, bool has_conditions)
{
	char meaning[600];

	for (int i = TYPE_FLAG + 1; i < ARGUMENT_TYPES; i++) {
		if (!is_of_commands((enum argument_type)i) &&
		    !(has_conditions && is_of_conditions((enum argument_type)i)))
			continue;
		const struct type *type = type_of((enum argument_type)i);
		const struct word *words = type_words((enum argument_type)i);
		size_t used = (size_t)snprintf(meaning, sizeof(meaning), "%s%s", type->form,
					       words ? ":" : "");

		for (; words && words->text && used < sizeof(meaning); words++)
			used += (size_t)snprintf(meaning + used, sizeof(meaning) - used, " %s%s",
						 words->text, words[1].text ? "," : "");
		roff_item(out, "", type->name, meaning);
	}
}
