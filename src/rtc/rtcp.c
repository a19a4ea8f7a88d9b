/* SPDX-License-Identifier: EUPL-1.2 */
#include "rtcp.h"

#include <string.h>

#include "clock.h"
#include "twcc.h"

enum {
	TYPE_SR = 200,
	TYPE_RR = 201,
	TYPE_SDES = 202,
	TYPE_BYE = 203,
	TYPE_RTPFB = 205,
	TYPE_PSFB = 206,
	TYPE_XR = 207
};
enum { XR_ITS_TIME = 4, XR_RTT = 5 };
enum { FEEDBACK_NACK = 1, FEEDBACK_PLI = 1, FEEDBACK_FIR = 4 };

/* Seconds from 1900 to 1970. */
#define NTP_EPOCH UINT64_C(2208988800)

static uint16_t read16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t read32(const uint8_t *bytes)
{
	return (uint32_t)read16(bytes) << 16 | read16(bytes + 2);
}

static uint8_t *write32(uint8_t *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*out++ = (uint8_t)(value >> shift);
	return out;
}

static void read_reports(const uint8_t *block, size_t length, unsigned count,
			 const struct rtcp_reader *reader, void *data)
{
	for (; reader->report && count > 0 && length >= 24; count--, block += 24, length -= 24) {
		struct rtcp_report report = {
			.ssrc = read32(block),
			.loss_percent = block[4] * 100.0 / 256,
			.last_sr = read32(block + 16),
			.delay = read32(block + 20),
		};

		reader->report(&report, data);
	}
}

/* RFC 4585 6.2.1: the packet id, and a bit for each of the 16 after it. */
static void read_nack(const uint8_t *packet, size_t length, const struct rtcp_reader *reader,
		      void *data)
{
	uint32_t ssrc = read32(packet + 8);

	for (size_t i = 12; reader->nack && i + 4 <= length; i += 4) {
		uint16_t first = read16(packet + i), more = read16(packet + i + 2);

		reader->nack(ssrc, first, data);
		for (int bit = 0; bit < 16; bit++) {
			if (more >> bit & 1)
				reader->nack(ssrc, (uint16_t)(first + 1 + bit), data);
		}
	}
}

/* A PLI names its stream in the head; a FIR in each entry (RFC 5104 4.3.1.1). */
static void read_key_request(const uint8_t *packet, size_t length, unsigned format,
			     const struct rtcp_reader *reader, void *data)
{
	if (!reader->key)
		return;
	if (format == FEEDBACK_PLI)
		reader->key(read32(packet + 8), data);
	for (size_t i = 12; format == FEEDBACK_FIR && i + 8 <= length; i += 8)
		reader->key(read32(packet + i), data);
}

static void read_bye(const uint8_t *packet, size_t length, unsigned count,
		     const struct rtcp_reader *reader, void *data)
{
	for (size_t i = 4; reader->bye && count > 0 && i + 4 <= length; i += 4, count--)
		reader->bye(read32(packet + i), data);
}

/* RFC 3611 3: blocks of a type and a length in words. */
static void read_extended(const uint8_t *packet, size_t length, const struct rtcp_reader *reader,
			  void *data)
{
	for (size_t at = 8, size; at + 4 <= length; at += size) {
		size = 4 * ((size_t)read16(packet + at + 2) + 1);
		if (packet[at] == XR_ITS_TIME && size == 12 && at + size <= length)
			reader->asks_rtt(read32(packet + 4), read32(packet + at + 6), data);
	}
}

static void read_packet(const uint8_t *packet, size_t length, const struct rtcp_reader *reader,
			void *data)
{
	unsigned count = packet[0] & 31;

	if (packet[1] == TYPE_SR && length >= 28)
		read_reports(packet + 28, length - 28, count, reader, data);
	else if (packet[1] == TYPE_RR && length >= 8)
		read_reports(packet + 8, length - 8, count, reader, data);
	else if (packet[1] == TYPE_RTPFB && count == FEEDBACK_NACK && length >= 12)
		read_nack(packet, length, reader, data);
	else if (packet[1] == TYPE_RTPFB && count == TWCC_FEEDBACK && reader->feedback)
		reader->feedback(packet, length, data);
	else if (packet[1] == TYPE_PSFB && length >= 12)
		read_key_request(packet, length, count, reader, data);
	else if (packet[1] == TYPE_XR && length >= 8 && reader->asks_rtt)
		read_extended(packet, length, reader, data);
	else if (packet[1] == TYPE_BYE)
		read_bye(packet, length, count, reader, data);
}

bool rtcp_read(const uint8_t *bytes, size_t length, const struct rtcp_reader *reader, void *data)
{
	if (!rtcp_is(bytes, length) || bytes[0] >> 6 != 2)
		return false;
	while (length >= 4 && bytes[0] >> 6 == 2) {
		size_t size = 4 * ((size_t)read16(bytes + 2) + 1);

		if (size > length)
			break;
		read_packet(bytes, size, reader, data);
		bytes += size;
		length -= size;
	}
	return true;
}

static uint64_t ntp(int64_t wall_ns)
{
	uint64_t seconds = (uint64_t)(wall_ns / NS_PER_S) + NTP_EPOCH;
	uint64_t rest = (uint64_t)(wall_ns % NS_PER_S);

	return seconds << 32 | (rest << 32) / NS_PER_S;
}

uint32_t rtcp_short_ntp(int64_t wall_ns)
{
	return (uint32_t)(ntp(wall_ns) >> 16);
}

size_t rtcp_write_sender(uint8_t out[RTCP_SENDER_MAX], const struct rtcp_sender *sender)
{
	uint64_t now = ntp(sender->wall_ns);
	size_t cname = strnlen(sender->cname, 64);
	/* Item head, text, at least one zero, to a whole word (RFC 3550 6.5). */
	size_t chunk = (4 + 2 + cname + 1 + 3) / 4 * 4;
	uint8_t *p = out;

	p = write32(p, UINT32_C(0x80000000) | TYPE_SR << 16 | 6);
	p = write32(p, sender->ssrc);
	p = write32(p, (uint32_t)(now >> 32));
	p = write32(p, (uint32_t)now);
	p = write32(p, sender->rtp_time);
	p = write32(p, sender->packets);
	p = write32(p, sender->bytes);
	p = write32(p, UINT32_C(0x81000000) | TYPE_SDES << 16 | (uint32_t)(chunk / 4));
	p = write32(p, sender->ssrc);
	memset(p, 0, chunk - 4);
	p[0] = 1;
	p[1] = (uint8_t)cname;
	memcpy(p + 2, sender->cname, cname);
	return (size_t)(p - out) + chunk - 4;
}

size_t rtcp_write_rtt(uint8_t out[RTCP_RTT_BYTES], uint32_t ssrc, uint32_t from, uint32_t its_time)
{
	uint8_t *p = out;

	p = write32(p, UINT32_C(0x80000000) | TYPE_XR << 16 | 5);
	p = write32(p, ssrc);
	p = write32(p, (uint32_t)XR_RTT << 24 | 3);
	p = write32(p, from);
	p = write32(p, its_time);
	p = write32(p, 0);
	return (size_t)(p - out);
}
