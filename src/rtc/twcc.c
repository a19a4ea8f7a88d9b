/* SPDX-License-Identifier: EUPL-1.2
 *
 *   head, two SSRCs | first seq, count | reference time (24), number (8) | chunks of 16 bits ..
 *   .. | arrivals: 8 or 16 bits for each packet that came
 */
#include "twcc.h"

#define HEAD	     20
#define STEP_US	     250
#define REFERENCE_US 64000

/* What a packet's symbol says: also how many bytes its arrival takes. */
enum { MISSED = 0, SMALL = 1, LARGE = 2 };

struct fates {
	unsigned count, n;
	uint8_t symbols[TWCC_PACKETS_MAX];
};

static unsigned read16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static void add(struct fates *fates, unsigned symbol)
{
	if (fates->n < fates->count)
		fates->symbols[fates->n++] = (uint8_t)symbol;
}

/* 3.1.3: one symbol many times. 3.1.4: 14 symbols of one bit or 7 of two. */
static void read_chunk(struct fates *fates, unsigned chunk)
{
	if (!(chunk & 0x8000)) {
		for (unsigned i = chunk & 0x1fff; i > 0 && fates->n < fates->count; i--)
			add(fates, chunk >> 13 & 3);
	} else if (!(chunk & 0x4000)) {
		for (int bit = 13; bit >= 0; bit--)
			add(fates, chunk >> bit & 1);
	} else {
		for (int bit = 12; bit >= 0; bit -= 2)
			add(fates, chunk >> bit & 3);
	}
}

/* Where the arrivals begin; 0: there are not as many chunks, or arrivals, as it says. */
static size_t read_chunks(const uint8_t *packet, size_t length, struct fates *fates)
{
	size_t at = HEAD, arrivals = 0;

	while (fates->n < fates->count && at + 2 <= length) {
		read_chunk(fates, read16(packet + at));
		at += 2;
	}
	if (fates->n < fates->count)
		return 0;
	for (unsigned i = 0; i < fates->n; i++) {
		if (fates->symbols[i] > LARGE)
			return 0;
		arrivals += fates->symbols[i];
	}
	return arrivals <= length - at ? at : 0;
}

static int64_t read_step(const uint8_t *bytes, uint8_t symbol)
{
	return STEP_US * (symbol == SMALL ? bytes[0] : (int64_t)(int16_t)read16(bytes));
}

bool twcc_read(const uint8_t *packet, size_t length, twcc_fate *fate, void *data)
{
	struct fates fates;

	if (length < HEAD)
		return false;
	fates.n = 0;
	fates.count = read16(packet + 14);
	if (fates.count > TWCC_PACKETS_MAX)
		return false;
	size_t at = read_chunks(packet, length, &fates);

	if (!at)
		return false;
	uint16_t seq = (uint16_t)read16(packet + 12);
	int64_t now_us = (int64_t)(read16(packet + 16) << 8 | packet[18]) * REFERENCE_US;

	for (unsigned i = 0; i < fates.n; i++, seq++) {
		uint8_t symbol = fates.symbols[i];

		if (symbol != MISSED)
			now_us += read_step(packet + at, symbol);
		at += symbol;
		fate(seq, symbol != MISSED, symbol != MISSED ? now_us : 0, data);
	}
	return true;
}
