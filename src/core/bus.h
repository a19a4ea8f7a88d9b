/* SPDX-License-Identifier: EUPL-1.2
 *
 * bus: who hears whom. The one rule, in one place, pure: the gain matrix is filled from it and from
 * nothing else, so a hall microphone cannot reach the hall, nor a speaker their own return.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <twinstage/words.h>

enum bus_kind { BUS_PROGRAM, BUS_ROOM, BUS_RETURN };

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
};

/* The linear gain of a source in a bus; 0 where it must not be heard. */
float bus_gain(const struct bus *bus, const struct bus_source *source);
