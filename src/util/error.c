/* SPDX-License-Identifier: EUPL-1.2 */
#include "error.h"

static const struct {
	const char *name;
	int http, exit;
	const char *sentence;
} codes[] = {
	[ERROR_NONE] = {"NONE", 200, 0, "Done"},
#define ERROR(code, http, exit, sentence) [ERROR_##code] = {#code, http, exit, sentence},
#include <twinstage/errors.def>
#undef ERROR
};

static enum error_code known(enum error_code code)
{
	return (unsigned)code < ERROR_CODES ? code : ERROR_INTERNAL;
}

GQuark error_quark(void)
{
	return g_quark_from_static_string("twinstage");
}

gboolean fail(GError **error, enum error_code code, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	if (error)
		*error = g_error_new_valist(TWINSTAGE_ERROR, (int)code, format, values);
	va_end(values);
	return FALSE;
}

enum error_code error_code_of(const GError *error)
{
	return error->domain == TWINSTAGE_ERROR ? known((enum error_code)error->code)
						: ERROR_INTERNAL;
}

const char *error_name(enum error_code code)
{
	return codes[known(code)].name;
}

int error_http_status(enum error_code code)
{
	return codes[known(code)].http;
}

int error_exit_status(enum error_code code)
{
	return codes[known(code)].exit;
}

const char *error_sentence(enum error_code code)
{
	return codes[known(code)].sentence;
}
