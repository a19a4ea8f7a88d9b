/* SPDX-License-Identifier: EUPL-1.2 */
#include "overlay.h"

#include <string.h>

#include "backstage.h"
#include "clock.h"
#include "colour.h"
#include "easel.h"
#include "error.h"
#include "graphic.h"
#include "mixer.h"
#include "overlay_rules.h"
#include "painter.h"
#include "settings.h"
#include "state.h"

#define LOGO_ROOM_X 22		   /* per cent of the picture's width */
#define LOGO_ROOM_Y 14		   /* of its height */
#define LEAVING_NS  (2 * NS_PER_S) /* it is off the picture long before that */

struct overlay {
	uint64_t id;
	struct overlay_spec spec; /* its texts are our own */
	char *text, *more;
	int64_t hide_at_ns; /* 0: never */
	int64_t left_ns;    /* it is on its way out since then; 0: it is not */
	/* a logo's file is not read yet; until then this one is still on the pictures, 0: none */
	bool is_awaited;
	uint64_t newer_id;   /* is awaited and takes its place then; 0: none */
	struct easel *easel; /* NULL in a dry show */
};

#define WORD_TEXT(code, text) [code] = text,
static const char *const kinds[] = {[OVERLAY_UNSET] = "", OVERLAYS(WORD_TEXT)};
static const char *const corners[] = {[CORNER_UNSET] = "", CORNERS(WORD_TEXT)};

const char *overlay_kind_name(enum overlay_kind kind)
{
	return kinds[kind];
}

const char *corner_name(enum corner corner)
{
	return corners[corner];
}

/* ---- showing and hiding ---- */

void overlay_destroy(void *object)
{
	struct overlay *overlay = object;

	easel_unref(overlay->easel);
	g_free(overlay->text);
	g_free(overlay->more);
	g_free(overlay);
}

/* As far as anybody asks. */
static bool is_shown(const struct overlay *overlay)
{
	return !overlay->left_ns && !overlay->newer_id;
}

static struct overlay *find(const struct show *show, enum overlay_kind kind)
{
	for (guint i = 0; i < show->overlays->len; i++) {
		struct overlay *overlay = show->overlays->pdata[i];

		if (overlay->spec.kind == kind && is_shown(overlay))
			return overlay;
	}
	return NULL;
}

static struct overlay *find_by_id(const struct show *show, uint64_t id)
{
	for (guint i = 0; i < show->overlays->len; i++) {
		struct overlay *overlay = show->overlays->pdata[i];

		if (overlay->id == id)
			return overlay;
	}
	return NULL;
}

/* The one that waits for this one to be read. */
static struct overlay *find_older(const struct show *show, uint64_t newer_id)
{
	for (guint i = 0; i < show->overlays->len; i++) {
		struct overlay *overlay = show->overlays->pdata[i];

		if (overlay->newer_id == newer_id)
			return overlay;
	}
	return NULL;
}

/* It was never seen, and whoever asked for it may wait for an answer. */
static void give_up(struct show *show, struct overlay *overlay, enum error_code code,
		    const char *why)
{
	const char *kind = kinds[overlay->spec.kind];
	g_autoptr(GError) error = NULL;

	fail(&error, code, "the %s is not shown: %s", kind, why);
	overlay->is_awaited = false;
	show_answer(show, overlay->id, error, EVENT_overlay_failed, kind, error->message);
}

static void leave(struct show *show, struct overlay *overlay)
{
	if (overlay->is_awaited)
		give_up(show, overlay, ERROR_CONFLICT, "it was hidden before its file was read");
	overlay->left_ns = clock_now_ns();
	overlay->newer_id = 0;
	if (show->painter && overlay->spec.kind != OVERLAY_LOGO)
		painter_stop(show->painter, overlay->id);
}

/* Of what a logo is to take the place of: it stays until then, but for one that is awaited itself. */
static void make_way(struct show *show, struct overlay *overlay, uint64_t newer_id)
{
	struct overlay *older = overlay->is_awaited ? find_older(show, overlay->id) : NULL;

	if (older)
		older->newer_id = newer_id;
	if (overlay->is_awaited)
		leave(show, overlay);
	else
		overlay->newer_id = newer_id;
}

/* Whoever left first goes, where somebody was in a great hurry. */
static void make_room(struct show *show)
{
	for (guint i = 0; show->overlays->len >= PLAN_MAX_OVERLAYS && i < show->overlays->len; i++)
		if (((const struct overlay *)show->overlays->pdata[i])->left_ns)
			g_ptr_array_remove_index(show->overlays, i--);
}

static void paint(struct show *show, struct overlay *overlay)
{
	const struct settings *settings = show->settings;
	struct graphic graphic = {
		.kind = overlay->spec.kind,
		.text = overlay->text,
		.more = overlay->more,
		.until_s = overlay->spec.until_s,
		.width = settings->width,
		.height = settings->height,
		.font = settings->overlay_font,
	};

	if (!show->painter)
		return;
	overlay->easel = easel_create();
	if (overlay->spec.kind == OVERLAY_LOGO) {
		overlay->is_awaited = true;
		backstage_read(show->backstage, overlay->id, overlay->easel, overlay->text,
			       settings->width * LOGO_ROOM_X / 100,
			       settings->height * LOGO_ROOM_Y / 100);
		return;
	}
	/* settings_finish() has looked at them. */
	colour_read(settings->overlay_text_colour, &graphic.colour);
	colour_read(settings->overlay_background, &graphic.background);
	colour_read(settings->overlay_accent, &graphic.accent);
	painter_paint(show->painter, overlay->id, overlay->easel, &graphic);
}

static bool is_same(const struct overlay *overlay, const struct overlay_spec *spec)
{
	return strcmp(overlay->text, spec->text) == 0 && strcmp(overlay->more, spec->more) == 0 &&
	       overlay->spec.corner == spec->corner && overlay->spec.for_ms == spec->for_ms &&
	       overlay->spec.until_s == spec->until_s;
}

static struct overlay *add(struct show *show, const struct overlay_spec *spec)
{
	struct overlay *overlay = g_new0(struct overlay, 1);

	make_room(show);
	overlay->id = show_new_id(show);
	overlay->spec = *spec;
	overlay->spec.text = overlay->text = g_strdup(spec->text);
	overlay->spec.more = overlay->more = g_strdup(spec->more);
	if (spec->for_ms)
		overlay->hide_at_ns = clock_now_ns() + spec->for_ms * NS_PER_MS;
	g_ptr_array_add(show->overlays, overlay);
	paint(show, overlay);
	return overlay;
}

static char *say_shown(const struct overlay_spec *spec)
{
	return g_strdup_printf("the %s is shown%s%s%s%s", kinds[spec->kind],
			       *spec->text ? ": " : "", spec->text, *spec->more ? ", " : "",
			       spec->more);
}

bool overlay_show(struct show *show, const struct overlay_spec *spec, uint64_t *id, GError **error)
{
	assert_control_thread(show);
	struct overlay_spec full = overlay_whole(spec);
	struct overlay *there = find(show, full.kind);

	*id = 0;
	if (!overlay_check(show, &full, error))
		return false;
	/* A logo's file may have changed. */
	if (there && full.kind != OVERLAY_LOGO && is_same(there, &full)) {
		if (full.for_ms)
			there->hide_at_ns = clock_now_ns() + full.for_ms * NS_PER_MS;
		return true;
	}
	const struct overlay *newer = add(show, &full);

	if (there && newer->is_awaited)
		make_way(show, there, newer->id);
	else if (there)
		leave(show, there);
	if (newer->is_awaited) {
		*id = newer->id;
	} else {
		g_autofree char *text = say_shown(&full);

		show_tell(show, EVENT_overlay_changed, kinds[full.kind], "%s", text);
	}
	show_changed(show);
	return true;
}

/* How many were shown. */
static int leave_all(struct show *show, enum overlay_kind kind)
{
	int n = 0;

	for (guint i = 0; i < show->overlays->len; i++) {
		struct overlay *overlay = show->overlays->pdata[i];

		if (overlay->left_ns || (kind && overlay->spec.kind != kind))
			continue;
		bool was_shown = is_shown(overlay);

		leave(show, overlay);
		if (!was_shown)
			continue;
		show_tell(show, EVENT_overlay_changed, kinds[overlay->spec.kind],
			  "the %s is hidden", kinds[overlay->spec.kind]);
		n++;
	}
	return n;
}

int overlay_hide(struct show *show, enum overlay_kind kind)
{
	assert_control_thread(show);
	int n = leave_all(show, kind);

	if (n)
		show_changed(show);
	return n;
}

void overlay_clear(struct show *show)
{
	leave_all(show, OVERLAY_UNSET);
}

/* ---- what time and the painter bring ---- */

void overlay_on_timer(struct show *show, int64_t now_ns)
{
	bool is_gone = false, is_changed = false;

	for (guint i = 0; i < show->overlays->len; i++) {
		struct overlay *overlay = show->overlays->pdata[i];

		if (overlay->left_ns && now_ns - overlay->left_ns > LEAVING_NS) {
			g_ptr_array_remove_index(show->overlays, i--);
			is_gone = true;
		} else if (!overlay->left_ns && overlay->hide_at_ns &&
			   overlay->hide_at_ns <= now_ns) {
			is_changed = leave_all(show, overlay->spec.kind) > 0;
		}
	}
	if (is_changed)
		show_changed(show);
	else if (is_gone)
		show_refresh(show);
}

void overlay_ready(struct show *show, uint64_t id)
{
	struct overlay *overlay = find_by_id(show, id), *older = find_older(show, id);

	if (!overlay || !overlay->is_awaited)
		return;
	g_autofree char *text = say_shown(&overlay->spec);

	overlay->is_awaited = false;
	if (older)
		leave(show, older);
	show_answer(show, id, NULL, EVENT_overlay_changed, kinds[overlay->spec.kind], text);
	show_refresh(show);
}

void overlay_failed(struct show *show, uint64_t id, enum error_code code, const char *why)
{
	struct overlay *overlay = find_by_id(show, id), *older = find_older(show, id);

	if (!overlay || !overlay->is_awaited)
		return;
	if (older)
		older->newer_id = 0;
	give_up(show, overlay, code, why);
	g_ptr_array_remove(show->overlays, overlay);
	show_changed(show);
}

/* ---- the mixer's plan ---- */

static bool is_named(const struct show *show, const char *bus)
{
	g_auto(GStrv) buses = g_strsplit_set(show->settings->overlays_on, " ,", -1);

	return g_strv_contains((const char *const *)buses, bus);
}

bool overlay_room_differs(const struct show *show)
{
	return show->overlays->len > 0 && is_named(show, "room") != is_named(show, "program");
}

void overlay_plan(const struct show *show, struct picture_plan *plan)
{
	static const char *const buses[] = {
		[PICTURE_PROGRAM] = "program",
		[PICTURE_ROOM] = "room",
		[PICTURE_PREVIEW] = "preview",
	};

	for (int i = 0; i < plan->n_buses; i++) {
		struct plan_picture_bus *bus = &plan->buses[i];

		bus->has_overlays = bus->kind < G_N_ELEMENTS(buses) && bus->same_as < 0 &&
				    is_named(show, buses[bus->kind]);
	}
	for (guint i = 0; i < show->overlays->len; i++) {
		const struct overlay *overlay = show->overlays->pdata[i];

		if (overlay->is_awaited)
			continue;
		plan->overlays[plan->n_overlays++] = (struct plan_overlay){
			.id = overlay->id,
			.kind = overlay->spec.kind,
			.corner = overlay->spec.corner,
			.is_leaving = overlay->left_ns != 0,
			.easel = overlay->easel,
		};
	}
}

/* ---- looking ---- */

int overlay_count(const struct show *show)
{
	int n = 0;

	for (guint i = 0; i < show->overlays->len; i++)
		n += is_shown(show->overlays->pdata[i]);
	return n;
}

void overlay_view(const struct show *show, int index, struct overlay_spec *view)
{
	for (guint i = 0; i < show->overlays->len; i++) {
		const struct overlay *overlay = show->overlays->pdata[i];

		if (is_shown(overlay) && index-- == 0)
			*view = overlay->spec;
	}
}
