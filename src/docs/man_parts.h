/* SPDX-License-Identifier: EUPL-1.2
 *
 * man_parts: what more than one man page holds.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* The options of a program, one item each. */
void man_options(FILE *out, const char *program);

/* Every type of argument that a command takes, and with `has_conditions` a condition of --wait, one item
 * each. */
void man_types(FILE *out, bool has_conditions);
