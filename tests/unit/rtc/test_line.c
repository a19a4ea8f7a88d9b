/* SPDX-License-Identifier: EUPL-1.2
 *
 * A receiver's line on the whole port: its packets' numbers, what it says of them, and a picture
 * that is left out for a while.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "port.h"
#include "port_stage.h"

#define TWCC_ID	   7
#define PLAYOUT_ID 5

static struct client *join_numbered(struct stage *stage, uint64_t *id)
{
	struct client_options options = viewer;

	options.twcc_id = TWCC_ID;
	options.playout_id = PLAYOUT_ID;
	return join(stage, &options, id);
}

static unsigned read16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

/* The transport-wide number; its element comes first. */
static unsigned number_of(const struct client_packet *packet)
{
	assert_true(packet->bytes[0] & 0x10);
	assert_int_equal(read16(packet->bytes + 12), 0xbede);
	assert_int_equal(packet->bytes[16], TWCC_ID << 4 | 1);
	return read16(packet->bytes + 17);
}

static void send_nack(struct client *client, uint16_t seq)
{
	const uint8_t nack[] = {
		0x81,	      205, 0, 3, 0, 0, 0, 1, 0x11, 0x11, 0x11, 0x11, (uint8_t)(seq >> 8),
		(uint8_t)seq, 0,   0,
	};

	assert_true(client_send_rtcp(client, nack, sizeof(nack)));
}

static void test_packets_are_numbered(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join_numbered(stage, &id);

	wait_wanted(stage->video, true);
	put(stage, 0, true, 90000, 0xa0);
	put(stage, 0, false, 93000, 0xa1);
	expect_rtp(client, 108, &packet);
	assert_int_equal(number_of(&packet), 0);
	/* The least delay is asked for in a key frame, too: two words in all. */
	assert_int_equal(read16(packet.bytes + 14), 2);
	assert_int_equal(packet.bytes[19], PLAYOUT_ID << 4 | 2);
	assert_int_equal(packet.bytes[24], 0xa0);
	uint16_t seq = seq_of(&packet);

	expect_rtp(client, 108, &packet);
	assert_int_equal(number_of(&packet), 1);
	assert_int_equal(read16(packet.bytes + 14), 1);
	assert_int_equal(packet.bytes[20], 0xa1);
	/* What is sent again has a number of its own. */
	send_nack(client, seq);
	expect_rtp(client, 109, &packet);
	assert_int_equal(number_of(&packet), 2);
	assert_int_equal(read16(packet.bytes + 24), seq);
	assert_int_equal(packet.bytes[26], 0xa0);
	client_destroy(client);
}

#define ROUND 14 /* packets; one chunk of a feedback says what became of them */

/* Of these packets every other one has come, at one moment: all loss and no queue. */
static size_t write_feedback(uint8_t *out, uint16_t first, uint8_t number)
{
	static const uint8_t head[] = {0x8f, 205, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2};
	uint32_t now = (uint32_t)(clock_now_ns() / (64 * NS_PER_MS));

	memset(out, 0, 32);
	memcpy(out, head, sizeof(head));
	out[12] = (uint8_t)(first >> 8);
	out[13] = (uint8_t)first;
	out[15] = ROUND;
	out[16] = (uint8_t)(now >> 16);
	out[17] = (uint8_t)(now >> 8);
	out[18] = (uint8_t)now;
	out[19] = number;
	out[20] = out[21] = 0xaa;
	return 32;
}

/* Sent, received, and told of at once, so that a busy machine makes no blackout of it (estimate.h forgives those). */
static void play_lossy_round(struct stage *stage, struct client *client, unsigned round)
{
	struct client_packet packet;
	uint8_t feedback[32];

	for (unsigned i = round * ROUND; i < (round + 1) * ROUND; i++) {
		put(stage, 0, i == 0, 90000 + i * 900, (uint8_t)i);
		expect_rtp(client, 108, &packet);
		assert_int_equal(number_of(&packet), i);
		g_usleep(2000);
	}
	assert_true(client_send_rtcp(
		client, feedback,
		write_feedback(feedback, (uint16_t)(round * ROUND), (uint8_t)round)));
}

static void test_feedback_is_told(void **state)
{
	struct stage *stage = *state;
	struct rtc_peer_stats stats = {0};
	uint64_t id;
	struct client *client = join_numbered(stage, &id);
	int64_t end_ns = clock_now_ns() + 30 * NS_PER_S;

	wait_wanted(stage->video, true);
	for (unsigned round = 0;
	     (stats.loss_percent < 30 || !stats.congested_ms) && clock_now_ns() < end_ns; round++) {
		play_lossy_round(stage, client, round);
		assert_true(rtc_read_stats(stage->port, id, &stats));
	}
	assert_true(stats.loss_percent >= 30);
	assert_true(stats.congested_ms > 0); /* until it hears of something better */
	client_destroy(client);
}

static void test_round_trip_is_answered(void **state)
{
	static const uint8_t ask[] = {0x80, 207, 0, 4, 0,    0,	   0,	 9,    4, 0,
				      0,    2,	 1, 2, 0x11, 0x22, 0x33, 0x44, 5, 6};
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join_numbered(stage, &id);

	assert_true(client_send_rtcp(client, ask, sizeof(ask)));
	do
		assert_true(client_receive(client, &packet, PATIENCE_MS));
	while (!packet.is_rtcp || packet.bytes[1] != 207);
	assert_int_equal(packet.bytes[8], 5);
	assert_int_equal(read32(packet.bytes + 12), 9);
	assert_int_equal(read32(packet.bytes + 16), 0x11223344);
	client_destroy(client);
}

static void test_without_a_picture_for_a_while(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join_numbered(stage, &id);

	wait_wanted(stage->video, true);
	put(stage, 0, true, 90000, 0xa0);
	expect_rtp(client, 108, &packet);
	uint16_t seq = seq_of(&packet);

	rtc_switch_video(stage->port, id, NULL);
	wait_wanted(stage->video, false);
	put(stage, 0, true, 93000, 0xa1);
	put(stage, 2, true, 48000, 0xb0);
	do {
		assert_true(client_receive(client, &packet, PATIENCE_MS));
		assert_true(packet.is_rtcp || (packet.bytes[1] & 127) == 111);
	} while (packet.is_rtcp);
	rtc_switch_video(stage->port, id, stage->other);
	wait_wanted(stage->other, true);
	wait_key_request(stage->other);
	put(stage, 1, false, 180000, 0xc0);
	put(stage, 1, true, 183000, 0xc1);
	expect_rtp(client, 108, &packet);
	assert_int_equal(packet.bytes[24], 0xc1);
	assert_int_equal(seq_of(&packet), (uint16_t)(seq + 1));
	assert_int_equal(read32(packet.bytes + 8), VIDEO_SSRC);
	client_destroy(client);
}

/* One that has not come yet is told where to begin, or that there is nothing. */
static void test_no_picture_before_it_is_up(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = start_client(stage, &viewer, "127.0.0.1", &id);

	rtc_switch_video(stage->port, id, NULL);
	assert_true(client_connect(client, PATIENCE_MS));
	assert_non_null(wait_note(stage, NOTE_PEER_CONNECTED, id));
	wait_wanted(stage->audio, true);
	wait_wanted(stage->video, false);
	rtc_switch_video(stage->port, id, stage->video);
	wait_wanted(stage->video, true);
	put(stage, 0, true, 90000, 0xa0);
	expect_rtp(client, 108, &packet);
	client_destroy(client);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_packets_are_numbered),	 STAGED(test_feedback_is_told),
		STAGED(test_round_trip_is_answered),	 STAGED(test_without_a_picture_for_a_while),
		STAGED(test_no_picture_before_it_is_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
