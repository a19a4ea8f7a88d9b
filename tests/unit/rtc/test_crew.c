/* SPDX-License-Identifier: EUPL-1.2
 *
 * Several workers on one port: whoever the kernel gives a datagram to, its peer gets it.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "port.h"
#include "port_stage.h"
#include "steer.h"
#include "track.h"

#define N_WORKERS 4
#define N_CLIENTS 12

static int set_up(void **state)
{
	*state = stage_open(N_WORKERS);
	return 0;
}

/* Without the kernel's program: all that is hashed to the wrong one is handed over. */
static int set_up_alone(void **state)
{
	steer_disable(true);
	*state = stage_open(N_WORKERS);
	steer_disable(false);
	return 0;
}

static void test_peers_are_spread(void **state)
{
	struct stage *stage = *state;
	struct client *clients[N_CLIENTS];
	uint64_t ids[N_CLIENTS];
	unsigned n[N_WORKERS] = {0};

	for (int i = 0; i < N_CLIENTS; i++) {
		clients[i] = join(stage, &viewer, &ids[i]);
		n[client_server_ufrag(clients[i])[0] - steer_letter(0)]++;
	}
	for (int i = 0; i < N_WORKERS; i++)
		assert_int_equal(n[i], N_CLIENTS / N_WORKERS);
	/* Whoever leaves makes room for the next. */
	char letter = client_server_ufrag(clients[2])[0];

	client_leave(clients[2]);
	wait_note(stage, NOTE_PEER_CLOSED, ids[2]);
	client_destroy(clients[2]);
	clients[2] = NULL;
	clients[2] = join(stage, &viewer, &ids[2]);
	assert_int_equal(client_server_ufrag(clients[2])[0], letter);
	put(stage, 0, true, 1000, 0xa0);
	for (int i = 0; i < N_CLIENTS; i++) {
		struct client_packet packet;

		expect_rtp(clients[i], 108, &packet);
	}
	/* All but one are still there when the port closes. */
	for (int i = 0; i < N_CLIENTS; i++)
		client_destroy(clients[i]);
}

static void check_until_answered(struct client *client)
{
	struct client_packet packet;
	int before = client_n_answers(client);

	for (int i = 0; i < 100 && client_n_answers(client) == before; i++) {
		client_send_check(client);
		client_receive(client, &packet, 50);
	}
	assert_int_not_equal(client_n_answers(client), before);
}

static void send_pli(struct client *client)
{
	uint8_t pli[12] = {0x81, 206, 0, 2};
	uint32_t ssrc = htonl(client_video_ssrc(client));

	memcpy(pli + 8, &ssrc, 4);
	assert_true(client_send_rtcp(client, pli, sizeof(pli)));
}

/* From each new port it is heard and served, whichever worker the kernel takes for the port's. */
static void test_roams(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	uint64_t id;
	struct client *client = join(stage, &viewer, &id);

	wait_key_request(stage->video);
	wait_wanted(stage->video, true);
	put(stage, 0, true, 1000, 0xa0);
	expect_rtp(client, 108, &packet);
	uint16_t seq = seq_of(&packet);

	for (uint32_t i = 1; i <= 12; i++) {
		client_rebind(client);
		check_until_answered(client);
		put(stage, 0, false, 1000 + 3000 * i, (uint8_t)i);
		expect_rtp(client, 108, &packet);
		assert_int_equal(seq_of(&packet), (uint16_t)(seq + i));
		g_usleep(110000); /* wishes of 100 ms are one */
		track_take_key_request(stage->video);
		send_pli(client);
		wait_key_request(stage->video);
	}
	assert_null(find_note(stage, NOTE_PEER_CLOSED, id));
	client_leave(client);
	assert_string_equal(wait_note(stage, NOTE_PEER_CLOSED, id)->text, "it left");
	client_destroy(client);
}

static void test_restart_stays(void **state)
{
	struct stage *stage = *state;
	struct client_packet packet;
	char *reply = NULL;
	uint64_t id;
	struct client *first = join(stage, &viewer, &id), *client = join(stage, &viewer, &id);
	char letter = client_server_ufrag(client)[0];

	assert_true(rtc_patch(stage->port, id, client_restart(client), &reply, NULL));
	assert_true(client_take_answer(client, reply));
	g_free(reply);
	assert_int_equal(client_server_ufrag(client)[0], letter);
	client_rebind(client);
	check_until_answered(client);
	wait_wanted(stage->audio, true);
	put(stage, 2, true, 480, 0xb0);
	expect_rtp(client, 111, &packet);
	client_destroy(client);
	client_destroy(first);
}

static void test_port_is_ours_alone(void **state)
{
	struct stage *stage = *state;
	struct client *client = client_create(&viewer, "127.0.0.1");
	char *answer = NULL, *candidate;
	GError *error = NULL;

	assert_true(
		rtc_play(stage->port, 1, client_offer(client), stage->video, NULL, &answer, NULL));
	candidate = strstr(answer, "a=candidate:");
	assert_non_null(candidate);
	char **words = g_strsplit(candidate, " ", 7);
	struct rtc_config config = {
		.udp_port = atoi(words[5]), .max_kbps = 1, .workers = N_WORKERS};

	assert_null(rtc_port_create(&config, stage->notes, &error));
	assert_int_equal(error_code_of(error), ERROR_IO);
	g_clear_error(&error);
	g_strfreev(words);
	g_free(answer);
	client_destroy(client);
}

#define STAGED(test, set_up) cmocka_unit_test_setup_teardown(test, set_up, stage_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_peers_are_spread, set_up),
		STAGED(test_peers_are_spread, set_up_alone),
		STAGED(test_roams, set_up),
		STAGED(test_roams, set_up_alone),
		STAGED(test_restart_stays, set_up_alone),
		STAGED(test_port_is_ours_alone, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
