/* SPDX-License-Identifier: EUPL-1.2 */
#include "route.h"

#include <string.h>

#include "api.h"
#include "error.h"
#include "exchange.h"
#include "metrics.h"
#include "pages.h"
#include "whip.h"

static bool is_under(const char *path, const char *prefix)
{
	return g_str_has_prefix(path, prefix) &&
	       (path[strlen(prefix)] == '/' || path[strlen(prefix)] == '\0');
}

static void too_large(struct answer *answer)
{
	g_autoptr(GError) error = NULL;

	fail(&error, ERROR_TOO_LARGE, "the body is larger than %d bytes", EXCHANGE_MAX_BODY);
	answer_error(answer, error);
}

void route(const struct house *house, const struct request *request, struct answer *answer)
{
	bool is_whip = is_under(request->path, "/whip") || is_under(request->path, "/whep");

	if (request->is_too_large)
		too_large(answer);
	else if (is_whip)
		whip_answer(house, request, answer);
	else if (is_under(request->path, "/v1") && strcmp(request->path, PAGES_OPENAPI) != 0)
		api_answer(house, request, answer);
	else if (strcmp(request->path, "/metrics") == 0)
		metrics_answer(house, request, answer);
	else
		pages_answer(house, request, answer);
	answer->is_open = is_whip;
}
