/* SPDX-License-Identifier: EUPL-1.2
 *
 * sdp: a browser's offer into plain facts, and the answer. Pure functions without state; any
 * thread. One ICE and DTLS transport: what is not in the offer's BUNDLE group (RFC 9143) is
 * refused, and so is all but the first usable m-line of each kind.
 *
 * An offer comes from anybody, so nothing in it is trusted: at most SDP_MAX_BYTES and
 * SDP_MAX_MEDIA, and only its m= and a= lines of plain characters ever reach the parser.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/rtp_format.h>

#define SDP_MAX_BYTES	      (64 * 1024)
#define SDP_MAX_MEDIA	      16
#define SDP_FINGERPRINT_BYTES 32  /* SHA-256 */
#define SDP_ICE_MAX	      257 /* RFC 8839 5.4: at most 256 characters, and the NUL */

/* PLAY: the browser receives (WHEP); PUBLISH: it sends (WHIP). */
enum sdp_use { SDP_PLAY, SDP_PUBLISH };

struct sdp_media {
	/* As offered, for the answer. */
	char kind[16], protocol[32], first_format[32], mid[40];
	bool is_accepted;
	enum video_codec codec; /* VIDEO_NONE: sound */
	uint8_t pt, rtx_pt;	/* rtx_pt 0: nothing can be sent again */
	char profile[8];	/* H.264: profile-level-id, "" if it says none */
	uint8_t packetization;	/* H.264 packetization-mode (RFC 6184 8.1) */
	bool has_nack, has_pli, has_fir, has_twcc, has_remb; /* rtcp-fb offered for `pt` */
	bool has_reduced_size;				     /* a=rtcp-rsize (RFC 5506) */
	bool asks_rtt;				/* a=rtcp-xr:rcvr-rtt=all (RFC 3611 5.1) */
	uint8_t twcc_id, playout_id, colour_id; /* header extensions' ids; 0: not offered */
	uint32_t ssrc, rtx_ssrc;		/* 0: the offer names none */
};

struct sdp_offer {
	char ufrag[SDP_ICE_MAX], pwd[SDP_ICE_MAX];
	uint8_t fingerprint[SDP_FINGERPRINT_BYTES];
	bool is_bundled;
	int n_media;
	struct sdp_media media[SDP_MAX_MEDIA];
	int video, audio; /* which m-line was accepted; -1: none */
};

/* What the answer says of us. */
struct sdp_self {
	const char *ufrag, *pwd;
	const char *fingerprint;			 /* "AB:CD:.." of our certificate */
	const char *candidates;				 /* candidates.h */
	int max_kbps;					 /* PUBLISH: the most to send */
	uint32_t video_ssrc, video_rtx_ssrc, audio_ssrc; /* PLAY */
	const char *cname;				 /* PLAY */
};

/* A PATCH's fragment (RFC 8840 9). */
struct sdp_fragment {
	char ufrag[SDP_ICE_MAX], pwd[SDP_ICE_MAX]; /* "" if it has none */
	char media_line[80], mid[40];		   /* of its first m-line; "" if it has none */
	bool has_candidates;			   /* or end-of-candidates */
};

/* Reads an offer and chooses. Video: PUBLISH takes VP8 if it stands before any H.264, else H.264
 * (packetization-mode 1 before 0); PLAY takes H.264 with packetization-mode 1, baseline before
 * main before high. Sound: Opus. ERROR_BAD_INPUT, ERROR_NO_CODEC as in port.h. */
bool sdp_read_offer(const char *text, enum sdp_use use, bool wants_video, bool wants_audio,
		    struct sdp_offer *offer, GError **error);

/* The answer, CRLF lines, a new string. */
char *sdp_write_answer(const struct sdp_offer *offer, enum sdp_use use,
		       const struct sdp_self *self);

/* What was agreed with a publisher. */
void sdp_format(const struct sdp_offer *offer, struct rtp_format *format);

/* ERROR_BAD_INPUT for what holds neither candidates nor new credentials. */
bool sdp_read_fragment(const char *text, struct sdp_fragment *fragment, GError **error);

/* The answer to an ICE restart, a new string. */
char *sdp_write_fragment(const struct sdp_fragment *fragment, const struct sdp_self *self);
