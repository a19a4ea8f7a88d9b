/* SPDX-License-Identifier: EUPL-1.2
 *
 * complete_private: what the files of `complete` share.
 */
#pragma once

#include <twinstage/commands.h>

#include "complete.h"

/* What is being completed. */
struct completion {
	const char *begun; /* the last word so far */
	const char *before,
		*after; /* what stands around what is added, within the word; "" for nothing */
	const struct asker *asker;
	struct candidates *out;
};

/* Adds a candidate, with what stands around it, if it begins as the word does and is not there already.
 * Copies both. */
void completion_add(const struct completion *completion, const char *text, const char *what);

/* Adds whatever this type of argument takes. */
void complete_value(const struct completion *completion, enum argument_type type);

/* Adds what --wait takes: first the subjects, then their names, then their values. */
void complete_condition(const struct completion *completion);
