/* SPDX-License-Identifier: EUPL-1.2
 *
 * wait: until a condition holds. Listens to the daemon's events and reads the status again when
 * something happened, at most four times a second (and once a second without, since not all that a
 * status says has its event).
 */
#pragma once

#include "crew.h"

/* Whether crew->wait and crew->timeout can be understood; if not, says why. To be asked before
 * anything is done. */
bool wait_is_understood(const struct crew *crew);

/* Waits; EXIT_DONE once it holds, else says why not: EXIT_REFUSED (the time is over, or it can never be),
 * EXIT_NO_DAEMON. */
int wait_until(const struct crew *crew);
