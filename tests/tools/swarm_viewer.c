/* SPDX-License-Identifier: EUPL-1.2 */
#include "swarm_viewer.h"

#include <glib.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define MESSAGES      8
#define MESSAGE_BYTES 65536
/* A key frame and a slow moment; each packet costs the kernel twice its size. */
#define BUFFER_BYTES (4 << 20)
#define CONSENT_US   2000000 /* browsers: 1 to 2.5 s */
#define REPORT_US    1000000
#define REPORT_BYTES 32

struct viewer {
	struct client *client;
	bool is_decrypting, is_answered, is_up;
	int64_t created_us, first_packet_us, first_frame_us, checked_us, reported_us;
	uint32_t ssrc;
	struct sequence video, rtx, audio;
	struct pictures pictures;
	FILE *record; /* its owner's */
	uint64_t frames, undecryptable, reports;
	/* Of the server's last sender report (RFC 3550 6.4.1). */
	uint32_t last_sr;
	int64_t last_sr_us;
	struct viewer_counts marked;
};

/* One thread reads all viewers. */
static struct {
	uint8_t bytes[MESSAGES][MESSAGE_BYTES];
	_Alignas(struct cmsghdr) char controls[MESSAGES][CMSG_SPACE(sizeof(int))];
	struct iovec parts[MESSAGES];
	struct mmsghdr messages[MESSAGES];
} batch;

static void prepare_socket(int fd)
{
	int bytes = BUFFER_BYTES, on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on));
}

struct viewer *viewer_create(const char *address, bool is_decrypting)
{
	const struct client_options options = {
		.use = CLIENT_PLAY,
		.video_pt = VIEWER_VIDEO_PT,
		.rtx_pt = VIEWER_RTX_PT,
		.audio_pt = VIEWER_AUDIO_PT,
	};
	struct viewer *viewer = g_new0(struct viewer, 1);

	viewer->client = client_create(&options, address);
	viewer->is_decrypting = is_decrypting;
	viewer->created_us = g_get_monotonic_time();
	viewer->ssrc = g_random_int();
	prepare_socket(client_fd(viewer->client));
	return viewer;
}

const char *viewer_offer(const struct viewer *viewer)
{
	return client_offer(viewer->client);
}

int viewer_fd(const struct viewer *viewer)
{
	return client_fd(viewer->client);
}

bool viewer_take_answer(struct viewer *viewer, const char *answer)
{
	viewer->is_answered = client_take_answer(viewer->client, answer);
	if (viewer->is_answered)
		client_step(viewer->client);
	return viewer->is_answered;
}

static uint32_t read32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void write32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void take_rtcp(struct viewer *viewer, const struct client_packet *packet)
{
	viewer->reports++;
	if (packet->bytes[1] == 200 && packet->length >= 28 && viewer->video.has_begun &&
	    read32(packet->bytes + 4) == viewer->video.ssrc) {
		viewer->last_sr = read32(packet->bytes + 10);
		viewer->last_sr_us = g_get_monotonic_time();
	}
}

static struct sequence *find_sequence(struct viewer *viewer, uint8_t pt)
{
	if (pt == VIEWER_VIDEO_PT)
		return &viewer->video;
	return pt == VIEWER_RTX_PT ? &viewer->rtx : pt == VIEWER_AUDIO_PT ? &viewer->audio : NULL;
}

static void count_frame(struct viewer *viewer, uint8_t marker)
{
	if (!marker)
		return;
	viewer->frames++;
	/* The first picture's first packet was the stream's first, and none is missing. */
	if (!viewer->first_frame_us && viewer->video.lost == 0)
		viewer->first_frame_us = g_get_monotonic_time();
}

/* Of each packet that came, opened or not. */
static void count_rtp(struct viewer *viewer, const uint8_t *bytes, size_t length)
{
	struct sequence *sequence = find_sequence(viewer, bytes[1] & 127);

	if (!sequence)
		return;
	sequence_take(sequence, bytes, length);
	if (sequence != &viewer->video)
		return;
	if (!viewer->first_packet_us)
		viewer->first_packet_us = g_get_monotonic_time();
	count_frame(viewer, bytes[1] & 128);
}

void viewer_record(struct viewer *viewer, FILE *file)
{
	viewer->record = file;
}

static void write_record(const struct viewer *viewer, const struct client_packet *packet)
{
	uint32_t time_us = (uint32_t)(g_get_monotonic_time() - viewer->created_us);
	uint16_t rest[2] = {(uint16_t)packet->length, 0};

	fwrite(&time_us, sizeof(time_us), 1, viewer->record);
	fwrite(rest, sizeof(rest), 1, viewer->record);
	fwrite(packet->bytes, packet->length, 1, viewer->record);
}

static void open_media(struct viewer *viewer, const uint8_t *bytes, size_t length)
{
	struct client_packet packet = {.length = MIN(length, sizeof(packet.bytes))};

	memcpy(packet.bytes, bytes, packet.length);
	if (!client_open(viewer->client, &packet)) {
		viewer->undecryptable++;
		return;
	}
	if (packet.is_rtcp) {
		take_rtcp(viewer, &packet);
		return;
	}
	if (viewer->record)
		write_record(viewer, &packet);
	if ((packet.bytes[1] & 127) == VIEWER_VIDEO_PT)
		pictures_take(&viewer->pictures, packet.bytes, packet.length);
}

static void take_datagram(struct viewer *viewer, const uint8_t *bytes, size_t length)
{
	if (!client_take(viewer->client, bytes, length))
		return;
	bool is_rtcp = bytes[1] >= 192 && bytes[1] <= 223;

	if (length < 12)
		return;
	if (!is_rtcp)
		count_rtp(viewer, bytes, length);
	if (is_rtcp || viewer->is_decrypting)
		open_media(viewer, bytes, length);
}

static size_t segment_size(struct msghdr *message, size_t length)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		int size;

		if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO)
			continue;
		memcpy(&size, CMSG_DATA(c), sizeof(size));
		return size > 0 ? (size_t)size : length;
	}
	return length;
}

static int receive_batch(int fd)
{
	for (int i = 0; i < MESSAGES; i++) {
		batch.parts[i] = (struct iovec){batch.bytes[i], MESSAGE_BYTES};
		batch.messages[i].msg_hdr = (struct msghdr){
			.msg_iov = &batch.parts[i],
			.msg_iovlen = 1,
			.msg_control = batch.controls[i],
			.msg_controllen = sizeof(batch.controls[i]),
		};
	}
	return recvmmsg(fd, batch.messages, MESSAGES, MSG_DONTWAIT, NULL);
}

void viewer_read(struct viewer *viewer)
{
	int n;

	do {
		n = receive_batch(viewer_fd(viewer));
		for (int i = 0; i < n; i++) {
			size_t length = batch.messages[i].msg_len;
			size_t size = segment_size(&batch.messages[i].msg_hdr, length);

			for (size_t at = 0; at < length; at += size)
				take_datagram(viewer, batch.bytes[i] + at, MIN(size, length - at));
		}
	} while (n == MESSAGES);
	/* The first check's answer starts the handshake. */
	if (!viewer->is_up)
		client_step(viewer->client);
}

/* RFC 3550 6.4.2. */
static void send_report(struct viewer *viewer, int64_t now_us)
{
	uint8_t bytes[REPORT_BYTES] = {0x81, 201, 0, REPORT_BYTES / 4 - 1};

	write32(bytes + 4, viewer->ssrc);
	write32(bytes + 8, viewer->video.ssrc);
	write32(bytes + 12, (uint32_t)MIN(viewer->video.lost, 0x7fffff));
	write32(bytes + 16, sequence_highest(&viewer->video));
	if (viewer->last_sr) {
		write32(bytes + 24, viewer->last_sr);
		write32(bytes + 28,
			(uint32_t)((now_us - viewer->last_sr_us) * 65536 / G_USEC_PER_SEC));
	}
	client_send_rtcp(viewer->client, bytes, sizeof(bytes));
}

void viewer_tick(struct viewer *viewer, int64_t now_us)
{
	if (!viewer->is_answered)
		return;
	client_step(viewer->client);
	if (!client_is_up(viewer->client))
		return;
	if (!viewer->is_up) {
		viewer->is_up = true;
		viewer->checked_us = viewer->reported_us = now_us;
	}
	if (now_us - viewer->checked_us >= CONSENT_US) {
		viewer->checked_us += CONSENT_US;
		client_send_check(viewer->client);
	}
	if (viewer->video.has_begun && now_us - viewer->reported_us >= REPORT_US) {
		viewer->reported_us = now_us;
		send_report(viewer, now_us);
	}
}

/* Since the start. */
static void count_all(const struct viewer *viewer, struct viewer_counts *counts)
{
	const struct sequence *all[] = {&viewer->video, &viewer->rtx, &viewer->audio};
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	socklen_t size = sizeof(memory);

	*counts = (struct viewer_counts){0};
	for (int i = 0; i < 3; i++) {
		counts->packets += all[i]->packets;
		counts->bytes += all[i]->bytes;
		counts->lost += all[i]->lost;
		counts->late += all[i]->late;
	}
	counts->lost_sound = viewer->audio.lost;
	counts->frames = viewer->frames;
	counts->undecryptable = viewer->undecryptable;
	counts->broken = viewer->pictures.broken;
	counts->reports = viewer->reports;
	if (getsockopt(viewer_fd(viewer), SOL_SOCKET, SO_MEMINFO, memory, &size) == 0)
		counts->overruns = memory[SK_MEMINFO_DROPS];
}

void viewer_mark(struct viewer *viewer)
{
	count_all(viewer, &viewer->marked);
}

void viewer_count(const struct viewer *viewer, struct viewer_counts *counts)
{
	const struct viewer_counts *marked = &viewer->marked;

	count_all(viewer, counts);
	counts->packets -= marked->packets;
	counts->bytes -= marked->bytes;
	counts->frames -= marked->frames;
	counts->reports -= marked->reports;
	counts->is_checked = client_n_answers(viewer->client) > 0;
	counts->is_up = client_is_up(viewer->client);
	counts->is_closed = client_is_closed(viewer->client);
	counts->has_gcm = client_has_gcm(viewer->client);
	counts->is_decrypting = viewer->is_decrypting;
	if (viewer->first_packet_us)
		counts->first_packet_us = viewer->first_packet_us - viewer->created_us;
	if (viewer->first_frame_us)
		counts->first_frame_us = viewer->first_frame_us - viewer->created_us;
}

void viewer_destroy(struct viewer *viewer)
{
	if (!viewer)
		return;
	client_leave(viewer->client);
	client_destroy(viewer->client);
	g_free(viewer);
}
