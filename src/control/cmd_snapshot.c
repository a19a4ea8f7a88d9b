/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "snapshot.h"

bool cmd_snapshot(const struct call *call, struct reply *reply, GError **error)
{
	g_autofree char *path = call_path(call, "file");
	const char *target = call_text(call, "picture");

	if (!snapshot_take(call->context->show, target, path, &reply->pending, error))
		return false;
	reply_line(reply, "%s is being saved as %s", target, path);
	return true;
}
