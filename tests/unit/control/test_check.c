/* SPDX-License-Identifier: EUPL-1.2
 *
 * `check` on a show of fakes: what it puts together, how the page reads, and what the command line makes of it.
 */
#include "desk.h"

#include "certificate.h"
#include "describe.h"
#include "preflight.h"

static const json_t *finding(const struct desk *desk, const char *subject, const char *item)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(desk->reply.data, "findings"), i, one)
	{
		const char *about = json_string_value(json_object_get(one, "subject")),
			   *of = json_string_value(json_object_get(one, "item"));

		if (strcmp(about, subject) == 0 && strcmp(of, item) == 0)
			return one;
	}
	fail_msg("nothing found of %s, %s", subject, item);
	return NULL;
}

static void test_findings(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add cam srt");
	do_say(desk, "source add spare srt");
	do_say(desk, "invite Zoë");
	do_say(desk, "scene add a full");
	do_say(desk, "scene place a cam");
	do_say(desk, "check --length 5h");
	assert_string_equal(json_string_value(json_object_get(desk->reply.data, "verdict")), "BAD");
	assert_int_equal(desk->reply.exit, 5);
	const json_t *cam = finding(desk, "cam", "present");

	assert_string_equal(json_string_value(json_object_get(cam, "verdict")), "BAD");
	assert_string_equal(json_string_value(json_object_get(cam, "group")), "input");
	assert_non_null(strstr(json_string_value(json_object_get(cam, "advice")), "stream id cam"));
	assert_string_equal(
		json_string_value(json_object_get(finding(desk, "spare", "present"), "verdict")),
		"LOOK");
	finding(desk, "Zoë", "present");
	finding(desk, "program", "on air");
	finding(desk, "room", "viewers");
	finding(desk, "network", "ports");
}

/* The worst first; every line fits 80 columns. */
static void test_page(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add \"a camera of a long name\" srt");
	do_say(desk, "source add cam srt");
	do_say(desk, "scene add a full");
	do_say(desk, "scene place a cam");
	const char *text = do_say(desk, "check");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	assert_true(g_str_has_prefix(text, "BAD: "));
	assert_true(g_str_has_prefix(lines[2], "BAD   cam "));
	assert_non_null(strstr(text, "\nLOOK  a camera of a long name not connected"));
	assert_true(strstr(text, "\nBAD ") < strstr(text, "\nLOOK "));
	assert_true(strstr(text, "\nLOOK ") < strstr(text, "\nOK "));
	/* Who is well is named; with --all it is said what was measured. */
	assert_non_null(strstr(text, "\nOK    room,"));
	assert_null(strstr(text, "0 screens"));
	for (char **line = lines; *line; line++)
		if (g_utf8_strlen(*line, -1) > 80)
			fail_msg("%s", *line);
	text = do_say(desk, "check --all");
	assert_non_null(strstr(text, "0 screens"));
}

/* Whoever has just come is worth a second look, unless the crew wants to know now. */
static void test_again(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "source add cam srt");
	note(desk->stage, NOTE_SOURCE_LIVE, source_id(desk->stage, "cam"), 0, NULL);
	do_say(desk, "check");
	assert_in_range(desk->reply.again_ms, 9000, 10100);
	assert_int_equal(json_integer_value(json_object_get(desk->reply.data, "again_ms")),
			 desk->reply.again_ms);
	finding(desk, "cam", "time");
	do_say(desk, "check --now");
	assert_int_equal(desk->reply.again_ms, 0);
	do_say(desk, "status");
	assert_int_equal(desk->reply.exit, 0);
	assert_int_equal(desk->reply.again_ms, 0);
}

/* A page without anything to do. */
static void test_all_is_well(void **state)
{
	struct desk *desk = *state;
	struct preflight *preflight = preflight_create(desk->stage->settings, "10.0.0.5");
	struct machine_facts facts = {
		.cpu_percent = 10,
		.cores = 2,
		.memory_mb = 4000,
		.disk_mb = 90000,
		.disk_path = "/",
		.certificate_days = 400,
		.closed_ports = "",
		.open_ports = "",
		.addresses = "10.0.0.5",
	};

	preflight_machine(preflight, &facts);
	describe_check(preflight, false, &desk->reply);
	assert_string_equal(json_string_value(json_object_get(desk->reply.data, "verdict")), "OK");
	assert_true(g_str_has_prefix(desk->reply.text->str, "OK: 0 to mend, 0 to look at"));
	assert_int_equal(desk->reply.exit, 0);
	facts.addresses = "";
	preflight_machine(preflight, &facts);
	preflight_sort(preflight);
	describe_check(preflight, false, &desk->reply);
	assert_int_equal(desk->reply.exit, 4);
	preflight_destroy(preflight);
	do_post(desk, "check", "{'length': '4h', 'now': true}");
}

/* The date stands in the file, as one who makes it says. */
static void test_certificate(void **state)
{
	g_autofree char *dir = g_dir_make_tmp("twinstage-XXXXXX", NULL);
	g_autofree char *cert = g_build_filename(dir, "a.pem", NULL);
	g_autofree char *key = g_build_filename(dir, "a.key", NULL);
	int64_t until_s = 0;
	bool is_self_signed = false;

	(void)state;
	assert_false(certificate_read(NULL, &until_s, &is_self_signed));
	assert_false(certificate_read(cert, &until_s, &is_self_signed));
	assert_done(certificate_make(cert, key, &error));
	assert_true(certificate_read(cert, &until_s, &is_self_signed));
	assert_true(is_self_signed);
	int64_t days = (until_s - clock_wall_ns() / NS_PER_S) / 86400;

	assert_in_range(days, 3648, 3650);
	assert_false(certificate_read(key, &until_s, &is_self_signed));
	remove(cert);
	remove(key);
	remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_findings, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_page, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_again, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_all_is_well, desk_open, desk_close),
		cmocka_unit_test(test_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
