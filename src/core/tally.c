/* SPDX-License-Identifier: EUPL-1.2 */
#include "tally.h"

#include "state.h"

bool tally_shows(const struct show *show, uint64_t scene_id, const struct source *source)
{
	const struct scene *scene = show_scene_by_id(show, scene_id);

	const struct speaker *speaker = show_speaker_by_id(show, source->id);

	if (!scene || (speaker && !speaker->admitted))
		return false;
	if (scene->still_id == source->id)
		return true;
	for (guint i = 0; i < scene->boxes->len; i++) {
		const struct box *box = &g_array_index(scene->boxes, struct box, i);

		if (box->source_id == source->id ||
		    (!box->source_id && speaker && speaker_is_on(show, speaker)))
			return true;
	}
	return false;
}

static enum tally light(const struct show *show, const struct source *source)
{
	if (tally_shows(show, show->program_id, source) ||
	    (show->transition.is_running && tally_shows(show, show->transition.from_id, source)))
		return TALLY_PROGRAM;
	return tally_shows(show, show->preview_id, source) ? TALLY_PREVIEW : TALLY_OFF;
}

void tally_update(struct show *show)
{
	for (guint i = 0; i < show->sources->len; i++) {
		struct source *source = show->sources->pdata[i];
		enum tally now = light(show, source);

		if (now != source->tally) {
			source->tally = now;
			show_tell(show, EVENT_tally_changed, source->name, "%s", tally_name(now));
		}
	}
}
