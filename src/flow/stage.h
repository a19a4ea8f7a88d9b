/* SPDX-License-Identifier: EUPL-1.2
 *
 * stage: a clock on one stage of the way: how long each picture or packet took there. Always on,
 * because it costs a few nanoseconds and never waits: atomics only. Embedded in what it measures,
 * zeroed at first. Any threads write and read.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <twinstage/stage_stats.h>

struct stage {
	_Atomic(int64_t) sum_ns, recent_ns;
	_Atomic(uint64_t) buckets[STAGE_BUCKETS];
};

/* One more took `ns`; what is negative (two clocks that disagree) counts as 0. */
void stage_record(struct stage *stage, int64_t ns);

/* The count is that of the buckets; the sum may be of another instant. */
void stage_read(const struct stage *stage, struct stage_stats *stats);
