/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "bus_view.h"
#include "preflight_private.h"
#include "program.h"
#include "settings.h"

/* ---- what is on air ---- */

void preflight_program(struct preflight *preflight, const struct program_view *view, double missed)
{
	bool has_scene = *view->program != '\0';

	preflight->is_empty = !has_scene;
	preflight_begin(preflight, GROUP_OUTPUT, "program");
	advise(find(preflight, has_scene ? VERDICT_OK : VERDICT_LOOK, "on air", "%s%s",
		    has_scene ? view->program : "no scene is on air",
		    has_scene && view->is_slate ? " behind the slate" : ""),
	       "twinstage cut SCENE");
	if (!isfinite(missed))
		return;
	advise(find(preflight, preflight_judge(LIMIT_MISSED_TICKS, missed), "ticks",
		    missed > 1	 ? "%.0f pictures missed in 10 s"
		    : missed > 0 ? "%.0f picture missed in 10 s"
				 : "no picture missed",
		    missed),
	       "CPU too slow: fewer sources or a faster x264_preset");
}

/* ---- one bus ---- */

/* Whoever has just come waits for the encoder to begin. */
#define BEGUN_S 5

/* What somebody receives is made. */
static bool check_flow(struct preflight *preflight, const struct bus_view *view,
		       const struct way_out *way, const char *what)
{
	enum verdict verdict = preflight_judge(LIMIT_IDLE_S, way->idle_s);

	if (!way->is_wanted || view->peers_s < BEGUN_S || verdict == VERDICT_OK)
		return way->is_wanted;
	advise(find(preflight, verdict, "encoder", "no %s is made for those who receive it", what),
	       "twinstage events says why; else start twinstaged again");
	return false;
}

static void check_time(struct preflight *preflight, const struct way_out *way, const char *what)
{
	double tick_ms = 1000.0 / preflight->settings->fps;

	if (isfinite(way->encode_ms))
		advise(find(preflight,
			    preflight_judge(LIMIT_ENCODE_TICKS, way->encode_ms / tick_ms),
			    "encoder", "%s encoded in %.0f ms", what, way->encode_ms),
		       "CPU too slow: a faster x264_preset or a smaller picture");
}

static void check_keys(struct preflight *preflight, const struct way_out *way)
{
	double wanted_s = preflight->settings->key_interval_ms / 1000.0;
	double every_s = way->key_frames ? (double)way->frames / (double)way->key_frames /
						   preflight->settings->fps
					 : NAN;

	if (isfinite(every_s))
		advise(find(preflight, preflight_judge(LIMIT_OUT_KEY_PART, every_s / wanted_s),
			    "key interval", "key frame every %.1f s", every_s),
		       "the encoder falls behind: look at the CPU");
}

/* The crew's own pictures have another rate, and nobody else sees them. */
static void check_pictures(struct preflight *preflight, const struct bus_view *view)
{
	if (!view->has_picture || view->is_shared ||
	    !check_flow(preflight, view, &view->picture, "picture") || view->kind == BUS_CREW)
		return;
	check_time(preflight, &view->picture, "picture");
	check_keys(preflight, &view->picture);
}

static void check_small(struct preflight *preflight, const struct bus_view *view)
{
	if (view->has_small && check_flow(preflight, view, &view->small, "small picture"))
		check_time(preflight, &view->small, "small picture");
}

static const char *peers_of(const struct bus_view *view)
{
	return view->kind == BUS_ROOM ? "screen" : "viewer";
}

static void check_peers(struct preflight *preflight, const struct bus_view *view)
{
	if (view->kind == BUS_RETURN)
		find(preflight, VERDICT_OK, "viewers", view->peers ? "heard by them" : "not heard");
	else
		find(preflight, VERDICT_OK, "viewers", view->peers == 1 ? "%d %s" : "%d %ss",
		     view->peers, peers_of(view));
}

static void check_sound(struct preflight *preflight, const struct bus_view *view)
{
	if (view->kind == BUS_PROGRAM && !preflight->is_empty &&
	    view->silent_s >= PREFLIGHT_WINDOW_S)
		advise(find(preflight, VERDICT_LOOK, "silent", "silent for %.0f s", view->silent_s),
		       "no source that is heard has sound: mutes, gains, faders?");
	else if (view->silent_s <= 0)
		find(preflight, VERDICT_OK, "loudness", "%.0f LUFS", view->window_lufs);
}

void preflight_bus(struct preflight *preflight, const struct bus_view *view)
{
	g_autofree char *name = *view->speaker ? g_strdup_printf("return %s", view->speaker)
					       : g_strdup(bus_name(view->kind));

	preflight_begin(preflight, GROUP_OUTPUT, name);
	check_peers(preflight, view);
	check_pictures(preflight, view);
	check_small(preflight, view);
	if (view->has_sound && check_flow(preflight, view, &view->sound, "sound"))
		check_time(preflight, &view->sound, "sound");
	if (view->has_sound)
		check_sound(preflight, view);
}
