/* SPDX-License-Identifier: EUPL-1.2
 *
 * The word after --wait: "settled", "program=stage", "source:cam-a=live".
 */
#include <stdio.h>
#include <string.h>

#include "complete_private.h"
#include "conditions.h"

static void add_subject(const struct completion *completion, const struct condition_row *row)
{
	struct completion part = *completion;

	part.after = row->name != TYPE_FLAG ? ":" : row->value != TYPE_FLAG ? "=" : "";
	completion_add(&part, row->subject, row->meaning);
}

/* Only the part that the cursor is in: the subject, the name, or the value. */
static void add_rest(const struct completion *completion, const struct condition_row *row)
{
	struct completion part = *completion;
	const char *equals = strrchr(completion->begun, '=');
	char before[256];
	size_t length =
		equals ? (size_t)(equals - completion->begun) + 1 : strlen(row->subject) + 1;

	snprintf(before, sizeof(before), "%.*s", (int)length, completion->begun);
	part.before = before;
	if (equals) {
		complete_value(&part, row->value);
	} else {
		part.after = "=";
		complete_value(&part, row->name);
	}
}

void complete_condition(const struct completion *completion)
{
	size_t length = strcspn(completion->begun, ":=");

	for (int i = 0; i < CONDITIONS; i++) {
		const struct condition_row *row = condition_row((enum condition_kind)i);

		if (!completion->begun[length])
			add_subject(completion, row);
		else if (strlen(row->subject) == length &&
			 strncmp(row->subject, completion->begun, length) == 0)
			add_rest(completion, row);
	}
}
