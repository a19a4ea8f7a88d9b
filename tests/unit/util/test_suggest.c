/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>

#include "suggest.h"

static const char *const words[] = {"width", "height", "fps", "video_kbps", "room_kbps", "hold_ms"};

static const char *nearest(const char *word)
{
	return suggest_nearest(word, words, G_N_ELEMENTS(words));
}

static void test_one_slip_of_each_kind(void **state)
{
	(void)state;
	assert_string_equal(nearest("widh"), "width");
	assert_string_equal(nearest("widdth"), "width");
	assert_string_equal(nearest("wadth"), "width");
	assert_string_equal(nearest("fsp"), "fps");
	assert_string_equal(nearest("video_kpbs"), "video_kbps");
	assert_string_equal(nearest("width"), "width");
}

static void test_case_counts_nothing(void **state)
{
	(void)state;
	assert_string_equal(nearest("FPS"), "fps");
	assert_string_equal(nearest("FSp"), "fps");
	assert_string_equal(nearest("HEIGTH"), "height");
}

static void test_too_far(void **state)
{
	char endless[200];

	(void)state;
	assert_null(nearest("colour"));
	assert_null(nearest("fxy"));
	assert_null(nearest(""));
	memset(endless, 'w', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_null(nearest(endless));
	assert_null(suggest_nearest("width", words, 0));
}

/* Of two that are near, the nearer; of two as near, the first. */
static void test_nearest_wins(void **state)
{
	static const char *const scenes[] = {"stage-1", "stage-2", "staged"};

	(void)state;
	assert_string_equal(suggest_nearest("staged1", scenes, 3), "stage-1");
	assert_string_equal(suggest_nearest("stage_2", scenes, 3), "stage-2");
	assert_string_equal(suggest_nearest("stagd", scenes, 3), "staged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_slip_of_each_kind),
		cmocka_unit_test(test_case_counts_nothing),
		cmocka_unit_test(test_too_far),
		cmocka_unit_test(test_nearest_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
