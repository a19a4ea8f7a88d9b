/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

static void test_unknown_commands(void **state)
{
	struct desk *desk = *state;

	refuse(desk, "", ERROR_USAGE, "no command", -1);
	refuse(desk, "tkae", ERROR_USAGE, "no command \"tkae\" (did you mean take?)", 0);
	refuse(desk, "explode now", ERROR_USAGE, "twinstage --help", 0);
	refuse(desk, "fade to black on", ERROR_USAGE, "did you mean fade-to-black?", 0);
	refuse(desk, "scene ad panel", ERROR_USAGE,
	       "no command \"scene ad\" (did you mean scene add?)", 1);
	refuse(desk, "scene explode", ERROR_USAGE,
	       "(have: scene add, scene place, scene remove, scene list)", 1);
	refuse(desk, "speaker", ERROR_USAGE, "speaker admit", 0);
	refuse(desk, "source_add x test", ERROR_USAGE, "did you mean source add?", 0);
}

static void test_arguments(void **state)
{
	struct desk *desk = *state;

	refuse(desk, "scene add", ERROR_USAGE,
	       "scene is missing: its name (usage: scene add SCENE [LAYOUT] [--background "
	       "COLOUR] "
	       "[--still SOURCE])",
	       2);
	refuse(desk, "source add x", ERROR_USAGE, "kind is missing: srt, file, still or test", 3);
	refuse(desk, "scene add panel gird", ERROR_USAGE, "layout: no \"gird\" (did you mean grid?",
	       3);
	refuse(desk, "scene add panel grid extra", ERROR_USAGE, "\"extra\" is one word too many",
	       4);
	refuse(desk, "take now", ERROR_USAGE, "\"now\" is one word too many", 1);
	refuse(desk, "take --wiht mix", ERROR_USAGE, "did you mean --with?", 1);
	refuse(desk, "take --loudly", ERROR_USAGE, "no option --loudly (have: --with, --over)", 1);
	refuse(desk, "version --all", ERROR_USAGE, "no option --all (it takes none)", 1);
	refuse(desk, "take --with", ERROR_USAGE,
	       "--with needs a word: cut, mix, wipe, slide or move", 1);
	refuse(desk, "take --with mix --over 5", ERROR_USAGE, "over: \"5\" is no length of time",
	       4);
	refuse(desk, "source add \"\" test", ERROR_USAGE, "source: empty", 2);
	/* Core's refusals are of the command's first argument. */
	refuse(desk, "cut x", ERROR_NOT_FOUND, "no scene \"x\" (have: none)", 1);
	refuse(desk, "take", ERROR_CONFLICT, "nothing is on preview", 0);
}

static void test_options_anywhere(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add --role remote cam --latency_ms 200 srt --passphrase \"stage left "
		     "2030\"");
	assert_int_equal(source(desk->stage, "cam").role, ROLE_REMOTE);
	assert_int_equal(fakes.callers[0].latency_ms, 200);
	do_say(desk, "source set --gain -6dB cam --mute on");
	assert_float_equal(source(desk->stage, "cam").gain_db, -6, 0);
	do_say(desk, "source add clip file --once README.md");
}

static void test_numbers_out_of_range(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add cam srt");
	refuse(desk, "source set cam --delay_ms -1", ERROR_BAD_INPUT, "delay_ms: -1 is outside", 2);
	refuse(desk, "source set cam --delay_ms 2001", ERROR_BAD_INPUT, "delay_ms: 2001 is outside",
	       2);
	refuse(desk, "source set cam --delay_ms 9999999999", ERROR_BAD_INPUT, "delay_ms", 2);
	refuse(desk, "source add b srt --latency_ms -1", ERROR_BAD_INPUT, "latency_ms", 2);
	refuse(desk, "source add b srt --latency_ms 99999999999", ERROR_BAD_INPUT, "latency_ms", 2);
	refuse(desk, "invite Anna --serial -1", ERROR_BAD_INPUT, "serial", 1);
	refuse(desk, "invite Anna --serial 4294967295", ERROR_BAD_INPUT, "serial", 1);
	refuse(desk, "invite Anna --serial 99999999999999", ERROR_BAD_INPUT, "serial", 1);
	refuse(desk, "invite Anna --for 366d", ERROR_BAD_INPUT, "a year", 1);
	refuse(desk, "invite Anna --until 0976-01-01T00:00:00Z", ERROR_BAD_INPUT, "1970", 1);
	do_say(desk, "scene add a");
	do_say(desk, "preview a");
	refuse(desk, "take --with mix --over 9999999h", ERROR_USAGE, "over", 4);
	refuse(desk, "take --with mix --over 9999h", ERROR_BAD_INPUT, "over", 1);
}

static void test_not_utf8(void **state)
{
	struct desk *desk = *state;

	refuse(desk, "\xff", ERROR_USAGE, "word 1 is not UTF-8", 0);
	refuse(desk, "take --\xff", ERROR_USAGE, "word 2 is not UTF-8", 1);
	refuse(desk, "cut \xc3", ERROR_USAGE, "word 2 is not UTF-8", 1);
}

static void test_access(void **state)
{
	static const struct {
		const char *line;
		enum access least;
	} all[] = {{"status", ACCESS_VIEW},	 {"speaker list", ACCESS_VIEW},
		   {"slate", ACCESS_OPERATE},	 {"room auto", ACCESS_OPERATE},
		   {"invite Anna", ACCESS_EDIT}, {"source add x test", ACCESS_EDIT}};
	struct desk *desk = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		for (int access = ACCESS_NONE; access <= ACCESS_EDIT; access++) {
			desk->context.access = (enum access)access;
			if (access >= (int)all[i].least)
				do_say(desk, all[i].line);
			else
				refuse(desk, all[i].line, ERROR_FORBIDDEN, "not allowed here", 0);
		}
	desk->context.access = ACCESS_VIEW;
	refuse_post(desk, "slate", "{}", ERROR_FORBIDDEN, "slate: not allowed here");
	/* Not even what is wrong with it. */
	refuse(desk, "source add x gird --nothing", ERROR_FORBIDDEN, "not allowed", 0);
}

static void test_objects(void **state)
{
	struct desk *desk = *state;

	do_post(desk, "scene/add", "{'scene': 'panel', 'layout': 'grid'}");
	assert_string_equal(json_string_value(json_object_get(desk->reply.data, "done")),
			    "scene panel: created");
	do_post(desk, "source/add", "{'source': 'cam', 'kind': 'srt', 'latency_ms': 300}");
	assert_int_equal(fakes.callers[0].latency_ms, 300);
	do_post(desk, "source/set",
		"{'source': 'cam', 'gain': -6.5, 'mute': true, 'delay_ms': 40}");
	struct source_view view = source(desk->stage, "cam");

	assert_float_equal(view.gain_db, -6.5, 0);
	assert_true(view.is_muted);
	assert_int_equal(view.delay_ms, 40);
	do_post(desk, "source/set", "{'source': 'cam', 'gain': 3, 'mute': false}");
	assert_false(source(desk->stage, "cam").is_muted);
	assert_float_equal(source(desk->stage, "cam").gain_db, 3, 0);
	do_post(desk, "source/set", "{'source': 'cam', 'gain': 'off', 'mute': 'on'}");
	do_post(desk, "preview", "{'scene': 'panel'}");
	do_post(desk, "take", "{'with': 'mix', 'over': 250}");
	do_post(desk, "source/add",
		"{'source': 'clip', 'kind': 'file', 'path': 'README.md', 'once': false}");
	g_autofree char *text = stage_text(desk->stage, true);

	assert_null(strstr(text, "--once"));
	do_post(desk, "status", "{}");
	assert_true(dispatch_object(&desk->context, "status", NULL, &desk->reply, NULL));
}

static void test_bad_objects(void **state)
{
	static const struct {
		const char *path, *json;
		enum error_code code;
		const char *part;
	} bad[] = {
		{"explode", "{}", ERROR_NOT_FOUND, "no command at /v1/explode"},
		{"", "{}", ERROR_NOT_FOUND, "no command"},
		{"scene", "{}", ERROR_NOT_FOUND, "no command"},
		{"scene/add/more", "{}", ERROR_NOT_FOUND, "no command"},
		{"caf\xc3\xa9\xff", "{}", ERROR_NOT_FOUND, "no command"},
		{"scene/add", "{}", ERROR_USAGE, "scene is missing"},
		{"scene/add", "[]", ERROR_USAGE, "no JSON object"},
		{"scene/add", "'panel'", ERROR_USAGE, "no JSON object"},
		{"status", "null", ERROR_USAGE, "no JSON object"},
		{"scene/add", "{'scene': 'a', 'colour': 'x'}", ERROR_USAGE, "takes no \"colour\""},
		{"scene/add", "{'scene': 5}", ERROR_USAGE, "another JSON type"},
		{"scene/add", "{'scene': null}", ERROR_USAGE, "another JSON type"},
		{"scene/add", "{'scene': ['a']}", ERROR_USAGE, "another JSON type"},
		{"scene/add", "{'scene': 'a\\u0000b'}", ERROR_USAGE, "another JSON type"},
		{"scene/add", "{'scene': 'a\\nb'}", ERROR_USAGE, "control character"},
		{"scene/add", "{'scene': 'a', 'layout': 'gird'}", ERROR_USAGE,
		 "did you mean grid?"},
		{"source/set", "{'source': 'cam', 'delay_ms': 1.5}", ERROR_USAGE,
		 "another JSON type"},
		{"source/set", "{'source': 'cam', 'delay_ms': true}", ERROR_USAGE,
		 "another JSON type"},
		{"source/set", "{'source': 'cam', 'delay_ms': -1}", ERROR_BAD_INPUT, "outside"},
		{"source/set", "{'source': 'cam', 'gain': 1e300}", ERROR_USAGE, "outside"},
		{"source/set", "{'source': 'cam', 'mute': 1}", ERROR_USAGE, "another JSON type"},
		{"source/add", "{'source': 'x', 'kind': 'file', 'path': 'README.md', 'once': 'no'}",
		 ERROR_USAGE, "another JSON type"},
		{"take", "{'with': 'mix', 'over': -5}", ERROR_USAGE, "no length of time"},
		{"take", "{'over': 1.5}", ERROR_USAGE, "another JSON type"},
	};
	struct desk *desk = *state;

	do_say(desk, "source add cam srt");
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		refuse_post(desk, bad[i].path, bad[i].json, bad[i].code, bad[i].part);
}

static void test_take_words(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "scene add a");
	do_say(desk, "scene add b");
	do_say(desk, "preview a");
	assert_string_equal(do_say(desk, "take"), "program: a, preview: nothing");
	do_say(desk, "preview b");
	assert_string_equal(do_say(desk, "take --over 700ms"), "program: b, preview: a");
	assert_int_equal(fakes.picture->buses[0].transition,
			 TRANSITION_MIX); /* a length can only mean that */
	assert_int_equal(fakes.picture->buses[0].transition_ms, 700);
	do_say(desk, "take --with wipe");
	assert_int_equal(fakes.picture->buses[0].transition, TRANSITION_WIPE);
	assert_string_equal(do_say(desk, "slate"), "program: a (behind the slate), preview: b");
	do_say(desk, "slate --picture README.md"); /* changes which, not whether */
	assert_true(fakes.picture->buses[0].is_slate);
	do_say(desk, "slate off");
	assert_false(fakes.picture->buses[0].is_slate);
	assert_string_equal(do_say(desk, "fade-to-black"), "program: a (black), preview: b");
	assert_int_equal(fakes.picture->buses[0].black_ms, 1000);
	assert_string_equal(do_say(desk, "fade-to-black --over 2s"), "program: a, preview: b");
	assert_int_equal(fakes.picture->buses[0].black_ms, 2000);
	do_say(desk, "fade-to-black off");
	assert_false(fakes.picture->buses[0].is_black);
	assert_string_equal(do_say(desk, "cut b"), "program: b, preview: b");
}

static void test_speakers(void **state)
{
	struct desk *desk = *state;
	const char *text = do_say(desk, "invite \"Zoë Ångström\" --for 2h");
	const char *link = json_string_value(json_object_get(desk->reply.data, "link"));
	const char *token = json_string_value(json_object_get(desk->reply.data, "token"));
	json_int_t expires = json_integer_value(json_object_get(desk->reply.data, "expires"));
	g_autofree char *expected = g_strdup_printf("https://stage.example/speak/%s", token);

	assert_non_null(strstr(text, "\nZoë Ångström, until "));
	assert_true(g_str_has_suffix(text, link));
	assert_true(strlen(text) > strlen(link) + 600); /* and its QR code */
	assert_string_equal(link, expected);
	assert_string_equal(json_string_value(json_object_get(desk->reply.data, "name")),
			    "Zoë Ångström");
	assert_in_range(expires, clock_wall_ns() / NS_PER_S + 7100,
			clock_wall_ns() / NS_PER_S + 7200);
	assert_int_equal(speaker_by_token(desk->stage->show, token, NULL), 0);
	do_say(desk, "invite Bela --for 0s"); /* over at once */
	assert_true(speaker(desk->stage, "Bela").expires_s <= clock_wall_ns() / NS_PER_S);
	do_say(desk, "speaker admit \"Zoë Ångström\"");
	do_say(desk, "speaker mute \"Zoë Ångström\"");
	assert_true(speaker(desk->stage, "Zoë Ångström").is_muted);
	do_say(desk, "speaker mute \"Zoë Ångström\" off");
	assert_false(speaker(desk->stage, "Zoë Ångström").is_muted);
	do_say(desk, "speaker dismiss \"Zoë Ångström\"");
	refuse(desk, "speaker admit \"Zoe Angstrom\"", ERROR_NOT_FOUND,
	       "(have: Zoë Ångström, Bela)", 2);
	do_say(desk, "uninvite \"Zoë Ångström\"");
}

/* One word for whoever is too loud. */
static void test_mute(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add cam srt");
	do_say(desk, "invite Anna");
	assert_string_equal(do_say(desk, "mute cam"), "cam: muted");
	assert_true(source(desk->stage, "cam").is_muted);
	assert_string_equal(do_say(desk, "mute cam off"), "cam: not muted");
	assert_false(source(desk->stage, "cam").is_muted);
	do_say(desk, "mute Anna on");
	assert_true(speaker(desk->stage, "Anna").is_muted);
	do_say(desk, "unmute Anna");
	assert_false(speaker(desk->stage, "Anna").is_muted);
	do_post(desk, "mute", "{'source': 'cam', 'state': true}");
	assert_true(source(desk->stage, "cam").is_muted);
	do_post(desk, "unmute", "{'source': 'cam'}");
	assert_false(source(desk->stage, "cam").is_muted);
	refuse(desk, "mute cem", ERROR_NOT_FOUND, "no source \"cem\"", 1);
	refuse(desk, "mute cam maybe", ERROR_USAGE, "have: on, off", 2);
}

static void test_scene_remove(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add cam test");
	do_say(desk, "scene add stage");
	do_say(desk, "scene add break");
	do_say(desk, "scene place stage cam");
	do_say(desk, "cut stage");
	refuse(desk, "scene remove stage", ERROR_CONFLICT, "is on program", 2);
	refuse(desk, "scene remove stage nix", ERROR_NOT_FOUND, "nix", 3);
	assert_string_equal(do_say(desk, "scene remove stage cam"), "scene stage: cam is out");
	assert_string_equal(do_say(desk, "scene remove break"), "scene break: removed");
	refuse(desk, "scene remove break", ERROR_NOT_FOUND, "have: stage", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unknown_commands, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_arguments, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_options_anywhere, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_numbers_out_of_range, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_not_utf8, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_access, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_objects, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_bad_objects, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_take_words, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_speakers, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_mute, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_scene_remove, desk_open, desk_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
