/* SPDX-License-Identifier: EUPL-1.2 */
#include "log.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static atomic_int least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
	atomic_store(&least_level, (int)least);
}

static const struct {
	const char *word, *colour;
} levels[] = {
	[LOG_DEBUG] = {"debug", "\033[2m"},
	[LOG_INFO] = {"info", ""},
	[LOG_WARNING] = {"warning", "\033[33m"},
	[LOG_ERROR] = {"error", "\033[31m"},
};

/* On a terminal: the time and a colour. Elsewhere journald adds the time and reads the level from
 * <N> (sd-daemon(3)). */
static void append_head(GString *line, enum log_level level)
{
	static const int priority[] = {
		[LOG_DEBUG] = 7, [LOG_INFO] = 6, [LOG_WARNING] = 4, [LOG_ERROR] = 3};

	if (isatty(STDERR_FILENO)) {
		g_autoptr(GDateTime) now = g_date_time_new_now_local();
		g_autofree char *clock = g_date_time_format(now, "%H:%M:%S");

		g_string_append_printf(line, "%s %s", clock, levels[level].colour);
	} else if (g_getenv("JOURNAL_STREAM")) {
		g_string_append_printf(line, "<%d>", priority[level]);
	}
	if (level >= LOG_WARNING)
		g_string_append_printf(line, "%s: ", levels[level].word);
}

static void append_escaped(GString *line, const char *from, const char *to)
{
	for (; from < to; from++)
		g_string_append_printf(line, "\\x%02x", (unsigned char)*from);
}

/* Controls are escaped, C1 too (some terminals obey U+009B as they do ESC [), and what is no
 * UTF-8. */
static void append_printable(GString *line, const char *text)
{
	while (*text) {
		gunichar character = g_utf8_get_char_validated(text, -1);
		bool is_text = character < (gunichar)-2;
		const char *next = is_text ? g_utf8_next_char(text) : text + 1;

		if (!is_text || g_unichar_iscntrl(character))
			append_escaped(line, text, next);
		else
			g_string_append_len(line, text, next - text);
		text = next;
	}
}

void log_write(enum log_level level, const char *module, const char *format, ...)
{
	va_list values;

	if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
		return;
	va_start(values, format);
	g_autofree char *text = g_strdup_vprintf(format, values);
	va_end(values);
	GString *line = g_string_sized_new(128);

	append_head(line, level);
	g_string_append_printf(line, "%s: ", module);
	append_printable(line, text);
	if (isatty(STDERR_FILENO) && *levels[level].colour)
		g_string_append(line, "\033[0m");
	g_string_append_c(line, '\n');
	/* Nothing can be done about a log that does not take it. */
	ssize_t written = write(STDERR_FILENO, line->str, line->len);

	(void)written;
	g_string_free(line, TRUE);
}
