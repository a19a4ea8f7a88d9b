/* SPDX-License-Identifier: EUPL-1.2 */
#include "stream_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void expect(const char *text, bool is_publish, const char *name)
{
	char got[STREAM_ID_MOST + 1] = "rubbish";

	assert_int_equal(stream_id_parse(text, got, sizeof(got)), is_publish);
	assert_string_equal(got, name);
}

static void names(void **state)
{
	(void)state;
	expect("cam-a", true, "cam-a");
	expect("", true, "");
	expect("a name with blanks", true, "a name with blanks");
	expect("stage/left", true, "stage/left");
	expect("publisher", true, "publisher");
	expect("play", true, "play");
}

static void paths(void **state)
{
	(void)state;
	expect("publish/cam-a", true, "cam-a");
	expect("publish:cam-a", true, "cam-a");
	expect("play/cam-a", false, "cam-a");
	expect("read:cam-a", false, "cam-a");
	expect("request/cam-a", false, "cam-a");
	expect("publish/", true, "");
}

static void access_control(void **state)
{
	(void)state;
	expect("#!::r=cam-a,m=publish", true, "cam-a");
	expect("#!::m=publish,r=cam-a,u=someone", true, "cam-a");
	expect("#!::r=cam-a", true, "cam-a");
	expect("#!::r=cam-a,m=bidirectional", true, "cam-a");
	expect("#!::r=cam-a,m=request", false, "cam-a");
	expect("#!::m=request", false, "");
	expect("#!::", true, "");
	expect("#!::,,,=,r", true, "");
	expect("#!::r=a,r=b", true, "b");
	expect("#!::r=,m=publish", true, "");
}

static void long_ones_are_cut(void **state)
{
	char text[2000], name[16];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_true(stream_id_parse(text, name, sizeof(name)));
	assert_int_equal(strlen(name), sizeof(name) - 1);
	memcpy(text, "#!::r=", 6);
	assert_true(stream_id_parse(text, name, sizeof(name)));
	assert_int_equal(strlen(name), sizeof(name) - 1);
	memset(text, ',', sizeof(text) - 1);
	memcpy(text, "#!::", 4);
	assert_true(stream_id_parse(text, name, sizeof(name)));
	assert_string_equal(name, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(paths),
		cmocka_unit_test(access_control),
		cmocka_unit_test(long_ones_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
