/* SPDX-License-Identifier: EUPL-1.2
 *
 * A compound packet that was already opened.
 */
#include <stdlib.h>
#include <string.h>

#include "rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void on_report(const struct rtcp_report *report, void *data)
{
	*(size_t *)data += report->loss_percent >= 0;
}

static void on_nack(uint32_t ssrc, uint16_t seq, void *data)
{
	(void)ssrc;
	(void)seq;
	*(size_t *)data += 1;
}

static void on_ssrc(uint32_t ssrc, void *data)
{
	(void)ssrc;
	*(size_t *)data += 1;
}

static void on_asks_rtt(uint32_t from, uint32_t its_time, void *data)
{
	uint8_t out[RTCP_RTT_BYTES];

	if (rtcp_write_rtt(out, 1, from, its_time) != sizeof(out))
		abort();
	*(size_t *)data += 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct rtcp_reader reader = {on_report, on_nack,	  on_ssrc,
						  on_ssrc,   on_asks_rtt, NULL};
	uint8_t *copy = malloc(length ? length : 1);
	size_t n = 0;

	memcpy(copy, bytes, length);
	rtcp_read(copy, length, &reader, &n);
	/* A NACK's four bytes name 17 packets; nothing says more than that. */
	if (n > length * 17 / 4)
		abort();
	free(copy);
	return 0;
}
