/* SPDX-License-Identifier: EUPL-1.2
 *
 * Titles and the like as the crew types them, as programs post them, and as a show's text holds them.
 */
#include "desk.h"

#include "overlay.h"

static const struct overlay_spec *shown(struct desk *desk, int index)
{
	static struct overlay_spec view;

	assert_true(index < overlay_count(desk->stage->show));
	overlay_view(desk->stage->show, index, &view);
	return &view;
}

static void test_title(void **state)
{
	struct desk *desk = *state;

	assert_string_equal(do_say(desk, "title 'Zoë Müller' Präsidentin"),
			    "title: Zoë Müller, Präsidentin");
	assert_string_equal(shown(desk, 0)->more, "Präsidentin");
	do_say(desk, "title show Ada --for 8s");
	assert_string_equal(shown(desk, 0)->text, "Ada");
	assert_int_equal(shown(desk, 0)->for_ms, 8000);
	do_say(desk, "title show show");
	assert_string_equal(shown(desk, 0)->text, "show");
	assert_string_equal(do_say(desk, "title hide"), "title: hidden");
	assert_string_equal(do_say(desk, "title hide"), "title: there was none");
	refuse(desk, "title", ERROR_USAGE, "name is missing", 1);
	refuse(desk, "title Ada --for 0s", ERROR_BAD_INPUT, "title hide", 1);
	do_post(desk, "title/show", "{'name': '<b>Ada</b>', 'for': 2000}");
	assert_string_equal(shown(desk, 0)->text, "<b>Ada</b>");
	refuse_post(desk, "title", "{'name': 'a\\nb'}", ERROR_USAGE, "control");
}

static void test_corners(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "clock show");
	assert_int_equal(shown(desk, 0)->corner, CORNER_TOP_LEFT);
	do_say(desk, "clock show --at bottom-right");
	assert_int_equal(shown(desk, 0)->corner, CORNER_BOTTOM_RIGHT);
	refuse(desk, "clock show --at top", ERROR_USAGE, "have: top-left, top-right", 3);
	do_say(desk, "logo show README.md --at top-left");
	assert_true(g_path_is_absolute(shown(desk, 1)->text));
}

/* Each goes by its own word, and only that one. */
static void test_hiding(void **state)
{
	static const char *const kinds[] = {"logo", "clock", "countdown", "ticker"};
	struct desk *desk = *state;

	do_say(desk, "title Ada");
	do_say(desk, "logo show README.md");
	do_say(desk, "clock show");
	do_say(desk, "countdown show 10m");
	do_say(desk, "ticker show 'Hello'");
	assert_string_equal(do_say(desk, "logo hide"), "logo: hidden");
	assert_string_equal(do_say(desk, "clock hide"), "clock: hidden");
	assert_string_equal(do_say(desk, "countdown hide"), "countdown: hidden");
	assert_string_equal(do_say(desk, "ticker hide"), "ticker: hidden");
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *line = g_strdup_printf("%s hide", kinds[i]);
		g_autofree char *none = g_strdup_printf("%s: there was none", kinds[i]);

		assert_string_equal(do_say(desk, line), none);
	}
	assert_string_equal(do_say(desk, "title hide"), "title: hidden");
}

static int64_t counts_to(struct desk *desk, const char *to)
{
	g_autofree char *line = g_strdup_printf("countdown show %s", to);

	do_say(desk, line);
	return shown(desk, 0)->until_s;
}

/* Today's or tomorrow's. */
static int64_t next_time(int hour, int minute, int second)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autoptr(GDateTime) then =
		g_date_time_new_local(g_date_time_get_year(now), g_date_time_get_month(now),
				      g_date_time_get_day_of_month(now), hour, minute, second);
	int64_t then_s = g_date_time_to_unix(then);

	return then_s > g_date_time_to_unix(now) ? then_s : then_s + 86400;
}

static void test_countdown(void **state)
{
	static const char *const wrong[] = {
		"24:00", "12:60", "12:00:60", "12:", "1200", "12:00x", "12:00:", "soon"};
	struct desk *desk = *state;
	int64_t now_s = clock_wall_ns() / NS_PER_S, to_s = counts_to(desk, "10m");

	assert_true(to_s >= now_s + 600 && to_s < now_s + 660);
	assert_int_equal(counts_to(desk, "2020-05-01T20:00:00Z"), 1588363200);
	assert_int_equal(counts_to(desk, "23:59") % 60, 0);
	assert_int_equal(counts_to(desk, "4:05"), next_time(4, 5, 0));
	assert_int_equal(counts_to(desk, "16:05:07"), next_time(16, 5, 7));
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *line = g_strdup_printf("countdown show %s", wrong[i]);

		refuse(desk, line, ERROR_USAGE, "as 19:30", 2);
	}
	do_say(desk, "countdown show 5m --text 'Beginn in'");
	assert_string_equal(shown(desk, 0)->text, "Beginn in");
}

static void test_list_and_status(void **state)
{
	struct desk *desk = *state;

	assert_string_equal(do_say(desk, "overlay list"), "");
	do_say(desk, "title 'Zoë Müller' Chair");
	do_say(desk, "clock show");
	do_say(desk, "ticker show 'Pause bis 13:30'");
	assert_string_equal(do_say(desk, "overlay list"),
			    "title                  Zoë Müller, Chair\n"
			    "clock     top-left\n"
			    "ticker                 Pause bis 13:30");
	assert_non_null(strstr(do_say(desk, "status"),
			       "over it  title Zoë Müller, Chair; clock; ticker Pause"));
	const json_t *overlays = json_object_get(desk->reply.data, "overlays");

	assert_int_equal(json_array_size(overlays), 3);
	assert_string_equal(json_string_value(json_object_get(json_array_get(overlays, 0), "name")),
			    "Zoë Müller");
	assert_string_equal(json_string_value(json_object_get(json_array_get(overlays, 1), "at")),
			    "top-left");
	assert_string_equal(do_say(desk, "overlay hide"), "overlays: 3 hidden");
}

/* A daemon that comes back shows what was shown. */
static void test_text_that_is_read_again(void **state)
{
	struct desk *desk = *state;
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);

	do_say(desk, "title 'Zoë \"Z\" Müller' '- \\\\ #1 شكرا' --for 1h");
	do_say(desk, "logo show README.md --at bottom-left");
	do_say(desk, "clock show");
	do_say(desk, "countdown show 10m --text 'Beginn in' --at top-right");
	do_say(desk, "ticker show \"It's 'quoted' -- $HOME `x`\"");
	g_autofree char *before = stage_text(desk->stage, true);

	assert_non_null(strstr(before, "clock show --at top-left\n"));
	do_say(desk, "overlay hide");
	assert_true(dispatch_text(&desk->context, "a.show", before, strlen(before), errors));
	g_autofree char *after = stage_text(desk->stage, true);

	assert_string_equal(before, after);
	assert_int_equal(overlay_count(desk->stage->show), 5);
}

/* A show that is only checked paints nothing, and refuses the same. */
static void test_dry(void **state)
{
	struct desk *desk = *state;
	struct show *dry = make_dry(desk);
	struct context context = desk->context;
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	static const char text[] = "title Ada\nclock show\nlogo show /no/such.png\n";

	context.show = dry;
	assert_false(dispatch_text(&context, "a.show", text, sizeof(text) - 1, errors));
	assert_int_equal(errors->len, 1);
	assert_true(g_str_has_prefix(errors->pdata[0], "a.show:3:11: "));
	assert_int_equal(overlay_count(dry), 2);
	assert_null(fakes.graphic);
	show_destroy(dry);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
	const struct CMUnitTest tests[] = {
		TEST(test_title),
		TEST(test_corners),
		TEST(test_hiding),
		TEST(test_countdown),
		TEST(test_list_and_status),
		TEST(test_text_that_is_read_again),
		TEST(test_dry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
