/* SPDX-License-Identifier: EUPL-1.2 */
#include "worker.h"

#include <stdatomic.h>
#include <uv.h>

#include "clock.h"
#include "dtls.h"
#include "lane.h"
#include "link.h"
#include "mailbox.h"
#include "outbox.h"
#include "steer.h"
#include "track.h"

#define TICK_MS 50
#define PACE_MS 1
/* Then other handles have their turn; what is left keeps the socket readable. */
#define BATCHES_PER_TURN 8
/* Handed over and not looked at yet: more are dropped, as a socket would. */
#define HANDED_MAX 512

struct worker {
	struct worker_plan plan;
	atomic_uint load, n_handed;
	bool is_started, is_ending;
	uv_thread_t thread;
	uv_loop_t loop;
	uv_async_t wake;
	uv_timer_t timer, pace;
	uv_poll_t polls[2];
	struct mailbox *orders;
	struct peer_host host;
	GHashTable *by_id; /* guint64 (in the peer's plan) -> peer */
	GPtrArray *peers;
	GHashTable *elsewhere; /* struct udp_path -> GUINT of another worker, whose peer is there */
	struct lanes *lanes;
	struct publishers *publishers;
	struct udp_datagram batch[UDP_BATCH];
};

static void order_free(void *message)
{
	struct order *order = message;

	link_unref(order->plan.link);
	track_unref(order->receiver.video);
	track_unref(order->receiver.audio);
	track_unref(order->publisher.rtp_in);
	track_unref(order->publisher.rtcp_in);
	track_unref(order->publisher.rtcp_out);
	g_free(order->datagram);
	g_free(order);
}

static struct track *ref_maybe(struct track *track)
{
	return track ? track_ref(track) : NULL;
}

void worker_send(struct worker *worker, const struct order *order)
{
	struct order *copy = g_memdup2(order, sizeof(*order));

	copy->plan.link = order->plan.link ? link_ref(order->plan.link) : NULL;
	copy->receiver.video = ref_maybe(order->receiver.video);
	copy->receiver.audio = ref_maybe(order->receiver.audio);
	copy->publisher.rtp_in = ref_maybe(order->publisher.rtp_in);
	copy->publisher.rtcp_in = ref_maybe(order->publisher.rtcp_in);
	copy->publisher.rtcp_out = ref_maybe(order->publisher.rtcp_out);
	if (order->kind == ORDER_PLAY || order->kind == ORDER_PUBLISH)
		atomic_fetch_add(&worker->load, 1);
	if (order->datagram)
		copy->datagram = g_memdup2(order->datagram, sizeof(*order->datagram));
	mailbox_post(worker->orders, copy);
}

unsigned worker_load(const struct worker *worker)
{
	return atomic_load(&worker->load);
}

static void destroy_peer(struct worker *worker, struct peer *peer)
{
	const uint64_t id = peer_id(peer);

	if (g_hash_table_lookup(worker->by_id, &id) == peer)
		g_hash_table_remove(worker->by_id, &id);
	g_ptr_array_remove_fast(worker->peers, peer);
	atomic_fetch_sub(&worker->load, 1);
	peer_destroy(peer);
}

static void sweep_peers(struct worker *worker)
{
	for (guint i = worker->peers->len; i-- > 0;) {
		struct peer *peer = g_ptr_array_index(worker->peers, i);

		if (peer_is_closed(peer))
			destroy_peer(worker, peer);
	}
}

static void add_peer(struct worker *worker, const struct order *order)
{
	struct peer *peer = peer_create(&worker->host, &order->plan);

	if (order->kind == ORDER_PLAY)
		peer_set_use(peer, &receiver_use,
			     fanout_join(worker->lanes, peer, &order->receiver));
	else
		peer_set_use(peer, &publisher_use,
			     publishers_join(worker->publishers, peer, &order->publisher));
	g_hash_table_replace(worker->by_id, g_memdup2(&order->plan.id, sizeof(order->plan.id)),
			     peer);
	g_ptr_array_add(worker->peers, peer);
}

static void change_peer(struct peer *peer, const struct order *order)
{
	struct receiver *receiver = peer_use(peer, &receiver_use);

	if (order->kind == ORDER_SWITCH && receiver)
		receiver_switch_video(receiver, order->receiver.video);
	else if (order->kind == ORDER_RESTART)
		peer_restart(peer, order->plan.ufrag, order->plan.pwd);
	else if (order->kind == ORDER_CLOSE)
		peer_close(peer, "closed");
}

static void tell_others(void *data, const struct udp_path *path, bool is_there)
{
	struct worker *worker = data;
	const struct order order = {.kind = ORDER_CLAIM,
				    .from = worker->plan.index,
				    .path = *path,
				    .is_there = is_there};

	if (is_there)
		g_hash_table_remove(worker->elsewhere, path);
	for (unsigned i = 0; i < worker->plan.n_all && !worker->is_ending; i++) {
		if (i != worker->plan.index)
			worker_send(worker->plan.all[i], &order);
	}
}

static void hear_claim(struct worker *worker, const struct order *order)
{
	void *from = GUINT_TO_POINTER(order->from);

	if (order->is_there) {
		g_hash_table_remove(worker->host.by_path, &order->path);
		g_hash_table_replace(worker->elsewhere,
				     g_memdup2(&order->path, sizeof(order->path)), from);
	} else if (g_hash_table_lookup(worker->elsewhere, &order->path) == from) {
		g_hash_table_remove(worker->elsewhere, &order->path);
	}
}

/* Whose datagram it is, -1 if nobody else's is known. */
static int find_other(const struct worker *worker, const struct udp_datagram *datagram)
{
	void *other;
	int named;

	if (datagram->length && datagram->bytes[0] > 3)
		return g_hash_table_lookup_extended(worker->elsewhere, &datagram->path, NULL,
						    &other)
			       ? (int)GPOINTER_TO_UINT(other)
			       : -1;
	named = steer_worker_of(datagram->bytes, datagram->length);
	return named != (int)worker->plan.index && named < (int)worker->plan.n_all ? named : -1;
}

static void hand_over(struct worker *other, struct udp_datagram *datagram)
{
	if (atomic_fetch_add(&other->n_handed, 1) < HANDED_MAX)
		worker_send(other, &(struct order){.kind = ORDER_DATAGRAM, .datagram = datagram});
	else
		atomic_fetch_sub(&other->n_handed, 1);
}

static void receive_check(struct worker *worker, const struct udp_datagram *datagram)
{
	struct ice_check check;

	ice_receive(worker->host.ice, datagram->bytes, datagram->length,
		    &datagram->path.remote.storage, &check);
	/* Before the answer: what the peer does next may reach another worker. */
	if (check.is_authentic)
		peer_check(check.owner, &datagram->path, &check);
	if (check.reply_length)
		udp_send(worker->host.udp, &datagram->path, check.reply, check.reply_length);
}

/* RFC 7983 7: what it is, by its first byte. */
static void receive(struct worker *worker, struct udp_datagram *datagram, bool is_handed)
{
	uint8_t first = datagram->length ? datagram->bytes[0] : 255;
	struct peer *peer = NULL;
	int other;

	if (first > 191 || (first > 63 && first < 128) || (first > 3 && first < 20))
		return;
	if (first > 3)
		peer = g_hash_table_lookup(worker->host.by_path, &datagram->path);
	/* Never twice: two that each take a peer for the other's would play ball. */
	if (!peer && !is_handed && (other = find_other(worker, datagram)) >= 0)
		hand_over(worker->plan.all[other], datagram);
	else if (first <= 3)
		receive_check(worker, datagram);
	else if (peer && first <= 63)
		peer_receive_dtls(peer, datagram->bytes, datagram->length);
	else if (peer)
		peer_receive_srtp(peer, datagram->bytes, datagram->length);
}

static void receive_handed(struct worker *worker, struct udp_datagram *datagram)
{
	atomic_fetch_sub(&worker->n_handed, 1);
	receive(worker, datagram, true);
	publishers_ring(worker->publishers);
}

static void deliver(void *message, void *data)
{
	struct order *order = message;
	struct worker *worker = data;
	struct peer *peer = g_hash_table_lookup(worker->by_id, &order->plan.id);

	if (order->kind == ORDER_STOP)
		uv_stop(&worker->loop);
	else if (order->kind == ORDER_DATAGRAM)
		receive_handed(worker, order->datagram);
	else if (order->kind == ORDER_CLAIM)
		hear_claim(worker, order);
	else if (order->kind == ORDER_PLAY || order->kind == ORDER_PUBLISH)
		add_peer(worker, order);
	else if (peer)
		change_peer(peer, order);
	outbox_flush(worker->host.outbox);
	sweep_peers(worker);
	order_free(order);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct worker *worker = poll->data;
	int which = poll == &worker->polls[0] ? 0 : 1;

	(void)status;
	(void)events;
	for (int turn = 0; turn < BATCHES_PER_TURN; turn++) {
		int n = udp_receive(worker->host.udp, which, worker->batch);

		for (int i = 0; i < n; i++)
			receive(worker, &worker->batch[i], false);
		publishers_ring(worker->publishers);
		if (n < UDP_BATCH)
			break;
	}
	outbox_flush(worker->host.outbox);
	sweep_peers(worker);
}

static void on_pace(uv_timer_t *timer)
{
	struct worker *worker = timer->data;

	lanes_pace(worker->lanes);
	if (lanes_are_behind(worker->lanes))
		uv_timer_start(timer, on_pace, PACE_MS, 0);
}

static void on_wake(uv_async_t *wake)
{
	struct worker *worker = wake->data;

	lanes_run(worker->lanes);
	publishers_run(worker->publishers);
	outbox_flush(worker->host.outbox);
	if (lanes_are_behind(worker->lanes) && !uv_is_active((uv_handle_t *)&worker->pace))
		uv_timer_start(&worker->pace, on_pace, PACE_MS, 0);
}

static void on_tick(uv_timer_t *timer)
{
	struct worker *worker = timer->data;
	int64_t now = clock_now_ns();

	for (guint i = 0; i < worker->peers->len; i++)
		peer_tick(g_ptr_array_index(worker->peers, i), now);
	outbox_flush(worker->host.outbox);
	sweep_peers(worker);
}

static void ring(void *data)
{
	struct worker *worker = data;

	uv_async_send(&worker->wake);
}

static void run(void *data)
{
	struct worker *worker = data;

	uv_run(&worker->loop, UV_RUN_DEFAULT);
}

static void start_handles(struct worker *worker)
{
	uv_async_init(&worker->loop, &worker->wake, on_wake);
	worker->wake.data = worker;
	uv_timer_init(&worker->loop, &worker->timer);
	worker->timer.data = worker;
	uv_timer_start(&worker->timer, on_tick, TICK_MS, TICK_MS);
	uv_timer_init(&worker->loop, &worker->pace);
	worker->pace.data = worker;
	worker->orders = mailbox_create(&worker->loop, deliver, order_free, worker);
	for (int i = 0; i < 2; i++) {
		if (udp_fd(worker->host.udp, i) < 0)
			continue;
		uv_poll_init(&worker->loop, &worker->polls[i], udp_fd(worker->host.udp, i));
		worker->polls[i].data = worker;
		uv_poll_start(&worker->polls[i], UV_READABLE, on_readable);
	}
}

static void close_handles(struct worker *worker)
{
	mailbox_destroy(worker->orders);
	uv_close((uv_handle_t *)&worker->wake, NULL);
	uv_close((uv_handle_t *)&worker->timer, NULL);
	uv_close((uv_handle_t *)&worker->pace, NULL);
	for (int i = 0; i < 2; i++) {
		if (worker->polls[i].data)
			uv_close((uv_handle_t *)&worker->polls[i], NULL);
	}
	uv_run(&worker->loop, UV_RUN_DEFAULT);
	uv_loop_close(&worker->loop);
}

struct worker *worker_create(const struct worker_plan *plan)
{
	struct worker *worker = g_new0(struct worker, 1);
	const struct bell bell = {.ring = ring, .data = worker};

	worker->plan = *plan;
	uv_loop_init(&worker->loop);
	worker->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	worker->peers = g_ptr_array_new();
	worker->elsewhere = g_hash_table_new_full(udp_path_hash, udp_path_equal, g_free, NULL);
	worker->host = (struct peer_host){
		.udp = plan->udp,
		.outbox = outbox_create(plan->udp, peer_count_sent),
		.ice = ice_create(),
		.by_path = g_hash_table_new(udp_path_hash, udp_path_equal),
		.identity = plan->identity,
		.up = plan->up,
		.claim = plan->n_all > 1 ? tell_others : NULL,
		.data = worker,
	};
	worker->lanes = lanes_create(bell, worker->host.outbox);
	worker->publishers = publishers_create(bell);
	start_handles(worker);
	return worker;
}

void worker_start(struct worker *worker)
{
	if (uv_thread_create(&worker->thread, run, worker) != 0)
		g_error("rtc: no thread could be started");
	worker->is_started = true;
}

void worker_stop(struct worker *worker)
{
	if (!worker->is_started)
		return;
	worker_send(worker, &(struct order){.kind = ORDER_STOP});
	uv_thread_join(&worker->thread);
	worker->is_started = false;
	worker->is_ending = true;
}

void worker_destroy(struct worker *worker)
{
	if (!worker)
		return;
	for (guint i = 0; i < worker->peers->len; i++)
		peer_close(g_ptr_array_index(worker->peers, i), "the server ends");
	sweep_peers(worker);
	close_handles(worker);
	publishers_destroy(worker->publishers);
	lanes_destroy(worker->lanes);
	g_ptr_array_free(worker->peers, true);
	g_hash_table_destroy(worker->by_id);
	g_hash_table_destroy(worker->elsewhere);
	g_hash_table_destroy(worker->host.by_path);
	ice_destroy(worker->host.ice);
	outbox_destroy(worker->host.outbox);
	udp_close(worker->host.udp);
	g_free(worker);
}
