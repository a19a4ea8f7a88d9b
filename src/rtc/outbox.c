/* SPDX-License-Identifier: EUPL-1.2 */
#include "outbox.h"

#include <glib.h>
#include <stdbool.h>

#include "udp.h"

/* What a core keeps in its own cache while the kernel copies it. */
#define MOST_BYTES (128 << 10)

struct outbox {
	struct udp *udp;
	void (*done)(const struct udp_burst *burst);
	unsigned n;
	size_t used;
	bool is_last_whole; /* its last datagram is of full size: more may join */
	struct udp_burst bursts[UDP_BATCH];
	uint8_t bytes[MOST_BYTES];
};

struct outbox *outbox_create(struct udp *udp, void (*done)(const struct udp_burst *burst))
{
	struct outbox *outbox = g_new(struct outbox, 1);

	outbox->udp = udp;
	outbox->done = done;
	outbox->n = 0;
	outbox->used = 0;
	outbox->is_last_whole = false;
	return outbox;
}

uint8_t *outbox_begin(struct outbox *outbox)
{
	if (outbox->n == UDP_BATCH || outbox->used + OUTBOX_ROOM > MOST_BYTES)
		outbox_flush(outbox);
	return outbox->bytes + outbox->used;
}

/* The burst that this datagram may join, or NULL. */
static struct udp_burst *find_burst(struct outbox *outbox, const struct udp_path *path,
				    size_t length, const void *owner)
{
	struct udp_burst *last = outbox->n ? &outbox->bursts[outbox->n - 1] : NULL;

	if (!last || !outbox->is_last_whole || last->owner != owner || length > last->size ||
	    last->n == UDP_SEGMENTS_MAX || last->length + length > UDP_BURST_BYTES_MAX ||
	    !udp_path_equal(&last->path, path))
		return NULL;
	return last;
}

void outbox_commit(struct outbox *outbox, const struct udp_path *path, size_t length, void *owner)
{
	struct udp_burst *burst = find_burst(outbox, path, length, owner);

	if (!burst) {
		burst = &outbox->bursts[outbox->n++];
		burst->path = *path;
		burst->bytes = outbox->bytes + outbox->used;
		burst->length = 0;
		burst->size = (uint16_t)length;
		burst->n = 0;
		burst->owner = owner;
	}
	burst->length += length;
	burst->n++;
	outbox->is_last_whole = length == burst->size;
	outbox->used += length;
}

void outbox_flush(struct outbox *outbox)
{
	udp_send_bursts(outbox->udp, outbox->bursts, outbox->n);
	for (unsigned i = 0; i < outbox->n; i++)
		outbox->done(&outbox->bursts[i]);
	outbox->n = 0;
	outbox->used = 0;
	outbox->is_last_whole = false;
}

void outbox_destroy(struct outbox *outbox)
{
	g_free(outbox);
}
