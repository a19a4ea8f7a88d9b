/* SPDX-License-Identifier: EUPL-1.2
 *
 * duration: a length of time as it is typed. Pure; any thread; the same in every locale.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "500ms", "1.5s", "90m", "12h", "2d" in ms. False: it is none of these, or more than 30 years. */
bool duration_parse(const char *word, int64_t *ms);
