/* SPDX-License-Identifier: EUPL-1.2
 *
 * Streams written as texts, a letter for a packet of the pictures' PID:
 *   B begins a picture   b begins and is stuffed   L begins one whose length is given
 *   . goes on            e goes on, stuffed        z goes on, stuffed by a single byte
 *   p goes on, with a PCR that fills its adaptation field; v with private data, r with an
 *     extension that do
 *   a adaptation field alone     x goes on, stuffed, scrambled
 *   2 the last packet again, ?   a packet is lost here
 */
#include "ts_end.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#define PID  0x123
#define MANY 64

struct feed {
	struct ts_end end;
	int pid;
	uint8_t counter, out_counter;
	uint8_t packet[TS_END_PACKET];
	int ends;
};

/* An adaptation field of that many bytes behind its length, the first ones given; the rest is
 * stuffing. */
static void adapt(uint8_t *packet, const uint8_t *field, size_t given, size_t length)
{
	packet[3] |= 0x20;
	packet[4] = (uint8_t)length;
	memset(packet + 5, 0xff, length);
	memcpy(packet + 5, field, given);
}

static void write_field(uint8_t *packet, char letter)
{
	static const uint8_t none[1] = {0}, pcr[7] = {0x10}, data[5] = {0x02, 3, 1, 2, 3},
			     extension[4] = {0x01, 2, 0, 0};

	if (strchr("bex", letter))
		adapt(packet, none, 1, 20);
	if (letter == 'z')
		adapt(packet, none, 0, 0);
	if (letter == 'p')
		adapt(packet, pcr, 7, 7);
	if (letter == 'v')
		adapt(packet, data, 5, 5);
	if (letter == 'r')
		adapt(packet, extension, 4, 4);
	if (letter == 'a')
		adapt(packet, pcr, 7, 183);
}

static void write_packet(struct feed *feed, char letter)
{
	uint8_t *packet = feed->packet;
	static const uint8_t header[9] = {0, 0, 1, 0xe0, 0, 0, 0x80, 0, 0};

	memset(packet, 0x55, TS_END_PACKET);
	if (letter != 'a')
		feed->counter = (feed->counter + 1) & 15;
	packet[0] = 0x47;
	packet[1] = (uint8_t)((strchr("BbL", letter) ? 0x40 : 0) | feed->pid >> 8);
	packet[2] = (uint8_t)feed->pid;
	packet[3] =
		(uint8_t)((letter == 'a' ? 0 : 0x10) | (letter == 'x' ? 0x80 : 0) | feed->counter);
	write_field(packet, letter);
	if (!strchr("BbL", letter))
		return;
	size_t at = packet[3] & 0x20 ? 5U + packet[4] : 4U;

	memcpy(packet + at, header, sizeof(header));
	packet[at + 5] = letter == 'L' ? 200 : 0;
}

/* The packet comes out as it was but for its counter; what is put in behind it begins a unit of
 * nothing. */
static void check_out(struct feed *feed, const uint8_t *out, size_t length, bool is_next)
{
	assert_true(length == TS_END_PACKET || length == 2 * TS_END_PACKET);
	assert_int_equal(out[3] & 0xf0, feed->packet[3] & 0xf0);
	assert_memory_equal(out, feed->packet, 3);
	assert_memory_equal(out + 4, feed->packet + 4, TS_END_PACKET - 4);
	if (is_next)
		assert_int_equal(out[3] & 15, (feed->out_counter + 1) & 15);
	feed->out_counter = out[3] & 15;
	if (length == TS_END_PACKET)
		return;
	const uint8_t *end = out + TS_END_PACKET;

	assert_int_equal(end[0], 0x47);
	assert_int_equal((end[1] & 0x1f) << 8 | end[2], feed->pid);
	assert_true(end[1] & 0x40);
	assert_int_equal(end[3] >> 4, 1);
	assert_int_equal(end[3] & 15, (feed->out_counter + 1) & 15);
	for (int i = 4; i < TS_END_PACKET; i++)
		assert_int_equal(end[i], TS_END_FILL);
	feed->out_counter = end[3] & 15;
	feed->ends++;
}

/* Returns how many ends were told. */
static int run(struct feed *feed, const char *text)
{
	uint8_t out[2 * TS_END_PACKET];
	bool is_next = feed->end.n > 0;

	feed->ends = 0;
	for (; *text; text++) {
		if (*text == '?') {
			feed->counter = (feed->counter + 3) & 15;
			is_next = false;
			continue;
		}
		if (*text != '2')
			write_packet(feed, *text);
		check_out(feed, out, ts_end_pass(&feed->end, feed->packet, TS_END_PACKET, out),
			  is_next && !strchr("2a", *text));
		is_next = *text != '2';
	}
	return feed->ends;
}

static int repeat(struct feed *feed, const char *text, int times)
{
	int ends = 0;

	for (int i = 0; i < times; i++)
		ends += run(feed, text);
	return ends;
}

/* A feed that is trusted already. */
static struct feed trusted(void)
{
	struct feed feed = {.pid = PID};

	assert_int_equal(repeat(&feed, "B..e", TS_END_SURE), 0);
	assert_int_equal(run(&feed, "B"), 0);
	assert_int_equal(run(&feed, "..e"), 1);
	return feed;
}

static void ends_are_told_once_they_are_known(void **state)
{
	struct feed feed = {.pid = PID};

	(void)state;
	assert_int_equal(repeat(&feed, "B..e", TS_END_SURE), 0);
	assert_int_equal(repeat(&feed, "B..e", MANY), MANY);
	assert_int_equal(repeat(&feed, "b", MANY), MANY);
	assert_int_equal(repeat(&feed, "B.z", MANY), MANY);
}

/* One that fills its last packet is ended by the next, and does not shake the trust. */
static void what_fits_exactly_waits(void **state)
{
	struct feed feed = trusted();

	(void)state;
	assert_int_equal(repeat(&feed, "B..", MANY), 0);
	assert_int_equal(repeat(&feed, "B..B.e", MANY), MANY);
}

static void one_exception_ends_it(void **state)
{
	struct feed early = {.pid = PID}, late = trusted();

	(void)state;
	run(&early, "B.e.e");
	assert_int_equal(repeat(&early, "B..e", MANY), 0);
	assert_int_equal(run(&late, "B.e.e"), 1);
	assert_int_equal(repeat(&late, "B..e", MANY), 0);
}

/* PCR, private data and extensions have reasons of their own to be there. */
static void fields_without_stuffing_say_nothing(void **state)
{
	struct feed feed = trusted();

	(void)state;
	assert_int_equal(repeat(&feed, "BpvrB.p.v.r", MANY), 0);
	assert_int_equal(repeat(&feed, "B.p.v.r.e", MANY), MANY);
	assert_int_equal(repeat(&feed, "BaaB.a.a", MANY), 0);
	assert_int_equal(repeat(&feed, "B.ea", MANY), MANY);
}

static void given_lengths_need_no_help(void **state)
{
	struct feed feed = {.pid = PID};

	(void)state;
	assert_int_equal(repeat(&feed, "L..e", MANY), 0);
	assert_int_equal(feed.end.n, 0);
	feed = trusted();
	assert_int_equal(repeat(&feed, "L..e", MANY), 0);
	assert_int_equal(repeat(&feed, "B..e", MANY), MANY);
}

static void scrambled_packets_are_not_understood(void **state)
{
	struct feed feed = trusted();

	(void)state;
	assert_int_equal(repeat(&feed, "B.x", MANY), 0);
	assert_int_equal(repeat(&feed, "B.e", MANY), MANY);
}

/* What is missing is no exception; what comes twice is none either. */
static void losses_prove_nothing(void **state)
{
	struct feed feed = trusted();

	(void)state;
	assert_int_equal(repeat(&feed, "B.e?..e", MANY), MANY);
	assert_int_equal(repeat(&feed, "B.?.e", MANY), 0);
	assert_int_equal(repeat(&feed, "B2.2e2", MANY), MANY);
	assert_int_equal(repeat(&feed, "B..e", MANY), MANY);
}

static void other_pids_have_their_own(void **state)
{
	struct ts_end *end;
	struct feed feed = trusted();

	(void)state;
	end = &feed.end;
	for (int i = 1; i < 10; i++) {
		feed.pid = PID + i;
		feed.counter = feed.out_counter = 0;
		run(&feed, "B.e.e");
	}
	assert_int_equal(end->n, TS_END_PIDS);
	feed.pid = PID;
	feed.counter = end->pids[0].counter;
	feed.out_counter = (end->pids[0].counter + end->pids[0].shift) & 15;
	assert_int_equal(repeat(&feed, "B.e", MANY), MANY);
}

static void nonsense_passes_as_it_is(void **state)
{
	static uint8_t bytes[204 * 188], out[2 * sizeof(bytes)];
	struct ts_end end = {0};
	uint32_t seed = 4711;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(seed >> 24);
	}
	for (size_t length = 1; length < sizeof(bytes); length += 331) {
		assert_true(ts_end_pass(&end, bytes, length, out) >= length);
		assert_true(length % 188 == 0 || memcmp(bytes, out, length) == 0);
	}
	for (size_t i = 0; i < sizeof(bytes); i += 188)
		bytes[i] = 0x47;
	for (int i = 0; i < 50; i++)
		assert_in_range(ts_end_pass(&end, bytes, sizeof(bytes), out), sizeof(bytes),
				sizeof(out));
	/* 192 and 204 bytes: of some the 0x47 stands in the right place by chance. */
	for (size_t size = 192; size <= 204; size += 12)
		for (size_t i = 0; i < sizeof(bytes); i += size) {
			bytes[i] = 0x47;
			assert_true(ts_end_pass(&end, bytes, 188 * size, out) >= 188 * size);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_told_once_they_are_known),
		cmocka_unit_test(what_fits_exactly_waits),
		cmocka_unit_test(one_exception_ends_it),
		cmocka_unit_test(fields_without_stuffing_say_nothing),
		cmocka_unit_test(given_lengths_need_no_help),
		cmocka_unit_test(scrambled_packets_are_not_understood),
		cmocka_unit_test(losses_prove_nothing),
		cmocka_unit_test(other_pids_have_their_own),
		cmocka_unit_test(nonsense_passes_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
