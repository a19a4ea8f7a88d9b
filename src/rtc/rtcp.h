/* SPDX-License-Identifier: EUPL-1.2
 *
 * rtcp: compound packets (RFC 3550 6, RFC 4585 6, RFC 5104 4.3.1) read and written. Reading takes
 * any bytes: what is cut, too long or unknown is skipped. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 5761 4: on a shared port RTCP is what has 192 to 223 in its second byte. */
static inline bool rtcp_is(const uint8_t *bytes, size_t length)
{
	return length >= 8 && bytes[1] >= 192 && bytes[1] <= 223;
}

struct rtcp_report {
	uint32_t ssrc;	     /* whose reception it is about: ours */
	double loss_percent; /* since the report before */
	/* Middle 32 bits of the NTP time of our last SR that they got; 0: none. */
	uint32_t last_sr;
	uint32_t delay; /* since then, in 1/65536 s */
};

/* What is found, in its order. Any of them may be NULL. */
struct rtcp_reader {
	void (*report)(const struct rtcp_report *report, void *data);
	void (*nack)(uint32_t ssrc, uint16_t seq, void *data); /* once for each packet missed */
	void (*key)(uint32_t ssrc, void *data);		       /* PLI or FIR */
	void (*bye)(uint32_t ssrc, void *data);
	/* a receiver asks how long its way to us is (RFC 3611 4.4): who, and its time, the middle 32
	 * bits of NTP */
	void (*asks_rtt)(uint32_t from, uint32_t its_time, void *data);
	/* a transport-wide feedback packet, whole, for twcc.h */
	void (*feedback)(const uint8_t *packet, size_t length, void *data);
};

/* False if it is not RTCP at all (then nothing was called). */
bool rtcp_read(const uint8_t *bytes, size_t length, const struct rtcp_reader *reader, void *data);

struct rtcp_sender {
	uint32_t ssrc;
	int64_t wall_ns;	 /* clock_wall_ns() .. */
	uint32_t rtp_time;	 /* .. and the RTP time of the same moment */
	uint32_t packets, bytes; /* sent until now, modulo 2^32; bytes of payload */
	const char *cname;	 /* at most 64 characters */
};

/* The middle 32 bits of a moment as NTP time (RFC 3550 4). */
uint32_t rtcp_short_ntp(int64_t wall_ns);

#define RTCP_SENDER_MAX 128

/* Writes SR and SDES with the cname; returns the length. */
size_t rtcp_write_sender(uint8_t out[RTCP_SENDER_MAX], const struct rtcp_sender *sender);

#define RTCP_RTT_BYTES 24

/* Writes the answer to asks_rtt(), given at once (RFC 3611 4.5); returns the length. */
size_t rtcp_write_rtt(uint8_t out[RTCP_RTT_BYTES], uint32_t ssrc, uint32_t from, uint32_t its_time);
