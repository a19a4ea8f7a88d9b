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

	if (!error)
		return FALSE;
	va_start(values, format);
	g_autofree char *message = g_strdup_vprintf(format, values);
	va_end(values);
	/* "%.60s" may cut a character of what somebody sent. */
	g_autofree char *whole = g_utf8_make_valid(message, -1);

	*error = g_error_new_literal(TWINSTAGE_ERROR, (int)code, whole);
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
