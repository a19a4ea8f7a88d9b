/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include <twinstage/words.h>

#include "parse.h"

/* ---- lines ---- */

static void test_words(void **state)
{
	static const struct {
		const char *line, *words, *columns; /* words joined by |, columns by blanks */
	} good[] = {
		{"", "", ""},
		{"   \t ", "", ""},
		{"# all of it", "", ""},
		{"take", "take", "1"},
		{"  scene add\tpanel  grid ", "scene|add|panel|grid", "3 9 13 20"},
		{"cut a # now", "cut|a", "1 5"},
		{"cut a#b", "cut|a#b", "1 5"},
		{"cut \"#a\"", "cut|#a", "1 5"},
		{"invite \"Zoë Ångström\" --for 3h", "invite|Zoë Ångström|--for|3h", "1 8 23 29"},
		{"Zoë b", "Zoë|b", "1 5"}, /* characters, not bytes */
		{"'a b' \"c d\"e'f g'",
		 "a b|c de"
		 "f g",
		 "1 7"},
		{"a\\ b \\\"c \\\\ \\#", "a b|\"c|\\|#", "1 6 10 13"},
		{"\"a\\\"b\\\\\" 'c\\d'", "a\"b\\|c\\d", "1 10"},
		{"\"\" ''", "|", "1 4"},
		{"a\\", "a\\", "1"},
		{"take\r", "take", "1"}, /* a file of another system */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		struct line line = {0};
		int column = 0;
		g_autoptr(GString) columns = g_string_new(NULL);

		if (!line_split(good[i].line, &line, &column, NULL))
			fail_msg("%s", good[i].line);
		g_autofree char *words = g_strjoinv("|", line.words);

		for (int w = 0; w < line.n_words; w++)
			g_string_append_printf(columns, "%s%d", w ? " " : "", line.columns[w]);
		assert_string_equal(words, good[i].words);
		assert_string_equal(columns->str, good[i].columns);
		assert_null(line.words[line.n_words]);
		line_finish(&line);
	}
}

static void test_open_quotes(void **state)
{
	static const struct {
		const char *line;
		int column;
	} bad[] = {{"\"", 1}, {"cut 'a", 5}, {"cut a\"b c", 6}, {"ë \"x\\\"", 3}, {"'a'\"b'", 4}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct line line = {.n_words = 77};
		g_autoptr(GError) error = NULL;
		int column = 0;

		assert_false(line_split(bad[i].line, &line, &column, &error));
		assert_int_equal(error_code_of(error), ERROR_USAGE);
		assert_int_equal(column, bad[i].column);
		assert_int_equal(line.n_words, 77);
	}
}

/* ---- values ---- */

static bool parse(enum argument_type type, const char *word, struct value *value, GError **error)
{
	struct argument argument = {PLACE_NEEDED, type, "thing", "a thing"};

	return value_parse(&argument, word, value, error);
}

static struct value good(enum argument_type type, const char *word)
{
	struct value value = {0};

	assert_done(parse(type, word, &value, &error));
	assert_true(value.is_set);
	assert_string_equal(value.text, word);
	return value;
}

static void bad(enum argument_type type, const char *word, const char *part)
{
	struct value value;
	g_autoptr(GError) error = NULL;

	if (parse(type, word, &value, &error))
		fail_msg("\"%s\" passed", word);
	assert_int_equal(error_code_of(error), ERROR_USAGE);
	if (!strstr(error->message, part) || !g_str_has_prefix(error->message, "thing: "))
		fail_msg("\"%s\": %s", word, error->message);
	assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void test_whole_numbers(void **state)
{
	(void)state;
	assert_int_equal(good(TYPE_INT, "0").number, 0);
	assert_int_equal(good(TYPE_INT, "-5").number, -5);
	assert_int_equal(good(TYPE_INT, "2000").number, 2000);
	bad(TYPE_INT, "2.5", "no whole number");
	bad(TYPE_INT, "12x", "no whole number");
	bad(TYPE_INT, "x", "no whole number");
	bad(TYPE_INT, "99999999999999999999", "no whole number");
}

static void test_gains(void **state)
{
	(void)state;
	assert_float_equal(good(TYPE_GAIN, "-6dB").gain_db, -6, 0);
	assert_float_equal(good(TYPE_GAIN, "+3.5db").gain_db, 3.5, 0);
	assert_float_equal(good(TYPE_GAIN, "-60").gain_db, -60, 0);
	assert_float_equal(good(TYPE_GAIN, "12dB").gain_db, 12, 0);
	assert_float_equal(good(TYPE_GAIN, "off").gain_db, GAIN_SILENCE_DB, 0);
	bad(TYPE_GAIN, "12.1dB", "outside");
	bad(TYPE_GAIN, "-60.1", "outside");
	bad(TYPE_GAIN, "nan", "outside");
	bad(TYPE_GAIN, "inf", "outside");
	bad(TYPE_GAIN, "6 dB", "no level");
	bad(TYPE_GAIN, "loud", "no level");
	bad(TYPE_GAIN, "6,5", "no level");
}

static void test_durations(void **state)
{
	(void)state;
	assert_int_equal(good(TYPE_DURATION, "500ms").number, 500);
	assert_int_equal(good(TYPE_DURATION, "1.5s").number, 1500);
	assert_int_equal(good(TYPE_DURATION, "90m").number, 5400000);
	assert_int_equal(good(TYPE_DURATION, "12h").number, 43200000);
	assert_int_equal(good(TYPE_DURATION, "2d").number, 172800000);
	assert_int_equal(good(TYPE_DURATION, "0s").number, 0);
	bad(TYPE_DURATION, "500", "no length of time");
	bad(TYPE_DURATION, "-1s", "no length of time");
	bad(TYPE_DURATION, "s", "no length of time");
	bad(TYPE_DURATION, "1w", "no length of time");
	bad(TYPE_DURATION, "nans", "no length of time");
	bad(TYPE_DURATION, "1e300h", "no length of time");
}

static void test_moments(void **state)
{
	(void)state;
	assert_int_equal(good(TYPE_TIME, "2030-05-01T20:00:00Z").number, 1903896000);
	assert_int_equal(good(TYPE_TIME, "2030-05-01T22:00:00+02:00").number, 1903896000);
	bad(TYPE_TIME, "2030-05-01T20:00:00", "no moment"); /* of which country? */
	bad(TYPE_TIME, "2030-13-01T20:00:00Z", "no moment");
	bad(TYPE_TIME, "tomorrow", "no moment");
}

static void test_colours(void **state)
{
	(void)state;
	assert_int_equal(good(TYPE_COLOUR, "#101820").number, 0x101820);
	assert_int_equal(good(TYPE_COLOUR, "#fFfFfF").number, 0xffffff);
	bad(TYPE_COLOUR, "101820", "no colour");
	bad(TYPE_COLOUR, "#10182", "no colour");
	bad(TYPE_COLOUR, "#1018200", "no colour");
	bad(TYPE_COLOUR, "#10182g", "no colour");
	bad(TYPE_COLOUR, "blue", "no colour");
}

static void test_rectangles(void **state)
{
	struct value value = good(TYPE_RECT, "60,0.5,40,99.5");

	(void)state;
	assert_float_equal(value.rect[0], 60, 0);
	assert_float_equal(value.rect[1], 0.5, 0);
	assert_float_equal(value.rect[2], 40, 0);
	assert_float_equal(value.rect[3], 99.5, 0);
	bad(TYPE_RECT, "60,60,40", "no place");
	bad(TYPE_RECT, "60,60,40,40,1", "no place");
	bad(TYPE_RECT, "60,60,40,", "no place");
	bad(TYPE_RECT, "60;60;40;40", "no place");
	bad(TYPE_RECT, "-1,0,10,10", "no place");
	bad(TYPE_RECT, "0,0,101,10", "no place");
	bad(TYPE_RECT, "0,0,nan,10", "no place");
}

static void test_closed_words(void **state)
{
	(void)state;
	assert_int_equal(good(TYPE_SOURCE_KIND, "still").number, SOURCE_STILL);
	assert_int_equal(good(TYPE_LAYOUT, "stage+slides").number, LAYOUT_STAGE_SLIDES);
	assert_int_equal(good(TYPE_FIT, "fill").number, FIT_FILL);
	assert_int_equal(good(TYPE_TRANSITION, "wipe").number, TRANSITION_WIPE);
	assert_int_equal(good(TYPE_ROLE, "hall").number, ROLE_HALL);
	assert_int_equal(good(TYPE_SWITCH, "off").number, SWITCH_OFF);
	bad(TYPE_SOURCE_KIND, "speaker", "have: srt, file, still, test"); /* an invite makes one */
	bad(TYPE_LAYOUT, "gird", "did you mean grid?");
	bad(TYPE_FIT, "Fit", "did you mean fit?");
	bad(TYPE_TRANSITION, "fade", "have: cut, mix, wipe, slide, move");
	bad(TYPE_ROLE, "guest", "have: hall, remote");
	bad(TYPE_SWITCH, "true", "have: on, off");
}

static void test_any_word(void **state)
{
	static const enum argument_type types[] = {TYPE_NEW_NAME, TYPE_SOURCE, TYPE_SCENE,
						   TYPE_SPEAKER,  TYPE_BOX,    TYPE_TEXT,
						   TYPE_PATH,	  TYPE_SECRET};
	g_autofree char *longest = g_strnfill(4096, 'x'), *too_long = g_strnfill(4097, 'x');

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		good(types[i], "Zoë Ångström, 100 % \"sure\"");
		good(types[i], longest);
		bad(types[i], too_long, "longer than 4096");
		bad(types[i], "", "empty");
		bad(types[i], "a\nb", "control character");
		bad(types[i], "a\x7f", "control character");
		bad(types[i],
		    "a\xc2\x9b"
		    "31m",
		    "control character");
		bad(types[i], "a\xff", "not UTF-8");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),	      cmocka_unit_test(test_open_quotes),
		cmocka_unit_test(test_whole_numbers), cmocka_unit_test(test_gains),
		cmocka_unit_test(test_durations),     cmocka_unit_test(test_moments),
		cmocka_unit_test(test_colours),	      cmocka_unit_test(test_rectangles),
		cmocka_unit_test(test_closed_words),  cmocka_unit_test(test_any_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
