/* SPDX-License-Identifier: EUPL-1.2
 *
 * dry: a dry show for one input, and what has to be true of it after whatever was done.
 */
#pragma once

#include "dispatch.h"

/* Empty, of the default settings, everything allowed. */
struct context dry_open(void);

/* With something in it, so that commands find what they name: sources cam, bars and slide, speaker
 * Anna, scenes a and b. */
struct context dry_open_filled(void);

/* Aborts unless the show, written and run again, is the same. Destroys it. */
void dry_check(struct context *dry);
