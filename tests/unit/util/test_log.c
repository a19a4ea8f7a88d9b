/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

/* What log_write() put on standard error, whole. */
static char said[4096];

static int kept_stderr = -1;
static FILE *caught;

static void catch_begin(void)
{
	caught = tmpfile();
	assert_non_null(caught);
	fflush(stderr);
	kept_stderr = dup(STDERR_FILENO);
	dup2(fileno(caught), STDERR_FILENO);
}

static const char *catch_end(void)
{
	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	rewind(caught);
	said[fread(said, 1, sizeof(said) - 1, caught)] = '\0';
	fclose(caught);
	return said;
}

#define SAID(level, ...) (catch_begin(), log_write(level, "srt", __VA_ARGS__), catch_end())

static void test_levels(void **state)
{
	(void)state;
	assert_string_equal(SAID(LOG_INFO, "port %d", 9000), "srt: port 9000\n");
	assert_string_equal(SAID(LOG_WARNING, "late"), "warning: srt: late\n");
	assert_string_equal(SAID(LOG_ERROR, "gone"), "error: srt: gone\n");
	assert_string_equal(SAID(LOG_DEBUG, "detail"), "");
	log_set_level(LOG_DEBUG);
	assert_string_equal(SAID(LOG_DEBUG, "detail"), "srt: detail\n");
	log_set_level(LOG_ERROR);
	assert_string_equal(SAID(LOG_WARNING, "late"), "");
	log_set_level(LOG_INFO);
}

/* A name from the network can neither forge a line nor move the cursor. */
static void test_escapes(void **state)
{
	(void)state;
	assert_string_equal(SAID(LOG_INFO, "%s", "a\nerror: b\r\t\033[2J\177"),
			    "srt: a\\x0aerror: b\\x0d\\x09\\x1b[2J\\x7f\n");
	assert_string_equal(SAID(LOG_INFO, "%s2J", "\xc2\x9b"), "srt: \\xc2\\x9b2J\n");
	assert_string_equal(SAID(LOG_INFO, "%s", "bad \x9b\xff."), "srt: bad \\x9b\\xff.\n");
	assert_string_equal(SAID(LOG_INFO, "%s", "Zo\u00eb \u20ac \U0001F3A4"),
			    "srt: Zo\u00eb \u20ac \U0001F3A4\n");
}

static void test_long_line(void **state)
{
	char text[3000];
	size_t length;

	(void)state;
	memset(text, 'z', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	length = strlen(SAID(LOG_INFO, "%s", text));
	assert_int_equal(length, strlen("srt: ") + sizeof(text));
}

static void test_journal_gets_priorities(void **state)
{
	(void)state;
	g_setenv("JOURNAL_STREAM", "8:123", TRUE);
	assert_string_equal(SAID(LOG_INFO, "x"), "<6>srt: x\n");
	assert_string_equal(SAID(LOG_ERROR, "x"), "<3>error: srt: x\n");
	g_unsetenv("JOURNAL_STREAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_journal_gets_priorities),
	};

	g_unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
