/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#include "ice.h"

#define PWD "password-of-24-characters"

static const uint16_t known[] = {
	STUN_ATTRIBUTE_USERNAME,
	STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
	STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
	STUN_ATTRIBUTE_ERROR_CODE,
	STUN_ATTRIBUTE_FINGERPRINT,
	STUN_ATTRIBUTE_PRIORITY,
	0,
};

struct bench {
	struct ice *ice;
	StunAgent agent;
	struct sockaddr_storage from;
	int owner;
};

static int set_up(void **state)
{
	static struct bench bench;
	struct sockaddr_in *from = (struct sockaddr_in *)&bench.from;

	bench.ice = ice_create();
	ice_add(bench.ice, "abcdefgh", PWD, &bench.owner, 3);
	stun_agent_init(&bench.agent, known, STUN_COMPATIBILITY_RFC5389,
			STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
	from->sin_family = AF_INET;
	from->sin_port = htons(4711);
	inet_pton(AF_INET, "192.0.2.7", &from->sin_addr);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	ice_destroy(bench->ice);
	return 0;
}

static size_t request(struct bench *bench, const char *username, const char *pwd, bool nominates,
		      bool is_controlling, uint8_t bytes[512])
{
	StunMessage message;

	return stun_usage_ice_conncheck_create(
		&bench->agent, &message, bytes, 512, (const uint8_t *)username, strlen(username),
		(const uint8_t *)pwd, strlen(pwd), nominates, is_controlling, 1845501695,
		0x1122334455667788, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
}

static int error_code(struct bench *bench, const struct ice_check *check)
{
	StunMessage reply;
	int code = 0;

	assert_true(check->reply_length >= 20);
	stun_agent_validate(&bench->agent, &reply, check->reply, check->reply_length, NULL, NULL);
	assert_int_equal(stun_message_find_error(&reply, &code), STUN_MESSAGE_RETURN_SUCCESS);
	return code;
}

static void test_success(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_storage mapped;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&mapped;
	socklen_t size = sizeof(mapped);
	struct ice_check check;
	StunMessage reply;
	uint8_t bytes[512];
	size_t length = request(bench, "abcdefgh:zz", PWD, false, true, bytes);

	ice_receive(bench->ice, bytes, length, &bench->from, &check);
	assert_true(check.is_authentic);
	assert_false(check.is_nominating);
	assert_ptr_equal(check.owner, &bench->owner);
	assert_int_equal(check.generation, 3);
	assert_int_equal(stun_agent_validate(&bench->agent, &reply, check.reply, check.reply_length,
					     NULL, NULL),
			 STUN_VALIDATION_SUCCESS);
	assert_int_equal(stun_usage_ice_conncheck_process(&reply, &mapped, &size,
							  STUN_USAGE_ICE_COMPATIBILITY_RFC5245),
			 STUN_USAGE_ICE_RETURN_SUCCESS);
	assert_int_equal(ntohs(v4->sin_port), 4711);
	assert_int_equal(ntohl(v4->sin_addr.s_addr), 0xc0000207);

	length = request(bench, "abcdefgh:zz", PWD, true, true, bytes);
	ice_receive(bench->ice, bytes, length, &bench->from, &check);
	assert_true(check.is_nominating);
}

static void expect_refusal(struct bench *bench, const char *username, const char *pwd,
			   bool is_controlling, int code)
{
	struct ice_check check;
	uint8_t bytes[512];
	size_t length = request(bench, username, pwd, true, is_controlling, bytes);

	ice_receive(bench->ice, bytes, length, &bench->from, &check);
	assert_false(check.is_authentic);
	assert_in_range(check.reply_length, 20, length);
	assert_int_equal(error_code(bench, &check), code);
}

static void test_refusals(void **state)
{
	struct bench *bench = *state;

	expect_refusal(bench, "abcdefgh:zz", "another password of that", true, 401);
	expect_refusal(bench, "abcdefgX:zz", PWD, true, 401);
	expect_refusal(bench, "abcdefghi:zz", PWD, true, 401);
	expect_refusal(bench, "abc", PWD, true, 401);
	expect_refusal(bench, "abcdefgh:zz", PWD, false, 487);
	ice_remove(bench->ice, "abcdefgh");
	expect_refusal(bench, "abcdefgh:zz", PWD, true, 401);
}

static void test_unknown_attribute(void **state)
{
	struct bench *bench = *state;
	struct ice_check check;
	StunMessage message;
	uint8_t bytes[512];

	assert_true(stun_agent_init_request(&bench->agent, &message, bytes, sizeof(bytes),
					    STUN_BINDING));
	stun_message_append_string(&message, STUN_ATTRIBUTE_USERNAME, "abcdefgh:zz");
	/* Below 0x8000: must be understood. */
	stun_message_append32(&message, (StunAttribute)0x7f01, 1);
	size_t length = stun_agent_finish_message(&bench->agent, &message, (const uint8_t *)PWD,
						  strlen(PWD));

	ice_receive(bench->ice, bytes, length, &bench->from, &check);
	assert_false(check.is_authentic);
	assert_int_equal(error_code(bench, &check), 420);
}

/* A stranger gets no more bytes than it sent, or nothing. */
static void test_no_amplifier(void **state)
{
	struct bench *bench = *state;
	struct ice_check check;
	StunMessage message;
	StunAgent bare;
	uint8_t bytes[512];

	stun_agent_init(&bare, known, STUN_COMPATIBILITY_RFC5389, STUN_AGENT_USAGE_USE_FINGERPRINT);
	stun_agent_init_request(&bare, &message, bytes, sizeof(bytes), STUN_BINDING);
	size_t length = stun_agent_finish_message(&bare, &message, NULL, 0);

	assert_int_equal(length, 28);
	ice_receive(bench->ice, bytes, length, &bench->from, &check);
	assert_false(check.is_authentic);
	assert_int_equal(check.reply_length, 0);
}

/* Every bit of a good check matters, and so does its length. */
static void test_damaged(void **state)
{
	struct bench *bench = *state;
	struct ice_check check;
	uint8_t bytes[512];
	size_t length = request(bench, "abcdefgh:zz", PWD, true, true, bytes);

	for (size_t i = 0; i < length; i++) {
		bytes[i] ^= 0x10;
		ice_receive(bench->ice, bytes, length, &bench->from, &check);
		assert_false(check.is_authentic);
		bytes[i] ^= 0x10;
		ice_receive(bench->ice, bytes, i, &bench->from, &check);
		assert_false(check.is_authentic);
	}
	ice_receive(bench->ice, bytes, length, &bench->from, &check);
	assert_true(check.is_authentic);
}

static void test_credentials(void **state)
{
	char ufrag[2][ICE_UFRAG_CHARS + 1], pwd[2][ICE_PWD_CHARS + 1];

	(void)state;
	for (int i = 0; i < 2; i++) {
		ice_make_credentials('C', ufrag[i], pwd[i]);
		assert_int_equal(ufrag[i][0], 'C');
	}
	assert_int_equal(strlen(ufrag[0]), ICE_UFRAG_CHARS);
	assert_int_equal(strlen(pwd[0]), ICE_PWD_CHARS);
	assert_string_not_equal(ufrag[0], ufrag[1]);
	assert_string_not_equal(pwd[0], pwd[1]);
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_success),	    BENCHED(test_refusals), BENCHED(test_unknown_attribute),
		BENCHED(test_no_amplifier), BENCHED(test_damaged),  BENCHED(test_credentials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
