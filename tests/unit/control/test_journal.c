/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "journal.h"
#include "journal_file.h"
#include "log.h"

/* A desk whose commands are written down in a folder of its own. */
struct office {
	struct desk *desk;
	char *folder, *path, *older;
	uv_loop_t loop;
};

static int office_open(void **state)
{
	struct office *office = g_new0(struct office, 1);

	log_set_level(LOG_ERROR + 1);
	desk_open((void **)&office->desk);
	office->folder = g_dir_make_tmp("twinstage-test-XXXXXX", NULL);
	office->path = g_build_filename(office->folder, "journal.jsonl", NULL);
	office->older = g_strconcat(office->path, ".1", NULL);
	stage_set(office->desk->stage, "state_dir", office->folder);
	uv_loop_init(&office->loop);
	*state = office;
	return 0;
}

static void begin(struct office *office)
{
	office->desk->context.journal = journal_create(&office->loop, office->desk->stage->show);
	office->desk->context.who = "anna";
	office->desk->context.from = "socket, pid 7";
}

static void end(struct office *office)
{
	journal_destroy(office->desk->context.journal);
	office->desk->context.journal = NULL;
	uv_run(&office->loop, UV_RUN_DEFAULT);
}

static int office_close(void **state)
{
	struct office *office = *state;

	assert_int_equal(uv_loop_close(&office->loop), 0);
	unlink(office->path);
	unlink(office->older);
	rmdir(office->path);
	assert_int_equal(rmdir(office->folder), 0);
	g_free(office->folder);
	g_free(office->path);
	g_free(office->older);
	desk_close((void **)&office->desk);
	g_free(office);
	return 0;
}

/* The file's lines as objects; each is whole. */
static json_t *written(const char *path)
{
	json_t *array = json_array();
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_true(!*text || g_str_has_suffix(text, "\n"));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i] && *lines[i]; i++) {
		json_t *entry = json_loads(lines[i], 0, NULL);

		if (!entry)
			fail_msg("line %d is torn: %s", i + 1, lines[i]);
		json_array_append_new(array, entry);
	}
	return array;
}

static const char *member(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? text : "";
}

/* The only entry with this command; NULL if there is none. */
static const json_t *find(const json_t *entries, const char *key, const char *value)
{
	size_t i;
	json_t *entry;

	json_array_foreach(entries, i,
			   entry) if (strcmp(member(entry, key), value) == 0) return entry;
	return NULL;
}

static bool wait_for(struct office *office, bool (*is_so)(struct office *office))
{
	for (int i = 0; i < 3000 && !is_so(office); i++) {
		uv_run(&office->loop, UV_RUN_NOWAIT);
		g_usleep(10000);
	}
	return is_so(office);
}

/* ---- what is written ---- */

static void test_commands_and_events(void **state)
{
	struct office *office = *state;
	struct stat info;

	begin(office);
	do_say(office->desk, "scene add stage");
	do_say(office->desk, "cut stage");
	assert_false(say(office->desk, "cut stge"));
	do_say(office->desk, "status"); /* only looks */
	do_post(office->desk, "scene/add", "{'scene': 'Zoë', 'layout': 'grid'}");
	end(office);
	assert_int_equal(stat(office->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	json_t *entries = written(office->path);
	const json_t *cut = find(entries, "command", "cut stage");
	const json_t *refused = find(entries, "command", "cut stge");

	assert_string_equal(member(cut, "who"), "anna");
	assert_string_equal(member(cut, "from"), "socket, pid 7");
	assert_string_equal(member(cut, "result"), "program: stage, preview: nothing");
	assert_int_equal(strlen(member(cut, "at")), strlen("2030-05-01T20:00:00.123Z"));
	assert_string_equal(member(refused, "code"), "NOT_FOUND");
	assert_non_null(strstr(member(refused, "error"), "did you mean stage?"));
	assert_non_null(find(entries, "command", "scene add \"Zoë\" grid"));
	assert_non_null(find(entries, "event", "program_changed"));
	assert_null(find(entries, "command", "status"));
	assert_null(find(entries, "event", "show_changed"));
	json_decref(entries);
}

static void test_cues_say_who_and_what(void **state)
{
	struct office *office = *state;

	begin(office);
	do_say(office->desk, "scene add stage");
	do_say(office->desk, "cue add 12 Begrüßung -- cut stage; slate on");
	do_say(office->desk, "next");
	end(office);
	json_t *entries = written(office->path);
	const json_t *slate = find(entries, "command", "slate on");

	assert_string_equal(member(slate, "who"), "anna");
	assert_string_equal(member(slate, "from"), "cue 12");
	assert_string_equal(member(find(entries, "command", "next"), "result"),
			    "cue 12: Begrüßung");
	assert_non_null(find(entries, "event", "cue_started"));
	json_decref(entries);
}

static void test_no_secrets(void **state)
{
	static const char *const lines[] = {
		"source add cam srt --passphrase 'open sesame'",
		"source add --passphrase 'open sesame' cam2 srt",
		"source add c srt --pasphrase 'open sesame'",
		"source add c srt --passphrase='open sesame'",
		"source add c srt --pasphrase='open sesame'",
		"source add c srt --passphrase open sesame",
		"source add c srt extra 'open sesame'",
		"source ad c srt --passphrase 'open sesame'",
		"soruce add c srt --passphrase 'open sesame'",
		"source add c file --passphrase 'open sesame' --once",
		"cut --passphrase 'open sesame'",
		"open sesame sesame",
		"source add c srt --passphrase sesame",
		"cue add 1 x -- source add f srt --passphrase 'open sesame'",
		"cue add 2 x -- cut a; source add f srt --passphrase 'open sesame'; cutt b",
		"cue add 3 x -- source add f srt --passphrase 'open sesame' too many",
		"cue set 1 -- source add g srt --passphrase 'open sesame'",
		"cue go 1",
	};
	struct office *office = *state;
	g_autofree char *text = NULL, *token = NULL;

	begin(office);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		say(office->desk, lines[i]);
	post(office->desk, "source/add",
	     "{'source': 'd', 'kind': 'srt', 'passphrase': 'open sesame'}");
	post(office->desk, "source/add", "{'source': 'e', 'kind': 'srt', 'pass': 'open sesame'}");
	assert_null(strstr(do_say(office->desk, "cue list"), "sesame"));
	post(office->desk, "cue/add",
	     "{'cue': '4', 'title': 'x', 'commands': 'source add h srt --passphrase sesame'}");
	post(office->desk, "cue/add",
	     "{'cue': '5', 'title': 'x', 'commands': 'cut \\\"open sesame; take'}");
	post(office->desk, "source/add",
	     "{'source': 'e', 'kind': 'srt', 'pass': {'x': 'open sesame'}}");
	do_say(office->desk, "invite Anna");
	token = g_strdup(json_string_value(json_object_get(office->desk->reply.data, "token")));
	end(office);
	assert_true(g_file_get_contents(office->path, &text, NULL, NULL));
	for (char *at = strstr(text, "sesame"); at; at = strstr(at + 1, "sesame")) {
		/* The one line that is nothing but a mistyped command keeps its first two words. */
		if (!g_str_has_prefix(at - strlen("\"command\":\"open "), "\"command\":\"open ") &&
		    !g_str_has_prefix(at - strlen("\\\"open "), "\\\"open "))
			fail_msg("%.200s", at - 100);
	}
	assert_null(strstr(text, token));
	assert_null(strstr(text, "/speak/"));
}

/* Whatever is typed is one line of valid JSON. */
static void test_odd_words(void **state)
{
	struct office *office = *state;
	g_autofree char *long_word = g_strnfill(100000, 'x');
	char *odd[] = {"cut", "\xff\xfe\n\t\x01"};
	char *huge[] = {"cut", long_word};

	begin(office);
	assert_false(
		dispatch_words(&office->desk->context, 2, odd, &office->desk->reply, NULL, NULL));
	assert_false(
		dispatch_words(&office->desk->context, 2, huge, &office->desk->reply, NULL, NULL));
	assert_false(
		dispatch_words(&office->desk->context, 0, odd, &office->desk->reply, NULL, NULL));
	end(office);
	json_t *entries = written(office->path);

	assert_int_equal(json_array_size(entries), 3);
	assert_true(strlen(member(json_array_get(entries, 1), "command")) < 1100);
	json_decref(entries);
}

/* All that is wrong with a file is for who asked; the journal has the beginning, and `log` a line. */
static void test_long_refusal(void **state)
{
	struct office *office = *state;
	g_autofree char *show = g_build_filename(office->folder, "bad.show", NULL);
	g_autofree char *command = g_strdup_printf("show load '%s'", show);
	g_autoptr(GString) text = g_string_new(NULL);

	for (int i = 0; i < 150; i++)
		g_string_append(text, "cut nowhere\n");
	assert_true(g_file_set_contents(show, text->str, -1, NULL));
	begin(office);
	assert_false(say(office->desk, command));
	assert_true(strlen(office->desk->error->message) > 3000);
	assert_null(strchr(do_say(office->desk, "log --commands"), '\n'));
	end(office);
	json_t *entries = written(office->path);

	assert_true(strlen(member(json_array_get(entries, 0), "error")) < 2100);
	json_decref(entries);
	unlink(show);
}

/* ---- the file ---- */

static void test_torn_line(void **state)
{
	struct office *office = *state;
	g_autofree char *half = g_strnfill(70000, 'x'); /* longer than what is read at once */
	g_autofree char *text =
		g_strconcat("{\"at\":\"2030-01-01T00:00:00.000Z\",\"event\":\"a\"}\n", "{\"at\":\"",
			    half, NULL);

	assert_true(g_file_set_contents(office->path, text, -1, NULL));
	begin(office);
	do_say(office->desk, "scene add stage");
	end(office);
	json_t *entries = written(office->path);

	assert_string_equal(member(json_array_get(entries, 0), "event"), "a");
	assert_non_null(find(entries, "command", "scene add stage"));
	json_decref(entries);
}

static bool has_mended(struct office *office)
{
	return stage_told(office->desk->stage, "journal_mended journal.jsonl: a last line of 5 "
					       "bytes") == 1;
}

static void test_mending_is_told(void **state)
{
	struct office *office = *state;

	assert_true(g_file_set_contents(office->path, "{\"at\"", -1, NULL));
	begin(office);
	assert_true(wait_for(office, has_mended));
	end(office);
	json_decref(written(office->path));
}

static void test_begins_anew(void **state)
{
	struct office *office = *state;
	struct journal_file file = {.path = office->path, .most_bytes = 100, .fd = -1};
	g_autofree char *line = g_strnfill(40, 'x');
	int64_t torn;

	line[39] = '\n';
	assert_true(journal_file_open(&file, &torn, NULL));
	for (int i = 0; i < 5; i++) {
		line[0] = (char)('a' + i);
		assert_true(journal_file_append(&file, line, 40, NULL));
	}
	g_autofree char *older = NULL, *newer = NULL, *tail = journal_file_tail(&file, 1000);
	g_autofree char *short_tail = journal_file_tail(&file, 60);

	journal_file_close(&file);
	assert_true(g_file_get_contents(office->path, &newer, NULL, NULL));
	assert_true(g_file_get_contents(office->older, &older, NULL, NULL));
	assert_true(newer[0] == 'e' && strlen(newer) == 40);
	assert_true(older[0] == 'c' && older[40] == 'd' && strlen(older) == 80);
	assert_true(strlen(tail) == 120 && tail[0] == 'c' && tail[80] == 'e');
	assert_true(strlen(short_tail) == 40 && short_tail[0] == 'e');
	/* One that is larger than the limit is written all the same. */
	g_autofree char *large = g_strnfill(200, 'y');

	assert_true(journal_file_append(&file, large, 200, NULL));
	journal_file_close(&file);
}

static void test_links_are_not_followed(void **state)
{
	struct office *office = *state;
	struct journal_file file = {.path = office->path, .most_bytes = 100, .fd = -1};
	int64_t torn;

	assert_int_equal(symlink("/dev/null", office->path), 0);
	assert_false(journal_file_open(&file, &torn, NULL));
}

static bool has_failed(struct office *office)
{
	return stage_told(office->desk->stage, "disk_failed journal.jsonl: ") == 1;
}

static bool is_written(struct office *office)
{
	g_autofree char *text = NULL;

	return g_file_get_contents(office->path, &text, NULL, NULL) &&
	       strstr(text, "\"scene add stage\"");
}

/* A disk that fails is told once; what was said meanwhile is there when it works again. */
static void test_disk_fails(void **state)
{
	struct office *office = *state;

	assert_int_equal(mkdir(office->path, 0700), 0);
	begin(office);
	do_say(office->desk, "scene add stage");
	assert_true(wait_for(office, has_failed));
	assert_int_equal(rmdir(office->path), 0);
	assert_true(wait_for(office, is_written));
	end(office);
}

static bool is_full(struct office *office)
{
	return stage_told(office->desk->stage, "journal_dropped journal.jsonl: ") == 1 ||
	       !say(office->desk, "pin nobody");
}

/* What is too much for a disk that hangs is dropped, and how much that was is told. */
static void test_too_much(void **state)
{
	struct office *office = *state;

	assert_int_equal(mkdir(office->path, 0700), 0);
	begin(office);
	assert_true(wait_for(office, has_failed));
	for (int i = 0; i < 9000; i++)
		say(office->desk, "pin nobody");
	assert_int_equal(rmdir(office->path), 0);
	for (int i = 0; i < 3000 && !stage_told(office->desk->stage, "journal_dropped"); i++) {
		uv_run(&office->loop, UV_RUN_NOWAIT);
		g_usleep(10000);
		say(office->desk, "pin nobody");
	}
	assert_true(is_full(office));
	end(office);
	json_t *entries = written(office->path);
	const json_t *dropped = find(entries, "event", "journal_dropped");

	assert_non_null(strstr(member(dropped, "text"), "entries are missing before this one"));
	assert_in_range(json_array_size(entries), 4096, 9000);
	json_decref(entries);
}

/* ---- log ---- */

static bool knows_before(struct office *office)
{
	say(office->desk, "log --since 2030-01-01T00:00:00Z");
	return json_array_size(json_object_get(office->desk->reply.data, "entries")) > 0;
}

static void test_log(void **state)
{
	struct office *office = *state;

	assert_true(g_file_set_contents(office->path,
					"{\"at\":\"2090-01-01T00:00:00.000Z\",\"who\":\"bela\","
					"\"from\":\"cue 1\",\"command\":"
					"\"take\",\"result\":\"done\"}\nnot json\n",
					-1, NULL));
	begin(office);
	assert_true(wait_for(office, knows_before)); /* the daemon's before */
	do_say(office->desk, "scene add stage");
	do_say(office->desk, "cut stage");
	const char *text = do_say(office->desk, "log");

	assert_true(
		g_str_has_prefix(text, "2090-01-01T00:00:00.000Z  bela (cue 1): take  ->  done\n"));
	assert_non_null(strstr(text,
			       "  anna (socket, pid 7): cut stage  ->  program: stage, preview: "
			       "nothing"));
	assert_non_null(strstr(text, "  program_changed  stage is on program\n"));
	do_say(office->desk, "log --commands --last 1");
	assert_int_equal(json_array_size(json_object_get(office->desk->reply.data, "entries")), 1);
	assert_non_null(strstr(office->desk->reply.text->str, "cut stage"));
	do_say(office->desk, "log --since 10m");
	assert_true(json_array_size(json_object_get(office->desk->reply.data, "entries")) >= 4);
	do_say(office->desk, "log --since 2099-01-01T00:00:00Z");
	assert_int_equal(json_array_size(json_object_get(office->desk->reply.data, "entries")), 0);
	assert_false(say(office->desk, "log --since yesterday"));
	assert_non_null(strstr(office->desk->error->message, "neither a length of time"));
	assert_false(say(office->desk, "log --last 0"));
	end(office);
}

static void on_entry(const json_t *entry, void *data)
{
	g_string_append_printf(data, "%s;", member(entry, "command"));
}

static void test_follow(void **state)
{
	struct office *office = *state;
	g_autoptr(GString) heard = g_string_new(NULL);

	begin(office);
	struct journal *journal = office->desk->context.journal;
	int id = journal_subscribe(journal, on_entry, heard);

	say(office->desk, "cut stage");
	say(office->desk, "take");
	journal_unsubscribe(journal, id);
	say(office->desk, "take");
	assert_string_equal(heard->str, "cut stage;take;");
	end(office);
}

static void test_none_is_written(void **state)
{
	struct office *office = *state;

	stage_set(office->desk->stage, "journal_mb", "0");
	begin(office);
	do_say(office->desk, "scene add stage");
	assert_non_null(strstr(do_say(office->desk, "log"), "scene add stage"));
	end(office);
	assert_false(g_file_test(office->path, G_FILE_TEST_EXISTS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commands_and_events, office_open,
						office_close),
		cmocka_unit_test_setup_teardown(test_cues_say_who_and_what, office_open,
						office_close),
		cmocka_unit_test_setup_teardown(test_no_secrets, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_long_refusal, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_odd_words, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_torn_line, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_mending_is_told, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_begins_anew, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_links_are_not_followed, office_open,
						office_close),
		cmocka_unit_test_setup_teardown(test_disk_fails, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_too_much, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_log, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_follow, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_none_is_written, office_open, office_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
