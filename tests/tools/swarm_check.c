/* SPDX-License-Identifier: EUPL-1.2 */
#include "swarm_check.h"

#define RTP_HEAD 12
enum { NAL_IDR = 5, NAL_SPS = 7, NAL_STAP_A = 24, NAL_FU_A = 28 };

static uint16_t read16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t read32(const uint8_t *bytes)
{
	return (uint32_t)read16(bytes) << 16 | read16(bytes + 2);
}

static void begin(struct sequence *sequence, uint32_t ssrc, uint16_t seq)
{
	sequence->has_begun = true;
	sequence->ssrc = ssrc;
	sequence->last = seq;
	sequence->cycles = 0;
}

void sequence_take(struct sequence *sequence, const uint8_t *bytes, size_t length)
{
	uint16_t seq = read16(bytes + 2);
	uint32_t ssrc = read32(bytes + 8);
	uint16_t ahead = (uint16_t)(seq - sequence->last);

	sequence->packets++;
	sequence->bytes += length;
	if (!sequence->has_begun || sequence->ssrc != ssrc) {
		begin(sequence, ssrc, seq);
	} else if (ahead > 0 && ahead < 0x8000) {
		sequence->lost += ahead - 1U;
		sequence->cycles += seq < sequence->last;
		sequence->last = seq;
	} else {
		sequence->late++;
		sequence->lost -= sequence->lost > 0;
	}
}

uint32_t sequence_highest(const struct sequence *sequence)
{
	return sequence->cycles << 16 | sequence->last;
}

/* Where the payload begins, or 0. */
static size_t find_payload(const uint8_t *bytes, size_t length)
{
	size_t head = length < RTP_HEAD ? 0 : RTP_HEAD + (size_t)4 * (bytes[0] & 15);

	if (head && bytes[0] & 0x10 && length >= head + 4)
		head += 4 + (size_t)4 * read16(bytes + head + 2);
	return length >= head + 2 ? head : 0;
}

/* RFC 6184 5.8: fragments stand between a start and an end, without a hole. The last one may hold a single byte. */
static void take_unit(struct pictures *pictures, const uint8_t *payload, size_t length)
{
	int type = payload[0] & 31;
	bool is_start = type != NAL_FU_A || payload[1] & 0x80;

	if (is_start == pictures->is_fragment || (type == NAL_STAP_A && length < 4))
		pictures->is_bad = true;
	pictures->is_fragment = type == NAL_FU_A && !(payload[1] & 0x40);
	if (type == NAL_STAP_A && length >= 4)
		type = payload[3] & 31;
	else if (type == NAL_FU_A)
		type = payload[1] & 31;
	pictures->has_key |= type == NAL_SPS || type == NAL_IDR;
}

static void end_picture(struct pictures *pictures)
{
	if (pictures->is_bad || pictures->is_fragment || !pictures->has_key)
		pictures->broken++;
	else
		pictures->whole++;
	pictures->is_within = pictures->is_fragment = pictures->is_bad = false;
}

void pictures_take(struct pictures *pictures, const uint8_t *bytes, size_t length)
{
	size_t head = find_payload(bytes, length);
	uint16_t seq = read16(bytes + 2);
	uint32_t time = read32(bytes + 4);
	bool is_known = pictures->whole || pictures->broken || pictures->is_within;

	if (pictures->is_within && time != pictures->time) {
		pictures->is_bad = true;
		end_picture(pictures);
	}
	pictures->is_bad |= !head || (is_known && seq != pictures->next_seq);
	pictures->is_within = true;
	pictures->next_seq = (uint16_t)(seq + 1);
	pictures->time = time;
	if (head)
		take_unit(pictures, bytes + head, length - head);
	if (bytes[1] & 0x80)
		end_picture(pictures);
}
