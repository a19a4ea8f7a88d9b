/* SPDX-License-Identifier: EUPL-1.2
 *
 * Replies that come later: who waits is told once, of its own thing, in time or that it was not.
 */
#include "desk.h"

#include <uv.h>

#include "frame.h"
#include "later.h"
#include "slot.h"

#define MOST_MS 300

struct waiter {
	int n;
	char *text;
	enum error_code code;
	bool is_error;
};

static void on_done(const char *text, const GError *error, void *data)
{
	struct waiter *waiter = data;

	waiter->n++;
	waiter->is_error = error != NULL;
	waiter->code = error ? error_code_of(error) : 0;
	g_free(waiter->text);
	waiter->text = g_strdup(error ? error->message : text);
}

struct bench {
	struct desk *desk;
	uv_loop_t loop;
	struct later *later;
	struct waiter a, b;
};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	desk_open((void **)&bench->desk);
	uv_loop_init(&bench->loop);
	bench->later = later_create(&bench->loop, bench->desk->stage->show, MOST_MS);
	do_say(bench->desk, "source add cam srt");
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	later_destroy(bench->later);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench->loop), 0);
	desk_close((void **)&bench->desk);
	g_free(bench->a.text);
	g_free(bench->b.text);
	g_free(bench);
	return 0;
}

/* Asks for a snapshot; what the reply names. */
static uint64_t ask(struct bench *bench, const char *target)
{
	g_autofree char *line = g_strdup_printf("snapshot %s /tmp/%s.png", target, target);

	do_say(bench->desk, line);
	assert_int_not_equal(bench->desk->reply.pending, 0);
	return bench->desk->reply.pending;
}

static void fail_to_take(struct bench *bench, uint64_t pending)
{
	note(bench->desk->stage, NOTE_PICTURE_TAKEN, pending, 0, "");
}

static void test_each_hears_its_own(void **state)
{
	struct bench *bench = *state;
	uint64_t a = ask(bench, "program"), b = ask(bench, "cam");

	later_wait(bench->later, a, on_done, &bench->a);
	later_wait(bench->later, b, on_done, &bench->b);
	do_say(bench->desk, "scene add panel"); /* its events answer nobody */
	assert_int_equal(bench->a.n + bench->b.n, 0);
	fail_to_take(bench, b);
	assert_int_equal(bench->a.n, 0);
	assert_int_equal(bench->b.n, 1);
	assert_true(bench->b.is_error && bench->b.code == ERROR_CONFLICT);
	slot_put(fakes.picture->shots[0].out, frame_create_colour(32, 18, 16, 128, 128));
	note(bench->desk->stage, NOTE_PICTURE_TAKEN, a, 1, "");
	note(bench->desk->stage, NOTE_PICTURE_SAVED, a, 1, "");
	assert_int_equal(bench->a.n, 1);
	assert_false(bench->a.is_error);
	assert_string_equal(bench->a.text, "program is saved as /tmp/program.png");
	assert_int_equal(bench->b.n, 1);
}

static void test_who_has_left(void **state)
{
	struct bench *bench = *state;
	uint64_t a = ask(bench, "program");

	later_wait(bench->later, a, on_done, &bench->a);
	later_forget(bench->later, &bench->a);
	later_forget(bench->later, &bench->b); /* never waited */
	fail_to_take(bench, a);
	assert_int_equal(bench->a.n, 0);
}

static void test_too_late(void **state)
{
	struct bench *bench = *state;
	uint64_t a = ask(bench, "program");

	later_wait(bench->later, a, on_done, &bench->a);
	while (!bench->a.n)
		uv_run(&bench->loop, UV_RUN_ONCE);
	assert_true(bench->a.is_error && bench->a.code == ERROR_INTERNAL);
	assert_non_null(strstr(bench->a.text, "not done after 0.3 s"));
	fail_to_take(bench, a); /* nobody waits any more */
	assert_int_equal(bench->a.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_hears_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_late, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
