/* SPDX-License-Identifier: EUPL-1.2
 *
 * Where the system lets no thread come first, all that can be seen is that it says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>

#include "priority.h"

static int policy(void)
{
	return sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
}

static void *look(void *data)
{
	*(int *)data = policy();
	return NULL;
}

static int policy_of_a_new_thread(void)
{
	pthread_t thread;
	int seen = -1;

	assert_int_equal(pthread_create(&thread, NULL, look, &seen), 0);
	pthread_join(thread, NULL);
	return seen;
}

static void it_is_taken_and_given_back(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		bool is_granted = priority_take(PRIORITY_SOUND);

		assert_int_equal(policy(), is_granted ? SCHED_FIFO : SCHED_OTHER);
		assert_true(priority_take(PRIORITY_SOUND) == is_granted);
		priority_take(PRIORITY_NORMAL);
		assert_int_equal(policy(), SCHED_OTHER);
	}
}

static void nobody_inherits_it(void **state)
{
	(void)state;
	priority_take(PRIORITY_TICK);
	assert_int_equal(policy_of_a_new_thread(), SCHED_OTHER);
	priority_take(PRIORITY_NORMAL);
}

static void the_setting_refuses_it(void **state)
{
	(void)state;
	priority_allow(false);
	assert_false(priority_take(PRIORITY_SOUND));
	assert_int_equal(policy(), SCHED_OTHER);
	priority_take(PRIORITY_NORMAL);
	priority_allow(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_taken_and_given_back),
		cmocka_unit_test(nobody_inherits_it),
		cmocka_unit_test(the_setting_refuses_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
