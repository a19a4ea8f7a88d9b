/* SPDX-License-Identifier: EUPL-1.2
 *
 * PRIVATE to preflight*.c: preflight.c keeps the findings and the limits, preflight_input.c, preflight_output.c and preflight_machine.c hold
 * the rules of each group.
 */
#pragma once

#include "preflight.h"

struct preflight {
	const struct settings *settings;
	const char *host;
	GArray *findings; /* struct finding */
	bool is_empty;	  /* nothing is on air */
	enum finding_group group;
	char subject[136]; /* of what is found from now on */
	char typed[140];   /* the same as a word of the command line */
};

void preflight_begin(struct preflight *preflight, enum finding_group group, const char *subject);

/* Appends one about the subject. Valid until the next one is found. */
struct finding *find(struct preflight *preflight, enum verdict verdict, const char *item,
		     const char *measured, ...) G_GNUC_PRINTF(4, 5);

/* Says what to do, if anything is to be done. */
void advise(struct finding *finding, const char *advice, ...) G_GNUC_PRINTF(2, 3);
