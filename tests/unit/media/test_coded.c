/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "clock.h"
#include "coded.h"

#define PICTURE_NS (NS_PER_S / 25)

static struct coded coded;
static struct coded_stats stats;
static int64_t now_ns, pts_ns;

static void begin(void)
{
	coded = (struct coded){0};
	now_ns = pts_ns = 50 * NS_PER_S;
}

static void see(int64_t at_ns, int64_t decoded_ns, bool is_key)
{
	coded_see(&coded, at_ns, decoded_ns, is_key, now_ns);
	now_ns += PICTURE_NS;
}

/* `n` pictures in order, a key every `gop`. */
static void send_plain(int n, int gop)
{
	for (int i = 0; i < n; i++, pts_ns += PICTURE_NS)
		see(pts_ns, pts_ns, i % gop == 0);
	coded_read(&coded, now_ns, &stats);
}

static void assert_near(double value, double wanted, double by)
{
	if (!(fabs(value - wanted) <= by))
		fail_msg("%g is not %g +-%g", value, wanted, by);
}

static void test_nothing(void **state)
{
	(void)state;
	begin();
	coded_read(&coded, now_ns, &stats);
	assert_true(stats.key_interval_ms == 0 && stats.fps == 0 && !stats.has_b_frames);
}

static void test_plain(void **state)
{
	(void)state;
	begin();
	send_plain(150, 25);
	assert_near(stats.key_interval_ms, 1000, 0.01);
	assert_near(stats.fps, 25, 0.6);
	assert_false(stats.has_b_frames);
	/* Nothing comes any more: nothing is known. */
	coded_read(&coded, now_ns + 3 * NS_PER_S, &stats);
	assert_true(stats.key_interval_ms == 0 && stats.fps == 0);
}

/* I P B B P B B: each P is shown behind the two that follow it. */
static void test_b_frames(void **state)
{
	static const int order[] = {0, 3, 1, 2};

	(void)state;
	begin();
	for (int group = 0; group < 20; group++)
		for (int i = 0; i < 4; i++)
			see(pts_ns + (4 * group + order[i]) * PICTURE_NS,
			    pts_ns + (4 * group + i - 1) * PICTURE_NS, group % 5 == 0 && i == 0);
	coded_read(&coded, now_ns, &stats);
	assert_true(stats.has_b_frames);
	assert_near(stats.key_interval_ms, 800, 0.01);
	/* The crew turns them off: ten seconds later they are forgotten. */
	pts_ns += 80 * PICTURE_NS;
	send_plain(240, 25);
	assert_true(stats.has_b_frames);
	send_plain(20, 25);
	assert_false(stats.has_b_frames);
}

/* Time stamps that begin anew are no B-frames. */
static void test_jump_back(void **state)
{
	(void)state;
	begin();
	pts_ns = 500 * NS_PER_S;
	send_plain(50, 25);
	pts_ns = 10 * NS_PER_S;
	send_plain(50, 25);
	pts_ns -= NS_PER_S;
	send_plain(50, 25);
	assert_false(stats.has_b_frames);
	assert_near(stats.key_interval_ms, 1000, 0.01);
}

/* A demuxer that evens out a bad line moves time stamps to and fro, but both of a picture. */
static void test_wandering(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 200; i++, pts_ns += PICTURE_NS) {
		int64_t at_ns = pts_ns + (i % 4 ? 0 : 3 * PICTURE_NS / 2);

		see(at_ns, at_ns, i % 25 == 0);
	}
	coded_read(&coded, now_ns, &stats);
	assert_false(stats.has_b_frames);
	/* Some encoders decode each picture a fixed time ahead. */
	for (int i = 0; i < 200; i++, pts_ns += PICTURE_NS)
		see(pts_ns, pts_ns - 2 * PICTURE_NS, i % 25 == 0);
	coded_read(&coded, now_ns, &stats);
	assert_false(stats.has_b_frames);
}

/* Before the second key comes it is known how long it takes at least. */
static void test_long_group(void **state)
{
	(void)state;
	begin();
	send_plain(200, 1000);
	assert_near(stats.key_interval_ms, 8000, 0.01);
	begin();
	send_plain(100, 25);
	send_plain(200, 1000); /* the encoder was set otherwise */
	assert_near(stats.key_interval_ms, 8000, 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),	  cmocka_unit_test(test_plain),
		cmocka_unit_test(test_b_frames),  cmocka_unit_test(test_jump_back),
		cmocka_unit_test(test_wandering), cmocka_unit_test(test_long_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
