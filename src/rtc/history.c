/* SPDX-License-Identifier: EUPL-1.2 */
#include "history.h"

#include <glib.h>
#include <stdbool.h>

#include "clock.h"
#include "track.h"

#define N_RECENT  256
#define PAUSE_MS  10
#define FORGET_MS 5000

struct span {
	struct track *track; /* NULL: none */
	uint16_t first_seq, offset;
};

struct resent {
	uint16_t seq;
	uint16_t times;
	uint32_t last_ms;
};

struct history {
	struct span now, before;
	unsigned budget;       /* in shares of a packet */
	struct resent *recent; /* by number; most peers never ask */
};

struct history *history_create(void)
{
	struct history *history = g_new0(struct history, 1);

	history->budget = RESENDS_BURST * RESENDS_SHARE;
	return history;
}

void history_follow(struct history *history, struct track *track, uint16_t first_seq,
		    uint16_t offset)
{
	track_unref(history->before.track);
	history->before = history->now;
	history->now = (struct span){track_ref(track), first_seq, offset};
}

void history_earn(struct history *history, bool has_room)
{
	history->budget += has_room ? RESENDS_SHARE : 1;
	history->budget = MIN(history->budget, RESENDS_BURST * RESENDS_SHARE);
}

static const struct span *find_span(const struct history *history, uint16_t seq)
{
	const struct span *spans[] = {&history->now, &history->before};

	for (int i = 0; i < 2; i++) {
		if (spans[i]->track && (int16_t)(seq - spans[i]->first_seq) >= 0)
			return spans[i];
	}
	return NULL;
}

static bool may_resend(struct history *history, uint16_t seq, int64_t now_ns)
{
	uint32_t now_ms = (uint32_t)(now_ns / NS_PER_MS);

	if (!history->recent)
		history->recent = g_new0(struct resent, N_RECENT);
	struct resent *entry = &history->recent[seq % N_RECENT];

	/* Later the number is another packet's: they come round. */
	if (entry->seq != seq || now_ms - entry->last_ms > FORGET_MS)
		*entry = (struct resent){.seq = seq};
	if (entry->times >= RESENDS_MAX || (entry->times && now_ms - entry->last_ms < PAUSE_MS))
		return false;
	entry->times++;
	entry->last_ms = now_ms;
	return true;
}

const struct packet *history_take(struct history *history, uint16_t seq, int64_t now_ns,
				  uint16_t *offset)
{
	const struct span *span = find_span(history, seq);
	const struct packet *packet =
		span ? track_find(span->track, (uint16_t)(seq - span->offset)) : NULL;

	if (!packet)
		return NULL;
	if (history->budget < RESENDS_SHARE || !may_resend(history, seq, now_ns)) {
		packet_unref(packet);
		return NULL;
	}
	history->budget -= RESENDS_SHARE;
	*offset = span->offset;
	return packet;
}

void history_destroy(struct history *history)
{
	if (!history)
		return;
	track_unref(history->now.track);
	track_unref(history->before.track);
	g_free(history->recent);
	g_free(history);
}
