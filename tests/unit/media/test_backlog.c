/* SPDX-License-Identifier: EUPL-1.2 */
#include "backlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MS INT64_C(1000000)

static void fresh_pictures_pass(void **state)
{
	struct backlog backlog = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_true(backlog_passes(&backlog, i % 30 == 0, i * 4 * MS));
}

static void old_ones_wait_for_a_fresh_key_frame(void **state)
{
	struct backlog backlog = {0};

	(void)state;
	assert_true(backlog_passes(&backlog, false, 399 * MS));
	assert_false(backlog_passes(&backlog, false, 401 * MS));
	assert_false(backlog_passes(&backlog, true, 401 * MS));
	assert_false(backlog_passes(&backlog, false, 20 * MS));
	assert_false(backlog_passes(&backlog, true, 150 * MS));
	assert_false(backlog_passes(&backlog, false, 20 * MS));
	assert_true(backlog_passes(&backlog, true, 20 * MS));
	assert_true(backlog_passes(&backlog, false, 150 * MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_pictures_pass),
		cmocka_unit_test(old_ones_wait_for_a_fresh_key_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
