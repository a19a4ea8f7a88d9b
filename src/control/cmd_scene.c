/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "describe.h"
#include "names.h"
#include "scene.h"

bool cmd_scene_add(const struct call *call, struct reply *reply, GError **error)
{
	struct scene_spec spec = {
		.name = call_text(call, "scene"),
		.layout = (enum layout)call_number(call, "layout", 0),
		.has_background = call_value(call, "background")->is_set,
		.background = (unsigned)call_number(call, "background", 0),
		.still = call_text(call, "still"),
	};

	struct show *show = call->context->show;
	bool is_there =
		call->context->is_replacing && names_check(show, TYPE_SCENE, spec.name, NULL);

	if (!(is_there ? scene_replace : scene_add)(show, &spec, error))
		return false;
	reply_line(reply, "scene %s: %s", spec.name, is_there ? "arranged anew" : "created");
	return true;
}

bool cmd_scene_place(const struct call *call, struct reply *reply, GError **error)
{
	const struct value *at = call_value(call, "at");
	struct box_spec box = {
		.source = call_text(call, "source"),
		.has_rect = at->is_set,
		.x = at->rect[0],
		.y = at->rect[1],
		.width = at->rect[2],
		.height = at->rect[3],
		.fit = (enum fit)call_number(call, "fit", 0),
	};
	const char *scene = call_text(call, "scene");

	if (!scene_place(call->context->show, scene, &box, error))
		return false;
	reply_line(reply, "scene %s: shows %s", scene, box.source);
	return true;
}

bool cmd_scene_remove(const struct call *call, struct reply *reply, GError **error)
{
	const char *scene = call_text(call, "scene"), *source = call_text(call, "source");

	if (!scene_remove(call->context->show, scene, source, error))
		return false;
	if (source)
		reply_line(reply, "scene %s: %s is out", scene, source);
	else
		reply_line(reply, "scene %s: removed", scene);
	return true;
}

bool cmd_scene_list(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	describe_scenes(call->context->show, reply);
	return true;
}
