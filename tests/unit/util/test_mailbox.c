/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>
#include <uv.h>

#include "mailbox.h"

#define POSTERS 4
#define EACH	3000

struct message {
	int poster, n;
};

/* One loop with one mailbox; what came is counted a poster. */
struct bench {
	uv_loop_t loop;
	struct mailbox *mailbox;
	int next[POSTERS];
	int delivered;
	int stop_at;
	bool out_of_order, is_foreign;
	pthread_t thread;
};

static int dropped;

static void deliver(void *data, void *to)
{
	struct message *message = data;
	struct bench *bench = to;

	bench->is_foreign |= !pthread_equal(pthread_self(), bench->thread);
	bench->out_of_order |= message->n != bench->next[message->poster]++;
	if (++bench->delivered == bench->stop_at)
		uv_stop(&bench->loop);
	g_free(message);
}

static void drop(void *message)
{
	dropped++;
	g_free(message);
}

static void bench_init(struct bench *bench)
{
	*bench = (struct bench){.thread = pthread_self()};
	dropped = 0;
	uv_loop_init(&bench->loop);
	bench->mailbox = mailbox_create(&bench->loop, deliver, drop, bench);
}

static void bench_finish(struct bench *bench)
{
	mailbox_destroy(bench->mailbox);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void post(struct mailbox *mailbox, int poster, int n)
{
	struct message *message = g_new(struct message, 1);

	*message = (struct message){poster, n};
	mailbox_post(mailbox, message);
}

struct poster {
	struct mailbox *mailbox;
	int index;
	pthread_t thread;
};

static void *post_all(void *data)
{
	struct poster *poster = data;

	for (int n = 0; n < EACH; n++)
		post(poster->mailbox, poster->index, n);
	return NULL;
}

static void test_many_posters(void **state)
{
	struct bench bench;
	struct poster posters[POSTERS];

	(void)state;
	bench_init(&bench);
	bench.stop_at = POSTERS * EACH;
	for (int i = 0; i < POSTERS; i++) {
		posters[i] = (struct poster){.mailbox = bench.mailbox, .index = i};
		assert_int_equal(pthread_create(&posters[i].thread, NULL, post_all, &posters[i]),
				 0);
	}
	uv_run(&bench.loop, UV_RUN_DEFAULT);
	for (int i = 0; i < POSTERS; i++)
		pthread_join(posters[i].thread, NULL);
	assert_int_equal(bench.delivered, POSTERS * EACH);
	assert_false(bench.out_of_order);
	assert_false(bench.is_foreign);
	bench_finish(&bench);
	assert_int_equal(dropped, 0);
}

static void test_one_wake_up_for_many(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	for (int n = 0; n < 100; n++)
		post(bench.mailbox, 0, n);
	assert_int_equal(bench.delivered, 0); /* never from within post */
	uv_run(&bench.loop, UV_RUN_ONCE);
	assert_int_equal(bench.delivered, 100);
	assert_false(bench.out_of_order);
	bench_finish(&bench);
}

static void test_rest_is_dropped(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	for (int n = 0; n < 5; n++)
		post(bench.mailbox, 0, n);
	bench_finish(&bench);
	assert_int_equal(bench.delivered, 0);
	assert_int_equal(dropped, 5);
	mailbox_destroy(NULL);
}

/* A message that is answered by another one: delivered in a later round, not lost. */
static void deliver_and_answer(void *data, void *to)
{
	struct message *message = data;
	struct bench *bench = to;

	bench->delivered++;
	if (message->n < 3)
		post(bench->mailbox, 0, message->n + 1);
	else
		uv_stop(&bench->loop);
	g_free(message);
}

static void test_post_while_delivering(void **state)
{
	struct bench bench = {0};

	(void)state;
	uv_loop_init(&bench.loop);
	bench.mailbox = mailbox_create(&bench.loop, deliver_and_answer, drop, &bench);
	post(bench.mailbox, 0, 0);
	uv_run(&bench.loop, UV_RUN_DEFAULT);
	assert_int_equal(bench.delivered, 4);
	bench_finish(&bench);
}

static void test_nobody_reads(void **state)
{
	(void)state;
	post(NULL, 0, 0); /* freed: the leak checker is the judge */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_posters),
		cmocka_unit_test(test_one_wake_up_for_many),
		cmocka_unit_test(test_rest_is_dropped),
		cmocka_unit_test(test_post_while_delivering),
		cmocka_unit_test(test_nobody_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
