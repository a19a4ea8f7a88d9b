/* SPDX-License-Identifier: EUPL-1.2
 *
 * log: lines on standard error for the person who runs the daemon (journald adds the time; on a
 * terminal we do). Only control and main log; everybody else returns an error or posts a note. Any
 * thread; a line is one write().
 */
#pragma once

#include <glib.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Lines below this level are dropped. LOG_INFO at start. */
void log_set_level(enum log_level least);

/* Writes one line, `module: text`. Control characters in the text, and bytes that are no UTF-8, are
 * shown escaped. */
void log_write(enum log_level level, const char *module, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#define log_debug(...)	 log_write(LOG_DEBUG, LOG_MODULE, __VA_ARGS__)
#define log_info(...)	 log_write(LOG_INFO, LOG_MODULE, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, LOG_MODULE, __VA_ARGS__)
#define log_error(...)	 log_write(LOG_ERROR, LOG_MODULE, __VA_ARGS__)
