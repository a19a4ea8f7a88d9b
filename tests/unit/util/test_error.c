/* SPDX-License-Identifier: EUPL-1.2 */
#include "error.h" /* before cmocka.h, which has a macro fail() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

static void test_message(void **state)
{
	GError *error = NULL;

	(void)state;
	assert_false((fail)(&error, ERROR_NOT_FOUND, "no scene \"%s\"", "wide"));
	assert_string_equal(error->message, "no scene \"wide\"");
	assert_true(error_code_of(error) == ERROR_NOT_FOUND);
	g_error_free(error);
	assert_false((fail)(NULL, ERROR_NOT_FOUND, "nobody %s", "asks"));
}

static void test_other_libraries(void **state)
{
	GError *error = g_error_new_literal(g_quark_from_static_string("gst"), ERROR_LIMIT, "x");

	(void)state;
	assert_true(error_code_of(error) == ERROR_INTERNAL);
	g_error_free(error);
}

/* Every code can be shown to a person, a browser and a shell. */
static void test_table_is_whole(void **state)
{
	(void)state;
	for (int code = ERROR_NONE + 1; code < ERROR_CODES; code++) {
		assert_true(*error_name((enum error_code)code) != '\0');
		assert_true(*error_sentence((enum error_code)code) != '\0');
		assert_in_range(error_http_status((enum error_code)code), 400, 599);
		assert_in_range(error_exit_status((enum error_code)code), 1, 3);
	}
	assert_string_equal(error_name(ERROR_NOT_FOUND), "NOT_FOUND");
	assert_int_equal(error_http_status(ERROR_NOT_FOUND), 404);
	assert_string_equal(error_name((enum error_code)12345), "INTERNAL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_other_libraries),
		cmocka_unit_test(test_table_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
