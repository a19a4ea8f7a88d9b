/* SPDX-License-Identifier: EUPL-1.2
 *
 * swarm_check: whether an RTP stream arrived whole. Pure; it sees packets one after the other and
 * counts. A sequence needs only the head, which SRTP leaves readable; frames need the payload.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 3550 A.1, A.3 of one SSRC. */
struct sequence {
	bool has_begun;
	uint32_t ssrc;
	uint16_t last;
	uint32_t cycles;
	uint64_t packets, bytes, lost, late;
};

/* A packet of it. A gap counts as lost until what is missing comes late. */
void sequence_take(struct sequence *sequence, const uint8_t *bytes, size_t length);

/* RFC 3550 6.4.1: extended highest sequence number received. */
uint32_t sequence_highest(const struct sequence *sequence);

/* Pictures of H.264 (RFC 6184). */
struct pictures {
	bool is_within, is_fragment, is_bad;
	bool has_key; /* one came whole that can be decoded alone */
	uint16_t next_seq;
	uint32_t time;
	uint64_t whole, broken;
};

/* An opened packet, in order. A picture is broken if a packet or a fragment's end is missing, and
 * if it comes before the first that can be decoded alone. */
void pictures_take(struct pictures *pictures, const uint8_t *bytes, size_t length);
