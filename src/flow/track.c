/* SPDX-License-Identifier: EUPL-1.2
 *
 * A pool of twice `capacity` cells that never move or go while the track lives (type-stable
 * memory), and a ring of places:
 *
 *   places[n % capacity] = cell of packet n, published with the packet's number
 *
 * The ring holds one reference on each of its cells. A reader adds a reference only to a cell that
 * has one, then looks whether the cell still is packet n; if it was recycled in between, it lets go
 * again and has lost the packet. The writer reuses cells without references.
 */
#include "track.h"

#include <glib.h>
#include <stdatomic.h>
#include <stddef.h>

#include "clock.h"
#include "stage.h"

#define MAX_BELLS 8

struct cell {
	struct packet packet;
	struct track *track;
	atomic_uint refs;
	_Atomic(uint64_t) number; /* which packet it is */
};

struct track {
	struct track_format format;
	unsigned capacity, n_cells, next_cell;
	struct cell *cells;
	struct cell *begun; /* writer's, between begin and commit */
	_Atomic(struct cell *) *places;
	_Atomic(uint64_t) end; /* number of the next packet */
	_Atomic(struct bell *) bells[MAX_BELLS];
	struct bell key_bell;
	atomic_bool is_key_asked;
	atomic_int wanted;
	struct stage encoded, sent;
	atomic_int refs; /* owners, and packets held by readers */
};

struct track *track_create(const struct track_format *format, unsigned capacity)
{
	struct track *track = g_new0(struct track, 1);

	track->format = *format;
	track->capacity = capacity;
	track->n_cells = 2 * capacity;
	track->cells = g_new0(struct cell, track->n_cells);
	track->places = g_malloc0_n(capacity, sizeof(*track->places));
	for (unsigned i = 0; i < track->n_cells; i++)
		track->cells[i].track = track;
	atomic_init(&track->refs, 1);
	return track;
}

struct track *track_ref(struct track *track)
{
	atomic_fetch_add_explicit(&track->refs, 1, memory_order_relaxed);
	return track;
}

void track_unref(struct track *track)
{
	if (!track || atomic_fetch_sub_explicit(&track->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (int i = 0; i < MAX_BELLS; i++) {
		struct bell *bell = atomic_load(&track->bells[i]);

		if (bell && bell->release)
			bell->release(bell->data);
		g_free(bell);
	}
	if (track->key_bell.release)
		track->key_bell.release(track->key_bell.data);
	g_free(track->cells);
	g_free(track->places);
	g_free(track);
}

const struct track_format *track_format(const struct track *track)
{
	return &track->format;
}

void track_hang_bell(struct track *track, struct bell bell)
{
	struct bell *hung = g_memdup2(&bell, sizeof(bell));

	for (int i = 0; i < MAX_BELLS; i++) {
		struct bell *there = NULL;

		if (atomic_compare_exchange_strong(&track->bells[i], &there, hung))
			return;
		if (there->ring == bell.ring && there->data == bell.data) {
			g_free(hung);
			return;
		}
	}
	g_error("track: more than %d bells", MAX_BELLS);
}

struct packet *track_begin(struct track *track)
{
	for (unsigned i = 0; i < track->n_cells && !track->begun; i++) {
		struct cell *cell = &track->cells[track->next_cell];

		track->next_cell = (track->next_cell + 1) % track->n_cells;
		if (atomic_load_explicit(&cell->refs, memory_order_acquire) == 0)
			track->begun = cell;
	}
	return track->begun ? &track->begun->packet : NULL;
}

static void cell_unref(struct cell *cell)
{
	atomic_fetch_sub_explicit(&cell->refs, 1, memory_order_acq_rel);
}

void track_commit(struct track *track, struct packet *packet)
{
	struct cell *cell = track->begun;
	uint64_t number = atomic_load_explicit(&track->end, memory_order_relaxed);

	g_assert(cell && packet == &cell->packet);
	track->begun = NULL;
	packet->written_ns = clock_now_ns();
	if (packet->is_end && packet->pts_ns)
		stage_record(&track->encoded, packet->written_ns - packet->pts_ns);
	atomic_store_explicit(&cell->number, number, memory_order_relaxed);
	atomic_store_explicit(&cell->refs, 1, memory_order_release);
	struct cell *oldest = atomic_exchange_explicit(&track->places[number % track->capacity],
						       cell, memory_order_acq_rel);

	atomic_store_explicit(&track->end, number + 1, memory_order_release);
	if (oldest)
		cell_unref(oldest);
}

void track_ring(struct track *track)
{
	for (int i = 0; i < MAX_BELLS; i++) {
		struct bell *bell = atomic_load_explicit(&track->bells[i], memory_order_acquire);

		if (!bell)
			return;
		bell->ring(bell->data);
	}
}

uint64_t track_end(const struct track *track)
{
	return atomic_load_explicit(&track->end, memory_order_acquire);
}

/* The cell of packet `number` with a reference, or NULL if it was recycled. */
static struct cell *hold(struct track *track, uint64_t number)
{
	struct cell *cell = atomic_load_explicit(&track->places[number % track->capacity],
						 memory_order_acquire);
	unsigned refs = atomic_load_explicit(&cell->refs, memory_order_relaxed);

	do {
		if (refs == 0)
			return NULL;
	} while (!atomic_compare_exchange_weak_explicit(
		&cell->refs, &refs, refs + 1, memory_order_acq_rel, memory_order_relaxed));
	if (atomic_load_explicit(&cell->number, memory_order_acquire) == number) {
		track_ref(track);
		return cell;
	}
	cell_unref(cell);
	return NULL;
}

const struct packet *track_next(struct track *track, uint64_t *cursor, uint64_t *lost)
{
	for (;;) {
		uint64_t end = track_end(track);
		uint64_t oldest = end > track->capacity ? end - track->capacity : 0;

		if (*cursor >= end)
			return NULL;
		if (*cursor < oldest) {
			if (lost)
				*lost += oldest - *cursor;
			*cursor = oldest;
		}
		struct cell *cell = hold(track, (*cursor)++);

		if (cell)
			return &cell->packet;
		/* Its place has the next round's packet already, though perhaps the end is not
		 * moved yet: waiting for that would be waiting for the writer. */
		if (lost)
			(*lost)++;
	}
}

const struct packet *track_find(struct track *track, uint16_t rtp_seq)
{
	uint64_t end = track_end(track);
	uint64_t oldest = end > track->capacity ? end - track->capacity : 0;

	/* Sequence numbers are consecutive in a track, so the newest one tells where any other
	 * stands. */
	if (end == 0)
		return NULL;
	struct cell *newest = hold(track, end - 1);

	if (!newest)
		return NULL;
	uint16_t back = (uint16_t)(newest->packet.rtp_seq - rtp_seq);

	packet_unref(&newest->packet);
	if (back >= end - oldest)
		return NULL;
	struct cell *cell = hold(track, end - 1 - back);

	if (cell && cell->packet.rtp_seq != rtp_seq) {
		packet_unref(&cell->packet);
		return NULL;
	}
	return cell ? &cell->packet : NULL;
}

void packet_unref(const struct packet *packet)
{
	if (!packet)
		return;
	struct cell *cell =
		(struct cell *)(void *)((char *)(uintptr_t)packet - offsetof(struct cell, packet));
	struct track *track = cell->track;

	cell_unref(cell);
	track_unref(track);
}

void track_ask_key(struct track *track)
{
	atomic_store(&track->is_key_asked, true);
	if (track->key_bell.ring)
		track->key_bell.ring(track->key_bell.data);
}

bool track_take_key_request(struct track *track)
{
	return atomic_load_explicit(&track->is_key_asked, memory_order_relaxed) &&
	       atomic_exchange(&track->is_key_asked, false);
}

void track_hang_key_bell(struct track *track, struct bell bell)
{
	track->key_bell = bell;
}

void track_want(struct track *track, int change)
{
	int before = atomic_fetch_add(&track->wanted, change);

	if (before == 0 && change > 0 && track->key_bell.ring)
		track->key_bell.ring(track->key_bell.data);
}

bool track_is_wanted(const struct track *track)
{
	return atomic_load_explicit(&track->wanted, memory_order_relaxed) > 0;
}

void track_note_sent(struct track *track, const struct packet *last)
{
	stage_record(&track->sent, clock_now_ns() - last->written_ns);
}

void track_read_stats(const struct track *track, struct track_stats *stats)
{
	stage_read(&track->encoded, &stats->encoded);
	stage_read(&track->sent, &stats->sent);
}
