/* SPDX-License-Identifier: EUPL-1.2
 *
 * error: the kinds of refusal (include/twinstage/errors.def) as GError codes. A function that can
 * fail takes `GError **error` last, leaves its outputs untouched on failure, and sets a message
 * that says what, which and what would work: `no scene "wide" (have: stage, slides)`. Any thread.
 */
#pragma once

#include <glib.h>

#define ERROR(code, http, exit, sentence) ERROR_##code,
enum error_code {
	ERROR_NONE,
#include <twinstage/errors.def>
	ERROR_CODES
};
#undef ERROR

#define TWINSTAGE_ERROR (error_quark())
GQuark error_quark(void);

/* Sets *error (which may be NULL) and returns false, so that a check is one line:
 * return fail(error, ERROR_NOT_FOUND, "no scene \"%s\"", name); */
gboolean fail(GError **error, enum error_code code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The code of an error; ERROR_INTERNAL for another library's. */
enum error_code error_code_of(const GError *error);

/* "NOT_FOUND" and the like; the HTTP status; the exit status; the general sentence. */
const char *error_name(enum error_code code);
int error_http_status(enum error_code code);
int error_exit_status(enum error_code code);
const char *error_sentence(enum error_code code);
