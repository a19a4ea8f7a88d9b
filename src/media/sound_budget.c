/* SPDX-License-Identifier: EUPL-1.2 */
#include "sound_budget.h"

#include <opus.h>

#include "clock.h"

#define RATE_HZ	 48000
#define SPEED	 2 /* times real time */
#define MOST_NS	 (8 * NS_PER_S)
#define LEAST_NS (5 * NS_PER_MS)
#define LONGEST	 (RATE_HZ * 120 / 1000)

static int64_t cost_ns(const uint8_t *opus, size_t length)
{
	int samples = opus_packet_get_nb_samples(opus, (opus_int32)length, RATE_HZ);
	int64_t ns = (samples > 0 ? samples : LONGEST) * NS_PER_S / RATE_HZ;

	return ns > LEAST_NS ? ns : LEAST_NS;
}

static void work_off(struct sound_budget *budget, int64_t now_ns)
{
	int64_t passed_ns = now_ns - budget->last_ns;

	budget->last_ns = now_ns;
	budget->spent_ns -= passed_ns < MOST_NS ? SPEED * passed_ns : MOST_NS;
	if (budget->spent_ns < 0)
		budget->spent_ns = 0;
}

bool sound_budget_allows(struct sound_budget *budget, const uint8_t *opus, size_t length,
			 int64_t now_ns)
{
	int64_t cost = cost_ns(opus, length);

	work_off(budget, now_ns);
	if (budget->spent_ns + cost > MOST_NS)
		return false;
	budget->spent_ns += cost;
	return true;
}
