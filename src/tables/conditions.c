/* SPDX-License-Identifier: EUPL-1.2 */
#include "conditions.h"

#include <stdio.h>
#include <string.h>

#include "types.h"

#define CONDITION(subject, name, value, meaning)                                                   \
	[CONDITION_##subject] = {#subject, TYPE_##name, TYPE_##value, meaning},
static const struct condition_row rows[] = {
#include <twinstage/conditions.def>
};
#undef CONDITION

const struct condition_row *condition_row(enum condition_kind kind)
{
	return &rows[kind];
}

void condition_form(enum condition_kind kind, char *text, int size)
{
	const struct condition_row *row = &rows[kind];
	const char *name = row->name == TYPE_FLAG ? "" : type_of(row->name)->name;
	const char *value = row->value == TYPE_FLAG ? "" : type_of(row->value)->name;

	/* "SOURCE_STATE" of a source is its STATE. */
	if (strchr(value, '_'))
		value = strchr(value, '_') + 1;
	snprintf(text, (size_t)size, "%s%s%s%s%s", row->subject, *name ? ":" : "", name,
		 *value ? "=" : "", value);
}
