/* SPDX-License-Identifier: EUPL-1.2
 *
 * bus: who hears whom. The one rule, in one place, pure: the gain matrix is filled from it and from
 * nothing else, so a hall microphone cannot reach the hall, nor a speaker their own return.
 *
 * There are two halves. What a bus may hear at all, and how loud, is bus_gain(). Of that, what the
 * picture leaves out now is bus_is_off_air(): program and the returns hear what the scene on air
 * shows and what is pinned. A speaker is as if pinned: a conversation does not end because the
 * slides fill the picture. The room goes by no picture; it hears the remote side.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <twinstage/words.h>

/* Preview and the multiview ("crew") have no sound of their own: program's is heard with them. */
enum bus_kind { BUS_PROGRAM, BUS_ROOM, BUS_PREVIEW, BUS_CREW, BUS_RETURN };

struct bus {
	enum bus_kind kind;
	uint64_t speaker_id; /* BUS_RETURN: whose */
};

struct bus_source {
	uint64_t id;
	enum role role;
	bool is_speaker;
	bool is_on; /* a speaker: admitted and connected */
	bool is_muted;
	double gain_db;
	bool is_shown;	/* by the scene on program */
	bool is_pinned; /* heard whatever is shown */
};

/* The linear gain of a source in a bus; 0 where it must not be heard. */
float bus_gain(const struct bus *bus, const struct bus_source *source);

/* Whether the bus leaves this source out for as long as it is not shown. */
bool bus_is_off_air(const struct bus *bus, const struct bus_source *source);
