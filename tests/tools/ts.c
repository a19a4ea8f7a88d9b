/* SPDX-License-Identifier: EUPL-1.2 */
#include "ts.h"

#include <string.h>

#define PACKET	      188
#define PMT_PID	      0x1000
#define FIRST_PID     0x100
#define TABLES_US     100000
#define PCR_BEFORE_US 100000
#define PES_HEAD      14

enum { COUNT_PAT, COUNT_PMT, COUNT_STREAMS };

static void flush(struct ts *ts)
{
	if (ts->used)
		ts->send(ts->data, ts->message, ts->used);
	ts->used = 0;
}

/* The next packet of the message, its four bytes of head written. */
static uint8_t *begin_packet(struct ts *ts, int pid, int counter, bool is_start, bool has_field)
{
	if (ts->used == sizeof(ts->message))
		flush(ts);
	uint8_t *packet = ts->message + ts->used;

	ts->used += PACKET;
	packet[0] = 0x47;
	packet[1] = (uint8_t)((is_start ? 0x40 : 0) | pid >> 8);
	packet[2] = (uint8_t)pid;
	packet[3] = (uint8_t)((has_field ? 0x30 : 0x10) | (ts->counters[counter]++ & 15));
	return packet;
}

/* ---- tables (2.4.4) ---- */

static uint32_t crc32(const uint8_t *bytes, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n * 8; i++) {
		uint32_t bit = bytes[i / 8] >> (7 - i % 8) & 1;

		crc = crc << 1 ^ ((crc >> 31 ^ bit) ? 0x04c11db7 : 0);
	}
	return crc;
}

static void write_table(struct ts *ts, int pid, int counter, const uint8_t *section, size_t n)
{
	uint8_t *packet = begin_packet(ts, pid, counter, true, false);
	uint32_t crc = crc32(section, n);

	memset(packet + 4, 0xff, PACKET - 4);
	packet[4] = 0;
	memcpy(packet + 5, section, n);
	for (int i = 0; i < 4; i++)
		packet[5 + n + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
}

static void write_tables(struct ts *ts)
{
	static const uint8_t pat[] = {0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0x00};
	static const uint8_t pmt[] = {0x02, 0xb0, 23,	0,    1,    0xc1, 0,	0,
				      0xe1, 0x00, 0xf0, 0,    0x1b, 0xe1, 0x00, 0xf0,
				      0,    0x0f, 0xe1, 0x01, 0xf0, 0};

	write_table(ts, 0, COUNT_PAT, pat, sizeof(pat));
	write_table(ts, PMT_PID, COUNT_PMT, pmt, sizeof(pmt));
}

/* ---- streams (2.4.3.6) ---- */

static void write_pes_head(uint8_t head[PES_HEAD], enum ts_stream stream, size_t length,
			   int64_t pts_us, bool tells_length)
{
	uint64_t pts = (uint64_t)(pts_us * 9 / 100) & UINT64_C(0x1ffffffff);
	size_t rest = length + PES_HEAD - 6;
	bool has_length = rest <= 0xffff && (stream == TS_AUDIO || tells_length);
	const uint8_t bytes[PES_HEAD] = {
		0,
		0,
		1,
		stream == TS_VIDEO ? 0xe0 : 0xc0,
		has_length ? (uint8_t)(rest >> 8) : 0,
		has_length ? (uint8_t)rest : 0,
		0x80,
		0x80,
		5,
		(uint8_t)(0x21 | (pts >> 29 & 14)),
		(uint8_t)(pts >> 22),
		(uint8_t)(pts >> 14 | 1),
		(uint8_t)(pts >> 7),
		(uint8_t)(pts << 1 | 1),
	};

	memcpy(head, bytes, PES_HEAD);
}

static void write_pcr(uint8_t *out, int64_t pts_us)
{
	uint64_t base = (uint64_t)((pts_us - PCR_BEFORE_US) * 9 / 100) & UINT64_C(0x1ffffffff);

	out[0] = (uint8_t)(base >> 25);
	out[1] = (uint8_t)(base >> 17);
	out[2] = (uint8_t)(base >> 9);
	out[3] = (uint8_t)(base >> 1);
	out[4] = (uint8_t)(base << 7 | 0x7e);
	out[5] = 0;
}

/* An adaptation field of `size` bytes in all (0: none); `flags` 0x10 with a PCR, 0x40 at a random access point. */
static void write_field(uint8_t *out, size_t size, uint8_t flags, int64_t pts_us)
{
	if (!size)
		return;
	out[0] = (uint8_t)(size - 1);
	if (size == 1)
		return;
	memset(out + 1, 0xff, size - 1);
	out[1] = flags;
	if (flags & 0x10)
		write_pcr(out + 2, pts_us);
}

/* One packet; returns how much of head and bytes it took. */
static size_t write_part(struct ts *ts, enum ts_stream stream, const uint8_t *bytes, size_t left,
			 uint8_t flags, bool is_start, int64_t pts_us)
{
	size_t field = flags ? (flags & 0x10 ? 8 : 2) : 0;

	if (left < PACKET - 4 - field)
		field = PACKET - 4 - left;
	size_t room = PACKET - 4 - field;
	uint8_t *packet = begin_packet(ts, FIRST_PID + (int)stream, COUNT_STREAMS + (int)stream,
				       is_start, field > 0);

	write_field(packet + 4, field, flags, pts_us);
	memcpy(packet + 4 + field, bytes, room);
	return room;
}

void ts_write(struct ts *ts, enum ts_stream stream, const uint8_t *bytes, size_t length,
	      int64_t pts_us, bool is_key)
{
	uint8_t first[PACKET];
	uint8_t flags = stream == TS_VIDEO ? (uint8_t)(is_key ? 0x50 : 0x10) : 0;
	size_t head = length < PACKET - PES_HEAD ? length : PACKET - PES_HEAD;

	if (is_key || !ts->tables_us || pts_us - ts->tables_us > TABLES_US) {
		write_tables(ts);
		ts->tables_us = pts_us;
	}
	write_pes_head(first, stream, length, pts_us, ts->tells_length);
	memcpy(first + PES_HEAD, bytes, head);
	size_t done = write_part(ts, stream, first,
				 length + PES_HEAD < PACKET ? length + PES_HEAD : PACKET, flags,
				 true, pts_us) -
		      PES_HEAD;

	while (done < length)
		done += write_part(ts, stream, bytes + done, length - done, 0, false, pts_us);
	flush(ts);
}
