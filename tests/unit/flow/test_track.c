/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "clock.h"
#include "track.h"

static const struct track_format format = {
	.ssrc = 7, .clock_hz = 90000, .payload_type = 96, .is_video = true};

static void put(struct track *track, uint32_t n)
{
	struct packet *packet = track_begin(track);

	assert_non_null(packet);
	packet->length = sizeof(n);
	packet->rtp_seq = (uint16_t)n;
	packet->rtp_time = n;
	memcpy(packet->bytes, &n, sizeof(n));
	track_commit(track, packet);
}

/* The packet's number, -1 for none. */
static int64_t next(struct track *track, uint64_t *cursor, uint64_t *lost)
{
	const struct packet *packet = track_next(track, cursor, lost);
	int64_t n = packet ? (int64_t)packet->rtp_time : -1;

	packet_unref(packet);
	return n;
}

static void test_in_order(void **state)
{
	struct track *track = track_create(&format, 16);
	uint64_t cursor = 0, lost = 0;

	(void)state;
	assert_int_equal(track_format(track)->ssrc, 7);
	assert_int_equal(next(track, &cursor, &lost), -1);
	for (uint32_t n = 0; n < 100; n++) { /* six times around */
		put(track, n);
		assert_int_equal(track_end(track), n + 1);
		assert_int_equal(next(track, &cursor, &lost), n);
		assert_int_equal(next(track, &cursor, NULL), -1);
	}
	assert_int_equal(lost, 0);
	track_unref(track);
	track_unref(NULL);
}

static void test_slow_reader(void **state)
{
	struct track *track = track_create(&format, 16);
	uint64_t slow = 0, late = 0, lost = 0;

	(void)state;
	put(track, 0);
	assert_int_equal(next(track, &slow, &lost), 0);
	for (uint32_t n = 1; n < 40; n++)
		put(track, n);
	/* the oldest of the last 16 */
	assert_int_equal(next(track, &slow, &lost), 24);
	assert_int_equal(lost, 23);
	for (int64_t n = 25; n < 40; n++)
		assert_int_equal(next(track, &slow, &lost), n);
	assert_int_equal(next(track, &slow, &lost), -1);
	assert_int_equal(lost, 23);
	assert_int_equal(next(track, &late, NULL), 24); /* who asks for no count */
	track_unref(track);
}

static void test_begin_is_not_commit(void **state)
{
	struct track *track = track_create(&format, 4);
	struct packet *packet = track_begin(track);
	uint64_t cursor = 0;

	(void)state;
	assert_ptr_equal(track_begin(track), packet);
	assert_int_equal(next(track, &cursor, NULL), -1);
	assert_int_equal(track_end(track), 0);
	track_commit(track, packet);
	assert_true(packet->written_ns > 0);
	assert_int_equal(track_end(track), 1);
	track_unref(track);
}

static int64_t found(struct track *track, uint16_t seq)
{
	const struct packet *packet = track_find(track, seq);
	int64_t n = packet ? (int64_t)packet->rtp_time : -1;

	packet_unref(packet);
	return n;
}

/* Numbers of 16 bits, over their wrap. */
static void test_find(void **state)
{
	struct track *track = track_create(&format, 16);

	(void)state;
	assert_int_equal(found(track, 0), -1);
	for (uint32_t n = 65530; n < 65540; n++)
		put(track, n);
	assert_int_equal(found(track, 65530), 65530);
	assert_int_equal(found(track, 65535), 65535);
	assert_int_equal(found(track, 0), 65536);
	assert_int_equal(found(track, 3), 65539);
	assert_int_equal(found(track, 4), -1);	   /* not there yet */
	assert_int_equal(found(track, 65529), -1); /* before the first */
	for (uint32_t n = 65540; n < 65560; n++)
		put(track, n);
	assert_int_equal(found(track, 3), -1); /* not kept any more */
	assert_int_equal(found(track, 8), 65544);
	assert_int_equal(found(track, 23), 65559);
	track_unref(track);
}

/* A writer that left some out (a browser's packets that were lost): never another packet for the
 * one that was asked for. */
static void test_find_in_gaps(void **state)
{
	struct track *track = track_create(&format, 16);

	(void)state;
	for (uint32_t n = 100; n < 120; n += 2)
		put(track, n);
	assert_int_equal(found(track, 118), 118);
	for (uint16_t seq = 99; seq < 120; seq++) {
		int64_t n = found(track, seq);

		assert_true(n == -1 || n == seq);
	}
	track_unref(track);
}

/* A packet that is held keeps its bytes while the pool goes around it; with all spares held, there
 * is no room. */
static void test_references(void **state)
{
	struct track *track = track_create(&format, 8);
	const struct packet *held[8];
	uint64_t cursor = 0;
	uint32_t n = 0;

	(void)state;
	for (; n < 8; n++)
		put(track, n);
	for (int i = 0; i < 8; i++)
		held[i] = track_next(track, &cursor, NULL);
	for (; n < 16; n++)
		put(track, n);
	for (uint32_t i = 0; i < 8; i++)
		assert_memory_equal(held[i]->bytes, &i, sizeof(i));
	assert_null(track_begin(track));
	assert_int_equal(track_end(track), 16);
	packet_unref(held[3]);
	for (; n < 100; n++) /* one spare is enough to go on */
		put(track, n);
	for (uint32_t i = 0; i < 8; i++)
		if (i != 3)
			assert_memory_equal(held[i]->bytes, &i, sizeof(i));
	track_unref(track); /* the packets keep it */
	for (uint32_t i = 0; i < 8; i++)
		if (i != 3)
			packet_unref(held[i]);
	packet_unref(NULL);
}

static void count(void *data)
{
	(*(int *)data)++;
}

static void test_bells(void **state)
{
	struct track *track = track_create(&format, 8);
	int rung[3] = {0}, released = 0;

	(void)state;
	track_ring(track); /* nobody listens */
	for (int i = 0; i < 3; i++)
		track_hang_bell(track, (struct bell){count, &rung[i], NULL});
	/* hangs already */
	track_hang_bell(track, (struct bell){count, &rung[1], NULL});
	put(track, 0);
	assert_int_equal(rung[0], 0); /* for a whole access unit, by the writer */
	track_ring(track);
	assert_true(rung[0] == 1 && rung[1] == 1 && rung[2] == 1);
	track_hang_key_bell(track, (struct bell){NULL, &released, count});
	track_unref(track_ref(track));
	assert_int_equal(released, 0);
	track_unref(track);
	assert_int_equal(released, 1);
}

static void test_key_requests(void **state)
{
	struct track *track = track_create(&format, 8);
	int rung = 0;

	(void)state;
	assert_false(track_take_key_request(track));
	track_hang_key_bell(track, (struct bell){count, &rung, NULL});
	track_ask_key(track);
	track_ask_key(track);
	assert_int_equal(rung, 2);
	assert_true(track_take_key_request(track)); /* one key frame serves both */
	assert_false(track_take_key_request(track));
	track_unref(track);
}

static void put_unit(struct track *track, bool is_end, int64_t pts_ns)
{
	struct packet *packet = track_begin(track);

	packet->is_end = is_end;
	packet->pts_ns = pts_ns;
	track_commit(track, packet);
}

/* An access unit counts once, with its last packet, where it is known when it was due. */
static void test_clocks(void **state)
{
	struct track *track = track_create(&format, 16);
	int64_t due_ns = clock_now_ns() - 7 * NS_PER_MS;
	struct track_stats stats;
	uint64_t cursor = 0;

	(void)state;
	put_unit(track, true, 0);
	put_unit(track, false, due_ns);
	put_unit(track, true, due_ns);
	track_read_stats(track, &stats);
	assert_int_equal(stats.encoded.count, 1);
	assert_true(stats.encoded.sum_ms >= 7);
	assert_int_equal(stats.sent.count, 0);
	const struct packet *packet = track_next(track, &cursor, NULL);

	track_note_sent(track, packet);
	packet_unref(packet);
	track_read_stats(track, &stats);
	assert_int_equal(stats.sent.count, 1);
	track_unref(track);
}

static void test_want(void **state)
{
	struct track *track = track_create(&format, 8);
	int rung = 0;

	(void)state;
	track_hang_key_bell(track, (struct bell){count, &rung, NULL});
	assert_false(track_is_wanted(track));
	track_want(track, 1);
	assert_int_equal(rung, 1); /* the writer wakes up */
	track_want(track, 1);
	assert_int_equal(rung, 1);
	track_want(track, -1);
	assert_true(track_is_wanted(track));
	track_want(track, -1);
	assert_false(track_is_wanted(track));
	track_want(track, 1);
	assert_int_equal(rung, 2);
	track_unref(track);
}

/* ---- threads ---- */

#define WRITTEN 60000
#define READERS 3

struct reader {
	struct track *track;
	pthread_t thread;
	uint64_t read, lost, found;
	bool is_spoilt;
};

static bool is_whole(const struct packet *packet)
{
	for (size_t i = 0; i < 16; i++)
		if (packet->bytes[i] != (uint8_t)packet->rtp_time)
			return false;
	return packet->rtp_seq == (uint16_t)packet->rtp_time;
}

/* Looks up one of the last, too, as a resend does. */
static void look_back(struct reader *reader, uint16_t seq)
{
	const struct packet *packet = track_find(reader->track, seq);

	reader->is_spoilt |= packet && (packet->rtp_seq != seq || !is_whole(packet));
	reader->found += packet != NULL;
	packet_unref(packet);
}

static void *read_all(void *data)
{
	struct reader *reader = data;
	uint64_t cursor = 0;

	while (cursor < WRITTEN) {
		uint64_t before = cursor, lost = 0;
		const struct packet *packet = track_next(reader->track, &cursor, &lost);

		reader->lost += lost;
		if (!packet) {
			sched_yield();
			continue;
		}
		reader->read++;
		reader->is_spoilt |= !is_whole(packet) || packet->rtp_time != cursor - 1 ||
				     cursor != before + lost + 1;
		uint16_t seq = packet->rtp_seq;

		packet_unref(packet);
		if (reader->read % 8 == 0)
			look_back(reader, (uint16_t)(seq - 3));
	}
	track_unref(reader->track);
	return NULL;
}

static void test_threads(void **state)
{
	struct track *track = track_create(&format, 32);
	struct reader readers[READERS] = {0};

	(void)state;
	for (int i = 0; i < READERS; i++) {
		readers[i].track = track_ref(track);
		assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]),
				 0);
	}
	for (uint32_t n = 0; n < WRITTEN; n++) {
		struct packet *packet = track_begin(track);

		assert_non_null(packet); /* three readers hold three at most */
		packet->rtp_seq = (uint16_t)n;
		packet->rtp_time = n;
		memset(packet->bytes, (int)(n & 0xff), 16);
		track_commit(track, packet);
		if (n % 16 == 0)
			sched_yield();
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		assert_false(readers[i].is_spoilt);
		assert_int_equal(readers[i].read + readers[i].lost, WRITTEN);
	}
	track_unref(track);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_begin_is_not_commit),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_in_gaps),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_bells),
		cmocka_unit_test(test_key_requests),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_want),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
