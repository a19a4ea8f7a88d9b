/* SPDX-License-Identifier: EUPL-1.2 */
#include "error.h" /* its fail() before cmocka's */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "show.h"

static char *repeat(const char *part, int times)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < times; i++)
		g_string_append(text, part);
	return g_string_free(text, FALSE);
}

static void test_good(void **state)
{
	static const char *const good[] = {
		"a",	"7",	"cam-a",       "cam_a.2", "Anna",     "Zoë Ångström",
		"Иван", "田中", "Zoe\xcc\x88", "a b c",	  "programs", "Speakers",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		assert_true(name_check(good[i], NULL));
}

static void test_bad(void **state)
{
	static const struct {
		const char *name, *message;
	} bad[] = {
		{"", "empty"},
		{"speakers", "command language"},
		{"auto", "command language"},
		{"program", "another"},
		{"room", "another"},
		{" a", "begin"},
		{"-a", "begin"},
		{"--help", "begin"},
		{".a", "begin"},
		{"_a", "begin"},
		{"a ", "holds \" \""},
		{"a  b", "holds \" \""},
		{"a/b", "holds \"/\""},
		{"a\nb", "holds"},
		{"a\tb", "holds"},
		{"a,b", "holds \",\""},
		{"a\"b", "holds"},
		{"a\x7f", "holds"},
		{"caf\xe9", "not UTF-8"},
		{"a\xe2\x80\xaf"
		 "b",
		 "holds"},
		{"a#b", "holds \"#\""},
		{"a\xc2\x9b", "holds"},
		{"\xcc\x88u", "begin"},
		{"\xf0\x9f\x98\x80", "begin"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		if (name_check(bad[i].name, &error))
			fail_msg("\"%s\" passed", bad[i].name);
		assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
		if (!strstr(error->message, bad[i].message))
			fail_msg("\"%s\": %s", bad[i].name, error->message);
		assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

static void test_length_is_in_characters(void **state)
{
	static const char *const letters[] = {"a", "ë", "田", "𝒜"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
		g_autofree char *longest = repeat(letters[i], 32),
				*too_long = repeat(letters[i], 33);
		g_autoptr(GError) error = NULL;

		assert_true(name_check(longest, NULL));
		assert_false(name_check(too_long, &error));
		assert_non_null(strstr(error->message, "33 characters"));
		assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_length_is_in_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
