/* SPDX-License-Identifier: EUPL-1.2
 *
 * client: the browser's half of a connection, without a browser: ICE checks (controlling; those of
 * a server that is not lite are answered), DTLS client, SRTP and SRTCP, over one UDP socket. It
 * knows no codecs: it makes an offer, takes the answer, connects, and then hands over opened
 * packets and sends what it is given.
 *
 * One thread for each client at a time; it never blocks but in client_connect() and where a
 * timeout is given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum client_use { CLIENT_PLAY, CLIENT_PUBLISH };

/* What the offer says; the payload types are the client's choice. */
struct client_options {
	enum client_use use;
	/* Video is H.264, sound Opus; 0: no such m-line (or no RTX). */
	uint8_t video_pt, rtx_pt, audio_pt;
	uint8_t playout_id, twcc_id; /* header extensions' ids to offer; 0: not */
	bool wants_cm_only;	     /* offer only AES128_CM_SHA1_80 */
	bool has_wrong_fingerprint;  /* lie about the certificate */
};

struct client;

struct client_packet {
	bool is_rtcp;
	size_t length;
	uint8_t bytes[2048];
};

/* A socket on `address` (as "127.0.0.1" or "::1"), a key, a certificate. */
struct client *client_create(const struct client_options *options, const char *address);

/* The offer, valid as long as the client. */
const char *client_offer(const struct client *client);

/* Takes ICE credentials, the port and the payload's SSRCs from the answer, or from the fragment
 * that answers a restart. False if something is missing. */
bool client_take_answer(struct client *client, const char *answer);
const char *client_server_ufrag(const struct client *client);
uint32_t client_video_ssrc(const struct client *client);
uint32_t client_rtx_ssrc(const struct client *client);

/* New ICE credentials: the fragment to PATCH, valid until the next restart. */
const char *client_restart(struct client *client);

/* One check, with USE-CANDIDATE. */
void client_send_check(struct client *client);

/* Moves to another local port, as a NAT does to one that slept; checks must follow. */
void client_rebind(struct client *client);

/* Checks until one is answered, then the handshake. False after `timeout_ms`. */
bool client_connect(struct client *client, int timeout_ms);
bool client_is_up(const struct client *client);
bool client_is_closed(const struct client *client); /* close_notify came */
bool client_has_gcm(const struct client *client);

/* Checks answered so far, and of the last one refused its STUN error code (0: none). */
int client_n_answers(const struct client *client);
int client_last_error(const struct client *client);

/* The next RTP or RTCP packet, opened; false if none comes in time. Handles the rest meanwhile. */
bool client_receive(struct client *client, struct client_packet *packet, int timeout_ms);

/* Protects and sends; plain bytes with their heads, at most 1500. */
bool client_send_rtp(struct client *client, const uint8_t *bytes, size_t length);
bool client_send_rtcp(struct client *client, const uint8_t *bytes, size_t length);

/* Any bytes as they are. */
void client_send_raw(struct client *client, const void *bytes, size_t length);

/* A ClientHello, whether or not a check was answered. */
void client_send_hello(struct client *client);

/* Reads what waits, whatever it is, and tells how many datagrams it was. */
int client_count_datagrams(struct client *client);

/* For an owner with many of them and a loop of its own, instead of client_connect() and
 * client_receive(): it reads client_fd(), hands in each datagram, and steps a client that is not up
 * at least every 20 ms (checks, then the handshake and what of it is sent again). Nothing blocks.
 * client_take() is true for SRTP and SRTCP, which it leaves alone: client_open() opens such a
 * packet in place and is false if it is not authentic or came before. */
int client_fd(const struct client *client);
void client_step(struct client *client);
bool client_take(struct client *client, const uint8_t *bytes, size_t length);
bool client_open(struct client *client, struct client_packet *packet);

/* Says close_notify. */
void client_leave(struct client *client);

/* NULL is allowed. */
void client_destroy(struct client *client);
