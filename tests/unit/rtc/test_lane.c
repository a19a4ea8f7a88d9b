/* SPDX-License-Identifier: EUPL-1.2
 *
 * Lanes with streams that only count, and a clock that the tests move: who gets which packet, and
 * when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

#include "clock.h"
#include "lane.h"
#include "outbox.h"
#include "stream.h"
#include "track.h"

struct stream {
	struct stream_plan plan;
	struct track *followed;
	unsigned n, n_follows;
	uint16_t first, last;
	bool is_disordered;
};

void stream_follow(struct stream *stream, struct track *track)
{
	stream->followed = track;
	stream->n_follows++;
}

const struct stream_plan *stream_plan(const struct stream *stream)
{
	return &stream->plan;
}

void stream_send(struct stream *stream, const struct packet *packet)
{
	stream->is_disordered |= stream->n && packet->rtp_seq <= stream->last;
	if (stream->n++ == 0)
		stream->first = packet->rtp_seq;
	stream->last = packet->rtp_seq;
}

static int64_t now_ns = NS_PER_S;

int64_t clock_now_ns(void)
{
	return now_ns;
}

static unsigned n_flushes;

void outbox_flush(struct outbox *outbox)
{
	(void)outbox;
	n_flushes++;
}

static void ring(void *data)
{
	(void)data;
}

struct bench {
	struct lanes *lanes;
	struct track *track, *other;
	uint16_t seq, other_seq;
	struct stream streams[3];
	struct route *routes[3];
	uint64_t dropped[3];
};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);
	struct track_format format = {1, 90000, 96, true};

	bench->lanes = lanes_create((struct bell){.ring = ring, .data = bench}, NULL);
	bench->track = track_create(&format, 256);
	bench->other = track_create(&format, 256);
	bench->seq = 1;
	bench->other_seq = 1000;
	for (int i = 0; i < 3; i++) {
		bench->streams[i].plan.is_video = true;
		bench->routes[i] =
			route_create(bench->lanes, &bench->streams[i], &bench->dropped[i]);
		route_follow(bench->routes[i], bench->track);
	}
	assert_true(track_take_key_request(bench->track));
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < 3; i++)
		route_destroy(bench->routes[i]);
	assert_false(track_is_wanted(bench->track));
	lanes_destroy(bench->lanes);
	track_unref(bench->track);
	track_unref(bench->other);
	g_free(bench);
	return 0;
}

static void put(struct track *track, uint16_t *seq, bool is_key, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct packet *packet = track_begin(track);

		packet->rtp_seq = (*seq)++;
		packet->is_key = is_key;
		packet->is_start = i == 0;
		packet->is_end = i + 1 == n;
		packet->pts_ns = clock_now_ns();
		track_commit(track, packet);
	}
}

static void run(struct bench *bench, bool is_key, unsigned n)
{
	put(bench->track, &bench->seq, is_key, n);
	lanes_run(bench->lanes);
}

static void catch_up(struct bench *bench)
{
	for (int i = 0; i < 1000 && lanes_are_behind(bench->lanes); i++) {
		now_ns += 1 * NS_PER_MS;
		lanes_pace(bench->lanes);
	}
	assert_false(lanes_are_behind(bench->lanes));
}

static uint64_t n_noted(struct track *track)
{
	struct track_stats stats;

	track_read_stats(track, &stats);
	return stats.sent.count;
}

static void test_gate(void **state)
{
	struct bench *bench = *state;

	run(bench, false, 5);
	assert_int_equal(bench->streams[0].n, 0);
	assert_int_equal(n_noted(bench->track), 0);
	run(bench, true, 4);
	run(bench, false, 5);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bench->streams[i].n, 9);
		assert_int_equal(bench->streams[i].first, 6);
		assert_false(bench->streams[i].is_disordered);
	}
	assert_int_equal(n_noted(bench->track), 2);
	assert_false(lanes_are_behind(bench->lanes));
}

/* Everybody's first chunk goes before anybody's second; what follows keeps its place. */
static void test_key_frame_in_chunks(void **state)
{
	struct bench *bench = *state;

	run(bench, true, 100);
	assert_true(lanes_are_behind(bench->lanes));
	for (int i = 0; i < 3; i++)
		assert_int_equal(bench->streams[i].n, LANE_CHUNK);
	assert_int_equal(n_noted(bench->track), 0);
	run(bench, false, 7);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bench->streams[i].n, LANE_CHUNK);
	now_ns += 1 * NS_PER_MS;
	lanes_pace(bench->lanes);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bench->streams[i].n, 2 * LANE_CHUNK);
	catch_up(bench);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bench->streams[i].n, 107);
		assert_false(bench->streams[i].is_disordered);
	}
	assert_int_equal(n_noted(bench->track), 1);
	run(bench, false, 50); /* no key frame: at once */
	assert_int_equal(bench->streams[0].n, 157);
	assert_int_equal(n_noted(bench->track), 2);
}

static void test_blocked(void **state)
{
	struct bench *bench = *state;

	run(bench, true, 2);
	assert_false(track_take_key_request(bench->track));
	now_ns += 120 * NS_PER_MS; /* wishes of 100 ms are one */
	route_block(bench->routes[1]);
	route_block(bench->routes[2]);
	assert_true(track_take_key_request(bench->track));
	route_block(bench->routes[1]);
	assert_false(track_take_key_request(bench->track));
	run(bench, false, 3);
	run(bench, false, 3);
	assert_int_equal(bench->streams[0].n, 8);
	assert_int_equal(bench->streams[1].n, 2);
	assert_int_equal(bench->dropped[0], 0);
	assert_int_equal(bench->dropped[1], 2);
	assert_int_equal(bench->streams[1].n_follows, 1);
	run(bench, true, 2);
	assert_int_equal(bench->streams[1].n, 4);
	assert_int_equal(bench->streams[1].last, 10);
	assert_int_equal(bench->streams[1].n_follows, 2); /* numbers go on without a gap */
	assert_int_equal(bench->dropped[1], 2);
	/* Again within a second: nobody asks, but who has waited for one does. */
	now_ns += 120 * NS_PER_MS;
	route_block(bench->routes[1]);
	assert_false(track_take_key_request(bench->track));
	route_tick(bench->routes[1], clock_now_ns());
	assert_false(track_take_key_request(bench->track));
	route_tick(bench->routes[1], clock_now_ns() + 2 * NS_PER_S);
	assert_true(track_take_key_request(bench->track));
}

static void test_change_while_behind(void **state)
{
	struct bench *bench = *state;

	run(bench, true, 40);
	assert_true(lanes_are_behind(bench->lanes));
	route_follow(bench->routes[0], bench->other);
	put(bench->other, &bench->other_seq, true, 3);
	lanes_run(bench->lanes);
	/* Not within the chunk of this millisecond, but soon. */
	catch_up(bench);
	assert_ptr_equal(bench->streams[0].followed, bench->other);
	assert_int_equal(bench->streams[0].last, 1002);
	assert_int_equal(bench->streams[1].n, 40);
	route_destroy(bench->routes[0]);
	bench->routes[0] = NULL;
	assert_false(track_is_wanted(bench->other));
}

static void test_leaves_while_behind(void **state)
{
	struct bench *bench = *state;

	run(bench, true, 40);
	for (int i = 0; i < 3; i++) {
		route_destroy(bench->routes[i]);
		bench->routes[i] = NULL;
	}
	assert_false(lanes_are_behind(bench->lanes));
	lanes_pace(bench->lanes);
	lanes_run(bench->lanes);
}

/* So far behind that the track has gone round: to the next key frame. */
static void test_behind_the_ring(void **state)
{
	struct bench *bench = *state;

	run(bench, true, 40);
	for (int i = 0; i < 10; i++)
		run(bench, false, 50);
	assert_int_equal(bench->streams[0].n, LANE_CHUNK);
	catch_up(bench);
	assert_int_equal(bench->streams[0].n, LANE_CHUNK);
	run(bench, false, 3);
	assert_int_equal(bench->streams[0].n, LANE_CHUNK);
	run(bench, true, 3);
	catch_up(bench);
	assert_int_equal(bench->streams[0].n, LANE_CHUNK + 3);
}

/* The worker came late and the track has gone round: nobody gets what is left of a picture. */
static void test_worker_behind_the_ring(void **state)
{
	struct bench *bench = *state;

	run(bench, true, 10);
	assert_int_equal(bench->streams[0].n, 10);
	(void)track_take_key_request(bench->track);
	now_ns += 2 * NS_PER_S;
	for (int i = 0; i < 10; i++)
		put(bench->track, &bench->seq, false, 50);
	lanes_run(bench->lanes);
	assert_int_equal(bench->streams[0].n, 10);
	assert_true(track_take_key_request(bench->track));
	run(bench, true, 4);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bench->streams[i].n, 14);
		assert_true(bench->dropped[i] > 0);
		/* Its numbers go on without a gap. */
		assert_int_equal(bench->streams[i].n_follows, 2);
	}
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_gate),
		BENCHED(test_key_frame_in_chunks),
		BENCHED(test_blocked),
		BENCHED(test_change_while_behind),
		BENCHED(test_leaves_while_behind),
		BENCHED(test_behind_the_ring),
		BENCHED(test_worker_behind_the_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
