/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>

#include "preflight_private.h"
#include "settings.h"
#include "source.h"
#include "speaker.h"

#define TARGET_LUFS  (-20)
#define MOST_GAIN_DB 12
#define LEAST_LUFS   (-70) /* below it nothing is measured (meter.h) */
#define SETTLED_S    5	   /* counted rates are of whole seconds then */

static bool is_live(const struct source_view *view)
{
	return view->state == SOURCE_LIVE;
}

/* Comes over a line, from people and lenses: silence or a standing picture is no part of it. */
static bool is_camera(const struct source_view *view)
{
	return view->kind == SOURCE_SRT || view->kind == SOURCE_SPEAKER;
}

/* ---- is it there ---- */

static void advise_absent(const struct preflight *preflight, const struct source_view *view,
			  struct finding *finding)
{
	if (view->kind == SOURCE_SPEAKER)
		advise(finding, "they open their link; a new one: twinstage invite %s",
		       preflight->typed);
	else if (view->kind == SOURCE_SRT)
		advise(finding, "call srt://%s:%d with stream id %s%s", preflight->host,
		       preflight->settings->srt_port, view->name,
		       view->has_passphrase ? " and the passphrase" : "");
	else
		advise(finding, "it has ended; twinstage source remove, then add it again");
}

/* What no scene shows, and whoever comes by themselves, is not missed yet. */
static void find_absent(struct preflight *preflight, const struct source_view *view)
{
	bool is_missed = view->is_in_scene && view->kind != SOURCE_SPEAKER;
	enum verdict verdict = is_missed ? VERDICT_BAD : VERDICT_LOOK;
	const char *where = view->is_in_scene ? "" : " (no scene shows it)";

	if (view->state == SOURCE_WAITING)
		advise_absent(preflight, view,
			      find(preflight, verdict, "present", "not connected yet%s", where));
	else
		advise_absent(preflight, view,
			      find(preflight, verdict, "present", "gone for %.0f s%s: %s",
				   view->state_s, where, view->detail));
}

static bool find_presence(struct preflight *preflight, const struct source_view *view)
{
	switch (view->state) {
	case SOURCE_LIVE:
		return true;
	case SOURCE_CONNECTED:
		advise(find(preflight, VERDICT_LOOK, "present",
			    "connected for %.0f s, no picture yet", view->state_s),
		       "wait; else set its encoder to H.264 and AAC in MPEG-TS");
		return false;
	case SOURCE_STALLED:
		advise(find(preflight, VERDICT_BAD, "present",
			    "connected, but nothing comes for %.0f s", view->state_s),
		       "start its encoder again, and look at its network");
		return false;
	case SOURCE_FAILED:
		advise(find(preflight, VERDICT_BAD, "present", "cannot be shown: %s", view->detail),
		       "set its encoder to H.264 and AAC; a file: give another one");
		return false;
	default:
		find_absent(preflight, view);
		return false;
	}
}

/* ---- picture ---- */

static void check_size(struct preflight *preflight, const struct source_view *view)
{
	int width = preflight->settings->width, height = preflight->settings->height;
	double part = (double)view->width / width;
	bool is_small = preflight_judge(LIMIT_WIDTH_SMALL, part) != VERDICT_OK;
	enum verdict verdict = is_small ? VERDICT_LOOK : preflight_judge(LIMIT_WIDTH_LARGE, part);

	if (view->kind != SOURCE_SRT)
		verdict = VERDICT_OK;
	advise(find(preflight, verdict, "resolution", "%dx%d%s", view->width, view->height,
		    verdict == VERDICT_OK ? ""
		    : is_small		  ? ", smaller than program"
					  : ", much larger than program"),
	       is_small ? "set it to %dx%d, or show it in a smaller box"
			: "set it to %dx%d: decoding it costs CPU for nothing",
	       width, height);
	if (view->is_interlaced)
		advise(find(preflight, VERDICT_LOOK, "interlaced", "interlaced"),
		       "set the camera to progressive");
}

static void check_rate(struct preflight *preflight, const struct source_view *view)
{
	bool is_speaker = view->kind == SOURCE_SPEAKER;
	double fps = isfinite(view->coded_fps) ? view->coded_fps : view->fps;
	enum verdict verdict =
		is_speaker ? preflight_judge(LIMIT_SPEAKER_RATE, fps)
			   : preflight_judge(LIMIT_RATE_PART, fps / preflight->settings->fps);

	if (view->state_s < SETTLED_S)
		return;
	if (!is_camera(view))
		verdict = VERDICT_OK;
	advise(find(preflight, verdict, "frame rate", "%.4g pictures/s", round(fps * 10) / 10),
	       is_speaker ? "more light, fewer programs on their computer, a better line"
			  : "set the camera to %d pictures a second, as program has",
	       preflight->settings->fps);
	verdict = preflight_judge(LIMIT_DECODED_PART, view->fps / view->coded_fps);
	if (view->coded_fps <= 60 && verdict != VERDICT_OK)
		advise(find(preflight, verdict, "decoding",
			    "only %.0f of %.0f pictures/s are decoded", view->fps, view->coded_fps),
		       "CPU too slow: lower its resolution or its bit rate");
}

static void check_coding(struct preflight *preflight, const struct source_view *view)
{
	enum verdict verdict = preflight_judge(LIMIT_KEY_INTERVAL_MS, view->key_interval_ms);

	if (view->kind != SOURCE_SRT || !isfinite(view->key_interval_ms))
		return;
	advise(find(preflight, verdict, "key interval", "key frame every %.1f s",
		    view->key_interval_ms / 1000),
	       "set its encoder's key-frame interval (GOP) to 1 or 2 s");
	advise(find(preflight, view->has_b_frames ? VERDICT_LOOK : VERDICT_OK, "B-frames", "%s",
		    view->has_b_frames ? "B-frames" : "no B-frames"),
	       "turn B-frames off (zero latency): they add delay");
}

static void check_sight(struct preflight *preflight, const struct source_view *view)
{
	enum verdict black = preflight_judge(LIMIT_BLACK_S, view->black_s);
	enum verdict frozen = preflight_judge(LIMIT_FROZEN_S, view->frozen_s);

	if (view->kind == SOURCE_STILL || view->seen_s <= 0)
		return;
	if (black != VERDICT_OK)
		advise(find(preflight, black, "black", "black for %.0f s", view->black_s),
		       "lens cap? camera off? another input of the encoder?");
	else if (is_camera(view) && frozen != VERDICT_OK)
		advise(find(preflight, frozen, "frozen", "nothing moves for %.0f s",
			    view->frozen_s),
		       "wave in front of it; if it shows slides, all is well");
	else
		find(preflight, VERDICT_OK, "black", is_camera(view) ? "moves" : "not black");
}

static void check_picture(struct preflight *preflight, const struct source_view *view)
{
	if (!view->width) {
		advise(find(preflight, view->kind == SOURCE_SPEAKER ? VERDICT_LOOK : VERDICT_OK,
			    "picture", view->kind == SOURCE_SPEAKER ? "no camera" : "no picture"),
		       "ask them to allow their browser the camera");
		return;
	}
	check_size(preflight, view);
	if (view->kind != SOURCE_STILL)
		check_rate(preflight, view);
	check_coding(preflight, view);
	check_sight(preflight, view);
}

/* ---- sound ---- */

static void check_level(struct preflight *preflight, const struct source_view *view)
{
	double lufs = view->window_lufs + view->gain_db;
	double gain_db = round(TARGET_LUFS - view->window_lufs);
	enum verdict loud = preflight_judge(LIMIT_LOUD_LUFS, lufs),
		     quiet = preflight_judge(LIMIT_QUIET_LUFS, lufs);
	struct finding *finding = find(preflight, MAX(loud, quiet), "loudness", "%s%.0f LUFS",
				       loud    ? "too loud, "
				       : quiet ? "quiet, "
					       : "",
				       lufs);

	if (gain_db > MOST_GAIN_DB)
		advise(finding, "let somebody speak; else turn it up where it comes from");
	else
		advise(finding, "twinstage source set %s --gain %+.0fdB", preflight->typed,
		       gain_db);
}

static void check_clips(struct preflight *preflight, const struct source_view *view)
{
	if (view->clips)
		advise(find(preflight, preflight_judge(LIMIT_CLIPS, view->clips), "clipping",
			    "clips, %u time%s in 10 s", view->clips, view->clips == 1 ? "" : "s"),
		       "turn it down at its camera or desk; --gain is too late");
}

static void check_silence(struct preflight *preflight, const struct source_view *view)
{
	bool is_speaker = view->kind == SOURCE_SPEAKER;
	double silent_s = MIN(view->silent_s, view->state_s);
	enum verdict verdict = preflight_judge(LIMIT_SILENT_S, silent_s);

	if (is_camera(view) && verdict != VERDICT_OK)
		advise(find(preflight, verdict, "silent", "silent for %.0f s", silent_s),
		       is_speaker ? "ask them to speak: their microphone may be closed"
				  : "speak into it: cable, phantom power, desk's fader?");
	else if (view->window_lufs > LEAST_LUFS)
		check_level(preflight, view);
}

/* Which way it can be mended here: sound can wait for its picture, not the other way round. */
static void check_lip_sync(struct preflight *preflight, const struct source_view *view)
{
	double early_ms = view->lip_sync_ms;
	bool is_early = early_ms >= 0;
	enum verdict verdict = is_early ? preflight_judge(LIMIT_SOUND_EARLY_MS, early_ms)
					: preflight_judge(LIMIT_SOUND_LATE_MS, -early_ms);
	int delay_ms = view->delay_ms + (int)round(early_ms);

	if (!isfinite(early_ms) || !view->width)
		return;
	struct finding *finding = find(preflight, verdict, "lip-sync", "sound %.0f ms %s",
				       fabs(early_ms), is_early ? "early" : "late");

	if (delay_ms >= 0)
		advise(finding, "twinstage source set %s --delay_ms %d", preflight->typed,
		       delay_ms);
	else
		advise(finding, view->kind == SOURCE_SPEAKER
					? "their line is uneven: a cable instead of Wi-Fi"
					: "its sound comes late: send both by one encoder");
}

static void check_sound(struct preflight *preflight, const struct source_view *view)
{
	if (view->kind == SOURCE_STILL || view->kind == SOURCE_TEST)
		return;
	if (view->is_muted) {
		find(preflight, VERDICT_OK, "sound", "muted");
		return;
	}
	if (!view->has_sound) {
		advise(find(preflight, is_camera(view) ? VERDICT_LOOK : VERDICT_OK, "sound",
			    view->kind == SOURCE_SPEAKER ? "no microphone" : "no sound"),
		       view->kind == SOURCE_SPEAKER
			       ? "ask them to allow their browser the microphone"
			       : "if it shall have none: twinstage source set %s --mute on",
		       preflight->typed);
		return;
	}
	check_silence(preflight, view);
	check_clips(preflight, view);
	check_lip_sync(preflight, view);
}

/* ---- the way here ---- */

static void check_loss(struct preflight *preflight, const struct source_view *view)
{
	bool is_srt = view->kind == SOURCE_SRT;
	enum verdict dropped = preflight_judge(LIMIT_DROPPED, (double)view->window_dropped);

	if (!isfinite(view->window_loss_percent))
		return;
	advise(find(preflight, preflight_judge(LIMIT_LOSS_PERCENT, view->window_loss_percent),
		    "loss", "loss %.1f %%", view->window_loss_percent),
	       "a cable instead of Wi-Fi, or a lower bit rate");
	if (is_srt && dropped != VERDICT_OK)
		advise(find(preflight, dropped, "dropped",
			    "%" G_GUINT64_FORMAT " packet%s too late in 10 s", view->window_dropped,
			    view->window_dropped == 1 ? "" : "s"),
		       "raise the SRT latency at its encoder; a better line");
}

static void check_latency(struct preflight *preflight, const struct source_view *view)
{
	double rtts = view->srt_latency_ms / view->rtt_ms;

	if (view->kind != SOURCE_SRT || !view->srt_latency_ms)
		return;
	advise(find(preflight, preflight_judge(LIMIT_LATENCY_RTTS, rtts), "SRT latency",
		    "SRT latency %d ms, RTT %.0f ms", view->srt_latency_ms, view->rtt_ms),
	       "its encoder: SRT latency %.0f ms or more (4 x RTT)",
	       ceil(view->rtt_ms * 4 / 10) * 10);
}

/* One that has just come has not shown yet what it does in ten seconds. */
static void check_age(struct preflight *preflight, const struct source_view *view)
{
	if (view->kind != SOURCE_STILL && view->state_s < PREFLIGHT_WINDOW_S)
		advise(find(preflight, VERDICT_LOOK, "time", "here for %.0f s only", view->state_s),
		       "check again when it has been here for %d s", PREFLIGHT_WINDOW_S);
}

static void check_source(struct preflight *preflight, const struct source_view *view)
{
	if (!find_presence(preflight, view))
		return;
	check_age(preflight, view);
	check_picture(preflight, view);
	check_loss(preflight, view);
	check_latency(preflight, view);
	check_sound(preflight, view);
}

void preflight_source(struct preflight *preflight, const struct source_view *view)
{
	preflight_begin(preflight, GROUP_INPUT, view->name);
	check_source(preflight, view);
}

void preflight_speaker(struct preflight *preflight, const struct speaker_view *view, double rtt_ms)
{
	preflight_begin(preflight, GROUP_INPUT, view->name);
	check_source(preflight, &view->source);
	if (!is_live(&view->source))
		return;
	if (!view->is_admitted)
		advise(find(preflight, VERDICT_LOOK, "admitted", "waits to be let in"),
		       "twinstage speaker admit %s", preflight->typed);
	if (!view->has_return)
		advise(find(preflight, VERDICT_BAD, "return", "does not hear us"),
		       "ask them to load their page again");
	if (isfinite(rtt_ms))
		advise(find(preflight, preflight_judge(LIMIT_RTT_MS, rtt_ms), "RTT", "RTT %.0f ms",
			    rtt_ms),
		       "a cable instead of Wi-Fi, no VPN, a nearer line");
}
