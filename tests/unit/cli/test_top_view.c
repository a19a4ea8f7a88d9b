/* SPDX-License-Identifier: EUPL-1.2
 *
 * The view drawn into a pad of any size behind a terminal that writes to nowhere, and read back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shown.h"
#include "top_layout.h"
#include "top_view.h"

#define MOST_LINE 4096

static struct model model;
static struct hand hand;
static SCREEN *screen;
static WINDOW *pad;
static struct pen pen;
static struct view view = {&model, &hand, "20:15:03", NULL};

static void open_pad(int height, int width)
{
	pad = newpad(height, width);
	pen_init(&pen, pad, true);
}

static int open_screen(void **state)
{
	FILE *nowhere = fopen("/dev/null", "r+");

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	screen = newterm("xterm-256color", nowhere, nowhere);
	assert_non_null(screen);
	open_pad(80, 250);
	model_init(&model);
	hand = (struct hand){0};
	view.trouble = NULL;
	return 0;
}

static int close_screen(void **state)
{
	(void)state;
	delwin(pad);
	endwin();
	delscreen(screen);
	model_finish(&model);
	return 0;
}

static void draw(int height, int width)
{
	keys_settle(&hand, &model);
	view_draw(&pen, height, width, &view);
}

/* A row as text, without the blanks at its end. */
static const char *row(int y)
{
	static char out[MOST_LINE];
	wchar_t wide[512];

	mvwinnwstr(pad, y, 0, wide, 250);
	wcstombs(out, wide, sizeof(out));
	for (size_t n = strlen(out); n > 0 && out[n - 1] == ' '; n--)
		out[n - 1] = '\0';
	return out;
}

/* The first row that holds this, or -1. */
static int row_with(const char *part)
{
	for (int y = 0; y < 80; y++)
		if (strstr(row(y), part))
			return y;
	return -1;
}

static void assert_row(int y, const char *wanted)
{
	if (strcmp(row(y), wanted) != 0)
		fail_msg("row %d is\n%s\nand not\n%s", y, row(y), wanted);
}

static void assert_has(const char *part)
{
	if (row_with(part) < 0)
		fail_msg("nowhere is \"%s\"", part);
}

static short pair_at(int y, int x)
{
	cchar_t cell;
	wchar_t letters[CCHARW_MAX + 1];
	attr_t attributes;
	short pair = -1;

	mvwin_wch(pad, y, x, &cell);
	getcchar(&cell, letters, &attributes, &pair, NULL);
	return pair;
}

static void test_evening(void **state)
{
	(void)state;
	shown_status(&model, shown_evening, 1);
	shown_event(&model, "source_lost", "cam-a", "cam-a is lost");
	draw(24, 80);
	assert_row(
		0,
		"20:15:03  CPU 87%, left 90 of 200%  missed 3     12 viewers, 1 screen, room auto");
	assert_row(
		1,
		" PROGRAM  stage       pip +title +logo   PREVIEW  panel                   grid");
	int heading = row_with(" SOURCE");

	assert_row(heading - 1, "SCENES >1 stage   2 panel");
	assert_row(
		heading,
		" SOURCE        AIR STATE      FPS  LOSS DELAY  LIPS -60 dB       0   PEAK   LUFS");
	assert_row(heading + 1, ">cam-a         PGM lost      the camera hung up");
	assert_row(
		heading + 2,
		" cam-b         PGM live      30.0  2.5%  87ms   -12♪█████████████│  CLIP   -14.0");
	assert_row(heading + 3, " slides            live       0.0     -     -     - no sound");
	assert_has(
		" program              12     -   2576   8.2ms       █████████│····  -18.2  -23.1");
	assert_has(" room                  1     -      -       -");
	assert_has(" Zoë              admitted  poor");
	assert_has(" ! cam-a is lost");
	assert_has("┌cam-a lost");
	/* A lost camera has a colour that no tally light has. */
	assert_int_not_equal(pair_at(heading + 1, 19), pair_at(heading + 1, 1));
	assert_int_not_equal(pair_at(heading + 1, 19), pair_at(heading + 2, 19));
	assert_int_equal(pair_at(heading + 1, 1), pair_at(1, 1));
	draw(60, 200);
	assert_int_equal(row_with(" SOURCE"), row_with("SPEAKER"));
}

/* No pane is over another or outside, whatever there is to show. */
static void check_layout(int height, int width, int sources, int speakers)
{
	struct top_layout layout;
	char map[100][260] = {{0}};

	assert_true(layout_top(height, width, sources, 2 + speakers, speakers, &layout));
	const struct area *areas = (const struct area *)&layout;

	for (size_t i = 0; i < sizeof(layout) / sizeof(*areas); i++)
		for (int y = areas[i].y; y < areas[i].y + areas[i].height; y++)
			for (int x = areas[i].x; x < areas[i].x + areas[i].width; x++) {
				assert_in_range(y, 0, height - 1);
				assert_in_range(x, 0, width - 1);
				assert_int_equal(map[y][x]++, 0);
			}
	assert_true(layout.events.height >= 1);
	assert_true(layout.program.height >= 3);
	assert_true(!sources || layout.sources.height >= 2);
}

static void test_layouts(void **state)
{
	(void)state;
	for (int height = 24; height <= 80; height += 7)
		for (int width = 80; width <= 250; width += 17)
			for (int n = 0; n <= 40; n += 5) {
				check_layout(height, width, n, 0);
				check_layout(height, width, n, n);
				check_layout(height, width, 0, n);
			}
	struct top_layout layout;

	assert_false(layout_top(23, 80, 1, 2, 0, &layout));
	assert_false(layout_top(24, 79, 1, 2, 0, &layout));
}

static void test_too_small(void **state)
{
	(void)state;
	shown_status(&model, shown_evening, 1);
	draw(20, 70);
	assert_has("70x20 is too small: make it 80x24");
	assert_int_equal(row_with("PROGRAM"), -1);
	draw(1, 3);
}

static void test_folding(void **state)
{
	(void)state;
	shown_crowd(&model, 40, 30);
	draw(24, 80);
	assert_has(">cam-1 ");
	assert_has("more: 0 dead, 0 clipping");
	assert_has("SCENES >1 scene-1");
	assert_has(" more");
	for (int y = 0; y < 24; y++)
		assert_true(mbstowcs(NULL, row(y), 0) <= 80);
	/* What is chosen is in sight. */
	strcpy(hand.source, "cam-40");
	strcpy(hand.scene, "scene-30");
	draw(24, 80);
	assert_has(">cam-40 ");
	assert_has(">  scene-30");
}

static void test_trouble(void **state)
{
	(void)state;
	view.trouble = "NO SERVER ANSWERS";
	draw(24, 80);
	assert_row(23, "NO SERVER ANSWERS");
	shown_status(&model, shown_evening, 1);
	draw(24, 80);
	assert_row(0, "NO SERVER ANSWERS");
}

static void test_answers(void **state)
{
	(void)state;
	shown_status(&model, shown_evening, 1);
	strcpy(hand.answer, "no scene \"x\"");
	draw(24, 80);
	assert_row(23, "no scene \"x\"");
	hand.prompt = PROMPT_TITLE;
	strcpy(hand.typed, "Jörg / 部長");
	draw(24, 80);
	assert_row(23, "title (name / role; nothing: off): Jörg / 部長");
	for (int i = 0; i < 100; i++)
		strcat(hand.typed, "ä");
	draw(24, 80);
	assert_true(mbstowcs(NULL, row(23), 0) <= 80);
	hand.prompt = PROMPT_NONE;
	hand.is_help = true;
	draw(24, 80);
	assert_has("take: swap preview and program");
	assert_has("any key goes back");
}

/* Letters of two columns, none, and such as are none at all. */
static void test_names(void **state)
{
	(void)state;
	shown_status(&model,
		     "{'program':'a\\u001b[2Jb','sources':[{'name':'田中さん田中さん田中',"
		     "'state':'live'},{'name':'e\\u0301\\u0301\\n','state':'live'}]}",
		     1);
	draw(24, 80);
	assert_has("田中さん田中…");
	assert_has(" e\u0301\u0301?");
	assert_has("PROGRAM  a?[2Jb");
	pen.is_utf8 = false;
	draw(24, 80);
	assert_has(">??????????");
}

static void test_ascii(void **state)
{
	(void)state;
	shown_status(&model, shown_evening, 1);
	pen.is_utf8 = false;
	draw(24, 80);
	for (int y = 0; y < 24; y++)
		for (const char *at = row(y); *at; at++)
			assert_true(*at > 0);
	assert_has("#########|----  -18.2");
	assert_has("+cam-a lost-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_evening, open_screen, close_screen),
		cmocka_unit_test(test_layouts),
		cmocka_unit_test_setup_teardown(test_too_small, open_screen, close_screen),
		cmocka_unit_test_setup_teardown(test_folding, open_screen, close_screen),
		cmocka_unit_test_setup_teardown(test_trouble, open_screen, close_screen),
		cmocka_unit_test_setup_teardown(test_answers, open_screen, close_screen),
		cmocka_unit_test_setup_teardown(test_names, open_screen, close_screen),
		cmocka_unit_test_setup_teardown(test_ascii, open_screen, close_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
