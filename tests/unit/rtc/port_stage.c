/* SPDX-License-Identifier: EUPL-1.2 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

static void keep_note(void *message, void *data)
{
	struct stage *stage = data;

	g_ptr_array_add(stage->got, message);
}

static int free_port(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&any, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
	close(fd);
	return ntohs(any.sin6_port);
}

struct stage *stage_open(int workers)
{
	struct stage *stage = g_new0(struct stage, 1);
	struct track_format video = {VIDEO_SSRC, 90000, 96, true};
	struct track_format other = {OTHER_SSRC, 90000, 96, true};
	struct track_format audio = {AUDIO_SSRC, 48000, 97, false};

	uv_loop_init(&stage->loop);
	stage->got = g_ptr_array_new_with_free_func(g_free);
	stage->notes = mailbox_create(&stage->loop, keep_note, g_free, stage);
	stage->video = track_create(&video, 256);
	stage->other = track_create(&other, 256);
	stage->audio = track_create(&audio, 256);
	stage->seq[0] = 65530; /* it goes round in the middle of the test */
	stage->seq[1] = 1000;
	stage->seq[2] = 5;
	stage->next_id = 1;
	for (int i = 0; i < 20 && !stage->port; i++) {
		struct rtc_config config = {
			.udp_port = free_port(), .max_kbps = 2500, .workers = workers};

		stage->port = rtc_port_create(&config, stage->notes, NULL);
	}
	assert_non_null(stage->port);
	return stage;
}

int stage_set_up(void **state)
{
	*state = stage_open(1);
	return 0;
}

int stage_tear_down(void **state)
{
	struct stage *stage = *state;

	rtc_port_destroy(stage->port);
	mailbox_destroy(stage->notes);
	uv_run(&stage->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&stage->loop), 0);
	track_unref(stage->video);
	track_unref(stage->other);
	track_unref(stage->audio);
	g_ptr_array_free(stage->got, true);
	g_free(stage);
	return 0;
}

const struct note *find_note(struct stage *stage, enum note_kind kind, uint64_t id)
{
	uv_run(&stage->loop, UV_RUN_NOWAIT);
	for (guint i = 0; i < stage->got->len; i++) {
		const struct note *note = g_ptr_array_index(stage->got, i);

		if (note->kind == kind && note->id == id)
			return note;
	}
	return NULL;
}

const struct note *wait_note(struct stage *stage, enum note_kind kind, uint64_t id)
{
	for (int ms = 0; ms < PATIENCE_MS; ms++) {
		const struct note *note = find_note(stage, kind, id);

		if (note)
			return note;
		g_usleep(1000);
	}
	fail_msg("no note %d of peer %d", (int)kind, (int)id);
	return NULL;
}

static void put_packet(struct stage *stage, int which, bool is_key, uint32_t time, uint8_t mark,
		       bool is_start, int left)
{
	struct track *tracks[] = {stage->video, stage->other, stage->audio};
	struct packet *packet = track_begin(tracks[which]);
	uint16_t seq = stage->seq[which]++;
	uint8_t head[12] = {0x80, (uint8_t)((left ? 0 : 0x80) | 96), (uint8_t)(seq >> 8),
			    (uint8_t)seq};

	assert_non_null(packet);
	for (int i = 0; i < 4; i++)
		head[4 + i] = (uint8_t)(time >> (24 - 8 * i));
	memcpy(packet->bytes, head, sizeof(head));
	memset(packet->bytes + 12, mark, 100);
	packet->length = 112;
	packet->rtp_seq = seq;
	packet->rtp_time = time;
	packet->is_key = is_key;
	packet->is_start = is_start;
	packet->is_end = left == 0;
	packet->pts_ns = clock_now_ns();
	track_commit(tracks[which], packet);
}

void put_unit(struct stage *stage, int which, bool is_key, uint32_t time, uint8_t mark, int n)
{
	struct track *tracks[] = {stage->video, stage->other, stage->audio};

	for (int i = 0; i < n; i++)
		put_packet(stage, which, is_key, time, mark, i == 0, n - 1 - i);
	track_ring(tracks[which]);
}

void put(struct stage *stage, int which, bool is_key, uint32_t time, uint8_t mark)
{
	put_unit(stage, which, is_key, time, mark, 1);
}

uint16_t seq_of(const struct client_packet *packet)
{
	return (uint16_t)(packet->bytes[2] << 8 | packet->bytes[3]);
}

uint32_t read32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

void expect_rtp(struct client *client, uint8_t pt, struct client_packet *packet)
{
	int64_t deadline = clock_now_ns() + PATIENCE_MS * NS_PER_MS;

	while (clock_now_ns() < deadline) {
		if (client_receive(client, packet, 100) && !packet->is_rtcp &&
		    (packet->bytes[1] & 127) == pt)
			return;
	}
	fail_msg("no packet of type %d", pt);
}

struct client *start_client(struct stage *stage, const struct client_options *options,
			    const char *address, uint64_t *id)
{
	struct client *client = client_create(options, address);
	char *answer = NULL;
	GError *error = NULL;

	*id = stage->next_id++;
	if (!rtc_play(stage->port, *id, client_offer(client), stage->video, stage->audio, &answer,
		      &error))
		fail_msg("%s", error->message);
	assert_true(client_take_answer(client, answer));
	g_free(answer);
	return client;
}

const struct client_options viewer = {
	.use = CLIENT_PLAY, .video_pt = 108, .rtx_pt = 109, .audio_pt = 111, .playout_id = 5};

struct client *join(struct stage *stage, const struct client_options *options, uint64_t *id)
{
	struct client *client = start_client(stage, options, "127.0.0.1", id);

	assert_true(client_connect(client, PATIENCE_MS));
	wait_note(stage, NOTE_PEER_CONNECTED, *id);
	return client;
}

void wait_wanted(struct track *track, bool is_wanted)
{
	for (int ms = 0; ms < PATIENCE_MS && track_is_wanted(track) != is_wanted; ms++)
		g_usleep(1000);
	assert_int_equal(track_is_wanted(track), is_wanted);
}

void wait_key_request(struct track *track)
{
	for (int ms = 0; ms < PATIENCE_MS; ms++) {
		if (track_take_key_request(track))
			return;
		g_usleep(1000);
	}
	fail_msg("nobody asked for a key frame");
}
