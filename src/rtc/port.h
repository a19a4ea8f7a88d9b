/* SPDX-License-Identifier: EUPL-1.2
 *
 * port: every browser on one UDP port. ICE-lite (RFC 8445 2.5; STUN by libnice), DTLS 1.2 server
 * (OpenSSL), SRTP (AEAD_AES_128_GCM before AES128_CM_SHA1_80; libsrtp, but for what is sent under
 * the first), and nothing else: no jitter buffer, no codec.
 *
 *   datagram --first byte (RFC 7983)--> STUN -> ice  -> peer by ufrag; where it came from is
 *                                                       where we send
 *                                       DTLS -> dtls -> the peer of that address -> keys -> srtp
 *                                       SRTP -> srtp -> publish: track rtp_in / rtcp_in
 *   track (video, audio) --bell--> lane -> stream: per peer payload type, protect -> outbox: bursts;
 *                                          history answers NACK with RTX
 *
 * The server only ever answers an offer; a peer's SDP is parsed and answered on the control loop
 * (sdp.h, pure), everything after that happens on one of several worker threads, each with a uv
 * loop and sockets of its own (steer.h: which of them gets a datagram). No state is kept for an
 * address before an authenticated STUN check; an answered offer that nobody follows up expires
 * after 30 s (NOTE_PEER_CLOSED). A peer without STUN checks for 30 s is gone, one that sends
 * close_notify at once.
 *
 * Thread: all calls on the control loop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/rtp_format.h>

struct track;
struct mailbox;
struct rtc_port;

struct rtc_config {
	int udp_port;
	/* Told to browsers: as a router's that forwards to udp_port; 0: that one. */
	int public_port;
	/* Told to browsers as host candidates, separated by spaces; "": all of this machine's
	 * (loopback, too). */
	const char *addresses;
	/* What a publisher may send: b=AS and x-google-max-bitrate of the answer. */
	int max_kbps;
	/* Threads that serve browsers; 0: one for each core. At most 6 are started. */
	int workers;
};

/* Opens the port (0.0.0.0 and [::]) and starts the workers. A port in use gives ERROR_IO. */
struct rtc_port *rtc_port_create(const struct rtc_config *config, struct mailbox *up,
				 GError **error);

/* Answers an offer that wants to receive (WHEP). Either track may be NULL (that m-line is
 * refused). The answer is a new string, g_free(). `peer_id` is the caller's and comes back in
 * notes. ERROR_BAD_INPUT: malformed SDP, no ICE or DTLS attributes, SHA-256 fingerprint missing.
 * ERROR_NO_CODEC: names what was offered and what would do. The peer takes references to the
 * tracks. */
bool rtc_play(struct rtc_port *port, uint64_t peer_id, const char *offer, struct track *video,
	      struct track *audio, char **answer, GError **error);

/* Answers an offer that wants to send (WHIP). RTP and RTCP, decrypted and as they came, are
 * written into `rtp_in` and `rtcp_in` and their bells rung; compound RTCP found in `rtcp_out`
 * (hang no bell, rtc does) is sent. */
bool rtc_publish(struct rtc_port *port, uint64_t peer_id, const char *offer, struct track *rtp_in,
		 struct track *rtcp_in, struct track *rtcp_out, char **answer,
		 struct rtp_format *format, GError **error);

/* Moves a receiving peer to another picture track at that track's next key frame (asked for).
 * Nothing is negotiated again: the peer goes on with its SSRC and its sequence numbers; RTP time
 * is the same in all picture tracks (encoder.h). NULL: no picture until the next one. An unknown id
 * is ignored. */
void rtc_switch_video(struct rtc_port *port, uint64_t peer_id, struct track *video);

/* PATCH of WHIP and WHEP (RFC 8840 fragments). Trickled candidates are not needed (ICE-lite finds
 * the browser by its checks): *reply NULL. A new ice-ufrag and ice-pwd restart ICE: *reply is the
 * answering fragment. ERROR_BAD_INPUT for what is neither; ERROR_NOT_FOUND for a peer that is
 * gone. */
bool rtc_patch(struct rtc_port *port, uint64_t peer_id, const char *fragment, char **reply,
	       GError **error);

/* Sends close_notify and forgets the peer. NOTE_PEER_CLOSED follows. An unknown id is ignored. */
void rtc_close(struct rtc_port *port, uint64_t peer_id);

struct rtc_peer_stats {
	bool is_connected;
	char address[64];
	uint64_t sent_packets, sent_bytes, received_packets, received_bytes;
	uint64_t nacks, resent, plis, send_errors;
	/* Pictures left out, to the next key frame, because the system would take no more. */
	uint64_t dropped_frames;
	double rtt_ms;	     /* from receiver reports; 0: unknown */
	double loss_percent; /* as the peer reported last, or of the last second (estimate.h) */
	/* Of a receiver's line (estimate.h): what it carries at least, and may carry at most, in
	 * kbit/s; what waits in it; for how long there has been too much for it, or not. */
	double estimate_kbps, capacity_kbps, queue_ms;
	int64_t congested_ms, calm_ms;
};

/* A copy of what the worker published last (a quarter of a second old at most). False for an unknown id. */
bool rtc_read_stats(struct rtc_port *port, uint64_t peer_id, struct rtc_peer_stats *stats);

/* Closes all peers and joins the workers. Whatever writes tracks that were given to a peer has
 * ended before: their bells wake a worker. NULL is allowed. */
void rtc_port_destroy(struct rtc_port *port);
