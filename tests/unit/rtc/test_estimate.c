/* SPDX-License-Identifier: EUPL-1.2
 *
 * A line of given width, queue, loss and jitter on a clock of its own, a sender of frames and sound
 * at one end of it and a browser's feedback at the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "estimate.h"
#include "twcc.h"

#define NS_PER_US    1000
#define FEEDBACK_NS  (100 * NS_PER_MS)
#define FEEDBACK_MAX 1500
#define FLYING	     (1 << 14)
#define PIECE	     1200

struct line {
	double kbps, loss, jitter_ms, delay_ms, queue_ms;
	double feedback_loss;
	uint8_t feedbacks;
	double clock_us, clock_speed; /* the browser's is another */
	bool is_dark;
	uint32_t dice;
	int64_t now_ns, free_ns; /* the narrow part is busy until then */
	struct estimate *estimate;
	/* by number: when it arrives on the browser's clock, 0 if never */
	int64_t arrives_us[FLYING];
	int64_t next_feedback_ns;
	uint16_t told_seq, next_seq;
	double kbps_video;
	int frames;
};

static double dice(struct line *line)
{
	line->dice = line->dice * 1664525 + 1013904223;
	return (double)(line->dice >> 8) / (1 << 24);
}

static void open_line(struct line *line, double kbps)
{
	*line = (struct line){
		.kbps = kbps,
		.delay_ms = 20,
		.queue_ms = 200,
		.clock_us = 99000123,
		.clock_speed = 1,
		.dice = 7,
		.kbps_video = 2500,
	};
	line->now_ns = line->next_feedback_ns = 5 * NS_PER_S;
	line->estimate = estimate_create();
}

static void close_line(struct line *line)
{
	estimate_destroy(line->estimate);
}

static int64_t browser_us(const struct line *line, double ns)
{
	return (int64_t)(line->clock_us + ns / NS_PER_US * line->clock_speed);
}

static void send_packet(struct line *line, size_t bytes)
{
	uint16_t seq = estimate_send(line->estimate, bytes, line->now_ns);
	int64_t begins_ns = MAX(line->free_ns, line->now_ns);
	int64_t arrives_ns = begins_ns + (int64_t)((double)bytes * 8e6 / line->kbps);
	bool is_lost = line->is_dark || dice(line) < line->loss;

	line->next_seq = (uint16_t)(seq + 1);
	line->arrives_us[seq % FLYING] = 0;
	if (line->is_dark || (double)(begins_ns - line->now_ns) > line->queue_ms * NS_PER_MS)
		return;
	line->free_ns = arrives_ns;
	if (!is_lost)
		line->arrives_us[seq % FLYING] = browser_us(
			line, (double)arrives_ns +
				      (line->delay_ms + dice(line) * line->jitter_ms) * NS_PER_MS);
}

/* A key frame every two seconds, five times as large as the others. */
static void send_frame(struct line *line)
{
	double share = line->frames % 60 == 0 ? 5 : 55.0 / 59;
	int bytes = (int)(line->kbps_video * 1000 / 8 / 30 * share);

	for (; bytes > 0; bytes -= PIECE)
		send_packet(line, (size_t)MIN(bytes, PIECE));
	line->frames++;
}

static uint8_t *put16(uint8_t *out, unsigned value)
{
	*out++ = (uint8_t)(value >> 8);
	*out++ = (uint8_t)value;
	return out;
}

/* Two bits for each of the `n` packets, then the large steps of those that have come by now. */
static size_t write_feedback(const struct line *line, uint8_t *out, unsigned n)
{
	int64_t now_us = browser_us(line, (double)line->now_ns), last_us = 0;
	uint8_t *p = out + 20, *steps = p + (n + 6) / 7 * 2;
	unsigned chunk = 0;

	memset(out, 0, 20);
	out[0] = 0x8f;
	out[1] = 205;
	put16(put16(out + 12, line->told_seq), n);
	out[19] = line->feedbacks;
	for (unsigned i = 0; i < n; i++) {
		int64_t at_us = line->arrives_us[(uint16_t)(line->told_seq + i) % FLYING];
		bool has_come = at_us && at_us <= now_us;

		if (has_come && !last_us) {
			last_us = at_us / 64000 * 64000;
			put16(out + 16, (unsigned)(last_us / 64000 >> 8) & 0xffff);
			out[18] = (uint8_t)(last_us / 64000);
		}
		if (has_come) {
			int64_t step = (at_us - last_us) / 250;

			steps = put16(steps, (unsigned)step & 0xffff);
			last_us += step * 250;
		}
		chunk |= (has_come ? 2u : 0u) << (12 - 2 * (i % 7));
		if (i % 7 == 6 || i == n - 1) {
			p = put16(p, 0xc000 | chunk);
			chunk = 0;
		}
	}
	return (size_t)(steps - out);
}

/* As a browser: all numbers up to the highest that has come; a late one's again. */
static void feed_back(struct line *line)
{
	int64_t now_us = browser_us(line, (double)line->now_ns);
	uint8_t packet[FEEDBACK_MAX * 4];
	unsigned n = 0;

	for (uint16_t seq = line->told_seq; seq != line->next_seq; seq++) {
		int64_t at_us = line->arrives_us[seq % FLYING];

		if (at_us && at_us <= now_us)
			n = (uint16_t)(seq - line->told_seq) + 1u;
	}
	if (!n || line->is_dark)
		return;
	assert_true(n < 1800);
	size_t length = write_feedback(line, packet, n);

	line->feedbacks++;
	if (dice(line) >= line->feedback_loss)
		estimate_feedback(line->estimate, packet, length, line->now_ns);
	/* The last 40 are told again: they may have come late. */
	unsigned again = line->jitter_ms > 0 ? MIN(n, 40u) : 0;

	for (unsigned i = 0; i < n - again; i++, line->told_seq++)
		line->arrives_us[line->told_seq % FLYING] = 0;
}

static struct estimate_view run(struct line *line, double seconds)
{
	struct estimate_view view;
	int64_t end_ns = line->now_ns + (int64_t)(seconds * NS_PER_S);

	for (int ms = 0; line->now_ns < end_ns; ms++, line->now_ns += NS_PER_MS) {
		if (ms % 10 == 0)
			send_packet(line, 150);
		if (ms % 33 == 0)
			send_frame(line);
		if (line->now_ns < line->next_feedback_ns)
			continue;
		line->next_feedback_ns = line->now_ns + FEEDBACK_NS;
		feed_back(line);
	}
	estimate_read(line->estimate, line->now_ns, &view);
	return view;
}

static void assert_near(double value, double wanted, double share)
{
	if (fabs(value - wanted) > wanted * share)
		fail_msg("%g is not near %g", value, wanted);
}

static void test_wide_line(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 20000);
	struct estimate_view view = run(&line, 10);

	assert_true(view.is_known);
	assert_int_equal(view.congested_ms, 0);
	assert_true(view.calm_ms > 9000);
	assert_true(view.loss_percent == 0 && view.queue_ms < 10);
	assert_near(view.arrived_kbps, 2620, 0.12);
	assert_near(view.capacity_kbps, 20000, 0.3);
	assert_true(view.kbps > 2400);
	close_line(&line);
}

static void test_narrow_line_is_seen_within_a_second(void **state)
{
	struct line line;
	struct estimate_view view;

	(void)state;
	open_line(&line, 20000);
	run(&line, 5);
	line.kbps = 1000;
	view = run(&line, 1);
	assert_true(view.congested_ms > 200);
	view = run(&line, 2);
	assert_near(view.kbps, 1000, 0.15);
	assert_true(view.loss_percent > 40 && view.queue_ms > 120);
	assert_near(view.capacity_kbps, 1000, 0.3);
	close_line(&line);
}

/* A little too narrow: the queue fills, but hardly anything is lost. */
static void test_queue_alone_is_congestion(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 20000);
	run(&line, 5);
	line.kbps = 2500;
	line.queue_ms = 2000;
	struct estimate_view view = run(&line, 8);

	assert_true(view.loss_percent < 5);
	assert_true(view.congested_ms > 1000);
	close_line(&line);
}

static void test_bad_radio_is_not_narrow(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 10000);
	line.loss = 0.05;
	line.jitter_ms = 40;
	line.feedback_loss = 0.1;
	for (int i = 0; i < 60; i++) {
		struct estimate_view view = run(&line, 1);

		assert_int_equal(view.congested_ms, 0);
	}
	struct estimate_view view = run(&line, 1);

	assert_true(view.loss_percent > 2 && view.loss_percent < 9);
	assert_true(view.kbps > 2200);
	close_line(&line);
}

static void test_heavy_loss_is_congestion(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 10000);
	line.loss = 0.25;
	struct estimate_view view = run(&line, 4);

	assert_true(view.congested_ms > 1000);
	assert_near(view.loss_percent, 25, 0.4);
	close_line(&line);
}

/* The small picture says little of what a line would carry, but its key frames do. */
static void test_capacity_of_a_small_stream(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 1000);
	line.kbps_video = 600;
	struct estimate_view view = run(&line, 15);

	assert_int_equal(view.congested_ms, 0);
	assert_near(view.capacity_kbps, 1000, 0.3);
	line.kbps = 8000;
	view = run(&line, 15);
	assert_near(view.capacity_kbps, 8000, 0.4);
	assert_true(view.kbps > 900);
	close_line(&line);
}

static void test_blackout_is_no_congestion(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 10000);
	run(&line, 5);
	line.is_dark = true;
	run(&line, 3);
	line.is_dark = false;
	for (int i = 0; i < 20; i++)
		assert_int_equal(run(&line, 0.1).congested_ms, 0);
	assert_true(run(&line, 1).loss_percent == 0);
	close_line(&line);
}

/* More than 65536 packets, and a clock that comes round and is 200 millionths fast. */
static void test_numbers_come_round(void **state)
{
	struct line line;

	(void)state;
	open_line(&line, 10000);
	line.clock_us = (double)(TWCC_CLOCK_US - 100 * INT64_C(1000000));
	line.clock_speed = 1.0002;
	for (int minute = 0; minute < 4; minute++) {
		struct estimate_view view = run(&line, 60);

		assert_int_equal(view.congested_ms, 0);
		assert_true(view.queue_ms < 20 && view.loss_percent == 0);
		assert_near(view.arrived_kbps, 2620, 0.12);
	}
	assert_true(line.frames > 7000);
	close_line(&line);
}

static void test_reports_alone(void **state)
{
	struct estimate *estimate = estimate_create();
	struct estimate_view view;

	(void)state;
	estimate_send(estimate, 1200, NS_PER_S);
	estimate_report(estimate, 20, 2 * NS_PER_S);
	estimate_read(estimate, 4 * NS_PER_S, &view);
	assert_false(view.is_known);
	assert_int_equal(view.congested_ms, 2000);
	assert_true(view.loss_percent == 20);
	estimate_report(estimate, 1, 5 * NS_PER_S);
	estimate_read(estimate, 8 * NS_PER_S, &view);
	assert_int_equal(view.congested_ms, 0);
	assert_int_equal(view.calm_ms, 6000);
	estimate_destroy(estimate);
}

/* Of packets that were never sent, and of ones told of already. */
static void test_lies_change_nothing(void **state)
{
	struct line line;
	struct estimate_view before, after;
	uint8_t packet[] = {0x8f, 205,	0, 6, 0, 0, 0,	  1,	0, 0, 0, 2, 0, 0,
			    0x0f, 0xff, 0, 0, 2, 9, 0x0f, 0xff, 0, 0, 0, 0, 0, 0};

	(void)state;
	open_line(&line, 10000);
	before = run(&line, 5);
	for (int seq = 0; seq < 0x10000; seq += 977) {
		packet[12] = (uint8_t)(seq >> 8);
		packet[13] = (uint8_t)seq;
		estimate_feedback(line.estimate, packet, sizeof(packet), line.now_ns);
	}
	estimate_read(line.estimate, line.now_ns, &after);
	assert_true(before.arrived_kbps == after.arrived_kbps);
	assert_true(after.loss_percent < 5);
	close_line(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wide_line),
		cmocka_unit_test(test_narrow_line_is_seen_within_a_second),
		cmocka_unit_test(test_queue_alone_is_congestion),
		cmocka_unit_test(test_bad_radio_is_not_narrow),
		cmocka_unit_test(test_heavy_loss_is_congestion),
		cmocka_unit_test(test_capacity_of_a_small_stream),
		cmocka_unit_test(test_blackout_is_no_congestion),
		cmocka_unit_test(test_numbers_come_round),
		cmocka_unit_test(test_reports_alone),
		cmocka_unit_test(test_lies_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
