/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "log.h"
#include "saver.h"
#include "show_file.h"

/* A desk with a folder of its own, which is the state directory, too. */
struct office {
	struct desk *desk;
	char *folder;
};

static int office_open(void **state)
{
	struct office *office = g_new0(struct office, 1);

	log_set_level(LOG_ERROR + 1); /* what is passed over is logged */
	desk_open((void **)&office->desk);
	office->folder = g_dir_make_tmp("twinstage-test-XXXXXX", NULL);
	assert_non_null(office->folder);
	stage_set(office->desk->stage, "state_dir", office->folder);
	*state = office;
	return 0;
}

static int office_close(void **state)
{
	struct office *office = *state;
	GDir *folder = g_dir_open(office->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(office->folder, name, NULL);

		unlink(path);
	}
	g_dir_close(folder);
	rmdir(office->folder);
	g_free(office->folder);
	desk_close((void **)&office->desk);
	g_free(office);
	return 0;
}

static char *path_of(const struct office *office, const char *name)
{
	return g_build_filename(office->folder, name, NULL);
}

static char *write_file(const struct office *office, const char *name, const char *text)
{
	char *path = path_of(office, name);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static char *read_text(const char *path)
{
	char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static int count_files(const struct office *office)
{
	GDir *folder = g_dir_open(office->folder, 0, NULL);
	int n = 0;

	while (g_dir_read_name(folder))
		n++;
	g_dir_close(folder);
	return n;
}

static void refuse_file(const struct office *office, const char *command, const char *path,
			enum error_code code, const char *part)
{
	g_autofree char *line = g_strdup_printf("show %s '%s'", command, path);

	refuse(office->desk, line, code, part, 2);
}

static void say_file(const struct office *office, const char *command, const char *path)
{
	g_autofree char *line = g_strdup_printf("show %s '%s'", command, path);

	do_say(office->desk, line);
}

static const char running[] = "source add cam srt --passphrase 'stage left 2030'\n"
			      "scene add stage\n"
			      "scene place stage cam\n"
			      "invite Anna\n"
			      "speaker admit Anna\n"
			      "cut stage\n";

static void run_show(const struct office *office)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);

	assert_true(
		dispatch_text(&office->desk->context, "running", running, strlen(running), errors));
}

static void test_check(void **state)
{
	struct office *office = *state;
	g_autofree char *good = write_file(office, "good.show", running);
	g_autofree char *bad =
		write_file(office, "bad.show",
			   "source add bars test\nscene ad a\n\ncut nowhere\nroom nowhere\n");
	g_autofree char *second = g_strdup_printf("%s:2:7: no command \"scene ad\"", bad);
	g_autofree char *fourth = g_strdup_printf("%s:4:5: no scene \"nowhere\"", bad);
	g_autofree char *fifth = g_strdup_printf("%s:5:6: room takes", bad);

	run_show(office);
	say_file(office, "check", good);
	refuse_file(office, "check", bad, ERROR_BAD_INPUT, second);
	refuse_file(office, "check", bad, ERROR_BAD_INPUT, fourth);
	refuse_file(office, "check", bad, ERROR_BAD_INPUT, fifth);
	refuse_file(office, "check", bad, ERROR_BAD_INPUT, "bad.show: 3 lines wrong");
}

/* A file that is no show by mistake does not keep everybody else waiting. */
static void test_no_show_at_all(void **state)
{
	struct office *office = *state;
	g_autoptr(GString) text = g_string_new(NULL), good = g_string_new("scene add a\n");

	for (int i = 0; i < 300; i++)
		g_string_append(text, "Nov 25 20:00:00 stage systemd[1]: Started.\n");
	for (int i = 0; i < 20000; i++)
		g_string_append(good, "cut a\n");
	g_autofree char *bad = write_file(office, "syslog", text->str);
	g_autofree char *endless = write_file(office, "endless.show", good->str);

	refuse_file(office, "check", bad, ERROR_BAD_INPUT, "syslog:201:1: so much is wrong");
	refuse_file(office, "check", endless, ERROR_BAD_INPUT,
		    "endless.show:20001:1: more lines than the 20000");
}

static void test_unreadable(void **state)
{
	struct office *office = *state;
	g_autofree char *pipe = path_of(office, "pipe"), *huge = path_of(office, "huge");
	g_autofree char *none = path_of(office, "none");

	assert_int_equal(mkfifo(pipe, 0600), 0);
	g_autofree char *made = write_file(office, "huge", "");

	assert_int_equal(truncate(made, 5 << 20), 0);
	const char *const commands[] = {"check", "load"};

	for (int i = 0; i < 2; i++) {
		refuse_file(office, commands[i], none, ERROR_IO, "No such file");
		refuse_file(office, commands[i], office->folder, ERROR_IO, "is no file");
		refuse_file(office, commands[i], pipe, ERROR_IO,
			    "is no file"); /* and nobody waits for it */
		refuse_file(office, commands[i], "/dev/zero", ERROR_IO, "is no file");
		refuse_file(office, commands[i], huge, ERROR_TOO_LARGE, "larger than 4 MB");
	}
}

static void test_load(void **state)
{
	struct office *office = *state;
	g_autofree char *good = write_file(office, "good.show", "scene add new\ncut new\n");

	run_show(office);
	say_file(office, "load", good);
	g_autofree char *text = stage_text(office->desk->stage, true);

	assert_string_equal(text, "scene add new full --background \"#101820\"\ncut new\n");
}

static void test_load_refuses_whole(void **state)
{
	struct office *office = *state;
	g_autofree char *bad = write_file(office, "bad.show", "scene add new\ncut new\ncut old\n");
	g_autofree char *loop = path_of(office, "loop.show");
	g_autofree char *line = g_strdup_printf("show load '%s'\n", loop);
	g_autofree char *made = write_file(office, "loop.show", line);

	run_show(office);
	do_say(office->desk, "invite Bela");
	g_autofree char *token =
		g_strdup(json_string_value(json_object_get(office->desk->reply.data, "token")));
	uint64_t peer = arrive(office->desk->stage, token);

	refuse_file(office, "load", bad, ERROR_BAD_INPUT,
		    "bad.show:3:5: no scene \"old\" (have: new)");
	refuse_file(office, "load", made, ERROR_BAD_INPUT, "cannot hold show commands");
	assert_false(fake_peer(peer)->is_closed); /* nobody noticed */
}

/* A picture that is there and cannot be decoded: only the running show can tell. */
static void test_load_fails_after_the_check(void **state)
{
	struct office *office = *state;
	g_autofree char *good =
		write_file(office, "good.show", "scene add new\nsource add bars test\ncut new\n");

	run_show(office);
	do_say(office->desk, "invite Bela");
	g_autofree char *token =
		g_strdup(json_string_value(json_object_get(office->desk->reply.data, "token")));

	do_say(office->desk, "speaker admit Bela");
	fakes.no_ingest = true;
	refuse_file(office, "load", good, ERROR_CONFLICT, "good.show:2:12: no ingest today");
	refuse_file(office, "load", good, ERROR_CONFLICT,
		    "1 line could not be carried out; the show is as it was");
	assert_int_equal(speaker_by_token(office->desk->stage->show, token, NULL), 1);
	assert_int_equal(source(office->desk->stage, "cam").tally, TALLY_PROGRAM);
	fakes.no_ingest = false;
	say_file(office, "load", good);
}

static void test_restore(void **state)
{
	struct office *office = *state;
	struct desk *desk = office->desk;

	assert_false(show_file_restore(&desk->context)); /* the first start */
	run_show(office);
	g_autofree char *before = stage_text(desk->stage, true);
	g_free(write_file(office, "running.show", before));

	show_clear(desk->stage->show);
	assert_true(show_file_restore(&desk->context));
	g_autofree char *after = stage_text(desk->stage, true);

	assert_string_equal(after, before);
	assert_int_equal(count_files(office), 1);
	/* What is refused is passed over; the rest goes on, and nothing is lost. */
	g_autofree char *damaged =
		g_strconcat(before, "source add gone file /no/such.mp4\ncut nowhere\n", NULL);
	g_free(write_file(office, "running.show", damaged));

	show_clear(desk->stage->show);
	assert_true(show_file_restore(&desk->context));
	g_autofree char *rest = stage_text(desk->stage, true);

	assert_string_equal(rest, before);
	g_autofree char *bad = path_of(office, "running.show.bad"), *kept = read_text(bad);

	assert_string_equal(kept, damaged);
}

static bool wait_for(uv_loop_t *loop, bool (*is_so)(struct office *office), struct office *office)
{
	for (int i = 0; i < 3000 && !is_so(office); i++) {
		uv_run(loop, UV_RUN_NOWAIT);
		g_usleep(10000);
	}
	return is_so(office);
}

static bool has_saved(struct office *office)
{
	g_autofree char *path = path_of(office, "running.show"), *file = NULL;
	g_autofree char *text = stage_text(office->desk->stage, true);

	return g_file_get_contents(path, &file, NULL, NULL) && g_str_has_suffix(file, text);
}

static bool has_told_failure(struct office *office)
{
	return stage_told(office->desk->stage, "disk_failed running.show: ") == 1;
}

static void test_saver(void **state)
{
	struct office *office = *state;
	uv_loop_t loop;

	uv_loop_init(&loop);
	struct saver *saver = saver_create(&loop, office->desk->stage->show);

	run_show(office);
	assert_true(wait_for(&loop, has_saved, office));
	do_say(office->desk, "source add Zoë test");
	assert_false(has_saved(office));
	assert_true(wait_for(&loop, has_saved, office));
	/* What has not been written yet is written at the end. */
	do_say(office->desk, "source set Zoë --mute on");
	saver_destroy(saver);
	saver_destroy(NULL);
	assert_true(has_saved(office));
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void test_disk_fails(void **state)
{
	struct office *office = *state;
	uv_loop_t loop;

	uv_loop_init(&loop);
	stage_set(office->desk->stage, "state_dir", "/no/such/folder");
	struct saver *saver = saver_create(&loop, office->desk->stage->show);

	run_show(office);
	stage_forget(office->desk->stage);
	assert_true(wait_for(&loop, has_told_failure, office));
	saver_destroy(saver);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static bool has_saved_two(struct office *office)
{
	return stage_told(office->desk->stage, "show_saved ") == 1 &&
	       stage_told(office->desk->stage, "show_not_saved ") == 1;
}

/* Below the caller's directory, as lines that make the same show, and nobody waits for the disk. */
static void test_save(void **state)
{
	struct office *office = *state;
	struct desk *desk = office->desk;
	g_autofree char *path = path_of(office, "saved.show");
	struct stat info;
	uv_loop_t loop;

	refuse(desk, "show save saved.show", ERROR_CONFLICT, "nothing can be saved", 2);
	desk->context.directory = office->folder;
	uv_loop_init(&loop);
	run_show(office);
	desk->context.saver = saver_create(&loop, desk->stage->show);
	do_say(desk, "show save saved.show");
	assert_true(desk->reply.pending != 0);
	do_say(desk, "show save no/such/saved.show");
	assert_true(wait_for(&loop, has_saved_two, office));
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600); /* it holds passphrases */
	g_autofree char *text = read_text(path);

	assert_true(g_str_has_prefix(text, "# A Twinstage show"));
	assert_non_null(strstr(text, "\ninvite Anna\n"));
	assert_null(strstr(text, "admit"));
	assert_int_equal(count_files(office), 1); /* no leavings */
	say_file(office, "check", path);
	say_file(office, "load", path);
	for (int i = 0; i < 8; i++)
		do_say(desk, "show save saved.show");
	refuse(desk, "show save saved.show", ERROR_LIMIT, "try again", 2);
	/* What was promised is kept. */
	saver_destroy(desk->context.saver);
	assert_int_equal(stage_told(desk->stage, "show_saved "), 9);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_check, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_no_show_at_all, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_unreadable, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_load, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_load_refuses_whole, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_load_fails_after_the_check, office_open,
						office_close),
		cmocka_unit_test_setup_teardown(test_restore, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_saver, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_save, office_open, office_close),
		cmocka_unit_test_setup_teardown(test_disk_fails, office_open, office_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
