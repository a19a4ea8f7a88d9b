/* SPDX-License-Identifier: EUPL-1.2 */
#include "own_options.h"

#include <stddef.h>
#include <string.h>

#define OPTION(program, name, word, meaning) {#program, #name, word, meaning},
static const struct own_option options[] = {
#include <twinstage/options.def>
};
#undef OPTION
#define N_OPTIONS (sizeof(options) / sizeof(*options))

const struct own_option *own_option(const char *program, int i)
{
	for (size_t at = 0; at < N_OPTIONS; at++)
		if (strcmp(options[at].program, program) == 0 && i-- == 0)
			return &options[at];
	return NULL;
}

const struct own_option *own_option_named(const char *program, const char *name)
{
	const struct own_option *option;

	for (int i = 0; (option = own_option(program, i)); i++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}
