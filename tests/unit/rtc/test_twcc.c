/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "twcc.h"

struct found {
	int n, n_come;
	uint16_t first, last;
	int64_t at_us[64];
	bool has_come[64];
};

static void on_fate(uint16_t seq, bool has_come, int64_t arrived_us, void *data)
{
	struct found *found = data;

	if (found->n == 0)
		found->first = seq;
	found->last = seq;
	found->at_us[found->n % 64] = arrived_us;
	found->has_come[found->n % 64] = has_come;
	found->n++;
	found->n_come += has_come;
}

/* Head, SSRCs, first number 0xfffe, `count`, reference 2 (128 ms), feedback 0; then `rest`. */
static size_t build(uint8_t *out, unsigned count, const uint8_t *rest, size_t rest_length)
{
	const uint8_t head[] = {
		0x8f,
		205,
		0,
		0,
		0,
		0,
		0,
		1,
		0,
		0,
		0,
		2,
		0xff,
		0xfe,
		(uint8_t)(count >> 8),
		(uint8_t)count,
		0,
		0,
		2,
		0,
	};
	size_t length = sizeof(head) + rest_length;

	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), rest, rest_length);
	while (length % 4)
		out[length++] = 0;
	out[3] = (uint8_t)(length / 4 - 1);
	return length;
}

static bool read_it(unsigned count, const uint8_t *rest, size_t rest_length, struct found *found)
{
	uint8_t packet[256];
	size_t length = build(packet, count, rest, rest_length);

	*found = (struct found){0};
	return twcc_read(packet, length, on_fate, found);
}

static void test_run_of_arrivals(void **state)
{
	/* 4 times "small", then 1, 2, 3, 4 steps. */
	const uint8_t rest[] = {0x20, 0x04, 1, 2, 3, 4};
	struct found found;

	(void)state;
	assert_true(read_it(4, rest, sizeof(rest), &found));
	assert_int_equal(found.n, 4);
	assert_int_equal(found.n_come, 4);
	assert_int_equal(found.first, 0xfffe);
	assert_int_equal(found.last, 1); /* the numbers come round */
	assert_int_equal(found.at_us[0], 128000 + 250);
	assert_int_equal(found.at_us[3], 128000 + 250 * 10);
}

static void test_bits(void **state)
{
	/* 10 1000 0000 0000 01: the first and the last of 14. */
	const uint8_t rest[] = {0xa0, 0x01, 8, 255};
	struct found found;

	(void)state;
	assert_true(read_it(14, rest, sizeof(rest), &found));
	assert_int_equal(found.n, 14);
	assert_int_equal(found.n_come, 2);
	assert_true(found.has_come[0] && !found.has_come[1] && found.has_come[13]);
	assert_int_equal(found.at_us[13], 128000 + 250 * (8 + 255));
}

static void test_large_and_negative_steps(void **state)
{
	/* 11 10 00 01 10 00 00 00: large, missed, small, large. */
	const uint8_t rest[] = {0xe1, 0x80, 0x7f, 0xff, 4, 0xff, 0xfe};
	struct found found;

	(void)state;
	assert_true(read_it(7, rest, sizeof(rest), &found));
	assert_int_equal(found.n_come, 3);
	assert_int_equal(found.at_us[0], 128000 + 250 * 32767);
	assert_int_equal(found.at_us[2], 128000 + 250 * (32767 + 4));
	assert_int_equal(found.at_us[3], 128000 + 250 * (32767 + 4 - 2));
}

static void test_more_is_said_than_counted(void **state)
{
	const uint8_t rest[] = {0x3f, 0xff, 1, 1, 1}; /* a run of 8191, three of them meant */
	struct found found;

	(void)state;
	assert_true(read_it(3, rest, sizeof(rest), &found));
	assert_int_equal(found.n, 3);
}

static void test_nonsense_is_refused_whole(void **state)
{
	const uint8_t few_arrivals[] = {0x20, 0x09, 1, 2};
	const uint8_t few_chunks[] = {0x00, 0x02};
	const uint8_t reserved[] = {0x60, 0x01, 1, 2, 3, 4};
	const uint8_t none[] = {0};
	struct found found;
	uint8_t cut[20] = {0x8f, 205, 0, 4};

	(void)state;
	assert_false(read_it(9, few_arrivals, sizeof(few_arrivals), &found));
	assert_int_equal(found.n, 0);
	assert_false(read_it(100, few_chunks, sizeof(few_chunks), &found));
	assert_false(read_it(1, reserved, sizeof(reserved), &found));
	assert_false(read_it(TWCC_PACKETS_MAX + 1, none, sizeof(none), &found));
	assert_int_equal(found.n, 0);
	for (size_t length = 0; length < sizeof(cut); length++)
		assert_false(twcc_read(cut, length, on_fate, &found));
	assert_int_equal(found.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run_of_arrivals),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_large_and_negative_steps),
		cmocka_unit_test(test_more_is_said_than_counted),
		cmocka_unit_test(test_nonsense_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
