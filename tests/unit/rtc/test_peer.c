/* SPDX-License-Identifier: EUPL-1.2
 *
 * What a peer does by the clock and by its checks, without a browser behind it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "clock.h"
#include "dtls.h"
#include "link.h"
#include "peer.h"
#include "port.h"
#include "udp.h"

struct bench {
	struct peer_host host;
	struct peer_plan plan;
	int destroyed;
};

static void nothing(void *use)
{
	(void)use;
}

static void no_packet(void *use, const uint8_t *bytes, size_t length)
{
	(void)use;
	(void)bytes;
	(void)length;
}

static void no_tick(void *use, int64_t now_ns)
{
	(void)use;
	(void)now_ns;
}

static void count_destroyed(void *use)
{
	((struct bench *)use)->destroyed++;
}

static const struct peer_use silent = {nothing, no_packet, no_packet,
				       no_tick, nothing,   count_destroyed};

static int set_up(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);

	bench->host.udp = udp_open(0, NULL);
	bench->host.outbox = outbox_create(bench->host.udp, peer_count_sent);
	bench->host.ice = ice_create();
	bench->host.by_path = g_hash_table_new(udp_path_hash, udp_path_equal);
	bench->host.identity = dtls_identity_create(NULL);
	assert_non_null(bench->host.udp);
	assert_non_null(bench->host.identity);
	bench->plan.id = 1;
	bench->plan.link = link_create();
	strcpy(bench->plan.ufrag, "aaaaaaaa");
	strcpy(bench->plan.pwd, "password");
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	link_unref(bench->plan.link);
	dtls_identity_destroy(bench->host.identity);
	g_hash_table_destroy(bench->host.by_path);
	ice_destroy(bench->host.ice);
	outbox_destroy(bench->host.outbox);
	udp_close(bench->host.udp);
	g_free(bench);
	return 0;
}

static struct peer *make_peer(struct bench *bench)
{
	struct peer *peer = peer_create(&bench->host, &bench->plan);

	peer_set_use(peer, &silent, bench);
	return peer;
}

static struct udp_path path_of(int port)
{
	struct udp_path path = {0};

	path.remote.v4.sin_family = AF_INET;
	path.remote.v4.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &path.remote.v4.sin_addr);
	return path;
}

static void test_never_came(void **state)
{
	struct bench *bench = *state;
	struct peer *peer = make_peer(bench);
	int64_t now = clock_now_ns();

	peer_tick(peer, now + 29 * NS_PER_S);
	assert_false(peer_is_closed(peer));
	peer_tick(peer, now + 31 * NS_PER_S);
	assert_true(peer_is_closed(peer));
	assert_false(link_is_cut(bench->plan.link));
	peer_destroy(peer);
	assert_true(link_is_cut(bench->plan.link));
	assert_int_equal(bench->destroyed, 1);
}

static void test_paths_are_bounded(void **state)
{
	struct bench *bench = *state;
	struct peer *peer = make_peer(bench);
	struct ice_check check = {.is_authentic = true, .owner = peer};

	for (int port = 1; port <= 100; port++) {
		struct udp_path path = path_of(port);

		peer_check(peer, &path, &check);
		assert_ptr_equal(g_hash_table_lookup(bench->host.by_path, &path), peer);
	}
	assert_int_equal(g_hash_table_size(bench->host.by_path), 8);
	assert_string_equal(peer_stats(peer)->address, "127.0.0.1:100");
	peer_destroy(peer);
	assert_int_equal(g_hash_table_size(bench->host.by_path), 0);
}

/* A nominated way stays until another is nominated. */
static void test_nomination(void **state)
{
	struct bench *bench = *state;
	struct peer *peer = make_peer(bench);
	struct ice_check check = {.is_authentic = true, .is_nominating = true, .owner = peer};
	struct udp_path first = path_of(1), second = path_of(2);

	peer_check(peer, &first, &check);
	check.is_nominating = false;
	peer_check(peer, &second, &check);
	assert_string_equal(peer_stats(peer)->address, "127.0.0.1:1");
	check.is_nominating = true;
	peer_check(peer, &second, &check);
	assert_string_equal(peer_stats(peer)->address, "127.0.0.1:2");
	peer_destroy(peer);
}

/* An address goes to whoever proved last to be there, and stays theirs when the other ends. */
static void test_address_changes_hands(void **state)
{
	struct bench *bench = *state;
	struct peer *old = make_peer(bench);

	strcpy(bench->plan.ufrag, "bbbbbbbb");
	struct peer *new = make_peer(bench);
	struct ice_check check = {.is_authentic = true, .owner = old};
	struct udp_path path = path_of(1);

	peer_check(old, &path, &check);
	peer_check(new, &path, &check);
	assert_ptr_equal(g_hash_table_lookup(bench->host.by_path, &path), new);
	peer_destroy(old);
	assert_ptr_equal(g_hash_table_lookup(bench->host.by_path, &path), new);
	peer_destroy(new);
}

#define BENCHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCHED(test_never_came),
		BENCHED(test_paths_are_bounded),
		BENCHED(test_nomination),
		BENCHED(test_address_changes_hands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
