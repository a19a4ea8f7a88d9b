/* SPDX-License-Identifier: EUPL-1.2 */
#include "arrivals.h"

#include <stdbool.h>

#include "ts_end.h"

#define PACKET	    188
#define SYNC_BYTE   0x47
#define FURTHEST_NS INT64_C(200000000) /* a picture's second field is nearer than that */

/* An end that was put in begins none. */
static bool begins_picture(const struct arrivals *arrivals, const uint8_t *packet)
{
	return packet[0] == SYNC_BYTE && packet[1] & 0x40 && packet[4] != TS_END_FILL &&
	       ((packet[1] & 0x1f) << 8 | packet[2]) == arrivals->pid;
}

static void note_begun(struct arrivals *arrivals, int64_t arrived_ns)
{
	if (arrivals->n_begun < ARRIVALS_BEGUN)
		arrivals->begun_ns[arrivals->n_begun++] = arrived_ns;
}

void arrivals_see_bytes(struct arrivals *arrivals, const uint8_t *bytes, size_t length,
			int64_t arrived_ns)
{
	if (!arrivals->pid)
		return;
	/* Between two of these at most one picture is under way: if there are more, the demuxer has
	 * dropped the older ones. */
	if (arrivals->n_begun > 1) {
		arrivals->begun_ns[0] = arrivals->begun_ns[arrivals->n_begun - 1];
		arrivals->n_begun = 1;
	}
	for (size_t at = 0; at + PACKET <= length; at += PACKET)
		if (begins_picture(arrivals, bytes + at))
			note_begun(arrivals, arrived_ns);
}

void arrivals_see_picture(struct arrivals *arrivals, int64_t pts_ns)
{
	unsigned place = arrivals->next % ARRIVALS_KEPT;

	if (!arrivals->n_begun)
		return;
	int64_t arrived_ns = arrivals->begun_ns[0];

	arrivals->n_begun--;
	for (int i = 0; i < arrivals->n_begun; i++)
		arrivals->begun_ns[i] = arrivals->begun_ns[i + 1];
	arrivals->next++;
	/* Empty while it changes: a finder sees the one, the other or nothing, never half of each. */
	atomic_store(&arrivals->kept[place].arrived_ns, 0);
	atomic_store(&arrivals->kept[place].pts_ns, pts_ns);
	atomic_store(&arrivals->kept[place].arrived_ns, arrived_ns);
}

int64_t arrivals_find(const struct arrivals *arrivals, int64_t pts_ns)
{
	int64_t found_ns = 0, nearest_ns = FURTHEST_NS;

	for (int i = 0; i < ARRIVALS_KEPT; i++) {
		int64_t arrived_ns = atomic_load(&arrivals->kept[i].arrived_ns);
		int64_t before_ns = pts_ns - atomic_load(&arrivals->kept[i].pts_ns);

		if (!arrived_ns || atomic_load(&arrivals->kept[i].arrived_ns) != arrived_ns ||
		    before_ns < 0 || before_ns >= nearest_ns)
			continue;
		nearest_ns = before_ns;
		found_ns = arrived_ns;
	}
	return found_ns;
}
