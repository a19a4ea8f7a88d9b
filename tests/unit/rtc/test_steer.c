/* SPDX-License-Identifier: EUPL-1.2
 *
 * Whom a check is for, read by us and by the kernel's program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "steer.h"
#include "udp.h"

#define N_WORKERS 4

/* A binding request with `n_before` attributes of odd lengths before the USERNAME. */
static size_t write_check(uint8_t *out, char letter, int n_before)
{
	size_t length = 20;

	memset(out, 0, 256);
	out[1] = 1;
	for (int i = 0; i < n_before; i++) {
		out[length] = 0x80;
		out[length + 1] = (uint8_t)(0x20 + i);
		out[length + 3] = (uint8_t)(3 * i);
		length += (size_t)(4 + (3 * i + 3) / 4 * 4);
	}
	out[length + 1] = 6;
	out[length + 3] = 13;
	memcpy(out + length + 4, "?aaaaaaa:bbbb", 13);
	out[length + 4] = (uint8_t)letter;
	length += 20;
	out[3] = (uint8_t)(length - 20);
	return length;
}

static void test_reads(void **state)
{
	uint8_t bytes[256];

	(void)state;
	for (unsigned worker = 0; worker < WORKERS_MAX; worker++) {
		for (int n = 0; n < 8; n++) {
			size_t length = write_check(bytes, steer_letter(worker), n);

			assert_int_equal(steer_worker_of(bytes, length), (int)worker);
		}
	}
	size_t length = write_check(bytes, '/', 0);

	assert_int_equal(steer_worker_of(bytes, length), -1);
	length = write_check(bytes, steer_letter(0), 2);
	bytes[1] = 2;
	assert_int_equal(steer_worker_of(bytes, length), -1);
}

/* Any end, any byte: nothing is read behind the end (the sanitizer sees to it). */
static void test_reads_anything(void **state)
{
	GRand *random = g_rand_new_with_seed(4711);
	uint8_t bytes[256];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t length = write_check(bytes, 'A', i % 8);
		size_t cut = (size_t)g_rand_int_range(random, 0, (int)length + 1);
		uint8_t *copy = g_memdup2(bytes, cut + 1);

		if (cut > 20)
			copy[g_rand_int_range(random, 20, (int)cut)] = (uint8_t)g_rand_int(random);
		int worker = steer_worker_of(copy, cut);

		assert_in_range(worker + 1, 0, WORKERS_MAX);
		g_free(copy);
	}
	g_rand_free(random);
}

static int port_of(const struct udp *udp)
{
	struct sockaddr_in any;
	socklen_t size = sizeof(any);

	assert_int_equal(getsockname(udp_fd(udp, 0), (struct sockaddr *)&any, &size), 0);
	return ntohs(any.sin_port);
}

/* The socket that a datagram comes out of. */
static int where(struct udp *const *list)
{
	struct pollfd fds[N_WORKERS];
	char byte;

	for (int i = 0; i < N_WORKERS; i++)
		fds[i] = (struct pollfd){.fd = udp_fd(list[i], 0), .events = POLLIN};
	assert_int_equal(poll(fds, N_WORKERS, 5000), 1);
	for (int i = 0; i < N_WORKERS; i++) {
		if (fds[i].revents) {
			assert_true(recv(fds[i].fd, &byte, 1, 0) >= 0);
			return i;
		}
	}
	return -1;
}

static void test_kernel_steers(void **state)
{
	struct udp *list[N_WORKERS], *one = NULL;
	uint8_t bytes[256];

	(void)state;
	/* A number from the system for all of them. */
	for (int i = 0; i < 20 && !one; i++) {
		struct udp *probe = udp_open(0, NULL);
		int port = port_of(probe);

		udp_close(probe);
		one = udp_open_all(port, list, N_WORKERS, NULL) ? list[0] : NULL;
	}
	assert_non_null(one);
	if (!steer_attach(udp_fd(one, 0), N_WORKERS)) {
		for (int i = 0; i < N_WORKERS; i++)
			udp_close(list[i]);
		skip();
	}
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port_of(one))};

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < 100; i++) {
		unsigned worker = (unsigned)i % N_WORKERS;
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		size_t length = write_check(bytes, steer_letter(worker), i % 6);

		assert_int_equal(sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to)),
				 length);
		assert_int_equal(where(list), (int)worker);
		/* Any of them, but one. */
		memset(bytes, 0x80, sizeof(bytes));
		assert_int_equal(sendto(fd, bytes, 100, 0, (struct sockaddr *)&to, sizeof(to)),
				 100);
		assert_true(where(list) >= 0);
		close(fd);
	}
	for (int i = 0; i < N_WORKERS; i++)
		udp_close(list[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_reads_anything),
		cmocka_unit_test(test_kernel_steers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
