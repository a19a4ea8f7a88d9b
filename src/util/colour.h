/* SPDX-License-Identifier: EUPL-1.2
 *
 * colour: how settings write a colour. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "#rrggbb" or "#rrggbbaa" as 0xrrggbbaa; false for anything else. */
bool colour_read(const char *text, uint32_t *rgba);
