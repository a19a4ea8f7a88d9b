/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "swarm_check.h"

enum fragment { START = 0x80, MIDDLE = 0, END = 0x40 };

static void number(struct sequence *sequence, uint32_t ssrc, uint16_t seq)
{
	uint8_t bytes[100] = {0x80, 102, (uint8_t)(seq >> 8), (uint8_t)seq, [11] = (uint8_t)ssrc};

	sequence_take(sequence, bytes, sizeof(bytes));
}

static void test_sequence(void **state)
{
	struct sequence sequence = {0};

	(void)state;
	number(&sequence, 1, 65534);
	number(&sequence, 1, 65535);
	number(&sequence, 1, 0);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence_highest(&sequence), 0x10000);
	number(&sequence, 1, 4);
	assert_int_equal(sequence.lost, 3);
	number(&sequence, 1, 2);
	assert_int_equal(sequence.lost, 2);
	assert_int_equal(sequence.late, 1);
	assert_int_equal(sequence.packets, 5);
	assert_int_equal(sequence.bytes, 500);
	number(&sequence, 2, 900); /* another stream begins anywhere */
	assert_int_equal(sequence.lost, 2);
}

/* A fragment (RFC 6184 5.8) of a unit of this type; with 12 bytes of RTP's head and 2 of its own, 15 are the shortest. */
static void put_sized(struct pictures *pictures, uint16_t seq, uint8_t time, bool is_last,
		      uint8_t type, enum fragment fragment, size_t length)
{
	uint8_t bytes[40] = {0x80,
			     is_last ? 0x80 | 102 : 102,
			     (uint8_t)(seq >> 8),
			     (uint8_t)seq,
			     [7] = time,
			     [12] = 28,
			     [13] = (uint8_t)(fragment | type)};

	pictures_take(pictures, bytes, length);
}

static void put(struct pictures *pictures, uint16_t seq, uint8_t time, bool is_last, uint8_t type,
		enum fragment fragment)
{
	put_sized(pictures, seq, time, is_last, type, fragment, 40);
}

static void put_picture(struct pictures *pictures, uint16_t seq, uint8_t type)
{
	put(pictures, seq, (uint8_t)seq, false, type, START);
	put(pictures, (uint16_t)(seq + 1), (uint8_t)seq, false, type, MIDDLE);
	put(pictures, (uint16_t)(seq + 2), (uint8_t)seq, true, type, END);
}

static void assert_counts(const struct pictures *pictures, uint64_t whole, uint64_t broken)
{
	assert_int_equal(pictures->whole, whole);
	assert_int_equal(pictures->broken, broken);
}

static void test_whole_pictures(void **state)
{
	struct pictures pictures = {0};

	(void)state;
	put_picture(&pictures, 65534, 5);
	put_picture(&pictures, 1, 1);
	put_picture(&pictures, 4, 1);
	assert_counts(&pictures, 3, 0);
	put(&pictures, 7, 7, false, 1, START);
	put_sized(&pictures, 8, 7, true, 1, END, 15);
	assert_counts(&pictures, 4, 0);
}

static void test_begins_with_a_key_frame(void **state)
{
	struct pictures pictures = {0};

	(void)state;
	put_picture(&pictures, 1, 1);
	assert_counts(&pictures, 0, 1);
	put_picture(&pictures, 4, 5);
	assert_counts(&pictures, 1, 1);
}

static void test_broken_pictures(void **state)
{
	struct pictures pictures = {0};

	(void)state;
	put_picture(&pictures, 1, 5);
	put_picture(&pictures, 5, 1); /* 4 is missing */
	assert_counts(&pictures, 1, 1);
	put(&pictures, 8, 8, false, 1,
	    START); /* its end never comes, though no number is missing */
	put_picture(&pictures, 9, 1);
	assert_counts(&pictures, 2, 2);
	put(&pictures, 12, 12, true, 1, MIDDLE); /* no start */
	put_picture(&pictures, 13, 1);
	assert_counts(&pictures, 3, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_whole_pictures),
		cmocka_unit_test(test_begins_with_a_key_frame),
		cmocka_unit_test(test_broken_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
