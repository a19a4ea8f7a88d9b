/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shown.h"

static struct model model;

static int open_model(void **state)
{
	(void)state;
	model_init(&model);
	return 0;
}

static int close_model(void **state)
{
	(void)state;
	model_finish(&model);
	return 0;
}

static void test_status(void **state)
{
	(void)state;
	shown_status(&model, shown_evening, 10);
	assert_string_equal(model.program, "stage");
	assert_int_equal(model.n_sources, 4);
	/* A speaker who is not there is in the speakers' list only. */
	assert_int_equal(model.n_listed, 3);
	assert_string_equal(model.sources[3].name, "Zoë");
	assert_true(model_is_dead(&model.sources[0]));
	assert_false(model_is_dead(&model.sources[1]));
	assert_true(model_is_clipping(&model.sources[1].levels));
	assert_false(model_is_clipping(&model.buses[0].levels));
	assert_true(isnan(model.sources[0].loss_percent));
	assert_float_equal(model.scenes[0].places[1].x, 70, 0);
	assert_int_equal(model.scenes[1].tally, LIGHT_PREVIEW);
	assert_float_equal(model.buses[0].kbps, 2576, 0);
	assert_int_equal(model.n_buses, 3); /* nobody looks at preview */
	assert_string_equal(model.buses[1].bus, "crew");
	assert_true(isnan(model.buses[2].encode_ms));
	assert_float_equal(model.speakers[0].in.jitter_ms, 12, 0);
	assert_true(isnan(model.speakers[0].in.rtt_ms));
	assert_float_equal(model.speakers[0].out.loss_percent, 7, 0);
	assert_string_equal(model.speakers[0].rendition, "full");
	assert_int_equal(model.missed, 3);
	assert_int_equal(model.missed_lately, 0);
}

/* Whatever an older or newer daemon leaves out or says otherwise. */
static void test_strange_status(void **state)
{
	(void)state;
	shown_status(&model, "{}", 1);
	assert_string_equal(model.program, "");
	assert_int_equal(model.n_sources, 0);
	shown_status(&model,
		     "{'program':7,'sources':[{},3,null],'scenes':[{'places':[{}]}],'buses':'x',"
		     "'speakers':[{'link':[]}],'cpu':[],'mix':{'video_missed':'many'}}",
		     2);
	assert_int_equal(model.n_sources, 3);
	assert_string_equal(model.sources[1].name, "");
	assert_true(isnan(model.daemon_percent));
}

static void test_levels(void **state)
{
	(void)state;
	shown_levels(&model, "{'program':'x'}"); /* before any status: nothing */
	assert_string_equal(model.program, "");
	shown_status(&model, shown_evening, 10);
	shown_levels(&model,
		     "{'program':'panel','preview':'stage','slate':true,'sources':["
		     "{'name':'cam-b','tally':'preview','muted':true,'peak_db':-33,'held_db':-30,"
		     "'short_term_lufs':-31},{'name':'unknown'}],"
		     "'buses':[{'bus':'program','speaker':'','peak_db':-9,'held_db':-8,"
		     "'short_term_lufs':-7}]}");
	assert_string_equal(model.program, "panel");
	assert_true(model.is_slate);
	assert_int_equal(model.scenes[1].tally, LIGHT_PROGRAM);
	assert_int_equal(model.sources[1].tally, LIGHT_PREVIEW);
	assert_true(model.sources[1].is_muted);
	assert_float_equal(model.sources[1].levels.held_db, -30, 0);
	assert_float_equal(model.buses[0].levels.lufs, -7, 0);
	shown_levels(&model, "{'program':'','preview':''}");
	assert_string_equal(model.program, "");
}

static void test_rates(void **state)
{
	char *later = strdup(shown_evening);

	(void)state;
	shown_status(&model, shown_evening, 10);
	assert_true(isnan(model.buses[0].fps));
	memcpy(strstr(later, "'frames':900"), "'frames':960", 12);
	memcpy(strstr(later, "'video_missed':3"), "'video_missed':5", 16);
	shown_status(&model, later, 12);
	assert_float_equal(model.buses[0].fps, 30, 0.01);
	assert_int_equal(model.missed_lately, 2);
	shown_status(&model, later, 30);
	assert_int_equal(model.missed_lately, 0);
	free(later);
	/* An encoder that began anew. */
	shown_status(&model, shown_evening, 31);
	assert_true(isnan(model.buses[0].fps));
}

static void test_events(void **state)
{
	(void)state;
	shown_event(&model, "tally_changed", "cam-a", "program");
	assert_int_equal(model.n_events, 0);
	shown_event(&model, "source_live", "cam-a", "cam-a is live");
	shown_event(&model, "source_lost", "cam-a", "the camera hung up");
	assert_false(model.events[0].is_warning);
	assert_true(model.events[1].is_warning);
	assert_string_equal(model.events[0].text, "cam-a is live");
	assert_string_equal(model.events[1].text, "cam-a: the camera hung up");
	assert_int_equal(strlen(model.events[1].at), 8);
	/* The same trouble again is one line. */
	shown_event(&model, "source_lost", "cam-a", "gone");
	assert_int_equal(model.n_events, 2);
	assert_string_equal(model.events[1].text, "cam-a: gone (2 times)");
	shown_event(&model, "source_lost", "cam-b", "gone");
	assert_int_equal(model.n_events, 3);
	for (int i = 0; i < 2 * MODEL_EVENTS; i++)
		shown_event(&model, "source_live", "", "again");
	assert_int_equal(model.n_events, MODEL_EVENTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_status, open_model, close_model),
		cmocka_unit_test_setup_teardown(test_strange_status, open_model, close_model),
		cmocka_unit_test_setup_teardown(test_levels, open_model, close_model),
		cmocka_unit_test_setup_teardown(test_rates, open_model, close_model),
		cmocka_unit_test_setup_teardown(test_events, open_model, close_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
