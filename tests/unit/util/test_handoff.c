/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "handoff.h"

#define GIVEN 20000

/* An object whose words must all be the same: a torn or freed one is not. */
struct plan {
	unsigned words[16];
};

static atomic_uint alive;
static pthread_t writer_thread;
static atomic_bool freed_elsewhere;

static struct plan *plan_new(unsigned value)
{
	struct plan *plan = g_new(struct plan, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(plan->words); i++)
		plan->words[i] = value;
	atomic_fetch_add(&alive, 1);
	return plan;
}

static void plan_free(void *object)
{
	struct plan *plan = object;

	if (!pthread_equal(pthread_self(), writer_thread))
		atomic_store(&freed_elsewhere, true);
	for (size_t i = 0; i < G_N_ELEMENTS(plan->words); i++)
		plan->words[i] = ~0U;
	atomic_fetch_sub(&alive, 1);
	g_free(plan);
}

static void test_newest(void **state)
{
	struct handoff *handoff = handoff_create(plan_free);

	(void)state;
	writer_thread = pthread_self();
	assert_null(handoff_latest(handoff));
	handoff_give(handoff, plan_new(1));
	handoff_give(handoff, plan_new(2)); /* 1 was overtaken */
	assert_int_equal(atomic_load(&alive), 1);
	const struct plan *plan = handoff_latest(handoff);

	assert_int_equal(plan->words[0], 2);
	assert_ptr_equal(handoff_latest(handoff), plan);
	handoff_give(handoff, plan_new(3));
	assert_int_equal(plan->words[15], 2); /* still the reader's */
	assert_int_equal(((const struct plan *)handoff_latest(handoff))->words[0], 3);
	handoff_give(handoff, plan_new(4)); /* 2 goes now */
	assert_int_equal(atomic_load(&alive), 2);
	handoff_destroy(handoff);
	assert_int_equal(atomic_load(&alive), 0);
	handoff_destroy(NULL);
}

struct reader {
	struct handoff *handoff;
	bool is_torn, went_back;
	unsigned last;
};

static void *read_all(void *data)
{
	struct reader *reader = data;

	while (reader->last < GIVEN) {
		const struct plan *plan = handoff_latest(reader->handoff);

		if (!plan)
			continue;
		for (size_t i = 0; i < G_N_ELEMENTS(plan->words); i++)
			reader->is_torn |= plan->words[i] != plan->words[0];
		reader->went_back |= plan->words[0] < reader->last;
		if (plan->words[0] > GIVEN)
			break;
		reader->last = plan->words[0];
	}
	return NULL;
}

static void test_two_threads(void **state)
{
	struct reader reader = {.handoff = handoff_create(plan_free)};
	pthread_t thread;

	(void)state;
	writer_thread = pthread_self();
	assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
	for (unsigned n = 1; n <= GIVEN; n++) {
		handoff_give(reader.handoff, plan_new(n));
		if (n % 64 == 0)
			sched_yield();
	}
	pthread_join(thread, NULL);
	assert_false(reader.is_torn);
	assert_false(reader.went_back);
	assert_int_equal(reader.last, GIVEN);
	handoff_destroy(reader.handoff);
	assert_int_equal(atomic_load(&alive), 0);
	assert_false(atomic_load(&freed_elsewhere));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
