/* SPDX-License-Identifier: EUPL-1.2
 *
 * Work that does not come back is a job that waits until the test lets it go.
 */
#include "patience.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define AT_ONCE_MS 20
#define ENOUGH_MS  60000

struct job {
	bool hangs;
	atomic_bool is_let_go;
	atomic_int done, released;
};

static void work(void *data)
{
	struct job *job = data;

	while (job->hangs && !atomic_load(&job->is_let_go))
		g_usleep(1000);
	atomic_fetch_add(&job->done, 1);
}

static void release(void *data)
{
	atomic_fetch_add(&((struct job *)data)->released, 1);
}

static void let_go(struct job *job)
{
	atomic_store(&job->is_let_go, true);
	while (atomic_load(&job->released) == 0)
		g_usleep(1000);
	assert_int_equal(atomic_load(&job->done), 1);
	assert_int_equal(atomic_load(&job->released), 1);
}

static void what_comes_back_is_the_callers(void **state)
{
	struct job job = {0};

	(void)state;
	assert_true(patience_run(work, &job, release, ENOUGH_MS));
	assert_int_equal(atomic_load(&job.done), 1);
	assert_int_equal(atomic_load(&job.released), 0);
}

static void what_does_not_is_left_alone(void **state)
{
	struct job job = {.hangs = true};

	(void)state;
	assert_false(patience_run(work, &job, release, AT_ONCE_MS));
	assert_int_equal(atomic_load(&job.released), 0);
	let_go(&job);
}

static void more_than_four_are_not_begun(void **state)
{
	struct job jobs[PATIENCE_MOST] = {0}, next = {0};

	(void)state;
	for (int i = 0; i < PATIENCE_MOST; i++) {
		jobs[i].hangs = true;
		assert_false(patience_run(work, &jobs[i], release, AT_ONCE_MS));
	}
	assert_false(patience_run(work, &next, release, ENOUGH_MS));
	assert_int_equal(atomic_load(&next.done), 0);
	assert_int_equal(atomic_load(&next.released), 1);
	for (int i = 0; i < PATIENCE_MOST; i++)
		let_go(&jobs[i]);

	/* The last of them is counted back a moment after it was released. */
	struct job after = {0};

	for (int i = 0; i < 10000 && !patience_run(work, &after, release, ENOUGH_MS); i++)
		g_usleep(1000);
	assert_int_equal(atomic_load(&after.done), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_back_is_the_callers),
		cmocka_unit_test(what_does_not_is_left_alone),
		cmocka_unit_test(more_than_four_are_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
