/* SPDX-License-Identifier: EUPL-1.2
 *
 * talk: one command of the daemon's: said, and its answer printed.
 */
#pragma once

#include "crew.h"

/* Returns the exit status, and has said on standard error what went wrong. `events --follow` goes on
 * until the daemon or the reader ends. */
int talk(const struct crew *crew);
