/* SPDX-License-Identifier: EUPL-1.2 */
#include "disk.h"
#include "error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#define MOST (1 << 20)

static char *folder;

static char *in_folder(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static char *write_file(const char *name, size_t length)
{
	char *path = in_folder(name);
	g_autofree char *text = g_strnfill(length, 'x');

	assert_true(g_file_set_contents(path, text, (gssize)length, NULL));
	return path;
}

static void refuse(const char *path, enum error_code code, const char *words)
{
	g_autoptr(GError) looked = NULL, read = NULL;
	char *text = NULL;
	size_t length = 0;

	assert_false(disk_check(path, MOST, &looked));
	assert_false(disk_read(path, MOST, &text, &length, &read));
	assert_null(text);
	assert_int_equal(looked->code, code);
	assert_int_equal(read->code, code);
	assert_non_null(strstr(looked->message, path));
	assert_non_null(strstr(read->message, words));
}

static void a_file_is_read(void **state)
{
	g_autofree char *path = write_file("good", 100000), *text = NULL;
	size_t length = 0;

	(void)state;
	assert_true(disk_check(path, MOST, NULL));
	assert_true(disk_read(path, MOST, &text, &length, NULL));
	assert_int_equal(length, 100000);
	assert_int_equal(strlen(text), 100000);
}

static void the_limit_is_within(void **state)
{
	g_autofree char *path = write_file("full", MOST), *text = NULL,
			*more = write_file("more", MOST + 1);
	size_t length = 0;

	(void)state;
	assert_true(disk_read(path, MOST, &text, &length, NULL));
	assert_int_equal(length, MOST);
	refuse(more, ERROR_TOO_LARGE, "larger than 1 MB");
	assert_true(disk_check(more, 0, NULL));
}

static void what_is_no_file_is_not_waited_for(void **state)
{
	g_autofree char *pipe = in_folder("pipe");

	(void)state;
	assert_int_equal(mkfifo(pipe, 0600), 0);
	refuse(pipe, ERROR_IO, "is no file");
	refuse(folder, ERROR_IO, "is no file");
	refuse("/dev/zero", ERROR_IO, "is no file");
	refuse("/no/such", ERROR_IO, "No such file");
}

static int set_up(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("twinstage-XXXXXX", NULL);
	return folder ? 0 : -1;
}

static int tear_down(void **state)
{
	const char *names[] = {"good", "full", "more", "pipe"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = in_folder(names[i]);

		g_remove(path);
	}
	g_rmdir(folder);
	g_free(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(the_limit_is_within),
		cmocka_unit_test(what_is_no_file_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
