/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

#include "clock.h"

#define SMOOTHING 16

static int bucket_of(int64_t ns)
{
	static const int limits_ms[] = STAGE_LIMITS_MS;
	int bucket = 0;

	while (bucket < STAGE_BUCKETS - 1 && ns > limits_ms[bucket] * NS_PER_MS)
		bucket++;
	return bucket;
}

void stage_record(struct stage *stage, int64_t ns)
{
	int64_t took_ns = ns > 0 ? ns : 0;
	int64_t before_ns =
		atomic_fetch_add_explicit(&stage->sum_ns, took_ns, memory_order_relaxed);
	int64_t recent_ns = atomic_load_explicit(&stage->recent_ns, memory_order_relaxed);

	/* Of two writers at once one's share of the smoothed figure is lost, which nobody will see. */
	recent_ns = before_ns ? recent_ns + (took_ns - recent_ns) / SMOOTHING : took_ns;
	atomic_store_explicit(&stage->recent_ns, recent_ns, memory_order_relaxed);
	atomic_fetch_add_explicit(&stage->buckets[bucket_of(took_ns)], 1, memory_order_relaxed);
}

void stage_read(const struct stage *stage, struct stage_stats *stats)
{
	*stats = (struct stage_stats){
		.sum_ms = (double)atomic_load_explicit(&stage->sum_ns, memory_order_relaxed) /
			  NS_PER_MS,
		.recent_ms = (double)atomic_load_explicit(&stage->recent_ns, memory_order_relaxed) /
			     NS_PER_MS,
	};
	for (int i = 0; i < STAGE_BUCKETS; i++) {
		stats->buckets[i] = atomic_load_explicit(&stage->buckets[i], memory_order_relaxed);
		stats->count += stats->buckets[i];
	}
}
