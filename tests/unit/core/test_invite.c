/* SPDX-License-Identifier: EUPL-1.2 */
#include "error.h" /* its fail() before cmocka's */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "invite.h"

#define UNTIL 1900000000

static const uint8_t key[32] = "a key of thirty-two bytes, fixed";
static const uint8_t other_key[32] = "another key of 32 bytes, no less";

static char *sign(const char *name, uint32_t serial)
{
	struct invite invite = {.expires_s = UNTIL, .serial = serial};

	g_strlcpy(invite.name, name, sizeof(invite.name));
	return invite_sign(&invite, key, sizeof(key));
}

static void check_refused(const char *token, int64_t now_s, const char *part)
{
	struct invite invite = {.serial = 77};
	g_autoptr(GError) error = NULL;

	assert_false(invite_check(token, key, sizeof(key), now_s, &invite, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_TOKEN);
	assert_non_null(strstr(error->message, part));
	assert_true(g_utf8_validate(error->message, -1, NULL));
	assert_int_equal(invite.serial, 77); /* untouched */
}

static void test_round_trip(void **state)
{
	char longest[129] = "";

	(void)state;
	for (int i = 0; i < 32; i++)
		strcat(longest, "𝒜");
	const char *const names[] = {"A", "Anna", "Zoë Ångström", "Ю.", longest};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *token = sign(names[i], (uint32_t)i * 1000000);
		g_autofree char *again = sign(names[i], (uint32_t)i * 1000000);
		struct invite invite;

		assert_string_equal(token, again);
		assert_int_equal(strspn(token, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"),
				 strlen(token));
		assert_true(invite_check(token, key, sizeof(key), UNTIL - 1, &invite, NULL));
		assert_string_equal(invite.name, names[i]);
		assert_int_equal(invite.serial, i * 1000000);
		assert_int_equal(invite.expires_s, UNTIL);
	}
}

static void test_expiry(void **state)
{
	g_autofree char *token = sign("Anna", 1);
	struct invite invite;

	(void)state;
	assert_true(invite_check(token, key, sizeof(key), 0, &invite, NULL));
	assert_true(invite_check(token, key, sizeof(key), UNTIL - 1, &invite, NULL));
	check_refused(token, UNTIL, "the invite of Anna has run out");
	check_refused(token, INT64_MAX, "the invite of Anna has run out");
}

static void test_every_character_changed(void **state)
{
	static const char alphabet[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_+/=. \x01\xff";
	/* Lengths of all three remainders of base64. */
	const char *const names[] = {"Ann", "Anna", "Anna B"};

	(void)state;
	for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
		g_autofree char *token = sign(names[n], 5);

		for (char *at = token; *at; at++) {
			char was = *at;

			for (const char *other = alphabet; *other; other++)
				if (*other != was) {
					*at = *other;
					check_refused(token, 0, "this");
				}
			*at = was;
		}
		assert_true(invite_check(token, key, sizeof(key), 0, &(struct invite){0}, NULL));
	}
}

static void test_cut_and_longer(void **state)
{
	g_autofree char *token = sign("Anna", 5);
	size_t length = strlen(token);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		g_autofree char *cut = g_strndup(token, i);

		check_refused(cut, 0, "this");
	}
	for (const char *tail = "AQZz9-_="; *tail; tail++) {
		g_autofree char *longer = g_strdup_printf("%s%c", token, *tail);

		check_refused(longer, 0, "this");
	}
}

static void test_garbage(void **state)
{
	GRand *random = g_rand_new_with_seed(1);
	char text[600];

	(void)state;
	check_refused("", 0, "not an invite");
	check_refused("....", 0, "not an invite");
	for (int i = 0; i < 2000; i++) {
		int length = g_rand_int_range(random, 1, sizeof(text) - 1);

		for (int c = 0; c < length; c++)
			text[c] = (char)g_rand_int_range(random, 1, 255);
		text[length] = '\0';
		check_refused(text, 0, "this");
		for (int c = 0; c < length; c++)
			text[c] = (G_CSET_A_2_Z G_CSET_a_2_z "-_")[g_rand_int_range(random, 0, 54)];
		check_refused(text, 0, "this");
	}
	g_rand_free(random);
}

static void test_another_key(void **state)
{
	struct invite invite = {.name = "Anna", .expires_s = UNTIL, .serial = 1};
	g_autofree char *token = invite_sign(&invite, other_key, sizeof(other_key));

	(void)state;
	check_refused(token, 0, "not made by this server");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_every_character_changed),
		cmocka_unit_test(test_cut_and_longer),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_another_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
