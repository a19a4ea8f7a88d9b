/* SPDX-License-Identifier: EUPL-1.2 */
#include "command.h"
#include "describe.h"

bool cmd_viewer_list(const struct call *call, struct reply *reply, GError **error)
{
	(void)error;
	describe_viewers(call->context->show, reply);
	return true;
}
