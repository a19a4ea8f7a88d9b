/* SPDX-License-Identifier: EUPL-1.2
 *
 * A running show becomes a file's, or what it was before: only what differs, all of it or nothing.
 */
#include "desk.h"

#include <unistd.h>

#include "cue.h"
#include "ingest.h"
#include "show_diff.h"
#include "undo.h"

#define RUNNING                                                                                    \
	"source add cam srt --passphrase \"stage left 2030\"\n"                                    \
	"source add bars test\n"                                                                   \
	"source set cam --gain -6dB --mute on\n"                                                   \
	"invite Anna\n"                                                                            \
	"scene add stage pip\n"                                                                    \
	"scene place stage cam\n"                                                                  \
	"scene place stage bars\n"                                                                 \
	"scene add panel grid\n"                                                                   \
	"scene place panel speakers\n"                                                             \
	"cue add 1 One -- cut stage\n"

struct hall {
	struct desk *desk;
	char *path;
	uint64_t peer; /* Anna's */
};

static void run_text(struct desk *desk, const char *text)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);

	if (!dispatch_text(&desk->context, "running", text, strlen(text), errors))
		fail_msg("%s", (const char *)errors->pdata[0]);
}

static int hall_open(void **state)
{
	struct hall *hall = g_new0(struct hall, 1);
	int file = g_file_open_tmp("twinstage-test-XXXXXX", &hall->path, NULL);

	assert_true(file >= 0);
	close(file);
	desk_open((void **)&hall->desk);
	run_text(hall->desk, RUNNING);
	do_say(hall->desk, "invite Anna");
	g_autofree char *token =
		g_strdup(json_string_value(json_object_get(hall->desk->reply.data, "token")));

	hall->peer = arrive(hall->desk->stage, token);
	do_say(hall->desk, "cut stage");
	do_say(hall->desk, "speaker admit Anna");
	hall->desk->context.undo = undo_create(hall->desk->stage->show);
	*state = hall;
	return 0;
}

static int hall_close(void **state)
{
	struct hall *hall = *state;

	unlink(hall->path);
	g_free(hall->path);
	undo_destroy(hall->desk->context.undo);
	desk_close((void **)&hall->desk);
	g_free(hall);
	return 0;
}

/* `command` on a file of this text: its answer. */
static const char *with_file(struct hall *hall, const char *command, const char *text)
{
	g_autofree char *line = g_strdup_printf("%s '%s'", command, hall->path);

	assert_true(g_file_set_contents(hall->path, text, -1, NULL));
	return do_say(hall->desk, line);
}

static const char *on_air(const struct hall *hall)
{
	struct program_view view;

	program_view(hall->desk->stage->show, &view);
	return view.program;
}

/* ---- files ---- */

static void test_nothing_differs(void **state)
{
	struct hall *hall = *state;
	uint64_t revision = show_revision(hall->desk->stage->show);

	assert_string_equal(with_file(hall, "show diff", RUNNING), "nothing differs");
	/* What is on air, who is admitted and where the evening is are no matter of a file's. */
	assert_string_equal(with_file(hall, "show diff", RUNNING "cut panel\npreview stage\n"),
			    "nothing differs");
	assert_string_equal(with_file(hall, "show apply", RUNNING "cut panel\n"),
			    "nothing differs");
	assert_true(revision == show_revision(hall->desk->stage->show));
	assert_string_equal(
		with_file(hall, "show diff --air", RUNNING "cut panel\npreview stage\n"),
		"+ cut panel\n+ preview stage");
}

static const char other[] = "source add cam srt --passphrase \"stage left 2031\"\n"
			    "source add clip file /proc/version\n"
			    "source set cam --mute on --delay_ms 40\n"
			    "invite Anna\n"
			    "invite Bela\n"
			    "speaker admit Bela\n"
			    "scene add stage side --background \"#000000\"\n"
			    "scene place stage cam\n"
			    "scene place stage clip --fit fit\n"
			    "scene add wide\n"
			    "room wide\n"
			    "cue add 1 One -- cut wide\n"
			    "cue add 2 Two -- cut stage\n"
			    "cut stage\n";

static void test_diff(void **state)
{
	struct hall *hall = *state;
	const char *text = with_file(hall, "show diff", other);

	assert_non_null(strstr(text, "- source add bars test\n"));
	assert_non_null(strstr(text, "~ source add cam srt --passphrase ***\n"));
	assert_null(strstr(text, "2031")); /* a screen has many readers */
	assert_non_null(strstr(text, "+ source add clip file "));
	assert_non_null(strstr(text, "+ invite Bela\n"));
	assert_non_null(strstr(text, "~ source set cam --mute on --delay_ms 40 --gain 0dB\n"));
	assert_non_null(strstr(text, "- scene place stage bars\n"
				     "~ scene add stage side --background \"#000000\"\n"
				     "+ scene place stage clip --fit fit\n"));
	assert_non_null(strstr(text, "+ scene add wide full --background \"#101820\"\n"));
	assert_non_null(strstr(text, "+ speaker admit Bela\n+ room wide\n"));
	assert_non_null(strstr(text, "- scene add panel grid --background \"#101820\"\n"
				     "- scene place panel speakers\n"));
	assert_true(g_str_has_suffix(text, "~ cue add 1 One -- cut wide\n"
					   "+ cue add 2 Two -- cut stage"));
	/* A look changes nothing. */
	assert_string_equal(with_file(hall, "show diff", RUNNING), "nothing differs");
}

static void test_apply(void **state)
{
	struct hall *hall = *state;
	struct stage *stage = hall->desk->stage;
	uint64_t cam = source_id(stage, "cam");
	int before = fakes.n_pictures;

	with_file(hall, "show apply", other);
	assert_int_equal(fakes.n_pictures, before + 1); /* with one tick */
	assert_true(source_id(stage, "cam") == cam);
	assert_string_equal(fakes.callers[0].passphrase, "stage left 2031");
	assert_int_equal(source(stage, "cam").tally, TALLY_PROGRAM);
	assert_int_equal(source(stage, "clip").tally, TALLY_PROGRAM);
	assert_float_equal(source(stage, "cam").gain_db, 0, 0);
	assert_false(fake_peer(hall->peer)->is_closed);
	assert_true(speaker(stage, "Anna").is_admitted);
	assert_true(speaker(stage, "Bela").is_admitted);
	assert_string_equal(on_air(hall), "stage");
	assert_string_equal(with_file(hall, "show diff --air", other), "nothing differs");
	do_say(hall->desk, "undo");
	assert_string_equal(with_file(hall, "show diff", RUNNING), "nothing differs");
	assert_false(fake_peer(hall->peer)->is_closed);
}

static void check_refused(struct hall *hall, const char *text, enum error_code code,
			  const char *part)
{
	g_autofree char *line = g_strdup_printf("show apply '%s'", hall->path);

	assert_true(g_file_set_contents(hall->path, text, -1, NULL));
	refuse(hall->desk, line, code, part, 2);
}

static void test_apply_refuses_whole(void **state)
{
	struct hall *hall = *state;

	check_refused(hall, RUNNING "scene add wide\ncut nowhere\n", ERROR_BAD_INPUT,
		      ":12:5: no scene \"nowhere\"");
	check_refused(hall, "scene add wide\ninvite Anna\n", ERROR_CONFLICT,
		      "nothing was changed: scene \"stage\" is on program; put another one there "
		      "first");
	/* What only the real thing can tell: all is as it was. */
	fakes.no_ingest = true;
	check_refused(hall, RUNNING "scene add wide\nsource add two test\n", ERROR_MEDIA,
		      "the show is as it was: no ingest today");
	fakes.no_ingest = false;
	assert_string_equal(with_file(hall, "show diff", RUNNING), "nothing differs");
	assert_false(fake_peer(hall->peer)->is_closed);
}

/* A source that becomes something else keeps its place in the scenes. */
static void test_source_in_place(void **state)
{
	struct hall *hall = *state;
	struct stage *stage = hall->desk->stage;
	uint64_t bars = source_id(stage, "bars");
	g_autoptr(GString) text = g_string_new(RUNNING);
	int n = fakes.ingests;

	g_string_replace(text, "source add bars test", "source add bars file /proc/version --once",
			 0);
	with_file(hall, "show apply", text->str);
	assert_true(source_id(stage, "bars") == bars);
	assert_int_equal(fakes.ingests, n);
	assert_int_equal(source(stage, "bars").kind, SOURCE_FILE);
	assert_int_equal(source(stage, "bars").tally, TALLY_PROGRAM);
	do_say(hall->desk, "undo");
	assert_int_equal(source(stage, "bars").kind, SOURCE_TEST);
	assert_int_equal(fakes.ingests, n);
}

/* An empty show has nothing on air to be kept. */
static void test_apply_to_nothing(void **state)
{
	struct hall *hall = *state;

	show_clear(hall->desk->stage->show);
	with_file(hall, "show apply", other);
	assert_string_equal(on_air(hall), "stage");
	assert_string_equal(with_file(hall, "show diff --air", other), "nothing differs");
}

/* ---- undo ---- */

static void test_undo_each(void **state)
{
	static const char *const lines[] = {
		"source add two srt --latency_ms 300",
		"source set cam --gain off --delay_ms 30",
		"source set bars --gain 3dB",
		"source set cam --role remote",
		"source set Anna --gain -3dB",
		"scene add wide",
		"scene place stage speakers --at 0,0,50,50 --fit fill",
		"scene remove stage cam",
		"scene remove panel speakers",
		"preview panel",
		"preview stage",
		"take --with mix",
		"cut panel",
		"room stage",
		"room program",
		"room auto",
		"slate on",
		"slate off",
		"fade-to-black on",
		"fade-to-black off",
		"pin cam",
		"pin cam off",
		"title show \"Dr. Müller; PhD\" Talk",
		"title show Anna",
		"title hide",
		"ticker show \"a -- b; c\"",
		"ticker hide",
		"clock show",
		"clock hide",
		"speaker dismiss Anna",
		"speaker admit Anna",
		"speaker mute Anna",
		"invite Anna",
		"invite Bela",
		"speaker admit Bela",
		"speaker dismiss Anna",
		"speaker admit Anna",
		"cue add 2 \"Two; 2\" -- title show \"a;b\"; take",
		"cue set 2 --number 3 --title Three",
		"cue set 1 -- cut panel",
		"cue at 1",
		"next",
		"back",
		"cue at",
		"cue remove 3",
	};
	struct hall *hall = *state;

	do_say(hall->desk, "preview stage"); /* an empty preview cannot be brought back */
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *before = stage_text(hall->desk->stage, true);

		if (!say(hall->desk, lines[i]))
			fail_msg("%s: %s", lines[i], hall->desk->error->message);
		g_autofree char *after = stage_text(hall->desk->stage, true);

		if (strcmp(before, after) == 0)
			continue;
		do_say(hall->desk, "undo");
		g_autofree char *undone = stage_text(hall->desk->stage, true);

		if (strcmp(undone, before) != 0)
			fail_msg("%s: undone is\n%s\nand was\n%s", lines[i], undone, before);
		do_say(hall->desk, "redo");
		g_autofree char *redone = stage_text(hall->desk->stage, true);

		if (strcmp(redone, after) != 0)
			fail_msg("%s: done again is\n%s\nand was\n%s", lines[i], redone, after);
	}
	assert_false(fake_peer(hall->peer)->is_closed);
}

/* Removed and brought back, things stand last in their lists: nothing else differs. */
static void test_undo_removal(void **state)
{
	static const char *const lines[] = {"scene remove panel", "uninvite Anna"};
	struct hall *hall = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *before = stage_text(hall->desk->stage, true);

		do_say(hall->desk, lines[i]);
		const char *text = do_say(hall->desk, "undo");

		assert_true((strstr(text, "\nAnna: the link is good again") != NULL) == (i == 1));
		g_autofree char *undone = stage_text(hall->desk->stage, true);
		g_autoptr(GPtrArray) changes = show_diff(before, undone);

		assert_int_equal(changes->len, 0);
	}
	assert_true(fake_peer(hall->peer)->is_closed);
}

static void test_undo_of_a_wrong_cut(void **state)
{
	struct hall *hall = *state;

	do_say(hall->desk, "cut panel");
	do_say(hall->desk, "source set bars --mute on");
	do_say(hall->desk, "undo");
	do_say(hall->desk, "undo");
	assert_string_equal(on_air(hall), "stage");
	assert_int_equal(fakes.picture->buses[0].transition_ms, 0);
	assert_string_equal(do_say(hall->desk, "redo"), "done again: cut panel");
	do_say(hall->desk, "undo");
	/* A new change ends what was taken back. */
	do_say(hall->desk, "pin cam");
	refuse(hall->desk, "redo", ERROR_CONFLICT, "nothing was undone", 0);
	do_say(hall->desk, "undo");
	refuse(hall->desk, "undo", ERROR_CONFLICT, "nothing was changed", 0);
}

static void test_undo_of_what_cannot_be(void **state)
{
	struct hall *hall = *state;

	do_say(hall->desk, "pin cam");
	do_say(hall->desk, "preview panel");
	refuse(hall->desk, "undo", ERROR_CONFLICT,
	       "preview panel cannot be undone: preview panel: cannot be taken back (nothing was "
	       "on "
	       "preview)",
	       0);
	assert_string_equal(do_say(hall->desk, "undo"), "undone: pin cam");
}

/* Refused commands and looks are no changes; only fifty are kept. */
static void test_undo_counts(void **state)
{
	struct hall *hall = *state;
	int n = 0;

	say(hall->desk, "cut nowhere");
	do_say(hall->desk, "status");
	do_say(hall->desk, "cut stage"); /* is there */
	refuse(hall->desk, "undo", ERROR_CONFLICT, "nothing was changed", 0);
	for (int i = 0; i < 60; i++)
		do_say(hall->desk, i % 2 ? "pin cam off" : "pin cam");
	while (say(hall->desk, "undo"))
		n++;
	assert_int_equal(n, 50);
}

static void test_undo_of_a_load(void **state)
{
	struct hall *hall = *state;

	with_file(hall, "show load", other);
	do_say(hall->desk, "undo");
	assert_string_equal(with_file(hall, "show diff", RUNNING), "nothing differs");
	assert_string_equal(on_air(hall), "stage");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_differs, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_diff, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_apply, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_apply_refuses_whole, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_source_in_place, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_apply_to_nothing, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_undo_each, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_undo_removal, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_undo_of_a_wrong_cut, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_undo_of_what_cannot_be, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_undo_counts, hall_open, hall_close),
		cmocka_unit_test_setup_teardown(test_undo_of_a_load, hall_open, hall_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
