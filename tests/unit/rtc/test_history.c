/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "history.h"
#include "track.h"

#define LATER_NS (20 * NS_PER_MS)

static void put(struct track *track, uint16_t seq)
{
	struct packet *packet = track_begin(track);

	packet->length = 1000;
	packet->rtp_seq = seq;
	track_commit(track, packet);
}

static struct track *make_track(uint16_t first, int n)
{
	struct track_format format = {1, 90000, 96, true};
	struct track *track = track_create(&format, 256);

	for (int i = 0; i < n; i++)
		put(track, (uint16_t)(first + i));
	return track;
}

/* The track's own number of what came back, -1 for nothing. */
static int take(struct history *history, uint16_t seq, int64_t now_ns)
{
	uint16_t offset;
	const struct packet *packet = history_take(history, seq, now_ns, &offset);
	int found = packet ? packet->rtp_seq : -1;

	packet_unref(packet);
	return found;
}

static void test_finds(void **state)
{
	struct history *history = history_create();
	struct track *track = make_track(65530, 20);

	(void)state;
	assert_int_equal(take(history, 3, 1), -1); /* nothing was sent yet */
	history_follow(history, track, 65534, 0);
	assert_int_equal(take(history, 65533, 1), -1); /* before the peer came */
	assert_int_equal(take(history, 65535, 1), 65535);
	assert_int_equal(take(history, 3, 1), 3);
	assert_int_equal(take(history, 500, 1), -1); /* not there yet */
	history_destroy(history);
	track_unref(track);
}

static void test_two_tracks(void **state)
{
	struct history *history = history_create();
	struct track *first = make_track(100, 10), *second = make_track(7000, 10);

	(void)state;
	history_follow(history, first, 100, 0);
	/* The peer's 105 is the second track's 7003. */
	history_follow(history, second, 105, (uint16_t)(105 - 7003));
	assert_int_equal(take(history, 104, 1), 104);
	assert_int_equal(take(history, 105, 1), 7003);
	assert_int_equal(take(history, 108, 1), 7006);
	history_destroy(history);
	track_unref(first);
	track_unref(second);
}

static void test_is_no_amplifier(void **state)
{
	struct history *history = history_create();
	struct track *track = make_track(0, 200);
	int64_t now = NS_PER_S;
	int n = 0;

	(void)state;
	history_follow(history, track, 0, 0);
	assert_int_equal(take(history, 7, now), 7);
	assert_int_equal(take(history, 7, now), -1); /* at once again */
	for (int i = 0; i < 50; i++)
		n += take(history, 7, now += LATER_NS) == 7;
	assert_int_equal(n, RESENDS_MAX - 1);
	/* All of it together: what it started with, then a fifth of what was sent. */
	for (uint16_t seq = 0; seq < 200; seq++)
		n += take(history, seq, now += LATER_NS) >= 0;
	assert_int_equal(n, RESENDS_BURST - 1);
	assert_int_equal(take(history, 150, now += LATER_NS), -1);
	for (int i = 0; i < 2 * RESENDS_SHARE - 1; i++)
		history_earn(history, false);
	assert_int_equal(take(history, 150, now += LATER_NS), 150);
	assert_int_equal(take(history, 151, now += LATER_NS), -1);
	for (int i = 0; i < 1000 * RESENDS_SHARE; i++)
		history_earn(history, false);
	n = 0;
	for (uint16_t seq = 0; seq < 140; seq++)
		n += take(history, seq, now += 6 * NS_PER_S) >= 0;
	assert_int_equal(n, RESENDS_BURST);
	/* One for one where there is room. */
	history_earn(history, true);
	assert_int_equal(take(history, 150, now += 6 * NS_PER_S), 150);
	assert_int_equal(take(history, 151, now += LATER_NS), -1);
	history_destroy(history);
	track_unref(track);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_two_tracks),
		cmocka_unit_test(test_is_no_amplifier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
