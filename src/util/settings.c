/* SPDX-License-Identifier: EUPL-1.2 */
#include "settings.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "colour.h"
#include "error.h"
#include "suggest.h"

struct setting {
	const char *name;
	size_t offset;
	bool is_text;
	const char *text_preset;
	int preset, least, most;
};

#define SETTING_TEXT(name, preset, meaning)                                                        \
	{#name, offsetof(struct settings, name), true, preset, 0, 0, 0},
#define SETTING_INT(name, preset, least, most, meaning)                                            \
	{#name, offsetof(struct settings, name), false, NULL, preset, least, most},
static const struct setting table[] = {
#include <twinstage/settings.def>
};
#undef SETTING_TEXT
#undef SETTING_INT

static char **text_of(struct settings *settings, const struct setting *setting)
{
	return (char **)(void *)((char *)settings + setting->offset);
}

static int *int_of(struct settings *settings, const struct setting *setting)
{
	return (int *)(void *)((char *)settings + setting->offset);
}

struct settings *settings_create(void)
{
	struct settings *settings = g_new0(struct settings, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (table[i].is_text)
			*text_of(settings, &table[i]) = g_strdup(table[i].text_preset);
		else
			*int_of(settings, &table[i]) = table[i].preset;
	return settings;
}

void settings_destroy(struct settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (table[i].is_text)
			g_free(*text_of(settings, &table[i]));
	g_free(settings);
}

static const struct setting *find(const char *name, GError **error)
{
	const char *names[G_N_ELEMENTS(table)];

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
		names[i] = table[i].name;
	}
	const char *nearest = suggest_nearest(name, names, G_N_ELEMENTS(names));

	if (nearest)
		fail(error, ERROR_USAGE, "no setting \"%s\" (did you mean %s?)", name, nearest);
	else
		fail(error, ERROR_USAGE, "no setting \"%s\" (twinstaged.conf lists them)", name);
	return NULL;
}

bool settings_set(struct settings *settings, const char *name, const char *value, GError **error)
{
	const struct setting *setting = find(name, error);

	if (!setting)
		return false;
	if (setting->is_text) {
		if (!g_utf8_validate(value, -1, NULL))
			return fail(error, ERROR_USAGE, "%s: not UTF-8", name);
		char **text = text_of(settings, setting);

		g_free(*text);
		*text = g_strdup(value);
		return true;
	}
	char *end;

	errno = 0;
	gint64 number = g_ascii_strtoll(value, &end, 10);

	if (end == value || *end)
		return fail(error, ERROR_USAGE, "%s: \"%s\" is no whole number (%d to %d)", name,
			    value, setting->least, setting->most);
	if (errno || number < setting->least || number > setting->most)
		return fail(error, ERROR_USAGE, "%s: %s is outside %d to %d", name, value,
			    setting->least, setting->most);
	*int_of(settings, setting) = (int)number;
	return true;
}

/* `name = #rrggbb`: the value itself begins with the sign of a comment. */
static bool is_colour(const char *line, const char *at)
{
	size_t digits = strspn(at + 1, "0123456789abcdefABCDEF");
	const char *before = at;

	while (before > line && g_ascii_isspace(before[-1]))
		before--;
	return before > line && before[-1] == '=' && (digits == 6 || digits == 8) &&
	       (!at[1 + digits] || g_ascii_isspace(at[1 + digits]));
}

/* A `#` at the start or after a blank; one within a word belongs to it ("https://host/#talk"). */
static void cut_comment(char *line)
{
	for (char *at = line; *at; at++)
		if (*at == '#' && (at == line || g_ascii_isspace(at[-1])) && !is_colour(line, at)) {
			*at = '\0';
			return;
		}
}

/* `name = value`, in place; false for a line of another form. A blank or comment line gives an
 * empty name. */
static bool split_line(char *line, const char **name, const char **value)
{
	cut_comment(line);
	g_strstrip(line);
	*name = *value = "";
	if (!*line)
		return true;
	char *equals = strchr(line, '=');

	if (!equals)
		return false;
	*equals = '\0';
	*name = g_strchomp(line);
	*value = g_strchug(equals + 1);
	return **name;
}

bool settings_read(struct settings *settings, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	GError *cause = NULL;

	if (!g_file_get_contents(path, &text, &length, &cause)) {
		fail(error, ERROR_IO, "%s", cause->message);
		g_error_free(cause);
		return false;
	}
	if (strlen(text) != length)
		return fail(error, ERROR_USAGE, "%s: not a text (it holds a zero byte)", path);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		const char *name, *value;

		if (!split_line(lines[i], &name, &value))
			return fail(error, ERROR_USAGE,
				    "%s:%d: not a line of the form name = value", path, i + 1);
		if (*name && !settings_set(settings, name, value, error)) {
			g_prefix_error(error, "%s:%d: ", path, i + 1);
			return false;
		}
	}
	return true;
}

static bool check_word(const char *name, const char *value, const char *words, GError **error)
{
	g_auto(GStrv) known = g_strsplit(words, " ", -1);

	if (g_strv_contains((const char *const *)known, value))
		return true;
	return fail(error, ERROR_USAGE, "%s: no \"%s\" (have: %s)", name, value, words);
}

static bool check_words(const char *name, const char *value, const char *words, GError **error)
{
	g_auto(GStrv) said = g_strsplit_set(value, " ,", -1);

	for (int i = 0; said[i]; i++)
		if (*said[i] && !check_word(name, said[i], words, error))
			return false;
	return true;
}

static bool check_colour(const char *name, const char *value, GError **error)
{
	uint32_t rgba;

	return colour_read(value, &rgba) ||
	       fail(error, ERROR_USAGE, "%s: \"%s\" is no colour (as #101820 or #101820e6)", name,
		    value);
}

static bool check_overlays(const struct settings *settings, GError **error)
{
	return check_words("overlays_on", settings->overlays_on, "program room preview", error) &&
	       check_colour("overlay_text_colour", settings->overlay_text_colour, error) &&
	       check_colour("overlay_background", settings->overlay_background, error) &&
	       check_colour("overlay_accent", settings->overlay_accent, error);
}

bool settings_finish(struct settings *settings, GError **error)
{
	if (settings->width % 2 || settings->height % 2)
		return fail(error, ERROR_USAGE, "width and height: %dx%d is not even",
			    settings->width, settings->height);
	if (!*settings->tls_cert != !*settings->tls_key)
		return fail(error, ERROR_USAGE,
			    "tls_cert and tls_key: one is set and the other is not");
	if (!settings->https_port && !settings->http_port)
		return fail(error, ERROR_USAGE,
			    "https_port and http_port: both are 0, so nobody could join");
	if (!check_word("x264_preset", settings->x264_preset,
			"ultrafast superfast veryfast faster fast medium", error) ||
	    !check_word("h264_profile", settings->h264_profile, "constrained-baseline main high",
			error))
		return false;
	if (!check_overlays(settings, error))
		return false;
	if (!*settings->state_dir)
		return fail(error, ERROR_USAGE, "state_dir: empty");
	if (!*settings->socket_path) {
		g_free(settings->socket_path);
		settings->socket_path =
			g_build_filename(settings->state_dir, "twinstage.sock", NULL);
	}
	return true;
}
