/* SPDX-License-Identifier: EUPL-1.2 */
#include "arrivals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ts_end.h"

#define PID   0x100
#define FRAME (INT64_C(40) * 1000000)

/* Some packets of one PID; 'B' begins a picture, 'E' is an end that was put in. */
static void bytes(struct arrivals *arrivals, int pid, const char *begins, int64_t at_ns)
{
	uint8_t packets[8 * 188] = {0};
	size_t n = strlen(begins);

	for (size_t i = 0; i < n; i++) {
		packets[i * 188] = 0x47;
		packets[i * 188 + 1] = (uint8_t)(pid >> 8 | (begins[i] == '.' ? 0 : 0x40));
		packets[i * 188 + 2] = (uint8_t)pid;
		if (begins[i] == 'E')
			memset(packets + i * 188 + 4, TS_END_FILL, 184);
	}
	arrivals_see_bytes(arrivals, packets, n * 188, at_ns);
}

static void test_unbounded(void **state)
{
	struct arrivals arrivals = {.pid = PID};

	(void)state;
	/* A picture is known to be whole when the next one begins. */
	bytes(&arrivals, PID, "B..", 100);
	bytes(&arrivals, PID, "...", 200);
	for (int n = 0; n < 200; n++) {
		bytes(&arrivals, PID, "..B", 1000 + n);
		arrivals_see_picture(&arrivals, n * FRAME);
		bytes(&arrivals, PID, "...", 1000 + n);
		assert_int_equal(arrivals_find(&arrivals, n * FRAME), n ? 1000 + n - 1 : 100);
	}
	/* A field between two pictures; what is too far, too early or forgotten. */
	assert_int_equal(arrivals_find(&arrivals, 199 * FRAME + FRAME / 2), 1198);
	assert_int_equal(arrivals_find(&arrivals, 198 * FRAME + FRAME / 2), 1197);
	assert_int_equal(arrivals_find(&arrivals, 199 * FRAME + 5 * FRAME), 0);
	assert_int_equal(arrivals_find(&arrivals, 100 * FRAME), 0);
}

static void test_bounded(void **state)
{
	struct arrivals arrivals = {.pid = PID};

	(void)state;
	/* Several in one read, each whole at once. */
	bytes(&arrivals, PID, "B.B.B.", 100);
	for (int n = 0; n < 3; n++)
		arrivals_see_picture(&arrivals, n * FRAME);
	bytes(&arrivals, PID, "B", 200);
	arrivals_see_picture(&arrivals, 3 * FRAME);
	assert_int_equal(arrivals_find(&arrivals, 2 * FRAME), 100);
	assert_int_equal(arrivals_find(&arrivals, 3 * FRAME), 200);
}

static void test_told(void **state)
{
	struct arrivals arrivals = {.pid = PID};

	(void)state;
	for (int n = 0; n < 20; n++) {
		bytes(&arrivals, PID, "B...", 1000 + n);
		bytes(&arrivals, PID, "..E.", 2000 + n);
		arrivals_see_picture(&arrivals, n * FRAME);
		assert_int_equal(arrivals_find(&arrivals, n * FRAME), 1000 + n);
	}
}

static void test_dropped(void **state)
{
	struct arrivals arrivals = {.pid = PID};

	(void)state;
	/* Three begin and the demuxer makes nothing of the first two. */
	bytes(&arrivals, PID, "B", 100);
	bytes(&arrivals, PID, "B", 200);
	bytes(&arrivals, PID, "B", 300);
	bytes(&arrivals, PID, ".", 350);
	arrivals_see_picture(&arrivals, FRAME);
	assert_int_equal(arrivals_find(&arrivals, FRAME), 300);
	/* One of which no beginning was seen is taken to be as old as the one before. */
	arrivals_see_picture(&arrivals, 2 * FRAME);
	assert_int_equal(arrivals_find(&arrivals, 2 * FRAME), 300);
	for (int n = 0; n < 50; n++)
		bytes(&arrivals, PID, "BBBBBBBB", 400);
}

static void test_others(void **state)
{
	struct arrivals arrivals = {0};

	(void)state;
	bytes(&arrivals, PID, "B", 100); /* the PID is not known yet */
	arrivals_see_picture(&arrivals, FRAME);
	assert_int_equal(arrivals_find(&arrivals, FRAME), 0);
	arrivals.pid = PID;
	bytes(&arrivals, PID + 1, "B", 100);
	arrivals_see_bytes(&arrivals, (const uint8_t *)"rubbish", 7, 100);
	arrivals_see_picture(&arrivals, FRAME);
	assert_int_equal(arrivals_find(&arrivals, FRAME), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unbounded), cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_told),	  cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
