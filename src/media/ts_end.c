/* SPDX-License-Identifier: EUPL-1.2 */
#include "ts_end.h"

#include <string.h>

#define SYNC_BYTE  0x47
#define PES_HEADER 6 /* start code, stream id, length */

/* ---- a packet (ISO 13818-1 2.4.3.2) ---- */

static bool has_payload(const uint8_t *packet)
{
	return packet[3] & 0x10;
}

static bool is_start(const uint8_t *packet)
{
	return packet[1] & 0x40;
}

static bool is_scrambled(const uint8_t *packet)
{
	return packet[3] & 0xc0;
}

static uint8_t counter_of(const uint8_t *packet)
{
	return packet[3] & 15;
}

static size_t payload_at(const uint8_t *packet)
{
	return packet[3] & 0x20 ? 5U + packet[4] : 4U;
}

/* Of pictures, and of a length that is not given. */
static bool begins_unbounded(const uint8_t *packet)
{
	size_t at = payload_at(packet);
	const uint8_t *payload = packet + at;

	return at + PES_HEADER <= TS_END_PACKET && payload[0] == 0 && payload[1] == 0 &&
	       payload[2] == 1 && payload[3] >> 4 == 0xe && payload[4] == 0 && payload[5] == 0;
}

/* Whether the adaptation field (2.4.3.4) is longer than what is in it. */
static bool is_stuffed(const uint8_t *packet)
{
	static const uint8_t sizes[] = {[4] = 6, [3] = 6, [2] = 1}; /* by flag: PCR, OPCR, splice */
	size_t end = payload_at(packet), at = 6;

	if (!(packet[3] & 0x20) || end > TS_END_PACKET)
		return false;
	if (packet[4] == 0)
		return true;
	for (int flag = 4; flag >= 2; flag--)
		at += packet[5] & 1 << flag ? sizes[flag] : 0;
	for (int flag = 1; flag >= 0; flag--) /* private data, extension: each says its length */
		if (packet[5] & 1 << flag)
			at += at < end ? 1U + packet[at] : 1U;
	return at < end;
}

/* ---- a PID ---- */

static struct ts_end_pid *find(struct ts_end *end, const uint8_t *packet)
{
	int pid = (packet[1] & 0x1f) << 8 | packet[2];

	for (int i = 0; i < end->n; i++)
		if (end->pids[i].pid == pid)
			return &end->pids[i];
	if (end->n == TS_END_PIDS || !has_payload(packet) || !is_start(packet) ||
	    is_scrambled(packet) || !begins_unbounded(packet))
		return NULL;
	struct ts_end_pid *one = &end->pids[end->n++];

	*one = (struct ts_end_pid){.pid = pid, .counter = (counter_of(packet) + 15) & 15};
	return one;
}

static void forget_unit(struct ts_end_pid *one)
{
	one->is_open = one->has_ended = false;
}

static void learn(struct ts_end_pid *one, const uint8_t *packet)
{
	if (one->has_ended && is_start(packet))
		one->seen++;
	else if (one->has_ended)
		one->is_off = true;
	one->has_ended = false;
}

/* One packet with a payload. Returns whether its unit ends with it. */
static bool follow(struct ts_end_pid *one, const uint8_t *packet)
{
	uint8_t before = one->counter;

	one->counter = counter_of(packet);
	if (one->counter == before) /* the same one again (2.4.3.3) */
		return false;
	if (one->counter != ((before + 1) & 15)) /* some are lost, and who knows which */
		forget_unit(one);
	learn(one, packet);
	if (is_scrambled(packet))
		forget_unit(one);
	else if (is_start(packet))
		one->is_open = begins_unbounded(packet);
	one->has_ended = one->is_open && is_stuffed(packet);
	return one->has_ended;
}

static size_t write_end(struct ts_end_pid *one, uint8_t *out)
{
	one->shift++;
	one->is_open = false;
	memset(out, TS_END_FILL, TS_END_PACKET);
	out[0] = SYNC_BYTE;
	out[1] = (uint8_t)(0x40 | one->pid >> 8);
	out[2] = (uint8_t)one->pid;
	out[3] = 0x10 | ((one->counter + one->shift) & 15);
	return TS_END_PACKET;
}

/* What `packet`, copied to `out` already, is followed by. */
static size_t pass(struct ts_end *end, const uint8_t *packet, uint8_t *out)
{
	bool is_whole = packet[0] == SYNC_BYTE && !(packet[1] & 0x80);
	struct ts_end_pid *one = is_whole ? find(end, packet) : NULL;

	if (!one)
		return 0;
	out[3] = (packet[3] & 0xf0) | ((packet[3] + one->shift) & 15);
	if (!has_payload(packet) || !follow(one, packet))
		return 0;
	if (one->is_off || one->seen < TS_END_SURE)
		return 0;
	return write_end(one, out + TS_END_PACKET);
}

size_t ts_end_pass(struct ts_end *end, const uint8_t *bytes, size_t length, uint8_t *out)
{
	size_t done = 0;

	if (length % TS_END_PACKET) {
		memcpy(out, bytes, length);
		return length;
	}
	for (size_t at = 0; at < length; at += TS_END_PACKET) {
		memcpy(out + done, bytes + at, TS_END_PACKET);
		done += TS_END_PACKET + pass(end, bytes + at, out + done);
	}
	return done;
}
