/* SPDX-License-Identifier: EUPL-1.2
 *
 * rtp_format: what a publishing browser and the server agreed on in offer and answer: how the RTP
 * that is coming is to be read. Plain data, copied: rtc makes it, core carries it, media reads it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Header extensions (a=extmap) of what a browser sends. */
#define TWCC_URI   "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define COLOUR_URI "http://www.webrtc.org/experiments/rtp-hdrext/color-space"

enum video_codec { VIDEO_NONE, VIDEO_H264, VIDEO_VP8 };

struct rtp_format {
	enum video_codec video;	/* VIDEO_NONE: sound only */
	uint8_t video_pt;
	uint8_t video_rtx_pt;	/* RFC 4588; 0: the peer cannot resend */
	uint32_t video_ssrc, video_rtx_ssrc;	/* as offered; 0 if the offer named none */
	bool has_audio;		/* Opus, 48 kHz, 2 channels (RFC 7587) */
	uint8_t audio_pt;
	uint32_t audio_ssrc;
	uint8_t twcc_id;	/* transport-wide sequence number's header extension id, of both media; 0: none */
	uint8_t colour_id;	/* the video's colours', of which VP8 itself cannot tell; 0: none */
};
