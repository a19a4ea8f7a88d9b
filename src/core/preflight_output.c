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
		    missed > 0 ? "%.0f pictures missed in 10 s" : "no picture missed", missed),
	       "the CPU does not keep up: fewer sources, a smaller picture, a faster x264_preset");
}

/* ---- one bus ---- */

static void check_encoder(struct preflight *preflight, const struct bus_view *view)
{
	const struct way_out *way = &view->picture;
	double tick_ms = 1000.0 / preflight->settings->fps;

	if (way->kbps <= 0) {
		advise(find(preflight, VERDICT_BAD, "encoder", "no picture is made for %d viewer%s",
			    view->peers, view->peers == 1 ? "" : "s"),
		       "twinstage events says why; start twinstaged again if it stays so");
		return;
	}
	advise(find(preflight, preflight_judge(LIMIT_ENCODE_TICKS, way->encode_ms / tick_ms),
		    "encoder", "encoded in %.0f ms", way->encode_ms),
	       "the CPU does not keep up: a faster x264_preset or a smaller picture in the "
	       "settings");
}

static void check_keys(struct preflight *preflight, const struct bus_view *view)
{
	const struct way_out *way = &view->picture;
	double wanted_s = preflight->settings->key_interval_ms / 1000.0;
	double every_s = way->key_frames ? (double)way->frames / (double)way->key_frames /
						   preflight->settings->fps
					 : NAN;

	if (isfinite(every_s))
		advise(find(preflight, preflight_judge(LIMIT_OUT_KEY_PART, every_s / wanted_s),
			    "key interval", "key frame every %.1f s", every_s),
		       "the encoder falls behind: look at the CPU");
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
		       "no source that is heard has any sound: mutes, gains, faders?");
	else if (view->silent_s <= 0)
		find(preflight, VERDICT_OK, "loudness", "%.0f LUFS", view->window_lufs);
}

void preflight_bus(struct preflight *preflight, const struct bus_view *view)
{
	g_autofree char *name = *view->speaker ? g_strdup_printf("return %s", view->speaker)
					       : g_strdup(bus_name(view->kind));

	preflight_begin(preflight, GROUP_OUTPUT, name);
	check_peers(preflight, view);
	if (view->has_picture && view->peers && !view->is_shared) {
		check_encoder(preflight, view);
		check_keys(preflight, view);
	}
	check_sound(preflight, view);
}
