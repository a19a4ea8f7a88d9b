/* SPDX-License-Identifier: EUPL-1.2 */
#include "cue.h"
#include "describe.h"
#include "describe_parts.h"
#include "dispatch.h"
#include "record.h"

static json_t *cues_json(const struct show *show)
{
	json_t *cues = json_array();
	struct cue_view cue;

	for (int i = 0; i < cue_count(show); i++) {
		cue_view(show, i, &cue);
		g_autofree char *commands = record_commands(cue.commands);

		json_array_append_new(cues, json_pack("{s:s, s:s, s:s, s:b}", "cue", cue.number,
						      "title", cue.title, "commands", commands,
						      "current", cue.is_current));
	}
	return cues;
}

void describe_cues(struct show *show, struct reply *reply)
{
	struct cue_view cue;

	for (int i = 0; i < cue_count(show); i++) {
		cue_view(show, i, &cue);
		g_autofree char *commands = record_commands(cue.commands);

		g_string_append_printf(reply->text, "%s%s %-6s %s: %s", i ? "\n" : "",
				       cue.is_current ? ">" : " ", cue.number, cue.title, commands);
	}
	json_object_set_new(reply->data, "cues", cues_json(show));
}

void append_cues(const struct show *show, struct reply *reply)
{
	char here[16];
	struct cue_view cue, next;

	cue_current(show, here);
	bool is_there = *here && cue_find(show, here, &cue, NULL);
	bool has_next = cue_next(show, &next, NULL);

	put_text(reply->data, "cue", here);
	put_text(reply->data, "next_cue", has_next ? next.number : "");
	json_object_set_new(reply->data, "cues", cues_json(show));
	if (!cue_count(show))
		return;
	g_string_append_printf(reply->text, "cue      %s%s%s, next: %s%s%s\n",
			       *here ? here : "none yet", is_there ? " " : "",
			       is_there ? cue.title : "", has_next ? next.number : "none",
			       has_next ? " " : "", has_next ? next.title : "");
}
