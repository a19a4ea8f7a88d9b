/* SPDX-License-Identifier: EUPL-1.2
 *
 * sdp_codec: the payload types of one m-line, and which of them we take. Inside sdp*.c only; pure.
 */
#pragma once

#include <gst/sdp/sdp.h>

#include "sdp.h"

/* Fills codec, pt, rtx_pt, profile, packetization and the has_ flags of `media`. ERROR_NO_CODEC
 * says what was offered and what would do. */
bool sdp_codec_choose(const GstSDPMedia *line, enum sdp_use use, struct sdp_media *media,
		      GError **error);
