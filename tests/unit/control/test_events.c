/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include "events.h"
#include "log.h"

static int open_quietly(void **state)
{
	log_set_level(LOG_ERROR); /* each event is a line of the log, too */
	return desk_open(state);
}

static void tell(struct desk *desk, const char *text)
{
	show_announce(desk->stage->show, EVENT_daemon_started, "it", text);
}

static void test_kept(void **state)
{
	struct desk *desk = *state;
	struct events *events = events_create(desk->stage->show);

	assert_ptr_equal(events_of(desk->stage->show), events);
	do_say(desk, "source add cam srt");
	json_t *kept = events_kept(events);

	assert_int_equal(json_array_size(kept), 1); /* show_changed is not among them */
	const json_t *event = json_array_get(kept, 0);

	assert_string_equal(json_string_value(json_object_get(event, "event")), "source_added");
	assert_string_equal(json_string_value(json_object_get(event, "subject")), "cam");
	assert_string_equal(json_string_value(json_object_get(event, "text")),
			    "source cam is created");
	assert_int_equal(strlen(json_string_value(json_object_get(event, "at"))),
			 strlen("2030-05-01T20:00:00.123Z"));
	json_decref(kept);
	const char *text = do_say(desk, "events");

	assert_true(g_str_has_suffix(text, "  source_added  source cam is created"));
	assert_int_equal(json_array_size(json_object_get(desk->reply.data, "events")), 1);
	for (int i = 0; i < 205; i++) {
		g_autofree char *word = g_strdup_printf("%d", i);

		tell(desk, word);
	}
	kept = events_kept(events);
	assert_int_equal(json_array_size(kept), 200);
	assert_string_equal(json_string_value(json_object_get(json_array_get(kept, 0), "text")),
			    "5");
	assert_string_equal(json_string_value(json_object_get(json_array_get(kept, 199), "text")),
			    "204");
	json_decref(kept);
	events_destroy(events);
	assert_null(events_of(desk->stage->show));
	assert_string_equal(do_say(desk, "events"), ""); /* nobody keeps them */
	events_destroy(NULL);
}

static void test_lines_and_times(void **state)
{
	g_autofree char *time = events_time(INT64_C(1903896000123999999));
	json_t *event = json_pack("{s:s, s:s, s:s, s:s}", "event", "source_live", "at", time,
				  "subject", "Zoë", "text", "Zoë is live");
	g_autofree char *line = events_line(event);

	(void)state;
	assert_string_equal(line, "2030-05-01T20:00:00.123Z  source_live  Zoë is live");
	json_decref(event);
}

struct hearer {
	struct events *events;
	int id, heard;
	int ends; /* whom it unsubscribes when it hears */
};

static void hear(const json_t *event, void *data)
{
	struct hearer *hearer = data;

	assert_true(json_is_object(event));
	hearer->heard++;
	events_unsubscribe(hearer->events, hearer->ends);
}

static void test_subscribers(void **state)
{
	struct desk *desk = *state;
	struct events *events = events_create(desk->stage->show);
	struct hearer all[4] = {0};

	for (int i = 0; i < 4; i++) {
		all[i].events = events;
		all[i].id = events_subscribe(events, hear, &all[i]);
		assert_int_not_equal(all[i].id, 0);
	}
	tell(desk, "one");
	events_unsubscribe(events, all[1].id);
	events_unsubscribe(events, 4711);
	tell(desk, "two");
	assert_int_equal(all[0].heard + all[2].heard + all[3].heard, 6);
	assert_int_equal(all[1].heard, 1);
	all[0].ends = all[3].id; /* before it has heard */
	tell(desk, "three");
	assert_int_equal(all[0].heard, 3);
	assert_int_equal(all[2].heard, 3);
	assert_int_equal(all[3].heard, 2);
	all[2].ends = all[2].id; /* itself */
	tell(desk, "four");
	tell(desk, "five");
	assert_int_equal(all[0].heard, 5);
	assert_int_equal(all[2].heard, 4);
	events_destroy(events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kept, open_quietly, desk_close),
		cmocka_unit_test(test_lines_and_times),
		cmocka_unit_test_setup_teardown(test_subscribers, open_quietly, desk_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
