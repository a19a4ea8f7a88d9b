/* SPDX-License-Identifier: EUPL-1.2 */
#include "peer.h"

#include <errno.h>
#include <string.h>
#include <twinstage/note.h>

#include "clock.h"
#include "dtls.h"
#include "link.h"
#include "mailbox.h"
#include "outbox.h"
#include "port.h"
#include "rtcp.h"
#include "srtp.h"
#include "udp.h"

/* Addresses that it has shown to be at; a browser tries each of its own against each of ours. */
#define MAX_PATHS     8
#define NEVER_CAME_NS (30 * NS_PER_S)
/* Browsers check every 1 to 2.5 s (RFC 7675 5.1). */
#define SILENCE_NS (30 * NS_PER_S)

#define SHOW_NS (NS_PER_S / 4)

struct credentials {
	char ufrag[ICE_UFRAG_CHARS + 1];
	unsigned generation;
};

struct peer {
	struct peer_host host;
	uint64_t id;
	struct link *link;
	const struct peer_use *kind;
	void *use;

	struct credentials current, next; /* an empty ufrag: none */
	struct udp_path paths[MAX_PATHS];
	unsigned n_paths, newest_path;
	struct udp_path way; /* where we send */
	bool has_way, is_nominated;

	uint8_t fingerprint[SDP_FINGERPRINT_BYTES];
	struct dtls *dtls;
	struct srtp_pair *srtp;
	int64_t created_ns, checked_ns, shown_ns;
	const char *why_closed;
	struct rtc_peer_stats stats;
};

struct peer *peer_create(const struct peer_host *host, const struct peer_plan *plan)
{
	struct peer *peer = g_new0(struct peer, 1);

	peer->host = *host;
	peer->id = plan->id;
	peer->link = link_ref(plan->link);
	peer->created_ns = clock_now_ns();
	memcpy(peer->fingerprint, plan->fingerprint, sizeof(peer->fingerprint));
	g_strlcpy(peer->current.ufrag, plan->ufrag, sizeof(peer->current.ufrag));
	ice_add(host->ice, plan->ufrag, plan->pwd, peer, 0);
	link_publish(peer->link, &peer->stats);
	return peer;
}

void peer_set_use(struct peer *peer, const struct peer_use *kind, void *use)
{
	peer->kind = kind;
	peer->use = use;
}

uint64_t peer_id(const struct peer *peer)
{
	return peer->id;
}

struct rtc_peer_stats *peer_stats(struct peer *peer)
{
	return &peer->stats;
}

void *peer_use(struct peer *peer, const struct peer_use *kind)
{
	return peer->kind == kind ? peer->use : NULL;
}

void peer_restart(struct peer *peer, const char *ufrag, const char *pwd)
{
	unsigned newest = MAX(peer->current.generation, peer->next.generation);

	if (peer->next.ufrag[0])
		ice_remove(peer->host.ice, peer->next.ufrag);
	g_strlcpy(peer->next.ufrag, ufrag, sizeof(peer->next.ufrag));
	peer->next.generation = newest + 1;
	ice_add(peer->host.ice, ufrag, pwd, peer, peer->next.generation);
}

static void claim(const struct peer *peer, const struct udp_path *path, bool is_there)
{
	if (peer->host.claim)
		peer->host.claim(peer->host.data, path, is_there);
}

static void forget_path(struct peer *peer, struct udp_path *path)
{
	if (g_hash_table_lookup(peer->host.by_path, path) != peer)
		return;
	g_hash_table_remove(peer->host.by_path, path);
	claim(peer, path, false);
}

/* Where it is or will be remembered; the newest takes the place of the oldest. */
static struct udp_path *place_for(struct peer *peer, const struct udp_path *path)
{
	for (unsigned i = 0; i < peer->n_paths; i++) {
		if (udp_path_equal(&peer->paths[i], path))
			return &peer->paths[i];
	}
	if (peer->n_paths < MAX_PATHS)
		return &peer->paths[peer->n_paths++];
	peer->newest_path = (peer->newest_path + 1) % MAX_PATHS;
	forget_path(peer, &peer->paths[peer->newest_path]);
	return &peer->paths[peer->newest_path];
}

static void remember_path(struct peer *peer, const struct udp_path *path)
{
	if (g_hash_table_lookup(peer->host.by_path, path) == peer)
		return;
	struct udp_path *place = place_for(peer, path);

	*place = *path;
	/* Whoever was there before is there no longer: this one has proved that it is. */
	g_hash_table_replace(peer->host.by_path, place, peer);
	claim(peer, path, true);
}

static void take_way(struct peer *peer, const struct udp_path *path)
{
	peer->way = *path;
	peer->has_way = true;
	udp_path_text(path, peer->stats.address, sizeof(peer->stats.address));
}

void peer_check(struct peer *peer, const struct udp_path *path, const struct ice_check *check)
{
	if (peer->why_closed)
		return;
	peer->checked_ns = clock_now_ns();
	remember_path(peer, path);
	if (check->is_nominating && peer->next.ufrag[0] &&
	    check->generation == peer->next.generation) {
		ice_remove(peer->host.ice, peer->current.ufrag);
		peer->current = peer->next;
		peer->next.ufrag[0] = '\0';
	}
	/* Before anything is nominated DTLS may already come, and is answered. */
	if (check->is_nominating || !peer->is_nominated)
		take_way(peer, path);
	peer->is_nominated |= check->is_nominating;
}

void peer_count_sent(const struct udp_burst *burst)
{
	struct peer *peer = burst->owner;

	if (!burst->failure) {
		peer->stats.sent_packets += burst->n;
		peer->stats.sent_bytes += burst->length;
		return;
	}
	peer->stats.send_errors += burst->n;
	if (burst->failure == EAGAIN || burst->failure == ENOBUFS)
		peer->kind->blocked(peer->use);
}

/* A record of DTLS does not wait for the turn's end: the peer may be at its own. */
static void send_record(const void *bytes, size_t length, void *data)
{
	struct peer *peer = data;

	if (!peer->has_way || !udp_send(peer->host.udp, &peer->way, bytes, length)) {
		peer->stats.send_errors++;
		return;
	}
	peer->stats.sent_packets++;
	peer->stats.sent_bytes += length;
}

static void connect_up(struct peer *peer)
{
	struct dtls_keys keys;

	if (dtls_read_keys(peer->dtls, &keys))
		peer->srtp = srtp_pair_create(&keys);
	memset(&keys, 0, sizeof(keys));
	if (!peer->srtp) {
		peer_close(peer, "no keys could be made");
		return;
	}
	peer->stats.is_connected = true;
	link_publish(peer->link, &peer->stats);
	mailbox_post(peer->host.up,
		     note_new(NOTE_PEER_CONNECTED, peer->id, 0, peer->stats.address));
	peer->kind->connected(peer->use);
}

static void follow_dtls(struct peer *peer, enum dtls_state state)
{
	if (state == DTLS_UP && !peer->srtp)
		connect_up(peer);
	else if (state == DTLS_CLOSED)
		peer_close(peer, "it left");
	else if (state == DTLS_REFUSED)
		peer_close(peer, "its DTLS handshake failed (certificate or profile)");
}

void peer_receive_dtls(struct peer *peer, const uint8_t *bytes, size_t length)
{
	if (peer->why_closed)
		return;
	if (!peer->dtls)
		peer->dtls = dtls_create(peer->host.identity, peer->fingerprint, send_record, peer);
	follow_dtls(peer, dtls_receive(peer->dtls, bytes, length));
}

void peer_receive_srtp(struct peer *peer, uint8_t *bytes, size_t length)
{
	bool is_rtcp = rtcp_is(bytes, length);

	if (peer->why_closed || !peer->srtp)
		return;
	if (is_rtcp ? !srtp_pair_open_rtcp(peer->srtp, bytes, &length)
		    : !srtp_pair_open(peer->srtp, bytes, &length))
		return;
	dtls_settle(peer->dtls);
	peer->stats.received_packets++;
	peer->stats.received_bytes += length;
	if (is_rtcp)
		peer->kind->receive_rtcp(peer->use, bytes, length);
	else
		peer->kind->receive_rtp(peer->use, bytes, length);
}

uint8_t *peer_begin(struct peer *peer)
{
	return peer_is_up(peer) && peer->has_way ? outbox_begin(peer->host.outbox) : NULL;
}

bool peer_commit_rtp(struct peer *peer, size_t length)
{
	if (!srtp_pair_protect(peer->srtp, outbox_begin(peer->host.outbox), &length))
		return false;
	outbox_commit(peer->host.outbox, &peer->way, length, peer);
	return true;
}

bool peer_commit_rtcp(struct peer *peer, size_t length)
{
	if (!srtp_pair_protect_rtcp(peer->srtp, outbox_begin(peer->host.outbox), &length))
		return false;
	outbox_commit(peer->host.outbox, &peer->way, length, peer);
	return true;
}

void peer_tick(struct peer *peer, int64_t now_ns)
{
	if (peer->why_closed)
		return;
	if (!peer->srtp && now_ns - peer->created_ns > NEVER_CAME_NS)
		peer_close(peer, peer->has_way ? "no DTLS handshake within 30 s"
					       : "it never came (30 s)");
	else if (peer->srtp && now_ns - peer->checked_ns > SILENCE_NS)
		peer_close(peer, "nothing was heard of it for 30 s");
	if (peer->dtls && !peer->srtp && !peer->why_closed)
		follow_dtls(peer, dtls_tick(peer->dtls));
	if (!peer_is_up(peer))
		return;
	peer->kind->tick(peer->use, now_ns);
	if (now_ns - peer->shown_ns >= SHOW_NS) {
		peer->shown_ns = now_ns;
		link_publish(peer->link, &peer->stats);
	}
}

void peer_close(struct peer *peer, const char *why)
{
	if (!peer->why_closed)
		peer->why_closed = why;
}

bool peer_is_up(const struct peer *peer)
{
	return peer->srtp && !peer->why_closed;
}

bool peer_is_closed(const struct peer *peer)
{
	return peer->why_closed != NULL;
}

void peer_destroy(struct peer *peer)
{
	outbox_flush(peer->host.outbox);
	if (peer->kind)
		peer->kind->destroy(peer->use);
	dtls_destroy(peer->dtls);
	srtp_pair_destroy(peer->srtp);
	ice_remove(peer->host.ice, peer->current.ufrag);
	ice_remove(peer->host.ice, peer->next.ufrag);
	for (unsigned i = 0; i < peer->n_paths; i++)
		forget_path(peer, &peer->paths[i]);
	link_cut(peer->link);
	link_unref(peer->link);
	mailbox_post(peer->host.up, note_new(NOTE_PEER_CLOSED, peer->id, 0, peer->why_closed));
	g_free(peer);
}
