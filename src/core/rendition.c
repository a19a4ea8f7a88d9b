/* SPDX-License-Identifier: EUPL-1.2 */
#include "rendition.h"

#include "clock.h"
#include "encoder.h"
#include "mixer.h"
#include "port.h"
#include "settings.h"
#include "state.h"

#define LOAD_NS (5 * NS_PER_S)

void rendition_shape(const struct settings *settings, struct picture_shape *shape)
{
	int height = MIN(settings->small_height, settings->height) & ~1;

	*shape = (struct picture_shape){
		.width = (int)((int64_t)settings->width * height / settings->height) & ~1,
		.height = height,
		.kbps = settings->small_kbps,
	};
}

bool rendition_open(struct show *show, GError **error)
{
	struct picture_shape shape;

	if (!show->settings->small_kbps)
		return true;
	rendition_shape(show->settings, &shape);
	return output_open_picture(show, &show->small_picture, &shape, error);
}

/* ---- the machine ---- */

static bool is_small_in_use(const struct show *show)
{
	for (guint i = 0; i < show->sessions->len; i++)
		if (((const struct session *)show->sessions->pdata[i])->ladder.rung ==
		    RENDITION_SMALL)
			return true;
	return false;
}

static void measure_load(struct show *show, int64_t now_ns)
{
	struct mixer_stats mixer;
	struct encoder_stats encoder;

	if (now_ns - show->load.since_ns < LOAD_NS)
		return;
	mixer_read_stats(show->mixer, &mixer);
	encoder_read_stats(show->program_picture.encoder, &encoder);
	uint64_t ticks = mixer.video_ticks - show->load.ticks,
		 missed = mixer.video_missed - show->load.missed;

	show->load.is_busy =
		show->load.since_ns &&
		(10 * missed > ticks + missed || encoder.encode_ms > 1000.0 / show->settings->fps);
	show->load.since_ns = now_ns;
	show->load.ticks = mixer.video_ticks;
	show->load.missed = mixer.video_missed;
	show->load.is_told &= show->load.is_busy;
}

static void tell_busy(struct show *show)
{
	if (!show->load.is_told)
		show_tell(show, EVENT_rendition_refused, "program",
			  "no time for a second encoder: viewers on narrow lines get sound alone");
	show->load.is_told = true;
}

/* ---- the receivers ---- */

static struct track *track_of(const struct show *show, enum rendition rendition)
{
	switch (rendition) {
	case RENDITION_FULL:
		return show->program_picture.track;
	case RENDITION_SMALL:
		return show->small_picture.track;
	default:
		return NULL;
	}
}

static void tell_moved(struct show *show, const struct session *session,
		       const struct rtc_peer_stats *stats)
{
	const struct source *source = show_source_by_id(show, session->speaker_id);

	show_tell(show, EVENT_viewer_moved, source ? source->name : "program",
		  "%s: %s (its line carries %.0f kbit/s, %.1f%% lost)", session->address,
		  rendition_name(session->ladder.rung), stats->estimate_kbps, stats->loss_percent);
}

static void judge(struct show *show, struct session *session, bool has_small, int64_t now_ns)
{
	const struct settings *settings = show->settings;
	enum rendition before = session->ladder.rung;
	struct rtc_peer_stats stats;

	if (!rtc_read_stats(show->rtc, session->peer_id, &stats) || !stats.is_connected)
		return;
	const struct ladder_facts facts = {
		.has_small = has_small,
		.full_kbps = settings->video_kbps + settings->audio_kbps,
		.small_kbps = settings->small_kbps + settings->audio_kbps,
		.estimate_kbps = stats.estimate_kbps,
		.capacity_kbps = stats.capacity_kbps,
		.loss_percent = stats.loss_percent,
		.queue_ms = stats.queue_ms,
		.congested_ms = stats.congested_ms,
		.calm_ms = stats.calm_ms,
	};
	enum rendition now = ladder_judge(&session->ladder, &facts, now_ns);

	if (facts.congested_ms && !has_small && settings->small_kbps)
		tell_busy(show);
	if (now == before)
		return;
	rtc_switch_video(show->rtc, session->peer_id, track_of(show, now));
	tell_moved(show, session, &stats);
}

void rendition_judge(struct show *show, int64_t now_ns)
{
	if (show->is_dry)
		return;
	measure_load(show, now_ns);
	bool has_small =
		show->small_picture.bus_id && (!show->load.is_busy || is_small_in_use(show));

	for (guint i = 0; i < show->sessions->len; i++) {
		struct session *session = show->sessions->pdata[i];

		if (session->is_connected &&
		    (session->kind == SESSION_PROGRAM || session->kind == SESSION_RETURN))
			judge(show, session, has_small, now_ns);
	}
}
