/* SPDX-License-Identifier: EUPL-1.2
 *
 * Transport-wide feedback, and what is made of it: packets are sent in between, as many and as
 * large as the input's first bytes say.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "twcc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void on_fate(uint16_t seq, bool has_come, int64_t arrived_us, void *data)
{
	(void)seq;
	if (!has_come && arrived_us)
		abort();
	*(size_t *)data += 1;
}

static void check(const struct estimate *estimate, int64_t now_ns)
{
	struct estimate_view view;

	estimate_read(estimate, now_ns, &view);
	if (!isfinite(view.kbps) || view.kbps < 0 || view.arrived_kbps < 0 ||
	    view.capacity_kbps < 0 || view.loss_percent < 0 || view.loss_percent > 100 ||
	    view.congested_ms < 0 || view.calm_ms < 0 || (view.congested_ms && view.calm_ms))
		abort();
}

/* Pieces: packets to send, bytes of each / 8, pause in 16 ms, length of the feedback, feedback. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct estimate *estimate = estimate_create();
	int64_t now_ns = 1000000000;

	while (length > 4) {
		size_t part = bytes[3] < length - 4 ? bytes[3] : length - 4, n = 0;
		uint8_t *copy = malloc(part ? part : 1);

		for (unsigned i = 0; i < bytes[0]; i++)
			estimate_send(estimate, 8 * (size_t)bytes[1], now_ns);
		now_ns += bytes[2] * INT64_C(16000000);
		memcpy(copy, bytes + 4, part);
		if (!twcc_read(copy, part, on_fate, &n) && n)
			abort();
		if (n > TWCC_PACKETS_MAX)
			abort();
		estimate_feedback(estimate, copy, part, now_ns);
		check(estimate, now_ns);
		free(copy);
		bytes += 4 + part;
		length -= 4 + part;
	}
	estimate_destroy(estimate);
	return 0;
}
