/* SPDX-License-Identifier: EUPL-1.2
 *
 * sound_budget: how much sound one sender may have decoded. Sound is decoded before all other work
 * is done (PRIORITY_SOUND), so nobody gets more of it than a line that has stood still brings at
 * once: eight seconds, and from then on two each second. A packet counts as long as it sounds
 * (RFC 6716 3.1: up to 120 ms), 5 ms at least; what is no Opus is taken for the longest.
 *
 * Pure: times come in as arguments, in ns. One user at a time. Zeroed memory is a new one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sound_budget {
	int64_t spent_ns; /* not yet worked off, at last_ns */
	int64_t last_ns;
};

/* Whether the Opus packet (RTP payload) that came at `now_ns` may go on. */
bool sound_budget_allows(struct sound_budget *budget, const uint8_t *opus, size_t length,
			 int64_t now_ns);
