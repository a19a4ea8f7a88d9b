/* SPDX-License-Identifier: EUPL-1.2 */
#include "anchor.h"

#include <glib.h>
#include <string.h>

#include "clock.h"

#define WINDOW_NS     NS_PER_S
#define START_WINDOWS 2
#define JUMP_NS	      NS_PER_S
#define MARGIN_NS     (2 * NS_PER_MS) /* above the third largest */
#define RISE_NS	      (3 * NS_PER_MS) /* less than that does not move an offset up */
#define SLACK_NS      (4 * NS_PER_MS) /* nor down */
#define FALL_NS	      (20 * NS_PER_MS)

static void begin(struct anchor *anchor, int64_t late_ns, int64_t now_ns)
{
	memset(anchor->streams, 0, sizeof(anchor->streams));
	for (int i = 0; i < ANCHOR_STREAMS; i++)
		anchor->offset_ns[i] = late_ns;
	anchor->is_set = true;
	anchor->window_ns = now_ns;
	anchor->windows = 0;
}

/* ---- lateness ---- */

static void note(struct anchor_lateness *stream, int64_t late_ns)
{
	int at = MIN(stream->n, ANCHOR_TOP - 1);

	stream->is_known = true;
	stream->last_ns = late_ns;
	if (stream->n >= ANCHOR_TOP && late_ns <= stream->top_ns[at])
		return;
	for (; at > 0 && stream->top_ns[at - 1] < late_ns; at--)
		stream->top_ns[at] = stream->top_ns[at - 1];
	stream->top_ns[at] = late_ns;
	stream->n++;
}

static void keep(struct anchor_lateness *stream, int window)
{
	int place = window % ANCHOR_WINDOWS;

	stream->was_there[place] = stream->n > 0;
	if (stream->n > 0)
		stream->most_ns[place] = stream->top_ns[MIN(stream->n, ANCHOR_TOP) - 1];
	stream->n = 0;
}

/* As late as a second and the one before it were. False: it was not there. */
static bool find_second(const struct anchor_lateness *late, int window, int64_t *late_ns)
{
	int place = window % ANCHOR_WINDOWS,
	    before = (window + ANCHOR_WINDOWS - 1) % ANCHOR_WINDOWS;

	if (!late->was_there[place])
		return false;
	*late_ns = late->was_there[before] ? MIN(late->most_ns[place], late->most_ns[before])
					   : late->most_ns[place];
	return true;
}

/* The most of the last `span` seconds; false: it was not there. */
static bool look_back(const struct anchor *anchor, enum anchor_stream stream, int span,
		      int64_t *most_ns)
{
	bool is_any = false;
	int64_t late_ns;

	for (int i = anchor->windows - span; i < anchor->windows; i++) {
		if (!find_second(&anchor->streams[stream], i, &late_ns))
			continue;
		*most_ns = is_any ? MAX(*most_ns, late_ns) : late_ns;
		is_any = true;
	}
	return is_any;
}

/* ---- offsets ---- */

static void move(struct anchor *anchor, enum anchor_stream stream, int64_t wanted_ns)
{
	int64_t more_ns = wanted_ns - anchor->offset_ns[stream];

	if (anchor->windows <= START_WINDOWS || more_ns > RISE_NS)
		anchor->offset_ns[stream] = wanted_ns;
	else if (more_ns < -SLACK_NS)
		anchor->offset_ns[stream] += MAX(more_ns, -FALL_NS);
}

static void close_window(struct anchor *anchor, int64_t now_ns)
{
	int64_t lead_ns = anchor->behind_ns[ANCHOR_SOUND] - anchor->behind_ns[ANCHOR_PICTURE];
	int64_t picture_ns = 0, sound_ns = 0;

	for (int i = 0; i < ANCHOR_STREAMS; i++)
		keep(&anchor->streams[i], anchor->windows);
	anchor->windows++;
	anchor->window_ns = now_ns;
	/* The first second is left out as soon as there are others. */
	int span =
		anchor->windows <= START_WINDOWS ? 1 : MIN(anchor->windows - 1, ANCHOR_WINDOWS - 1);
	bool has_picture = look_back(anchor, ANCHOR_PICTURE, span, &picture_ns);
	bool has_sound = look_back(anchor, ANCHOR_SOUND, span, &sound_ns);

	picture_ns += MARGIN_NS;
	if (has_picture && has_sound) {
		picture_ns = MAX(picture_ns, sound_ns + lead_ns - ANCHOR_AFTER_NS);
		/* Not where the picture still is: while that comes down, because less sound waits
		 * behind the sink, sound would be held up, and run dry there. */
		sound_ns = MAX(sound_ns, picture_ns - lead_ns + ANCHOR_SOON_NS);
	}
	if (has_picture)
		move(anchor, ANCHOR_PICTURE, picture_ns);
	if (has_sound)
		move(anchor, ANCHOR_SOUND, sound_ns);
}

int64_t anchor_see(struct anchor *anchor, enum anchor_stream stream, int64_t pts_ns,
		   int64_t arrival_ns)
{
	int64_t late_ns = arrival_ns - pts_ns, jump_ns = 0;

	if (!anchor->is_set)
		begin(anchor, late_ns, arrival_ns);
	if (anchor->streams[stream].is_known) {
		int64_t change_ns = late_ns - anchor->streams[stream].last_ns;

		if (change_ns > JUMP_NS || change_ns < -JUMP_NS) {
			jump_ns = -change_ns;
			begin(anchor, late_ns, arrival_ns);
		}
	}
	if (arrival_ns - anchor->window_ns >= WINDOW_NS)
		close_window(anchor, arrival_ns);
	note(&anchor->streams[stream], late_ns);
	return jump_ns;
}
