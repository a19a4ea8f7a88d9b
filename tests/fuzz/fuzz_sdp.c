/* SPDX-License-Identifier: EUPL-1.2
 *
 * An offer, played and published, and a fragment; what is accepted is answered.
 */
#include <glib.h>
#include <stddef.h>
#include <string.h>

#include "sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void answer(const char *text, enum sdp_use use)
{
	const struct sdp_self self = {.ufrag = "u",
				      .pwd = "p",
				      .fingerprint = "F",
				      .candidates = "a=end-of-candidates\r\n",
				      .max_kbps = 1000,
				      .cname = "c"};
	struct sdp_offer offer;
	struct sdp_fragment fragment;
	struct rtp_format format;

	if (sdp_read_offer(text, use, true, true, &offer, NULL)) {
		g_free(sdp_write_answer(&offer, use, &self));
		sdp_format(&offer, &format);
	}
	if (sdp_read_fragment(text, &fragment, NULL))
		g_free(sdp_write_fragment(&fragment, &self));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = g_strndup((const char *)bytes, length);

	answer(text, SDP_PLAY);
	answer(text, SDP_PUBLISH);
	g_free(text);
	return 0;
}
