/* SPDX-License-Identifier: EUPL-1.2 */
#include "bus.h"

#include <math.h>

#include "source.h"

static bool hears(const struct bus *bus, const struct bus_source *source)
{
	if (source->is_speaker && !source->is_on)
		return false;
	switch (bus->kind) {
	case BUS_PROGRAM:
	case BUS_PREVIEW:
	case BUS_CREW:
		return true;
	case BUS_ROOM:
		return source->role == ROLE_REMOTE;
	case BUS_RETURN:
		return source->id != bus->speaker_id;
	}
	return false;
}

float bus_gain(const struct bus *bus, const struct bus_source *source)
{
	if (!hears(bus, source) || source->is_muted || source->gain_db <= GAIN_SILENCE_DB)
		return 0;
	return (float)pow(10, source->gain_db / 20);
}

bool bus_is_off_air(const struct bus *bus, const struct bus_source *source)
{
	if (bus->kind == BUS_ROOM || source->is_speaker)
		return false;
	return !source->is_shown && !source->is_pinned;
}
