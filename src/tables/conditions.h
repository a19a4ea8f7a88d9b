/* SPDX-License-Identifier: EUPL-1.2
 *
 * conditions: conditions.def as data. Read only; any thread.
 */
#pragma once

#include <twinstage/commands.h>

#define CONDITION(subject, name, value, meaning) CONDITION_##subject,
enum condition_kind {
#include <twinstage/conditions.def>
	CONDITIONS
};
#undef CONDITION

struct condition_row {
	const char *subject;
	enum argument_type name, value; /* TYPE_FLAG: there is none */
	const char *meaning;
};

const struct condition_row *condition_row(enum condition_kind kind);

/* "source:SOURCE=STATE". Cut at `size`. */
void condition_form(enum condition_kind kind, char *text, int size);
