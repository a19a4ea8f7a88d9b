/* SPDX-License-Identifier: EUPL-1.2
 *
 * settings: twinstaged.conf, read once at start and never changed. Lines `name = value`; a `#` at
 * the start of a line or after a blank begins a comment. The names, defaults and limits stand in
 * include/twinstage/settings.def.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SETTING_TEXT(name, preset, meaning)		char *name;
#define SETTING_INT(name, preset, least, most, meaning) int name;
struct settings {
#include <twinstage/settings.def>
};
#undef SETTING_TEXT
#undef SETTING_INT

/* Allocates the defaults. Owned by the caller. */
struct settings *settings_create(void);

/* Reads a file over what is there. Fails on the first bad line (file:line: what, which, what would
 * work). */
bool settings_read(struct settings *settings, const char *path, GError **error);

/* Sets one value from its text, as a line of the file would: "fps", "25". Fails for an unknown
 * name (with the nearest one as a suggestion), a word that is no number, or a number outside its
 * limits. */
bool settings_set(struct settings *settings, const char *name, const char *value, GError **error);

/* What no single line can be wrong about: even picture sizes, a certificate with its key, known
 * preset names. Also fills in what follows from other settings (socket_path). */
bool settings_finish(struct settings *settings, GError **error);

/* NULL is allowed. */
void settings_destroy(struct settings *settings);
