/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ncurses.h>
#include <string.h>

#include "shown.h"
#include "top_keys.h"

static struct model model;
static struct hand hand;
static struct action action;

static int open_desk(void **state)
{
	(void)state;
	model_init(&model);
	hand = (struct hand){0};
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	model_finish(&model);
	return 0;
}

static void press(unsigned key)
{
	action = (struct action){0};
	keys_press(&hand, &model, key, false, &action);
}

static void press_code(unsigned key)
{
	action = (struct action){0};
	keys_press(&hand, &model, key, true, &action);
}

static void type(const char *text)
{
	for (; *text; text++)
		press((unsigned char)*text);
}

/* The words of the command that the last key asked for, with | between. */
static void assert_said(const char *wanted)
{
	char got[256] = "";

	assert_int_equal(action.act, ACT_COMMAND);
	for (int i = 0; i < action.n_words; i++) {
		strcat(got, i ? "|" : "");
		strcat(got, action.words[i]);
	}
	assert_string_equal(got, wanted);
}

static void begin(void)
{
	shown_status(&model, shown_evening, 1);
	keys_settle(&hand, &model);
}

static void test_commands(void **state)
{
	(void)state;
	begin();
	press('2');
	assert_said("preview|panel");
	assert_string_equal(hand.scene, "panel");
	press('p');
	assert_said("preview|panel");
	press('c');
	assert_said("cut|panel");
	press('t');
	assert_said("take");
	press(' ');
	assert_said("take");
	press_code(KEY_ENTER);
	assert_said("take");
	press('x');
	assert_said("take|--with|mix");
	press('m');
	assert_said("source|set|cam-a|--mute|on");
	press('a');
	assert_said("speaker|dismiss|Zoë");
	press('q');
	assert_int_equal(action.act, ACT_QUIT);
	press(12);
	assert_int_equal(action.act, ACT_REDRAW);
}

/* A digit beyond the scenes, or a show without any, is refused and does nothing. */
static void test_nothing_there(void **state)
{
	(void)state;
	for (const char *key = "123456789pcma"; *key; key++) {
		press((unsigned char)*key);
		assert_int_equal(action.act, ACT_NOTHING);
		assert_true(hand.is_refused);
	}
	begin();
	press('3');
	assert_int_equal(action.act, ACT_NOTHING);
	assert_non_null(strstr(hand.answer, "not so many"));
	press('0');
	press('z');
	press_code(KEY_F(5));
	assert_int_equal(action.act, ACT_NOTHING);
	assert_string_equal(hand.answer, "");
}

static void test_choosing(void **state)
{
	(void)state;
	begin();
	assert_string_equal(hand.source, "cam-a");
	press('j');
	press_code(KEY_DOWN);
	press_code(KEY_DOWN); /* is the last */
	assert_string_equal(hand.source, "slides");
	press('k');
	press('m');
	assert_said("source|set|cam-b|--mute|on");
	press_code(KEY_RIGHT);
	assert_string_equal(hand.scene, "panel");
	press('\t');
	assert_int_equal(hand.focus, PANE_SPEAKERS);
	press('m');
	assert_said("speaker|mute|Zoë|on");
	press('\t');
	press('k');
	assert_string_equal(hand.scene, "stage");
	press('\t');
	assert_int_equal(hand.focus, PANE_SOURCES);
	/* What is chosen is gone. */
	shown_crowd(&model, 2, 1);
	keys_settle(&hand, &model);
	assert_string_equal(hand.source, "cam-1");
	assert_string_equal(hand.scene, "scene-1");
}

static void test_title(void **state)
{
	(void)state;
	press('T');
	type("Jrg");
	press(127);
	press_code(KEY_BACKSPACE);
	press(0xf6); /* what the terminal's UTF-8 was decoded to */
	type("rg  / Head of ");
	press(0x1f3ac);
	press('\r');
	assert_said("title|show|Jörg|Head of 🎬");
	assert_int_equal(hand.prompt, PROMPT_NONE);
	press('T');
	type("Anna");
	press('\r');
	assert_said("title|show|Anna");
	press('T');
	press('\r');
	assert_said("title|hide");
	/* While it is typed no letter is a command. */
	press('T');
	type("tcq1");
	assert_int_equal(action.act, ACT_NOTHING);
	press(27);
	assert_int_equal(hand.prompt, PROMPT_NONE);
	assert_int_equal(action.act, ACT_NOTHING);
}

static void test_command_line(void **state)
{
	(void)state;
	press(':');
	type("cut stage; take");
	press('\n');
	assert_int_equal(action.act, ACT_LINE);
	assert_string_equal(action.line, "cut stage; take");
	press(':');
	for (int i = 0; i < 2 * HAND_LINE; i++)
		press(0xe4);
	assert_true(strlen(hand.typed) < HAND_LINE);
	press(21);
	assert_string_equal(hand.typed, "");
	press(127);
	press('\n');
	assert_int_equal(action.act, ACT_NOTHING);
}

static void test_help(void **state)
{
	(void)state;
	begin();
	press('?');
	assert_true(hand.is_help);
	press('c');
	assert_false(hand.is_help);
	assert_int_equal(action.act, ACT_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commands, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_nothing_there, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_choosing, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_title, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_command_line, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_help, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
