/* SPDX-License-Identifier: EUPL-1.2 */
#include "history.h"

#include <glib.h>
#include <stdbool.h>

#include "clock.h"
#include "track.h"

#define N_RECENT 512
#define PAUSE_NS (10 * NS_PER_MS)
/* A join's key frame can be lost as a whole before anything was earned. */
#define BUDGET_START_BYTES (64 << 10)
#define BUDGET_MOST_BYTES  (512 << 10)

struct span {
	struct track *track; /* NULL: none */
	uint16_t first_seq, offset;
};

struct resent {
	uint16_t seq;
	uint8_t times;
	int64_t last_ns;
};

struct history {
	struct span now, before;
	size_t budget;
	struct resent recent[N_RECENT];
};

struct history *history_create(void)
{
	struct history *history = g_new0(struct history, 1);

	history->budget = BUDGET_START_BYTES;
	return history;
}

void history_follow(struct history *history, struct track *track, uint16_t first_seq,
		    uint16_t offset)
{
	track_unref(history->before.track);
	history->before = history->now;
	history->now = (struct span){track_ref(track), first_seq, offset};
}

void history_earn(struct history *history, size_t bytes)
{
	history->budget = MIN(history->budget + bytes / 2, BUDGET_MOST_BYTES);
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
	struct resent *entry = &history->recent[seq % N_RECENT];

	/* Later the number is another packet's: they come round. */
	if (entry->seq != seq || now_ns - entry->last_ns > 5 * NS_PER_S)
		*entry = (struct resent){.seq = seq};
	if (entry->times >= RESENDS_MAX || (entry->times && now_ns - entry->last_ns < PAUSE_NS))
		return false;
	entry->times++;
	entry->last_ns = now_ns;
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
	if (packet->length > history->budget || !may_resend(history, seq, now_ns)) {
		packet_unref(packet);
		return NULL;
	}
	history->budget -= packet->length;
	*offset = span->offset;
	return packet;
}

void history_destroy(struct history *history)
{
	if (!history)
		return;
	track_unref(history->now.track);
	track_unref(history->before.track);
	g_free(history);
}
