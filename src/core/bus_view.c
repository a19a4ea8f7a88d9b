/* SPDX-License-Identifier: EUPL-1.2 */
#include "bus_view.h"

#include <math.h>

#include "clock.h"
#include "encoder.h"
#include "meter.h"
#include "state.h"
#include "track.h"

#define OWN_BUSES 4 /* before the returns */

const char *bus_name(enum bus_kind kind)
{
	static const char *const names[] = {
		[BUS_PROGRAM] = "program", [BUS_ROOM] = "room",	    [BUS_PREVIEW] = "preview",
		[BUS_CREW] = "crew",	   [BUS_RETURN] = "return",
	};

	return names[kind];
}

/* The n-th speaker, from 0, who has a return; NULL: there are not so many. */
static const struct speaker *nth_return(const struct show *show, int n)
{
	for (guint i = 0; i < show->speakers->len; i++) {
		const struct speaker *speaker = show->speakers->pdata[i];

		if (speaker->return_id && n-- == 0)
			return speaker;
	}
	return NULL;
}

int bus_count(const struct show *show)
{
	int n = 0;

	assert_control_thread(show);
	while (nth_return(show, n))
		n++;
	return OWN_BUSES + n;
}

static void view_way(const struct output *output, struct way_out *way)
{
	struct encoder_stats encoder;
	struct track_stats track;

	way->encode_ms = NAN;
	way->idle_s = INFINITY;
	if (!output->encoder)
		return;
	encoder_read_stats(output->encoder, &encoder);
	track_read_stats(output->track, &track);
	way->encode = track.encoded;
	way->send = track.sent;
	way->frames = encoder.frames;
	way->key_frames = encoder.key_frames;
	way->bytes = encoder.bytes;
	if (encoder.last_ns)
		way->idle_s = (double)(clock_now_ns() - encoder.last_ns) / NS_PER_S;
	way->is_wanted = track_is_wanted(output->track);
	if (!way->is_wanted)
		return;
	way->kbps = encoder.kbps;
	if (track.encoded.count)
		way->encode_ms = track.encoded.recent_ms;
}

static void view_levels(const struct output *sound, struct bus_view *view)
{
	struct meter_levels levels;

	view->peak_db = view->held_db = METER_FLOOR_DB;
	view->momentary_lufs = view->short_term_lufs = view->window_lufs = METER_FLOOR_DB;
	if (!sound->meter)
		return;
	meter_read(sound->meter, &levels);
	view->peak_db = MAX(levels.peak_db[0], levels.peak_db[1]);
	view->held_db = levels.held_db;
	view->window_lufs = levels.window_lufs;
	view->silent_s = levels.silent_s;
	view->momentary_lufs = levels.momentary_lufs;
	view->short_term_lufs = levels.short_term_lufs;
}

static void count_peers(const struct show *show, enum session_kind kind, uint64_t speaker_id,
			struct bus_view *view)
{
	int64_t now_ns = clock_now_ns();

	for (guint i = 0; i < show->sessions->len; i++) {
		const struct session *session = show->sessions->pdata[i];

		if (session->kind != kind || !session->is_connected ||
		    session->speaker_id != speaker_id)
			continue;
		view->peers++;
		view->peers_s =
			MAX(view->peers_s, (double)(now_ns - session->joined_ns) / NS_PER_S);
	}
}

static void fill(const struct output *picture, const struct output *sound, struct bus_view *view)
{
	view->has_picture = picture != NULL;
	view->has_sound = view->kind != BUS_PREVIEW && view->kind != BUS_CREW;
	view->picture.encode_ms = view->sound.encode_ms = NAN;
	if (picture)
		view_way(picture, &view->picture);
	if (view->has_sound)
		view_way(sound, &view->sound);
	view_levels(sound, view);
}

static void view_return(const struct show *show, const struct speaker *speaker,
			struct bus_view *view)
{
	view->kind = BUS_RETURN;
	view->speaker = show_source_by_id(show, speaker->source_id)->name;
	count_peers(show, SESSION_RETURN, speaker->source_id, view);
	fill(NULL, &speaker->return_sound, view);
}

static void view_own(const struct show *show, enum bus_kind kind, struct bus_view *view)
{
	static const enum session_kind sessions[] = {
		[BUS_PROGRAM] = SESSION_PROGRAM,
		[BUS_ROOM] = SESSION_ROOM,
		[BUS_PREVIEW] = SESSION_PREVIEW,
		[BUS_CREW] = SESSION_CREW,
	};
	const struct output *const pictures[] = {
		[BUS_PROGRAM] = &show->program_picture,
		[BUS_ROOM] = &show->room_picture,
		[BUS_PREVIEW] = &show->preview_picture,
		[BUS_CREW] = &show->multiview,
	};

	view->kind = kind;
	count_peers(show, sessions[kind], 0, view);
	view->has_small = kind == BUS_PROGRAM && show->small_picture.encoder;
	if (view->has_small)
		view_way(&show->small_picture, &view->small);
	view->is_shared = kind == BUS_ROOM && show->room_shares;
	fill(pictures[kind], kind == BUS_ROOM ? &show->room_sound : &show->program_sound, view);
}

void bus_view(const struct show *show, int index, struct bus_view *view)
{
	assert_control_thread(show);
	*view = (struct bus_view){.speaker = ""};
	if (index < OWN_BUSES)
		view_own(show, (enum bus_kind)index, view);
	else
		view_return(show, nth_return(show, index - OWN_BUSES), view);
}
