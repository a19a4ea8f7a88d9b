/* SPDX-License-Identifier: EUPL-1.2
 *
 * What leaves in bursts arrives as it was written, in each of the ways of sending.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "outbox.h"
#include "udp.h"

#define N_MOST 200

struct bench {
	struct udp *udp;
	struct outbox *outbox;
	int fd;
	struct udp_path path;
};

/* Of the bursts that are done. */
static struct {
	unsigned n_bursts, n_taken, n_failed, most;
	int failure;
} done;

static void count(const struct udp_burst *burst)
{
	done.n_bursts++;
	done.most = MAX(done.most, burst->n);
	if (burst->failure)
		done.n_failed += burst->n;
	else
		done.n_taken += burst->n;
	done.failure = burst->failure;
}

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);
	socklen_t size = sizeof(bench->path.remote.v4);
	int bytes = 1 << 20;

	memset(&done, 0, sizeof(done));
	bench->udp = udp_open(0, NULL);
	assert_non_null(bench->udp);
	bench->outbox = outbox_create(bench->udp, count);
	bench->fd = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(bench->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	bench->path.remote.v4.sin_family = AF_INET;
	inet_pton(AF_INET, "127.0.0.1", &bench->path.remote.v4.sin_addr);
	assert_int_equal(bind(bench->fd, &bench->path.remote.any, size), 0);
	assert_int_equal(getsockname(bench->fd, &bench->path.remote.any, &size), 0);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	outbox_destroy(bench->outbox);
	udp_close(bench->udp);
	close(bench->fd);
	g_free(bench);
	return 0;
}

static void put(struct bench *bench, unsigned number, size_t length, void *owner)
{
	uint8_t *bytes = outbox_begin(bench->outbox);

	memset(bytes, (int)(number & 255), length);
	outbox_commit(bench->outbox, &bench->path, length, owner);
}

static void expect(struct bench *bench, unsigned number, size_t length)
{
	struct pollfd poll_fd = {.fd = bench->fd, .events = POLLIN};
	uint8_t bytes[OUTBOX_ROOM];

	assert_int_equal(poll(&poll_fd, 1, 5000), 1);
	assert_int_equal(recv(bench->fd, bytes, sizeof(bytes), 0), length);
	assert_int_equal(bytes[0], number & 255);
	assert_int_equal(bytes[length - 1], number & 255);
}

/* Two key frames' sizes, sound, and packets of one byte. */
static const size_t sizes[] = {40, 1188, 1188, 1188, 700, 120, 120, 1188, 1188, 1200, 1, 1, 1, 2};

static void send_all_sizes(struct bench *bench)
{
	int owner;

	for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++)
		put(bench, i, sizes[i], &owner);
	outbox_flush(bench->outbox);
	for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++)
		expect(bench, i, sizes[i]);
	assert_int_equal(done.n_taken, G_N_ELEMENTS(sizes));
	assert_int_equal(done.n_failed, 0);
	/* 40; 1188 x 3 and 700; 120 x 2; 1188 x 2; 1200 and 1; 1 x 2; 2 */
	assert_int_equal(done.n_bursts, 7);
	for (unsigned i = 0; i < N_MOST; i++)
		put(bench, i, 1000, &owner);
	outbox_flush(bench->outbox);
	for (unsigned i = 0; i < N_MOST; i++)
		expect(bench, i, 1000);
	assert_int_equal(done.most, UDP_SEGMENTS_MAX);
}

static void test_segmented(void **state)
{
	struct bench *bench = *state;

	/* Without it there is nothing to be seen here. */
	if (udp_sending(bench->udp) != UDP_SEGMENTED)
		skip();
	send_all_sizes(bench);
	assert_int_equal(udp_sending(bench->udp), UDP_SEGMENTED);
}

static void test_together(void **state)
{
	struct bench *bench = *state;

	udp_set_sending(bench->udp, UDP_TOGETHER);
	send_all_sizes(bench);
	assert_int_equal(udp_sending(bench->udp), UDP_TOGETHER);
}

static void test_singly(void **state)
{
	struct bench *bench = *state;

	udp_set_sending(bench->udp, UDP_SINGLY);
	send_all_sizes(bench);
	udp_set_sending(bench->udp, UDP_TOGETHER); /* no better again */
	assert_int_equal(udp_sending(bench->udp), UDP_SINGLY);
}

/* Another owner, or the same at another address, begins a burst. */
static void test_who_shares(void **state)
{
	struct bench *bench = *state;
	int first, second;

	put(bench, 1, 100, &first);
	put(bench, 2, 100, &second);
	put(bench, 3, 100, &second);
	outbox_flush(bench->outbox);
	assert_int_equal(done.n_bursts, 2);
	put(bench, 4, 100, &first);
	bench->path.remote.v4.sin_port ^= 1;
	put(bench, 5, 100, &first);
	outbox_flush(bench->outbox);
	assert_int_equal(done.n_bursts, 4);
	for (unsigned i = 1; i <= 4; i++)
		expect(bench, i, 100);
}

static void test_local_address(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	uint8_t bytes[16];

	assert_int_equal(inet_pton(AF_INET, "127.0.0.7", &bench->path.local), 1);
	put(bench, 1, 10, bench);
	put(bench, 2, 10, bench);
	outbox_flush(bench->outbox);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(recvfrom(bench->fd, bytes, sizeof(bytes), 0,
					  (struct sockaddr *)&from, &size),
				 10);
		assert_int_equal(from.sin_addr.s_addr, htonl(0x7f000007));
	}
}

static void test_full_buffer(void **state)
{
	struct bench *bench = *state;

	udp_break(EAGAIN);
	put(bench, 1, 100, bench);
	put(bench, 2, 100, bench);
	outbox_flush(bench->outbox);
	assert_int_equal(done.failure, EAGAIN);
	assert_int_equal(done.n_failed, 2);
	udp_break(0);
	put(bench, 3, 100, bench);
	outbox_flush(bench->outbox);
	assert_int_equal(done.failure, 0);
	expect(bench, 3, 100);
}

/* What one address does not take, others do. */
static void test_refused_address(void **state)
{
	struct bench *bench = *state;

	inet_pton(AF_INET, "255.255.255.255", &bench->path.remote.v4.sin_addr);
	put(bench, 1, 100, bench);
	outbox_flush(bench->outbox);
	/* No broadcast: an error of this address alone. */
	assert_int_equal(done.failure, EACCES);
	inet_pton(AF_INET, "127.0.0.1", &bench->path.remote.v4.sin_addr);
	put(bench, 2, 100, bench);
	outbox_flush(bench->outbox);
	assert_int_equal(done.failure, 0);
	expect(bench, 2, 100);
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_segmented),       BENCHED(test_together),
		BENCHED(test_singly),	       BENCHED(test_who_shares),
		BENCHED(test_local_address),   BENCHED(test_full_buffer),
		BENCHED(test_refused_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
