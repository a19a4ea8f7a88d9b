/* SPDX-License-Identifier: EUPL-1.2 */
#include "sdp_text.h"

#include <string.h>

#include "error.h"
#include "sdp.h"

#define MAX_LINES 4096
#define MAX_LINE  2048

static bool is_plain(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (line[i] < ' ' || line[i] > '~')
			return false;
	}
	return true;
}

/* TYPE PORT PROTOCOL FORMAT..: the parser behind us reads on past a line that ends too early. */
static bool is_media_line(const char *line, size_t length)
{
	int words = 0;

	for (size_t i = 2; i < length; i++) {
		if (line[i] != ' ' && (i == 2 || line[i - 1] == ' '))
			words++;
	}
	return words >= 4 && line[2] != ' ';
}

static bool is_wanted_line(const char *line, size_t length)
{
	if (length < 3 || length > MAX_LINE || line[1] != '=' || !is_plain(line, length))
		return false;
	return line[0] == 'a' || (line[0] == 'm' && is_media_line(line, length));
}

char *sdp_text_clean(const char *text, bool is_fragment, GError **error)
{
	size_t size = strnlen(text, SDP_MAX_BYTES + 1);
	int n_lines = 0, n_media = 0;

	if (size > SDP_MAX_BYTES) {
		fail(error, ERROR_BAD_INPUT, "SDP of more than %d bytes", SDP_MAX_BYTES);
		return NULL;
	}
	if (!is_fragment && strncmp(text, "v=0", 3) != 0) {
		fail(error, ERROR_BAD_INPUT, "this is no SDP (it begins with v=0)");
		return NULL;
	}
	GString *clean = g_string_new("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");

	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\r\n");

		n_lines++;
		if (is_wanted_line(line, length)) {
			n_media += line[0] == 'm';
			g_string_append_len(clean, line, (gssize)length);
			g_string_append(clean, "\r\n");
		}
		line += length;
		line += strspn(line, "\r\n");
	}
	if (n_lines > MAX_LINES || n_media > SDP_MAX_MEDIA) {
		fail(error, ERROR_BAD_INPUT, "SDP of more than %d m-lines or %d lines",
		     SDP_MAX_MEDIA, MAX_LINES);
		g_string_free(clean, true);
		return NULL;
	}
	return g_string_free(clean, false);
}

bool sdp_text_word(const char *text, char *out, size_t size)
{
	size_t length = text ? strlen(text) : 0;

	out[0] = '\0';
	if (length == 0 || length >= size)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	}
	memcpy(out, text, length + 1);
	return true;
}

int64_t sdp_text_number(const char *text, int64_t most)
{
	int64_t value = 0;

	if (!text || !g_ascii_isdigit(*text))
		return -1;
	for (; g_ascii_isdigit(*text); text++) {
		value = value * 10 + (*text - '0');
		if (value > most)
			return -1;
	}
	return value;
}

char *sdp_text_parameter(const char *fmtp, const char *name)
{
	char **parts = g_strsplit(fmtp, ";", 64);
	char *value = NULL;

	for (char **part = parts; *part && !value; part++) {
		char *equals = strchr(*part, '=');

		if (!equals)
			continue;
		*equals = '\0';
		if (g_ascii_strcasecmp(g_strstrip(*part), name) == 0)
			value = g_strdup(g_strstrip(equals + 1));
	}
	g_strfreev(parts);
	return value;
}

bool sdp_text_fingerprint(const char *text, uint8_t out[32])
{
	if (g_ascii_strncasecmp(text, "sha-256 ", 8) != 0)
		return false;
	text += 8;
	if (strlen(text) != 32 * 3 - 1)
		return false;
	for (int i = 0; i < 32; i++) {
		const char *pair = text + i * 3;

		if (!g_ascii_isxdigit(pair[0]) || !g_ascii_isxdigit(pair[1]) ||
		    (i < 31 && pair[2] != ':'))
			return false;
	}
	for (int i = 0; i < 32; i++)
		out[i] = (uint8_t)(g_ascii_xdigit_value(text[i * 3]) << 4 |
				   g_ascii_xdigit_value(text[i * 3 + 1]));
	return true;
}
