/* SPDX-License-Identifier: EUPL-1.2
 *
 * own_options: options.def as data: what the programs themselves take. Read only; any thread.
 */
#pragma once

struct own_option {
	const char *program; /* "twinstage" or "twinstaged" */
	const char *name;    /* without the dashes */
	const char *word;    /* what it takes, "CONDITION"; "" for none */
	const char *meaning; /* without a full stop */
};

/* The i-th option of a program from 0 on, NULL after the last. */
const struct own_option *own_option(const char *program, int i);

/* By its name; NULL if the program has none of that name. */
const struct own_option *own_option_named(const char *program, const char *name);
