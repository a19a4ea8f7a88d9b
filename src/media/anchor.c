/* SPDX-License-Identifier: EUPL-1.2 */
#include "anchor.h"

#include <string.h>

#include "clock.h"

#define WINDOW_NS     NS_PER_S
#define START_WINDOWS 2
#define JUMP_NS	      NS_PER_S
#define SLACK_NS      (30 * NS_PER_MS)
#define SLACK_WINDOWS 10
#define LOWER_NS      (5 * NS_PER_MS)

static void begin(struct anchor *anchor, int64_t need_ns, int64_t now_ns)
{
	memset(anchor, 0, sizeof(*anchor));
	anchor->is_set = true;
	anchor->offset_ns = need_ns;
	anchor->begun_ns = anchor->window_ns = now_ns;
}

/* The largest need of the window, of all streams that were in it. */
static bool window_most(const struct anchor *anchor, int64_t *most_ns)
{
	bool is_any = false;

	for (int i = 0; i < ANCHOR_STREAMS; i++)
		if (anchor->streams[i].is_in_window &&
		    (!is_any || anchor->streams[i].most_ns > *most_ns)) {
			*most_ns = anchor->streams[i].most_ns;
			is_any = true;
		}
	return is_any;
}

static void close_window(struct anchor *anchor, int64_t now_ns)
{
	int64_t most_ns = 0;
	bool is_any = window_most(anchor, &most_ns);

	anchor->window_ns = now_ns;
	anchor->windows++;
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		anchor->streams[i].is_in_window = false;
	if (!is_any)
		return;
	if (anchor->windows <= START_WINDOWS) {
		anchor->offset_ns = most_ns;
		return;
	}
	anchor->slack_windows =
		anchor->offset_ns - most_ns > SLACK_NS ? anchor->slack_windows + 1 : 0;
	if (anchor->slack_windows >= SLACK_WINDOWS)
		anchor->offset_ns -= LOWER_NS;
}

int64_t anchor_see(struct anchor *anchor, enum anchor_stream stream, int64_t pts_ns,
		   int64_t arrival_ns)
{
	int64_t need_ns = arrival_ns - pts_ns, jump_ns = 0;

	if (!anchor->is_set)
		begin(anchor, need_ns, arrival_ns);
	if (anchor->streams[stream].is_known) {
		int64_t change_ns = need_ns - anchor->streams[stream].last_ns;

		if (change_ns > JUMP_NS || change_ns < -JUMP_NS) {
			jump_ns = -change_ns;
			begin(anchor, need_ns, arrival_ns);
		}
	}
	if (arrival_ns - anchor->window_ns >= WINDOW_NS)
		close_window(anchor, arrival_ns);
	anchor->streams[stream].is_known = true;
	anchor->streams[stream].last_ns = need_ns;
	if (!anchor->streams[stream].is_in_window || need_ns > anchor->streams[stream].most_ns)
		anchor->streams[stream].most_ns = need_ns;
	anchor->streams[stream].is_in_window = true;
	if (need_ns > anchor->offset_ns)
		anchor->offset_ns = need_ns;
	return jump_ns;
}
