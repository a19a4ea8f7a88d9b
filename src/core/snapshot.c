/* SPDX-License-Identifier: EUPL-1.2 */
#include "snapshot.h"

#include <string.h>
#include <twinstage/note.h>

#include "backstage.h"
#include "error.h"
#include "frame.h"
#include "mixer.h"
#include "plan.h"
#include "slot.h"
#include "state.h"

struct snapshot {
	uint64_t id;
	enum shot_kind kind;
	enum picture_bus_kind bus; /* SHOT_BUS */
	uint64_t source_id;	   /* SHOT_SOURCE */
	char *target, *path;
	struct slot *slot;
	bool is_taken;
};

static const struct {
	const char *name;
	enum shot_kind kind;
	enum picture_bus_kind bus;
} buses[] = {
	{"program", SHOT_BUS, PICTURE_PROGRAM},
	{"preview", SHOT_BUS, PICTURE_PREVIEW},
	{"room", SHOT_BUS, PICTURE_ROOM},
	{"multiview", SHOT_MULTIVIEW, PICTURE_PROGRAM},
};

/* ---- asking ---- */

static bool find_target(const struct show *show, const char *name, struct snapshot *snapshot,
			GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(buses); i++)
		if (strcmp(buses[i].name, name) == 0) {
			snapshot->kind = buses[i].kind;
			snapshot->bus = buses[i].bus;
			return true;
		}
	const struct source *source = show_source(show, name, error);

	if (!source) {
		g_prefix_error(error, "snapshot takes a source, program, preview, room or "
				      "multiview: ");
		return false;
	}
	snapshot->kind = SHOT_SOURCE;
	snapshot->source_id = source->id;
	return true;
}

static bool check(const struct show *show, const char *path, GError **error)
{
	if (!g_str_has_suffix(path, ".png"))
		return fail(error, ERROR_BAD_INPUT,
			    "\"%s\" does not end in .png: a snapshot is a PNG file", path);
	if (show->snapshots->len >= PLAN_MAX_SHOTS)
		return fail(error, ERROR_LIMIT,
			    "%d snapshots are being taken; try again in a moment", PLAN_MAX_SHOTS);
	return true;
}

bool snapshot_take(struct show *show, const char *target, const char *path, uint64_t *id,
		   GError **error)
{
	assert_control_thread(show);
	struct snapshot found = {0};

	if (!find_target(show, target, &found, error) || !check(show, path, error))
		return false;
	*id = found.id = show_new_id(show);
	if (!show->mixer)
		return true;
	found.target = g_strdup(target);
	found.path = g_strdup(path);
	found.slot = slot_create();
	g_ptr_array_add(show->snapshots, g_memdup2(&found, sizeof(found)));
	plan_update(show);
	return true;
}

/* ---- the plan ---- */

static int index_of(const struct snapshot *snapshot, const struct picture_plan *plan)
{
	for (int i = 0; snapshot->kind == SHOT_SOURCE && i < plan->n_sources; i++)
		if (plan->sources[i].id == snapshot->source_id)
			return i;
	for (int i = 0; snapshot->kind == SHOT_BUS && i < plan->n_buses; i++)
		if (plan->buses[i].kind == snapshot->bus)
			return i;
	return snapshot->kind == SHOT_MULTIVIEW ? 0 : -1;
}

void snapshots_plan(const struct show *show, struct picture_plan *plan)
{
	for (guint i = 0; i < show->snapshots->len; i++) {
		const struct snapshot *snapshot = show->snapshots->pdata[i];
		int index = index_of(snapshot, plan);

		if (!snapshot->is_taken && index >= 0 && plan->n_shots < PLAN_MAX_SHOTS)
			plan->shots[plan->n_shots++] = (struct plan_shot){
				snapshot->id, snapshot->kind, index, snapshot->slot};
	}
}

/* ---- what comes of it ---- */

static void forget(struct show *show, struct snapshot *snapshot)
{
	g_ptr_array_remove(show->snapshots, snapshot);
	slot_unref(snapshot->slot);
	g_free(snapshot->target);
	g_free(snapshot->path);
	g_free(snapshot);
}

static void tell_failed(struct show *show, const struct snapshot *snapshot, enum error_code code,
			const char *why)
{
	g_autoptr(GError) error = NULL;

	fail(&error, code, "no snapshot of %s: %s", snapshot->target, why);
	show_answer(show, snapshot->id, error, EVENT_snapshot_failed, snapshot->target,
		    error->message);
}

static void take(struct show *show, struct snapshot *snapshot)
{
	struct frame *frame = slot_take(snapshot->slot);

	if (!frame) {
		tell_failed(show, snapshot, ERROR_CONFLICT, "it shows no picture at present");
		forget(show, snapshot);
		return;
	}
	snapshot->is_taken = true;
	backstage_save(show->backstage, snapshot->id, frame, snapshot->path);
	frame_unref(frame);
}

static void finish(struct show *show, struct snapshot *snapshot, const struct note *note)
{
	g_autofree char *text =
		g_strdup_printf("%s is saved as %s", snapshot->target, snapshot->path);

	if (note->value)
		show_answer(show, snapshot->id, NULL, EVENT_snapshot_saved, snapshot->target, text);
	else
		tell_failed(show, snapshot, ERROR_IO, note->text);
	forget(show, snapshot);
}

void snapshots_take_note(struct show *show, const struct note *note)
{
	for (guint i = 0; i < show->snapshots->len; i++) {
		struct snapshot *snapshot = show->snapshots->pdata[i];

		if (snapshot->id != note->id)
			continue;
		if (note->kind == NOTE_PICTURE_TAKEN)
			take(show, snapshot);
		else
			finish(show, snapshot, note);
		return;
	}
}

void snapshots_part_with(struct show *show, uint64_t source_id)
{
	for (guint i = show->snapshots->len; i > 0; i--) {
		struct snapshot *snapshot = show->snapshots->pdata[i - 1];

		if (snapshot->kind != SHOT_SOURCE || snapshot->source_id != source_id ||
		    snapshot->is_taken)
			continue;
		tell_failed(show, snapshot, ERROR_CONFLICT, "it was removed");
		forget(show, snapshot);
	}
}

void snapshots_forget(struct show *show)
{
	while (show->snapshots->len)
		forget(show, show->snapshots->pdata[0]);
}
