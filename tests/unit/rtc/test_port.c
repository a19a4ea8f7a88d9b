/* SPDX-License-Identifier: EUPL-1.2
 *
 * The whole port against a whole client over loopback: what a browser would see.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <twinstage/note.h>
#include <unistd.h>
#include <uv.h>

#include "clock.h"
#include "mailbox.h"
#include "port.h"
#include "port_stage.h"
#include "track.h"
#include "udp.h"

static void test_play(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	assert_true(client_has_gcm(client));
	wait_key_request(stage->video);
	wait_wanted(stage->video, true);
	put(stage, 0, false, 900, 0xd0); /* behind the gate: never seen */
	put(stage, 0, true, 1000, 0xa0);
	put(stage, 0, false, 4000, 0xa1);
	put(stage, 2, true, 480, 0xb0);
	expect_rtp(client, 108, &packet);
	assert_int_equal(seq_of(&packet), 65531);
	assert_int_equal(read32(packet.bytes + 8), client_video_ssrc(client));
	assert_int_equal(read32(packet.bytes + 8), VIDEO_SSRC);
	assert_int_equal(read32(packet.bytes + 4), 1000);
	/* The key frame carries the playout delay, 0 to 200 ms. */
	assert_int_equal(packet.bytes[0], 0x90);
	assert_memory_equal(packet.bytes + 12, "\xbe\xde\0\1\x52\0\0\x14\xa0", 9);
	expect_rtp(client, 108, &packet);
	assert_int_equal(seq_of(&packet), 65532);
	assert_int_equal(packet.bytes[12], 0xa1);
	expect_rtp(client, 111, &packet);
	assert_int_equal(read32(packet.bytes + 8), AUDIO_SSRC);
	client_leave(client);
	assert_string_equal(wait_note(stage, NOTE_PEER_CLOSED, id)->text, "it left");
	wait_wanted(stage->video, false);
	client_destroy(client);
}

static void test_cm_and_ipv6(void **state)
{
	struct stage *stage = *state;
	struct client_options options = viewer;
	struct client_packet packet;
	uint64_t id;

	options.wants_cm_only = true;
	struct client *client = start_client(stage, &options, "::1", &id);

	assert_true(client_connect(client, PATIENCE_MS));
	assert_false(client_has_gcm(client));
	assert_true(g_str_has_prefix(wait_note(stage, NOTE_PEER_CONNECTED, id)->text, "[::1]:"));
	wait_wanted(stage->audio, true);
	put(stage, 2, true, 480, 0xb0);
	expect_rtp(client, 111, &packet);
	client_destroy(client);
}

static void test_sender_report_first(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_wanted(stage->audio, true);
	put(stage, 2, true, 48000, 0xb0);
	assert_true(client_receive(client, &packet, PATIENCE_MS));
	assert_true(packet.is_rtcp);
	assert_int_equal(packet.bytes[1], 200);
	assert_int_equal(read32(packet.bytes + 4), AUDIO_SSRC);
	/* The time stamp is that of now, which is later than the packet's by less than a second. */
	assert_in_range(read32(packet.bytes + 16), 48000, 96000);
	assert_int_equal(packet.bytes[28 + 1], 202);
	client_destroy(client);
}

static void send_nack(struct client *client, uint16_t seq, uint16_t more)
{
	uint8_t nack[16] = {0x81, 205, 0, 3};
	uint32_t ssrc = htonl(client_video_ssrc(client));
	uint16_t first = htons(seq), rest = htons(more);

	memcpy(nack + 8, &ssrc, 4);
	memcpy(nack + 12, &first, 2);
	memcpy(nack + 14, &rest, 2);
	assert_true(client_send_rtcp(client, nack, sizeof(nack)));
}

static void test_nack_brings_rtx(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_key_request(stage->video);
	wait_wanted(stage->video, true);
	put(stage, 0, true, 1000, 0xa0);
	for (int i = 1; i < 10; i++)
		put(stage, 0, false, (uint32_t)(1000 + 3000 * i), (uint8_t)(0xa0 + i));
	for (int i = 0; i < 10; i++)
		expect_rtp(client, 108, &packet);
	send_nack(client, 65535, 1);
	expect_rtp(client, 109, &packet);
	assert_int_equal(read32(packet.bytes + 8), client_rtx_ssrc(client));
	assert_memory_equal(packet.bytes + 12, "\xff\xff\xa5", 3);
	uint16_t first = seq_of(&packet);

	expect_rtp(client, 109, &packet);
	assert_int_equal((uint16_t)(first + 1), seq_of(&packet));
	assert_memory_equal(packet.bytes + 12, "\0\0\xa6", 3);
	client_destroy(client);
}

/* Whoever asks for everything all the time gets what a loss of a fifth would need. */
static void test_nack_flood(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	struct rtc_peer_stats stats = {0};
	int n_sent = 0, n_again = 0;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_key_request(stage->video);
	wait_wanted(stage->video, true);
	uint16_t first = stage->seq[0];

	for (int round = 0; round < 40; round++) {
		put_unit(stage, 0, round == 0, (uint32_t)(1000 + 3000 * round), 0xa0, 5);
		n_sent += 5;
		for (uint16_t back = 17; back <= 136; back = (uint16_t)(back + 17))
			send_nack(client, (uint16_t)(first + n_sent - back), 0xffff);
		while (client_receive(client, &packet, 5))
			n_again += !packet.is_rtcp && (packet.bytes[1] & 127) == 109;
	}
	for (int ms = 0; ms < PATIENCE_MS && stats.nacks < UINT64_C(40) * 8 * 17; ms++) {
		assert_true(rtc_read_stats(stage->port, id, &stats));
		g_usleep(1000);
	}
	assert_int_equal(stats.nacks, 40 * 8 * 17);
	while (client_receive(client, &packet, 100))
		n_again += !packet.is_rtcp && (packet.bytes[1] & 127) == 109;
	assert_int_equal(n_again, stats.resent);
	assert_in_range(n_again, 64, 64 + 200 / 5);
	client_destroy(client);
}

/* An address that has shown no credentials is told less than it says, and mostly nothing. */
static void test_no_amplifier(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *known = join(stage, &viewer, &id), *client;
	uint8_t bytes[1200] = {22, 0xfe, 0xff};

	wait_wanted(stage->video, true);
	client = start_client(stage, &viewer, "127.0.0.1", &id);
	for (int i = 0; i < 200; i++) {
		client_send_raw(client, bytes, sizeof(bytes));
		client_send_hello(client);
		bytes[12] = (uint8_t)i;
	}
	bytes[0] = 0x80;
	for (int i = 0; i < 200; i++)
		client_send_raw(client, bytes, sizeof(bytes));
	put(stage, 0, true, 1000, 0xa0);
	/* It has been read when the other has what was put after it. */
	expect_rtp(known, 108, &packet);
	client_send_check(known);
	put(stage, 2, true, 1000, 0xa0);
	expect_rtp(known, 111, &packet);
	assert_int_equal(client_count_datagrams(client), 0);
	/* With them it is let in as if nothing had been. */
	assert_true(client_connect(client, PATIENCE_MS));
	client_destroy(client);
	client_destroy(known);
}

/* Pictures that the system did not take are left out as a whole, up to a key frame. */
static void test_blocked(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	struct rtc_peer_stats stats = {0};
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_key_request(stage->video);
	wait_wanted(stage->video, true);
	put(stage, 0, true, 1000, 0xa0);
	expect_rtp(client, 108, &packet);
	udp_break(ENOBUFS);
	put_unit(stage, 0, false, 4000, 0xa1, 3);
	wait_key_request(stage->video);
	put_unit(stage, 0, false, 7000, 0xa2, 3);
	for (int ms = 0; ms < PATIENCE_MS && !stats.dropped_frames; ms++) {
		assert_true(rtc_read_stats(stage->port, id, &stats));
		g_usleep(1000);
	}
	assert_int_not_equal(stats.dropped_frames, 0);
	assert_int_not_equal(stats.send_errors, 0);
	udp_break(0);
	put(stage, 0, false, 10000, 0xa3);
	put(stage, 0, true, 13000, 0xa4);
	expect_rtp(client, 108, &packet);
	assert_int_equal(packet.bytes[20], 0xa4);
	client_destroy(client);
}

/* A large key frame arrives whole and in order, and what follows behind it. */
static void test_large_key_frame(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_wanted(stage->video, true);
	uint16_t first = stage->seq[0];

	put_unit(stage, 0, true, 1000, 0xa0, 100);
	put_unit(stage, 0, false, 4000, 0xa1, 5);
	for (int i = 0; i < 105; i++) {
		expect_rtp(client, 108, &packet);
		assert_int_equal(seq_of(&packet), (uint16_t)(first + i));
	}
	client_destroy(client);
}

static void test_pli_asks_for_key(void **state)
{
	struct stage *stage = *state;
	uint8_t pli[12] = {0x81, 206, 0, 2};
	uint32_t ssrc = htonl(VIDEO_SSRC);
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_key_request(stage->video);
	g_usleep(150000); /* those of one moment are one */
	memcpy(pli + 8, &ssrc, 4);
	assert_true(client_send_rtcp(client, pli, sizeof(pli)));
	wait_key_request(stage->video);
	client_destroy(client);
}

static void test_switch_is_gapless(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_wanted(stage->video, true);
	put(stage, 0, true, 90000, 0xa0);
	put(stage, 0, false, 93000, 0xa1);
	rtc_switch_video(stage->port, id, stage->other);
	wait_key_request(stage->other);
	wait_wanted(stage->other, true);
	put(stage, 0, false, 96000, 0xa2);
	expect_rtp(client, 108, &packet);
	expect_rtp(client, 108, &packet);
	expect_rtp(client, 108, &packet);
	assert_int_equal(packet.bytes[12], 0xa2);
	uint16_t seq = seq_of(&packet);

	put(stage, 1, false, 96000, 0xc0); /* not a start */
	put(stage, 1, true, 96000, 0xc1);  /* of the same moment as the last */
	expect_rtp(client, 108, &packet);
	assert_int_equal(packet.bytes[20], 0xc1);
	assert_int_equal(seq_of(&packet), (uint16_t)(seq + 1));
	assert_int_equal(read32(packet.bytes + 8), VIDEO_SSRC);
	assert_int_equal(read32(packet.bytes + 4), 96001);
	wait_wanted(stage->video, false);
	put(stage, 0, false, 99000, 0xa3);
	put(stage, 1, false, 99000, 0xc2);
	expect_rtp(client, 108, &packet);
	assert_int_equal(packet.bytes[12], 0xc2);
	assert_int_equal(seq_of(&packet), (uint16_t)(seq + 2));
	assert_int_equal(read32(packet.bytes + 4), 99000);
	/* What is asked for again comes from the track that it was sent from. */
	send_nack(client, seq, 1);
	expect_rtp(client, 109, &packet);
	assert_int_equal(packet.bytes[14], 0xa2);
	expect_rtp(client, 109, &packet);
	assert_int_equal(packet.bytes[22], 0xc1);
	assert_int_equal(read32(packet.bytes + 4), 96001);
	client_destroy(client);
}

static void test_restart_keeps_playing(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	char *reply = NULL;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_wanted(stage->audio, true);
	assert_true(rtc_patch(stage->port, id, client_restart(client), &reply, NULL));
	assert_non_null(reply);
	assert_true(client_take_answer(client, reply));
	g_free(reply);
	client_rebind(client);
	int before = client_n_answers(client);

	for (int i = 0; i < 100 && client_n_answers(client) == before; i++) {
		client_send_check(client);
		client_receive(client, &packet, 50);
	}
	assert_int_not_equal(client_n_answers(client), before);
	put(stage, 2, true, 480, 0xb0);
	expect_rtp(client, 111, &packet);
	client_destroy(client);
}

static void test_patch_refusals(void **state)
{
	struct stage *stage = *state;
	char *reply = (char *)"untouched";
	GError *error = NULL;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	assert_false(rtc_patch(stage->port, id, "hello", &reply, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
	g_clear_error(&error);
	assert_false(rtc_patch(stage->port, 999, client_restart(client), &reply, &error));
	assert_int_equal(error_code_of(error), ERROR_NOT_FOUND);
	g_clear_error(&error);
	assert_string_equal(reply, "untouched");
	assert_true(rtc_patch(stage->port, id,
			      "a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n"
			      "a=end-of-candidates\r\n",
			      &reply, NULL));
	assert_null(reply);
	client_destroy(client);
}

static void test_close_says_so(void **state)
{
	struct stage *stage = *state;
	struct rtc_peer_stats stats;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	assert_true(rtc_read_stats(stage->port, id, &stats));
	rtc_close(stage->port, id);
	assert_string_equal(wait_note(stage, NOTE_PEER_CLOSED, id)->text, "closed");
	for (int i = 0; i < 100 && !client_is_closed(client); i++)
		client_receive(client, &packet, 50);
	assert_true(client_is_closed(client));
	assert_false(rtc_read_stats(stage->port, id, &stats));
	rtc_close(stage->port, id);
	client_destroy(client);
}

/* Whoever has been heard under the new keys has no more of DTLS than close_notify, both ways. */
static void test_close_when_settled(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	struct rtc_peer_stats stats = {0};
	uint64_t ids[2];
	struct client *clients[2];

	for (int i = 0; i < 2; i++) {
		clients[i] = join(stage, &viewer, &ids[i]);
		send_nack(clients[i], 1, 0);
		stats.nacks = 0;
		for (int ms = 0; ms < PATIENCE_MS && !stats.nacks; ms++) {
			assert_true(rtc_read_stats(stage->port, ids[i], &stats));
			g_usleep(1000);
		}
		assert_int_equal(stats.nacks, 1);
	}
	/* Forged, cut and repeated records end nothing. */
	uint8_t forged[] = {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 26, 1, 2, 3, 4, 5, 6, 7,
			    8,	1,    2,    3, 4, 5, 6, 7, 8, 9, 1, 2, 3,  4, 5, 6, 7, 8, 9};

	for (size_t length = 1; length <= sizeof(forged); length++)
		client_send_raw(clients[0], forged, length);
	client_send_raw(clients[0], (uint8_t[]){21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 0},
			15);
	wait_wanted(stage->audio, true);
	put(stage, 2, true, 480, 0xb0);
	expect_rtp(clients[0], 111, &packet);
	client_leave(clients[0]);
	assert_string_equal(wait_note(stage, NOTE_PEER_CLOSED, ids[0])->text, "it left");
	rtc_close(stage->port, ids[1]);
	for (int i = 0; i < 100 && !client_is_closed(clients[1]); i++)
		client_receive(clients[1], &packet, 50);
	assert_true(client_is_closed(clients[1]));
	client_destroy(clients[0]);
	client_destroy(clients[1]);
}

static void test_wrong_fingerprint(void **state)
{
	struct stage *stage = *state;
	struct client_options options = viewer;
	uint64_t id;

	options.has_wrong_fingerprint = true;
	struct client *client = start_client(stage, &options, "127.0.0.1", &id);

	client_connect(client, 500);
	wait_note(stage, NOTE_PEER_CLOSED, id);
	assert_null(find_note(stage, NOTE_PEER_CONNECTED, id));
	client_destroy(client);
}

static void wait_stats(struct stage *stage, uint64_t id, uint64_t received)
{
	struct rtc_peer_stats stats = {0};

	for (int ms = 0; ms < PATIENCE_MS && stats.received_packets < received; ms++) {
		assert_true(rtc_read_stats(stage->port, id, &stats));
		g_usleep(1000);
	}
	assert_true(stats.is_connected);
	assert_int_equal(stats.received_packets, received);
	assert_true(g_str_has_prefix(stats.address, "127.0.0.1:"));
}

static void count_ring(void *data)
{
	g_atomic_int_inc((gint *)data);
}

static const struct packet *wait_packet(struct track *track, uint64_t *cursor)
{
	for (int ms = 0; ms < PATIENCE_MS; ms++) {
		const struct packet *packet = track_next(track, cursor, NULL);

		if (packet)
			return packet;
		g_usleep(1000);
	}
	fail_msg("nothing arrived");
	return NULL;
}

static void test_publish(void **state)
{
	struct stage *stage = *state;
	struct client_options options = {.use = CLIENT_PUBLISH,
					 .video_pt = 102,
					 .rtx_pt = 103,
					 .audio_pt = 111,
					 .twcc_id = 4};
	struct track_format none = {0};
	struct track *rtp = track_create(&none, 64), *in = track_create(&none, 64),
		     *out = track_create(&none, 64);
	struct client *client = client_create(&options, "127.0.0.1");
	uint8_t media[40] = {0x80, 102, 0x12, 0x34, 0, 0, 0, 7, 0, 0, 0, 9, 0x42};
	uint8_t report[28] = {0x80, 200, 0, 6, 0, 0, 0, 9};
	struct rtp_format format;
	struct client_packet packet;
	uint64_t cursor = 0, id = stage->next_id++;
	gint rings = 0;
	char *answer = NULL;

	track_hang_bell(rtp, (struct bell){.ring = count_ring, .data = &rings});
	assert_true(rtc_publish(stage->port, id, client_offer(client), rtp, in, out, &answer,
				&format, NULL));
	assert_int_equal(format.video, VIDEO_H264);
	assert_int_equal(format.video_pt, 102);
	assert_int_equal(format.video_rtx_pt, 103);
	assert_int_equal(format.twcc_id, 4);
	assert_true(format.has_audio);
	assert_true(client_take_answer(client, answer));
	g_free(answer);
	assert_true(client_connect(client, PATIENCE_MS));
	wait_note(stage, NOTE_PEER_CONNECTED, id);

	assert_true(client_send_rtp(client, media, sizeof(media)));
	const struct packet *got = wait_packet(rtp, &cursor);

	assert_int_equal(got->length, sizeof(media));
	assert_memory_equal(got->bytes, media, sizeof(media));
	assert_int_equal(got->rtp_seq, 0x1234);
	assert_int_equal(got->rtp_time, 7);
	packet_unref(got);
	for (int ms = 0; ms < PATIENCE_MS && g_atomic_int_get(&rings) == 0; ms++)
		g_usleep(1000);
	assert_int_equal(g_atomic_int_get(&rings), 1);

	assert_true(client_send_rtcp(client, report, sizeof(report)));
	cursor = 0;
	got = wait_packet(in, &cursor);
	assert_memory_equal(got->bytes, report, sizeof(report));
	packet_unref(got);

	struct packet *reply = track_begin(out);

	reply->length = sizeof(report);
	memcpy(reply->bytes, report, sizeof(report));
	track_commit(out, reply);
	track_ring(out);
	assert_true(client_receive(client, &packet, PATIENCE_MS));
	assert_true(packet.is_rtcp);
	assert_memory_equal(packet.bytes, report, sizeof(report));
	wait_stats(stage, id, 2);
	rtc_close(stage->port, id);
	wait_note(stage, NOTE_PEER_CLOSED, id);
	client_destroy(client);
	track_unref(rtp);
	track_unref(in);
	track_unref(out);
}

static void test_random_datagrams(void **state)
{
	struct stage *stage = *state;
	GRand *random = g_rand_new_with_seed(4711);
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);
	uint8_t bytes[1400];

	wait_wanted(stage->audio, true);
	for (int i = 0; i < 20000; i++) {
		size_t length = (size_t)g_rand_int_range(random, 0, i % 50 ? 100 : 1400);

		for (size_t j = 0; j < length; j++)
			bytes[j] = (uint8_t)g_rand_int(random);
		/* Most of them look like something at first. */
		if (length > 0 && i % 4 != 3)
			bytes[0] = (uint8_t)(i % 4 == 0	  ? bytes[0] & 3
					     : i % 4 == 1 ? 20 + bytes[0] % 44
							  : 128 + bytes[0] % 64);
		client_send_raw(client, bytes, length);
		if (i % 100 == 0)
			client_receive(client, &packet, 0);
	}
	assert_false(client_is_closed(client));
	client_send_check(client);
	put(stage, 2, true, 480, 0xb0);
	expect_rtp(client, 111, &packet);
	g_rand_free(random);
	client_destroy(client);
}

static void test_port_in_use(void **state)
{
	struct stage *stage = *state;
	struct rtc_config config = {.max_kbps = 1};
	GError *error = NULL;
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&any, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
	config.udp_port = ntohs(any.sin_port);
	assert_null(rtc_port_create(&config, stage->notes, &error));
	assert_int_equal(error_code_of(error), ERROR_IO);
	g_clear_error(&error);
	config.addresses = "192.0.2.1 here";
	assert_null(rtc_port_create(&config, stage->notes, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
	g_clear_error(&error);
	close(fd);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_play),
		STAGED(test_cm_and_ipv6),
		STAGED(test_sender_report_first),
		STAGED(test_nack_brings_rtx),
		STAGED(test_nack_flood),
		STAGED(test_no_amplifier),
		STAGED(test_blocked),
		STAGED(test_large_key_frame),
		STAGED(test_pli_asks_for_key),
		STAGED(test_switch_is_gapless),
		STAGED(test_restart_keeps_playing),
		STAGED(test_patch_refusals),
		STAGED(test_close_says_so),
		STAGED(test_close_when_settled),
		STAGED(test_wrong_fingerprint),
		STAGED(test_publish),
		STAGED(test_random_datagrams),
		STAGED(test_port_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
