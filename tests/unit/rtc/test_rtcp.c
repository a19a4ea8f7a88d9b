/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "rtcp.h"

struct found {
	int n_reports, n_nacks, n_keys, n_byes, n_feedback;
	size_t feedback_length;
	int n_asks;
	uint32_t its_time;
	struct rtcp_report report;
	uint16_t seqs[64];
	uint32_t ssrc;
};

static void on_report(const struct rtcp_report *report, void *data)
{
	struct found *found = data;

	found->n_reports++;
	found->report = *report;
}

static void on_nack(uint32_t ssrc, uint16_t seq, void *data)
{
	struct found *found = data;

	found->ssrc = ssrc;
	found->seqs[found->n_nacks++ % 64] = seq;
}

static void on_key(uint32_t ssrc, void *data)
{
	struct found *found = data;

	found->n_keys++;
	found->ssrc = ssrc;
}

static void on_bye(uint32_t ssrc, void *data)
{
	struct found *found = data;

	found->n_byes++;
	found->ssrc = ssrc;
}

static void on_asks_rtt(uint32_t from, uint32_t its_time, void *data)
{
	struct found *found = data;

	found->n_asks++;
	found->ssrc = from;
	found->its_time = its_time;
}

static void on_feedback(const uint8_t *packet, size_t length, void *data)
{
	struct found *found = data;

	assert_int_equal(packet[1], 205);
	found->feedback_length = length;
	found->n_feedback++;
}

static const struct rtcp_reader reader = {on_report, on_nack,	  on_key,
					  on_bye,    on_asks_rtt, on_feedback};

static struct found read_all(const uint8_t *bytes, size_t length)
{
	struct found found = {0};

	rtcp_read(bytes, length, &reader, &found);
	return found;
}

static void test_compound(void **state)
{
	static const uint8_t bytes[] = {
		/* RR with one block */
		0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, 9, 64, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2,
		3, 4, 0, 1, 0, 0,
		/* SDES */
		0x81, 202, 0, 2, 0, 0, 0, 1, 1, 1, 'x', 0,
		/* NACK 65535 and the first and last of the 16 after it */
		0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0x80, 0x01,
		/* transport-cc feedback: skipped */
		0x8f, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0,
		/* REMB: skipped */
		0x8f, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 0, 0, 0, 0,
		/* PLI, FIR, BYE */
		0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9, 0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0,
		0, 0, 9, 1, 0, 0, 0, 0x81, 203, 0, 1, 0, 0, 0, 7};
	struct found found = read_all(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(found.n_reports, 1);
	assert_int_equal(found.report.ssrc, 9);
	assert_float_equal(found.report.loss_percent, 25.0, 0.01);
	assert_int_equal(found.report.last_sr, 0x01020304);
	assert_int_equal(found.report.delay, 65536);
	assert_int_equal(found.n_nacks, 3);
	assert_int_equal(found.seqs[0], 65535);
	assert_int_equal(found.seqs[1], 0);
	assert_int_equal(found.seqs[2], 15);
	assert_int_equal(found.n_keys, 2);
	assert_int_equal(found.n_byes, 1);
	assert_int_equal(found.ssrc, 7);
}

static void test_damaged(void **state)
{
	static const uint8_t lying[] = {0x9f, 201, 0, 1, 0, 0, 0, 1}; /* 31 blocks, none there */
	static const uint8_t longer[] = {0x81, 205, 0, 9, 0, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0, 0};
	static const uint8_t head_only[] = {0x81, 206, 0, 1,
					    0,	  0,   0, 1}; /* a PLI without a target */
	static const uint8_t rtp[] = {0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9};
	struct found found;

	(void)state;
	assert_int_equal(read_all(lying, sizeof(lying)).n_reports, 0);
	assert_int_equal(read_all(longer, sizeof(longer)).n_nacks, 0);
	assert_int_equal(read_all(head_only, sizeof(head_only)).n_keys, 0);
	assert_false(rtcp_read(rtp, sizeof(rtp), &reader, &found));
	assert_false(rtcp_read(rtp, 0, &reader, &found));
}

/* Whole, for twcc.h to read. */
static void test_transport_wide_feedback(void **state)
{
	static const uint8_t compound[] = {
		0x8f, 205, 0,	 5, 0, 0, 0,	1,   0, 0, 0, 2, 0, 0, 0, 1, 0, 0,
		1,    0,   0x20, 1, 9, 0, 0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 7,
	};
	struct found found = read_all(compound, sizeof(compound));

	(void)state;
	assert_int_equal(found.n_feedback, 1);
	assert_int_equal(found.feedback_length, 24);
	assert_int_equal(found.n_nacks, 0);
	assert_int_equal(found.n_keys, 1);
	assert_int_equal(read_all(compound, 20).n_feedback, 0);
}

static void test_round_trip_asked_for(void **state)
{
	/* An unknown block, then the receiver's time. */
	static const uint8_t ask[] = {
		0x80, 207, 0, 6, 0, 0, 0,    9,	   9,	 0,    0,    1,	   1, 2,
		3,    4,   4, 0, 0, 2, 0xaa, 0xbb, 0x11, 0x22, 0x33, 0x44, 5, 6,
	};
	struct found found = read_all(ask, sizeof(ask));
	uint8_t answer[RTCP_RTT_BYTES];

	(void)state;
	assert_int_equal(found.n_asks, 1);
	assert_int_equal(found.ssrc, 9);
	assert_int_equal(found.its_time, 0x11223344);
	assert_int_equal(rtcp_write_rtt(answer, 7, 9, found.its_time), sizeof(answer));
	assert_memory_equal(answer,
			    "\x80\xcf\0\5\0\0\0\7\5\0\0\3\0\0\0\x09\x11\x22\x33\x44\0\0\0\0",
			    sizeof(answer));
	uint8_t lying[sizeof(ask)];

	memcpy(lying, ask, sizeof(ask));
	lying[11] = 3; /* the first block is said to reach into the second */
	assert_int_equal(read_all(lying, sizeof(lying)).n_asks, 0);
}

static void test_sender_report(void **state)
{
	uint8_t bytes[RTCP_SENDER_MAX];
	const struct rtcp_sender sender = {
		.ssrc = 0xdeadbeef,
		.wall_ns = 5 * NS_PER_S + NS_PER_S / 2, /* half past five seconds of 1970 */
		.rtp_time = 0x01020304,
		.packets = 7,
		.bytes = 700,
		.cname = "stage",
	};
	size_t length = rtcp_write_sender(bytes, &sender);

	(void)state;
	assert_int_equal(length, 28 + 4 + 12);
	assert_memory_equal(bytes, "\x80\xc8\0\6\xde\xad\xbe\xef", 8);
	/* 2208988805 */
	assert_memory_equal(bytes + 8, "\x83\xaa\x7e\x85\x80\0\0\0\1\2\3\4\0\0\0\7\0\0\2\xbc", 20);
	assert_memory_equal(bytes + 28, "\x81\xca\0\3\xde\xad\xbe\xef\1\5stage\0", 16);
	assert_int_equal(rtcp_short_ntp(sender.wall_ns), 0x7e858000);
}

static void test_long_cname_fits(void **state)
{
	char cname[200];
	uint8_t bytes[RTCP_SENDER_MAX];
	struct rtcp_sender sender = {.cname = cname};

	(void)state;
	memset(cname, 'c', sizeof(cname) - 1);
	cname[sizeof(cname) - 1] = '\0';
	size_t length = rtcp_write_sender(bytes, &sender);

	assert_true(length <= RTCP_SENDER_MAX && length % 4 == 0);
	assert_int_equal(4 * (bytes[30] * 256 + bytes[31] + 1), length - 28);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compound),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_transport_wide_feedback),
		cmocka_unit_test(test_round_trip_asked_for),
		cmocka_unit_test(test_sender_report),
		cmocka_unit_test(test_long_cname_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
