/* SPDX-License-Identifier: EUPL-1.2
 *
 * names: whether a show has what a word of a command names, by the argument's type.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <twinstage/commands.h>

struct show;

/* True for every type that is no name. ERROR_NOT_FOUND with the nearest one that there is. */
bool names_check(const struct show *show, enum argument_type type, const char *name,
		 GError **error);
