/* SPDX-License-Identifier: EUPL-1.2
 *
 * The control loop's side: offers are read and answered here, and what was agreed is sent down.
 */
#include "port.h"

#include <string.h>

#include "candidates.h"
#include "crew.h"
#include "dtls.h"
#include "error.h"
#include "ice.h"
#include "link.h"
#include "sdp.h"
#include "track.h"
#include "worker.h"

/* What we must remember of a peer to answer a PATCH and to show figures. */
struct entry {
	uint64_t id;
	struct link *link;
	struct worker *worker;
	char letter; /* of its ufrags */
	char remote_ufrag[SDP_ICE_MAX];
};

struct rtc_port {
	struct crew *crew;
	struct dtls_identity *identity;
	char *candidates;
	char cname[32];
	int max_kbps;
	GHashTable *entries; /* id (in the entry) -> entry */
};

static void entry_free(void *data)
{
	struct entry *entry = data;

	link_unref(entry->link);
	g_free(entry);
}

struct rtc_port *rtc_port_create(const struct rtc_config *config, struct mailbox *up,
				 GError **error)
{
	struct rtc_port *port = g_new0(struct rtc_port, 1);

	port->entries = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, entry_free);
	port->max_kbps = config->max_kbps;
	g_snprintf(port->cname, sizeof(port->cname), "twinstage-%08x", g_random_int());
	port->candidates = candidates_create(
		config->addresses, config->public_port ? config->public_port : config->udp_port,
		error);
	port->identity = port->candidates ? dtls_identity_create(error) : NULL;
	if (port->identity)
		port->crew = crew_create(config->udp_port, (unsigned)MAX(config->workers, 0),
					 port->identity, up, error);
	if (port->crew)
		return port;
	rtc_port_destroy(port);
	return NULL;
}

static gboolean is_over(void *key, void *value, void *data)
{
	const struct entry *entry = value;

	(void)key;
	(void)data;
	return link_is_cut(entry->link);
}

static void add_entry(struct rtc_port *port, const struct order *order, struct worker *worker,
		      const struct sdp_offer *offer)
{
	struct entry *entry = g_new0(struct entry, 1);

	/* Those that closed by themselves. */
	g_hash_table_foreach_remove(port->entries, is_over, NULL);
	entry->id = order->plan.id;
	entry->link = link_ref(order->plan.link);
	entry->worker = worker;
	entry->letter = order->plan.ufrag[0];
	g_strlcpy(entry->remote_ufrag, offer->ufrag, sizeof(entry->remote_ufrag));
	g_hash_table_replace(port->entries, &entry->id, entry);
}

static struct entry *find_entry(struct rtc_port *port, uint64_t peer_id)
{
	struct entry *entry = g_hash_table_lookup(port->entries, &peer_id);

	return entry && !link_is_cut(entry->link) ? entry : NULL;
}

static struct worker *plan_peer(const struct rtc_port *port, struct peer_plan *plan,
				uint64_t peer_id, const struct sdp_offer *offer)
{
	char letter;
	struct worker *worker = crew_choose(port->crew, &letter);

	plan->id = peer_id;
	plan->link = link_create();
	ice_make_credentials(letter, plan->ufrag, plan->pwd);
	memcpy(plan->fingerprint, offer->fingerprint, sizeof(plan->fingerprint));
	return worker;
}

static void send_plan(struct rtc_port *port, struct worker *worker, struct order *order,
		      const struct sdp_offer *offer)
{
	add_entry(port, order, worker, offer);
	worker_send(worker, order);
	link_unref(order->plan.link);
}

static void describe_self(const struct rtc_port *port, const struct peer_plan *plan,
			  struct sdp_self *self)
{
	self->ufrag = plan->ufrag;
	self->pwd = plan->pwd;
	self->fingerprint = dtls_identity_fingerprint(port->identity);
	self->candidates = port->candidates;
	self->max_kbps = port->max_kbps;
	self->cname = port->cname;
}

static void plan_stream(const struct rtc_port *port, const struct sdp_media *media,
			const struct track *track, struct stream_plan *plan)
{
	plan->is_video = media->codec != VIDEO_NONE;
	plan->ssrc = track_format(track)->ssrc;
	plan->pt = media->pt;
	plan->rtx_pt = media->rtx_pt;
	plan->playout_id = media->playout_id;
	plan->twcc_id = media->has_twcc ? media->twcc_id : 0;
	do
		plan->rtx_ssrc = g_random_int();
	while (plan->rtx_ssrc == 0 || plan->rtx_ssrc == plan->ssrc);
	g_strlcpy(plan->cname, port->cname, sizeof(plan->cname));
}

bool rtc_play(struct rtc_port *port, uint64_t peer_id, const char *text, struct track *video,
	      struct track *audio, char **answer, GError **error)
{
	struct order order = {.kind = ORDER_PLAY};
	struct receiver_plan *plan = &order.receiver;
	struct sdp_self self = {0};
	struct sdp_offer offer;

	if (!sdp_read_offer(text, SDP_PLAY, video, audio, &offer, error))
		return false;
	struct worker *worker = plan_peer(port, &order.plan, peer_id, &offer);

	describe_self(port, &order.plan, &self);
	if (offer.video >= 0) {
		plan->video = video;
		plan_stream(port, &offer.media[offer.video], video, &plan->video_stream);
		self.video_ssrc = plan->video_stream.ssrc;
		self.video_rtx_ssrc = plan->video_stream.rtx_ssrc;
	}
	if (offer.audio >= 0) {
		plan->audio = audio;
		plan_stream(port, &offer.media[offer.audio], audio, &plan->audio_stream);
		self.audio_ssrc = plan->audio_stream.ssrc;
	}
	*answer = sdp_write_answer(&offer, SDP_PLAY, &self);
	send_plan(port, worker, &order, &offer);
	return true;
}

bool rtc_publish(struct rtc_port *port, uint64_t peer_id, const char *text, struct track *rtp_in,
		 struct track *rtcp_in, struct track *rtcp_out, char **answer,
		 struct rtp_format *format, GError **error)
{
	struct order order = {.kind = ORDER_PUBLISH, .publisher = {rtp_in, rtcp_in, rtcp_out}};
	struct sdp_self self = {0};
	struct sdp_offer offer;

	if (!sdp_read_offer(text, SDP_PUBLISH, true, true, &offer, error))
		return false;
	struct worker *worker = plan_peer(port, &order.plan, peer_id, &offer);

	describe_self(port, &order.plan, &self);
	*answer = sdp_write_answer(&offer, SDP_PUBLISH, &self);
	sdp_format(&offer, format);
	send_plan(port, worker, &order, &offer);
	return true;
}

void rtc_switch_video(struct rtc_port *port, uint64_t peer_id, struct track *video)
{
	const struct entry *entry = find_entry(port, peer_id);

	if (entry)
		worker_send(entry->worker, &(struct order){.kind = ORDER_SWITCH,
							   .plan.id = peer_id,
							   .receiver.video = video});
}

bool rtc_patch(struct rtc_port *port, uint64_t peer_id, const char *text, char **reply,
	       GError **error)
{
	struct order order = {.kind = ORDER_RESTART, .plan.id = peer_id};
	struct entry *entry = find_entry(port, peer_id);
	struct sdp_fragment fragment;
	struct sdp_self self = {0};

	if (!sdp_read_fragment(text, &fragment, error))
		return false;
	if (!entry)
		return fail(error, ERROR_NOT_FOUND, "this connection has ended");
	/* A trickled candidate comes with the credentials that we know (RFC 8840 9). */
	if (!fragment.ufrag[0] || !fragment.pwd[0] ||
	    strcmp(fragment.ufrag, entry->remote_ufrag) == 0) {
		*reply = NULL;
		return true;
	}
	g_strlcpy(entry->remote_ufrag, fragment.ufrag, sizeof(entry->remote_ufrag));
	ice_make_credentials(entry->letter, order.plan.ufrag, order.plan.pwd);
	describe_self(port, &order.plan, &self);
	*reply = sdp_write_fragment(&fragment, &self);
	worker_send(entry->worker, &order);
	return true;
}

void rtc_close(struct rtc_port *port, uint64_t peer_id)
{
	const struct entry *entry = find_entry(port, peer_id);

	if (!entry)
		return;
	worker_send(entry->worker, &(struct order){.kind = ORDER_CLOSE, .plan.id = peer_id});
	g_hash_table_remove(port->entries, &peer_id);
}

bool rtc_read_stats(struct rtc_port *port, uint64_t peer_id, struct rtc_peer_stats *stats)
{
	const struct entry *entry = find_entry(port, peer_id);

	if (!entry)
		return false;
	if (!link_read(entry->link, stats))
		*stats = (struct rtc_peer_stats){0};
	return true;
}

void rtc_port_destroy(struct rtc_port *port)
{
	if (!port)
		return;
	crew_destroy(port->crew);
	dtls_identity_destroy(port->identity);
	g_hash_table_destroy(port->entries);
	g_free(port->candidates);
	g_free(port);
}
