/* SPDX-License-Identifier: EUPL-1.2
 *
 * Shows as text: what is wrong with a file and where, and that a show that is written and read
 * again is the same.
 */
#include "desk.h"

static GPtrArray *run(struct desk *desk, const char *text)
{
	GPtrArray *errors = g_ptr_array_new_with_free_func(g_free);
	bool is_good = dispatch_text(&desk->context, "a.show", text, strlen(text), errors);

	assert_true(is_good == (errors->len == 0));
	return errors;
}

static void check_errors(const GPtrArray *errors, const char *const *starts)
{
	guint n = 0;

	for (; starts[n]; n++) {
		if (n >= errors->len)
			fail_msg("missing: %s", starts[n]);
		if (!g_str_has_prefix(errors->pdata[n], starts[n]))
			fail_msg("%s", (const char *)errors->pdata[n]);
	}
	assert_int_equal(errors->len, n);
}

static void test_good_file(void **state)
{
	struct desk *desk = *state;
	g_autoptr(GPtrArray) errors = run(desk, "\xef\xbb\xbf# a show\r\n"
						"\n"
						"source add cam srt   # on the left\r\n"
						"scene add stage full\n"
						"  scene place stage cam\n"
						"invite 'Zoë Ångström'\n"
						"cut stage");

	assert_int_equal(errors->len, 0);
	assert_int_equal(source(desk->stage, "cam").tally, TALLY_PROGRAM);
}

static void test_every_wrong_line(void **state)
{
	struct desk *desk = *state;
	static const char *const expected[] = {
		"a.show:2:1: no command \"sorce add\" (did you mean source add?)",
		"a.show:3:8: no command \"source ad\" (did you mean source add?)",
		"a.show:4:20: layout: no \"gird\"",
		"a.show:5:26: layout: no \"gird\"",
		"a.show:6:6: a quote begins here and does not end",
		"a.show:7:10: scene is missing",
		"a.show:8:5: no scene \"nowhere\"",
		"a.show:10:1: this line is not UTF-8 text",
		"a.show:11:1: a show file cannot hold show commands",
		"a.show:12:3: a show file cannot hold show commands",
		NULL,
	};
	g_autoptr(GPtrArray) errors = run(desk, "source add cam srt\n"
						"sorce add x test\n"
						"source ad x test\n"
						"scene add \"a b c\"  gird\n"
						"scene add \"Zoë Ångström\" gird\n"
						"cut a\"b\n"
						"scene add\n"
						"cut nowhere\n"
						"scene add stage\n"
						"cut caf\xe9\n"
						"show load a.show\n"
						"  show save /tmp/x\n");

	check_errors(errors, expected);
	/* The good ones were carried out. */
	assert_int_equal(source_count(desk->stage->show), 1);
	assert_int_equal(scene_count(desk->stage->show), 1);
}

static void test_nul_and_many_errors(void **state)
{
	struct desk *desk = *state;
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) many = g_string_new(NULL);

	assert_false(dispatch_text(&desk->context, "a", "scene add a\0b\n", 14, errors));
	assert_string_equal(errors->pdata[0], "a:1:12: this line holds a NUL byte");
	assert_int_equal(scene_count(desk->stage->show), 0);
	for (int i = 0; i < 230; i++)
		g_string_append(many, "explode\n");
	g_ptr_array_set_size(errors, 0);
	assert_false(dispatch_text(&desk->context, "a", many->str, many->len, errors));
	assert_int_equal(errors->len, 201);
	assert_string_equal(errors->pdata[200], "a: and 30 more");
	/* A full list makes no bad text good. */
	assert_false(dispatch_text(&desk->context, "a", "explode", 7, errors));
	assert_true(dispatch_text(&desk->context, "a", "", 0, errors));
	assert_true(dispatch_text(&desk->context, "a", "status\n\n#", 9, errors));
}

/* ---- written and read again ---- */

static void check_round_trip(struct desk *desk, bool is_private)
{
	g_autofree char *first = stage_text(desk->stage, is_private);
	struct context there = {.show = make_dry(desk), .access = ACCESS_EDIT};
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) second = g_string_new(NULL);

	if (!dispatch_text(&there, "x", first, strlen(first), errors))
		fail_msg("%s in:\n%s", (const char *)errors->pdata[0], first);
	show_write(there.show, is_private, second);
	assert_string_equal(second->str, first);
	show_destroy(there.show);
}

static const char *const whole_show[] = {
	"source add cam-a srt --passphrase \"stage left, 2030 \\\" \\\\ # $\" --latency_ms 200",
	"invite 'Zoë Ångström' --until 2020-05-01T20:00:00Z --serial 41",
	"source add far srt --role remote",
	"source add clip file README.md --once --role hall",
	"invite Anna",
	"source add slide still ./README.md",
	"source add bars test",
	"source set cam-a --gain -6.25dB --mute on --delay_ms 120",
	"source set 'Zoë Ångström' --gain off --delay_ms 7",
	"source set Anna --gain +3 --mute on",
	"source set bars --gain 1e-3",
	"source set far --role hall",
	"pin cam-a",
	"pin far",
	"scene add stage pip --background '#fe0102'",
	"scene place stage cam-a",
	"scene place stage 'Zoë Ångström' --at 60.5,0.125,39.5,33.3333 --fit fit",
	"scene place stage cam-a --fit fill",
	"scene add 'stage 2' stage+slides --still slide",
	"scene place 'stage 2' speakers",
	"scene add empty",
	"speaker admit Anna",
	"speaker admit 'Zoë Ångström'",
	"speaker dismiss Anna",
	"speaker admit Anna",
	"preview 'stage 2'",
	"cut stage",
	"room empty",
	"slate on --picture README.md",
	"fade-to-black on --over 3s",
};

static void test_round_trip(void **state)
{
	struct desk *desk = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(whole_show); i++) {
		do_say(desk, whole_show[i]);
		check_round_trip(desk, true);
		check_round_trip(desk, false);
	}
	do_say(desk, "room program");
	check_round_trip(desk, true);
	do_say(desk, "pin far off");
	do_say(desk, "fade-to-black off");
	do_say(desk, "take --with mix");
	check_round_trip(desk, true);
	do_say(desk, "uninvite Anna");
	do_say(desk, "room auto");
	check_round_trip(desk, true);
}

static void test_what_is_written(void **state)
{
	struct desk *desk = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(whole_show); i++)
		do_say(desk, whole_show[i]);
	g_autofree char *open = stage_text(desk->stage, false),
			*private = stage_text(desk->stage, true);

	/* Not for others: invites' numbers and who is admitted. */
	assert_null(strstr(open, "--serial"));
	assert_null(strstr(open, "--until"));
	assert_null(strstr(open, "admit"));
	assert_non_null(strstr(open, "invite \"Zoë Ångström\"\n"));
	assert_non_null(strstr(
		private, "invite \"Zoë Ångström\" --until 2020-05-01T20:00:00Z --serial 41\n"));
	assert_non_null(strstr(private, "speaker admit \"Zoë Ångström\"\nspeaker admit Anna\n"));
	assert_non_null(strstr(open, "source set \"Zoë Ångström\" --gain off --delay_ms 7\n"));
	assert_non_null(strstr(open, "source set cam-a --gain -6.25dB --mute on --delay_ms 120\n"));
	assert_non_null(strstr(open, " --at 60.5,0.125,39.5,33.3333 --fit fit\n"));
	assert_non_null(strstr(
		open,
		"scene add \"stage 2\" stage+slides --background \"#101820\" --still slide\n"));
	/* Nor is there a link in any. */
	assert_null(strstr(private, "/speak/"));
}

/* The same link works after a restart. */
static void test_links_survive(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "invite Anna");
	g_autofree char *token =
		g_strdup(json_string_value(json_object_get(desk->reply.data, "token")));
	g_autofree char *text = stage_text(desk->stage, true);

	show_clear(desk->stage->show);
	g_autoptr(GPtrArray) errors = run(desk, text);

	assert_int_equal(errors->len, 0);
	assert_int_equal(speaker_by_token(desk->stage->show, token, NULL), 0);
}

/* A path that looks like an option is written so that it is none. */
static void test_path_with_a_dash(void **state)
{
	struct desk *desk = *state;

	assert_true(g_file_set_contents("--a b", "x", 1, NULL));
	do_post(desk, "slate", "{'picture': '--a b'}");
	check_round_trip(desk, true);
	struct source_spec spec = {.name = "x", .kind = SOURCE_STILL, .path = "--a b"};

	assert_done(source_add(desk->stage->show, &spec, &error));
	g_autofree char *text = stage_text(desk->stage, true);
	g_autoptr(GPtrArray) errors = NULL;

	assert_non_null(strstr(text, "source add x still \"./--a b\"\n"));
	show_clear(desk->stage->show);
	errors = run(desk, text);
	remove("./--a b");
	assert_int_equal(errors->len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good_file, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_every_wrong_line, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_nul_and_many_errors, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_round_trip, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_what_is_written, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_links_survive, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_path_with_a_dash, desk_open, desk_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
