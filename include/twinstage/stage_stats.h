/* SPDX-License-Identifier: EUPL-1.2
 *
 * stage_stats: how long one stage of the way takes (a picture's decoding, its wait for the tick ..),
 * as it was read from a stage (flow's stage.h) and is handed up through the layers. Data only.
 */
#pragma once

#include <stdint.h>

/* Each bucket counts what took longer than the limit before it and at most its own; behind them is
 * one without a limit. */
#define STAGE_LIMITS_MS                                                                            \
	{                                                                                          \
		1, 2, 5, 10, 20, 33, 50, 100, 200, 500, 1000                                       \
	}
#define STAGE_BUCKETS 12

struct stage_stats {
	uint64_t count;
	double sum_ms;	  /* of all */
	double recent_ms; /* smoothed over the last 16 or so; 0 while count is 0 */
	uint64_t buckets[STAGE_BUCKETS];
};
