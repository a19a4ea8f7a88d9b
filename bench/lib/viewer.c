/* SPDX-License-Identifier: EUPL-1.2
 *
 * viewer: one WHEP viewer that shows nothing: it counts. The signalling is its owner's: it prints its offer and a line "." and
 * reads the answer up to such a line; then "up", and ten times a second "FRAMES BYTES" since the last.
 */
#include "client.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static char *read_answer(void)
{
	GString *answer = g_string_new(NULL);
	char line[1024];

	while (fgets(line, sizeof(line), stdin) && strcmp(line, ".\n") != 0)
		g_string_append(answer, line);
	return g_string_free(answer, FALSE);
}

/* A tenth of a second of packets: the picture's last one of each frame has the marker (RFC 6184 5.1). */
static void count(struct client *client, int video_pt)
{
	gint64 end_us = g_get_monotonic_time() + G_USEC_PER_SEC / 10;
	struct client_packet packet;
	size_t frames = 0, bytes = 0;

	while (g_get_monotonic_time() < end_us) {
		if (!client_receive(client, &packet, 50) || packet.is_rtcp)
			continue;
		bytes += packet.length;
		frames += packet.bytes[1] == (0x80 | video_pt);
	}
	printf("%zu %zu\n", frames, bytes);
	fflush(stdout);
}

int main(void)
{
	struct client_options options = {
		.use = CLIENT_PLAY, .video_pt = 102, .rtx_pt = 103, .audio_pt = 111};
	struct client *client = client_create(&options, "127.0.0.1");

	printf("%s.\n", client_offer(client));
	fflush(stdout);
	if (!client_take_answer(client, read_answer()) || !client_connect(client, 10000)) {
		fprintf(stderr, "viewer: no connection\n");
		return 1;
	}
	printf("up\n");
	for (int i = 0;; i++) {
		if (i % 20 == 0)
			client_send_check(client); /* consent, RFC 7675 */
		count(client, options.video_pt);
	}
}
