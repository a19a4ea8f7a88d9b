/* SPDX-License-Identifier: EUPL-1.2 */
#include "link.h"

#include <glib.h>
#include <stdatomic.h>

#include "handoff.h"
#include "port.h"

struct link {
	atomic_int refs;
	atomic_bool is_cut;
	struct handoff *stats;
};

struct link *link_create(void)
{
	struct link *link = g_new0(struct link, 1);

	atomic_init(&link->refs, 1);
	link->stats = handoff_create(g_free);
	return link;
}

struct link *link_ref(struct link *link)
{
	atomic_fetch_add(&link->refs, 1);
	return link;
}

void link_unref(struct link *link)
{
	if (!link || atomic_fetch_sub(&link->refs, 1) != 1)
		return;
	handoff_destroy(link->stats);
	g_free(link);
}

void link_publish(struct link *link, const struct rtc_peer_stats *stats)
{
	handoff_give(link->stats, g_memdup2(stats, sizeof(*stats)));
}

bool link_read(struct link *link, struct rtc_peer_stats *stats)
{
	const struct rtc_peer_stats *latest = handoff_latest(link->stats);

	if (latest)
		*stats = *latest;
	return latest != NULL;
}

void link_cut(struct link *link)
{
	atomic_store(&link->is_cut, true);
}

bool link_is_cut(const struct link *link)
{
	return atomic_load(&link->is_cut);
}
