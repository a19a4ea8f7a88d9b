/* SPDX-License-Identifier: EUPL-1.2
 *
 * condition: one thing that may be waited for (conditions.def), read from what was typed, and whether
 * a status holds it. Pure.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "conditions.h"

struct condition {
	enum condition_kind kind;
	char name[160];	   /* of the source or speaker; "" where there is none */
	const char *value; /* part of the text; "" where there is none */
	int code;	   /* of the value, where it is a word of a closed vocabulary */
};

enum verdict { VERDICT_NOT_YET, VERDICT_HOLDS, VERDICT_NEVER };

/* Reads "source:cam-a=live". False: it is no condition, and `why` says what would be one. */
bool condition_read(struct condition *condition, const char *text, char *why, size_t size);

/* Whether the answer to `status` holds it; `how` says how it is instead ("program is panel"), or, where
 * it cannot come true, what is there. */
enum verdict condition_check(const struct condition *condition, const json_t *status, char *how,
			     size_t size);
