/* SPDX-License-Identifier: EUPL-1.2
 *
 * What we protect, libsrtp opens, to the byte; and no number is used twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <srtp2/srtp.h>
#include <string.h>

#include "gcm.h"

struct bench {
	struct gcm *gcm;
	srtp_t theirs;
	GRand *random;
};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);
	uint8_t master[GCM_KEY_BYTES + GCM_SALT_BYTES];
	srtp_policy_t policy = {.ssrc.type = ssrc_any_inbound, .key = master, .window_size = 1024};

	bench->random = g_rand_new_with_seed(4711);
	for (size_t i = 0; i < sizeof(master); i++)
		master[i] = (uint8_t)g_rand_int(bench->random);
	srtp_init();
	srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
	srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	assert_int_equal(srtp_create(&bench->theirs, &policy), srtp_err_status_ok);
	bench->gcm = gcm_create(master);
	assert_non_null(bench->gcm);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	srtp_dealloc(bench->theirs);
	gcm_destroy(bench->gcm);
	g_rand_free(bench->random);
	g_free(bench);
	return 0;
}

/* Any payload; with `words` of extension if there are any, and `sources` contributing. */
static size_t write_rtp(struct bench *bench, uint8_t *out, uint32_t ssrc, uint16_t seq, int sources,
			int words)
{
	size_t length = (size_t)(12 + 4 * sources);

	for (int i = 0; i < 1400; i++)
		out[i] = (uint8_t)g_rand_int(bench->random);
	out[0] = (uint8_t)(0x80 | (words >= 0 ? 0x10 : 0) | sources);
	out[2] = (uint8_t)(seq >> 8);
	out[3] = (uint8_t)seq;
	for (int i = 0; i < 4; i++)
		out[8 + i] = (uint8_t)(ssrc >> (24 - 8 * i));
	if (words >= 0) {
		out[length + 2] = 0;
		out[length + 3] = (uint8_t)words;
		length += (size_t)(4 + 4 * words);
	}
	return length + (size_t)g_rand_int_range(bench->random, 0, 1200);
}

static void expect_opens(struct bench *bench, uint32_t ssrc, uint16_t seq, int sources, int words)
{
	uint8_t plain[1500], bytes[1500];
	size_t length = write_rtp(bench, plain, ssrc, seq, sources, words), size = length;
	int opened;

	memcpy(bytes, plain, length);
	assert_true(gcm_protect_rtp(bench->gcm, bytes, &size));
	assert_int_equal(size, length + GCM_TAG_BYTES);
	opened = (int)size;
	assert_int_equal(srtp_unprotect(bench->theirs, bytes, &opened), srtp_err_status_ok);
	assert_int_equal(opened, length);
	assert_memory_equal(bytes, plain, length);
}

static void test_rtp(void **state)
{
	struct bench *bench = *state;

	/* Five rounds of numbers, with gaps; another source between. */
	for (uint32_t i = 0, seq = 65000; i < 3000; i++) {
		expect_opens(bench, 0xdeadbeef, (uint16_t)seq, i % 3 ? 0 : (int)i % 16,
			     (int)(i % 5) - 1);
		if (i % 100 == 0)
			expect_opens(bench, 7, (uint16_t)(i / 100), 0, -1);
		seq += i % 10 ? 1 : 1000;
	}
}

static void test_rtcp(void **state)
{
	struct bench *bench = *state;

	for (uint32_t i = 0; i < 300; i++) {
		uint8_t plain[300], bytes[300];
		size_t length = 8 + 4 * (i % 50), size = length;
		int opened;

		for (size_t j = 0; j < sizeof(plain); j++)
			plain[j] = (uint8_t)g_rand_int(bench->random);
		plain[0] = 0x80;
		plain[1] = 200;
		plain[4] = plain[5] = plain[6] = 0;
		plain[7] = i % 2;
		memcpy(bytes, plain, length);
		assert_true(gcm_protect_rtcp(bench->gcm, bytes, &size));
		assert_int_equal(size, length + GCM_RTCP_BYTES);
		opened = (int)size;
		assert_int_equal(srtp_unprotect_rtcp(bench->theirs, bytes, &opened),
				 srtp_err_status_ok);
		assert_int_equal(opened, length);
		assert_memory_equal(bytes, plain, length);
	}
}

static bool takes(struct bench *bench, uint32_t ssrc, uint16_t seq)
{
	uint8_t bytes[1500], before[1500];
	size_t length = write_rtp(bench, bytes, ssrc, seq, 0, -1), size = length;

	memcpy(before, bytes, sizeof(before));
	bool is_taken = gcm_protect_rtp(bench->gcm, bytes, &size);

	if (!is_taken) {
		assert_int_equal(size, length);
		assert_memory_equal(bytes, before, sizeof(before));
	}
	return is_taken;
}

static void test_no_number_twice(void **state)
{
	struct bench *bench = *state;

	assert_true(takes(bench, 1, 65000));
	assert_false(takes(bench, 1, 65000));
	assert_false(takes(bench, 1, 64999));
	assert_true(takes(bench, 1, 3));
	assert_false(takes(bench, 1, 65001)); /* of the round before */
	assert_false(takes(bench, 1, 3));
	assert_true(takes(bench, 1, 4));
	assert_false(takes(bench, 1, (uint16_t)(4 + 0x8000)));
	assert_true(takes(bench, 1, 4 + 0x7fff));
	for (uint32_t ssrc = 2; ssrc <= 4; ssrc++)
		assert_true(takes(bench, ssrc, 5));
	assert_false(takes(bench, 5, 5)); /* more than a peer has */
}

static void test_no_rtp(void **state)
{
	struct bench *bench = *state;
	uint8_t bytes[64] = {0x8f};
	size_t length = 11;

	assert_false(gcm_protect_rtp(bench->gcm, bytes, &length));
	length = 12 + 4 * 15 - 1;
	assert_false(gcm_protect_rtp(bench->gcm, bytes, &length));
	bytes[0] = 0x90;
	bytes[15] = 1;
	length = 15;
	assert_false(gcm_protect_rtp(bench->gcm, bytes, &length));
	length = 19;
	assert_false(gcm_protect_rtp(bench->gcm, bytes, &length));
	length = 20; /* nothing but a head */
	assert_true(gcm_protect_rtp(bench->gcm, bytes, &length));
	length = 7;
	assert_false(gcm_protect_rtcp(bench->gcm, bytes, &length));
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_rtp),
		BENCHED(test_rtcp),
		BENCHED(test_no_number_twice),
		BENCHED(test_no_rtp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
