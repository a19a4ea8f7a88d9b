/* SPDX-License-Identifier: EUPL-1.2
 *
 * backlog: PRIVATE to this folder. What a decoder that cannot follow leaves out: when what reaches it is too old, everything up to a key frame that
 * is fresh again. So pictures become fewer and never late, and nothing is decoded from half of what it needs. Pure; one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct backlog {
	bool is_skipping;
};

/* Whether the decoder shall have this picture; `age_ns`: how long it has waited since it came from the network. */
static inline bool backlog_passes(struct backlog *backlog, bool is_key, int64_t age_ns)
{
	if (age_ns > INT64_C(400000000))
		backlog->is_skipping = true;
	else if (is_key && age_ns < INT64_C(100000000))
		backlog->is_skipping = false;
	return !backlog->is_skipping;
}
