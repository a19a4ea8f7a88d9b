/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "words.h"

/* The commands of a line as "word|word;word". */
static void split(const char *line, const char *wanted)
{
	char got[256] = "";

	while (*line) {
		struct words words;
		const char *why = NULL;

		if (!words_next(&line, &words, &why))
			fail_msg("%s", why);
		for (int i = 0; i < words.n; i++) {
			strcat(got, words.words[i]);
			strcat(got, i + 1 < words.n ? "|" : "");
		}
		if (words.n)
			strcat(got, ";");
		words_free(&words);
	}
	assert_string_equal(got, wanted);
}

static void refuse(const char *line, const char *part)
{
	struct words words;
	const char *why = NULL;

	assert_false(words_next(&line, &words, &why));
	assert_non_null(strstr(why, part));
}

static void test_splits(void **state)
{
	(void)state;
	split("", "");
	split("   # nothing", "");
	split("cut stage", "cut|stage;");
	split("  cut\t stage \r\n", "cut|stage;");
	split("invite \"Zoë Ångström\" --for 3h", "invite|Zoë Ångström|--for|3h;");
	split("invite 'a \"b\" \\c'", "invite|a \"b\" \\c;");
	split("invite \"a \\\" b\"", "invite|a \" b;");
	split("a\\ b a\"b\"'c' \"\"", "a b|abc|;");
	split("preview panel; take --with mix;", "preview|panel;take|--with|mix;");
	split(";;cut a;;", "cut|a;");
	split("say \"a;b\" a\\;b # c; d", "say|a;b|a;b;");
	split("scene add a#b", "scene|add|a#b;");
	split("cue add 1 x -- cut a; title \"b; c\"  # d; e",
	      "cue|add|1|x|--|cut a; title \"b; c\";");
	split("take; cue add 1 x --  take;", "take;cue|add|1|x|--|take;;");
	split("cue add 1 x -- ", "cue|add|1|x|--;");
}

static void test_refuses(void **state)
{
	(void)state;
	refuse("cue add 1 x -- cut \"a; take", "quote");
	refuse("cut \"stage", "quote");
	refuse("cut 'stage\"", "quote");
	refuse("cut stage\\", "\\");
}

/* What would be completed: the words with | between, and where the last begins. */
static void typed(const char *line, const char *wanted, size_t wanted_begin)
{
	char got[256] = "";
	const char *begun;
	struct words words;

	words_typed(line, &words, &begun);
	for (int i = 0; i < words.n; i++) {
		strcat(got, i ? "|" : "");
		strcat(got, words.words[i]);
	}
	words_free(&words);
	assert_string_equal(got, wanted);
	assert_int_equal(begun - line, wanted_begin);
}

static void test_typed(void **state)
{
	(void)state;
	typed("", "", 0);
	typed("cu", "cu", 0);
	typed("cut ", "cut|", 4);
	typed("cut  st", "cut|st", 5);
	typed("cut stage; take --wi", "take|--wi", 16);
	typed("cut stage;", "", 10);
	typed("uninvite \"Zoë Å", "uninvite|Zoë Å", 9);
	typed("uninvite 'a;b", "uninvite|a;b", 9);
	typed("x a\\ b", "x|a b", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_splits),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
