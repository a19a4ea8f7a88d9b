/* SPDX-License-Identifier: EUPL-1.2 */
#include "estimate.h"

#include <glib.h>
#include <string.h>

#include "clock.h"
#include "twcc.h"

#define LOG_PACKETS 2048 /* a feedback names packets of the last second; that is 20 Mbit/s */
#define SLICE_NS    (250 * NS_PER_MS)
#define SLICES	    8
#define RATE_SLICES 4 /* the last second */
#define BASE_NS	    (15 * NS_PER_S)
#define SILENCE_NS  NS_PER_S
#define NS_PER_US   1000
/* What comes out of order comes within that; only then a packet is lost. */
#define LATE_US 250000

/* Packets that were sent so close to each other may overtake each other. */
#define OVERTAKEN_US 100000

#define QUEUE_MS     80
#define LOSS_PERCENT 10
#define LOSS_PACKETS 20	  /* fewer say nothing */
#define GROWTH	     0.08 /* a second */

#define TRAINS	      7
#define TRAIN_US      3000 /* packets that were sent closer than that left together */
#define TRAIN_PACKETS 6
#define TRAIN_BYTES   4500
#define TRAIN_OLD_NS  (12 * NS_PER_S)
#define CAPACITY_KBPS 100000 /* more cannot be told from steps of 250 us */

enum fate { FATE_UNKNOWN, FATE_MISSED, FATE_CAME };

struct sent {
	uint32_t sent_us; /* modulo 2^32 */
	uint16_t seq, bytes;
};

/* What was learned in a quarter of a second. */
struct slice {
	int64_t number; /* of SLICE_NS since 0 */
	uint64_t bytes;
	unsigned came, lost;
	int64_t least_us; /* delay of the luckiest packet */
};

/* Packets that left together. */
struct train {
	uint16_t last_seq;
	uint32_t sent_us;
	unsigned packets;
	uint64_t bytes;
	uint16_t first_bytes;
	int64_t first_us, last_us; /* arrivals */
};

struct estimate {
	struct sent log[LOG_PACKETS];
	uint8_t fates[LOG_PACKETS];
	uint16_t next_seq, settled_seq; /* before settled_seq all is counted */
	uint16_t reported_seq;		/* the highest that feedback spoke of, and one */
	uint16_t forgiven_seq;		/* what is missed before was a blackout's */
	bool is_forgiving, is_known, is_congested;
	uint8_t feedback_number;

	int64_t feedback_ns, begun_ns;
	int64_t reference_us, turns_us; /* of the receiver's clock, and its turns until now */
	uint32_t newest_sent_us;	/* of what has come */
	struct slice slices[SLICES];
	int64_t base_us[2], base_begun_ns;
	struct train train;
	struct {
		double kbps;
		int64_t ns;
	} trains[TRAINS];
	unsigned next_train;

	double kbps, report_loss;
	int64_t grown_ns, congested_since_ns, congested_ns;
};

struct estimate *estimate_create(void)
{
	struct estimate *estimate = g_new0(struct estimate, 1);

	estimate->base_us[0] = estimate->base_us[1] = INT64_MAX;
	for (int i = 0; i < SLICES; i++)
		estimate->slices[i].number = -1;
	return estimate;
}

uint16_t estimate_send(struct estimate *estimate, size_t bytes, int64_t now_ns)
{
	uint16_t seq = estimate->next_seq++;
	unsigned place = seq % LOG_PACKETS;

	if (!estimate->begun_ns)
		estimate->begun_ns = estimate->feedback_ns = now_ns;
	estimate->fates[place] = FATE_UNKNOWN;
	estimate->log[place] = (struct sent){
		.sent_us = (uint32_t)(now_ns / NS_PER_US),
		.seq = seq,
		.bytes = (uint16_t)MIN(bytes, UINT16_MAX),
	};
	/* Nobody speaks of it any more. */
	if ((uint16_t)(estimate->next_seq - estimate->settled_seq) > LOG_PACKETS)
		estimate->settled_seq = (uint16_t)(estimate->next_seq - LOG_PACKETS);
	return seq;
}

/* ---- slices ---- */

static struct slice *slice_at(struct estimate *estimate, int64_t now_ns)
{
	int64_t number = now_ns / SLICE_NS;
	struct slice *slice = &estimate->slices[number % SLICES];

	if (slice->number != number)
		*slice = (struct slice){.number = number, .least_us = INT64_MAX};
	return slice;
}

/* The slice so many before the one of now; NULL if nothing was learned then. */
static const struct slice *slice_before(const struct estimate *estimate, int64_t now_ns, int back)
{
	int64_t number = now_ns / SLICE_NS - back;
	const struct slice *slice = number < 0 ? NULL : &estimate->slices[number % SLICES];

	return slice && slice->number == number ? slice : NULL;
}

/* ---- one packet's fate ---- */

static void lower_base(struct estimate *estimate, int64_t delay_us, int64_t now_ns)
{
	if (now_ns - estimate->base_begun_ns > BASE_NS) {
		estimate->base_begun_ns = now_ns;
		estimate->base_us[1] = estimate->base_us[0];
		estimate->base_us[0] = INT64_MAX;
	}
	estimate->base_us[0] = MIN(estimate->base_us[0], delay_us);
}

static void finish_train(struct estimate *estimate, int64_t now_ns)
{
	const struct train *train = &estimate->train;
	int64_t spread_us = train->last_us - train->first_us;

	if (train->packets < TRAIN_PACKETS || train->bytes < TRAIN_BYTES)
		return;
	double bits = 8.0 * (double)(train->bytes - train->first_bytes);
	double kbps = spread_us > 0 ? bits * 1000 / (double)spread_us : CAPACITY_KBPS;

	estimate->trains[estimate->next_train].kbps = MIN(kbps, CAPACITY_KBPS);
	estimate->trains[estimate->next_train].ns = now_ns;
	estimate->next_train = (estimate->next_train + 1) % TRAINS;
}

static void add_to_train(struct estimate *estimate, const struct sent *sent, int64_t arrived_us,
			 int64_t now_ns)
{
	struct train *train = &estimate->train;
	bool is_later = (int16_t)(sent->seq - train->last_seq) > 0;

	if (train->packets && !is_later && (uint16_t)(train->last_seq - sent->seq) < LOG_PACKETS)
		return; /* late: its train has left */
	if (!train->packets || sent->sent_us - train->sent_us > TRAIN_US) {
		finish_train(estimate, now_ns);
		*train = (struct train){
			.first_us = arrived_us, .last_us = arrived_us, .first_bytes = sent->bytes};
	}
	train->last_seq = sent->seq;
	train->sent_us = sent->sent_us;
	train->packets++;
	train->bytes += sent->bytes;
	train->first_us = MIN(train->first_us, arrived_us);
	train->last_us = MAX(train->last_us, arrived_us);
}

struct reading {
	struct estimate *estimate;
	struct slice *slice;
	int64_t now_ns;
	bool is_begun;
	int64_t turns_us;
};

/* The receiver's clock without its turns. */
static int64_t straighten(struct reading *reading, int64_t arrived_us)
{
	struct estimate *estimate = reading->estimate;

	if (!reading->is_begun) {
		reading->is_begun = true;
		if (estimate->is_known &&
		    arrived_us - estimate->reference_us < -(TWCC_CLOCK_US / 2))
			estimate->turns_us += TWCC_CLOCK_US;
		else if (estimate->is_known &&
			 arrived_us - estimate->reference_us > TWCC_CLOCK_US / 2)
			estimate->turns_us -= TWCC_CLOCK_US;
		estimate->reference_us = arrived_us;
	}
	return arrived_us + estimate->turns_us;
}

static void on_fate(uint16_t seq, bool has_come, int64_t arrived_us, void *data)
{
	struct reading *reading = data;
	struct estimate *estimate = reading->estimate;
	const struct sent *sent = &estimate->log[seq % LOG_PACKETS];
	uint8_t *fate = &estimate->fates[seq % LOG_PACKETS];

	/* Of those that are in the log only. */
	if ((uint16_t)(estimate->next_seq - 1 - seq) >= LOG_PACKETS || sent->seq != seq ||
	    !sent->bytes || *fate == FATE_CAME)
		return;
	if ((int16_t)(seq + 1 - estimate->reported_seq) > 0)
		estimate->reported_seq = (uint16_t)(seq + 1);
	if (!has_come) {
		*fate = FATE_MISSED;
		return;
	}
	*fate = FATE_CAME;
	if (!estimate->newest_sent_us || (int32_t)(sent->sent_us - estimate->newest_sent_us) > 0)
		estimate->newest_sent_us = sent->sent_us;
	/* When it was sent, on our clock: the log holds the low 32 bits. */
	int64_t now_us = reading->now_ns / NS_PER_US;
	int64_t sent_us = now_us - (uint32_t)((uint32_t)now_us - sent->sent_us);
	int64_t straight_us = straighten(reading, arrived_us);

	reading->slice->bytes += sent->bytes;
	reading->slice->least_us = MIN(reading->slice->least_us, straight_us - sent_us);
	lower_base(estimate, straight_us - sent_us, reading->now_ns);
	add_to_train(estimate, sent, straight_us, reading->now_ns);
}

/* Counts what has come and what is lost for good. */
static void settle(struct estimate *estimate, struct slice *slice)
{
	while ((int16_t)(estimate->reported_seq - estimate->settled_seq) > 0) {
		uint16_t seq = estimate->settled_seq;
		unsigned place = seq % LOG_PACKETS;
		bool is_forgiven =
			estimate->is_forgiving && (int16_t)(seq - estimate->forgiven_seq) < 0;

		if ((int32_t)(estimate->newest_sent_us - estimate->log[place].sent_us) < LATE_US)
			break;
		if (estimate->fates[place] == FATE_CAME)
			slice->came++;
		else if (estimate->fates[place] == FATE_MISSED && !is_forgiven)
			slice->lost++;
		estimate->is_forgiving &= is_forgiven;
		estimate->settled_seq++;
	}
}

/* ---- what follows ---- */

static double loss_of(const struct estimate *estimate, int64_t now_ns, unsigned *packets)
{
	unsigned came = 0, lost = 0;

	for (int back = 0; back < RATE_SLICES; back++) {
		const struct slice *slice = slice_before(estimate, now_ns, back);

		came += slice ? slice->came : 0;
		lost += slice ? slice->lost : 0;
	}
	*packets = came + lost;
	return came + lost ? 100.0 * lost / (came + lost) : 0;
}

/* Of whole slices: the one of now has only begun. */
static double rate_of(const struct estimate *estimate, int64_t now_ns)
{
	uint64_t bytes = 0;

	for (int back = 1; back <= RATE_SLICES; back++) {
		const struct slice *slice = slice_before(estimate, now_ns, back);

		bytes += slice ? slice->bytes : 0;
	}
	return (double)bytes * 8e6 / (RATE_SLICES * SLICE_NS);
}

static double queue_of(const struct estimate *estimate, int64_t now_ns)
{
	int64_t least_us = INT64_MAX, base_us = MIN(estimate->base_us[0], estimate->base_us[1]);

	for (int back = 0; back < 2; back++) {
		const struct slice *slice = slice_before(estimate, now_ns, back);

		if (slice)
			least_us = MIN(least_us, slice->least_us);
	}
	return least_us == INT64_MAX || base_us == INT64_MAX ? 0
							     : (double)(least_us - base_us) / 1000;
}

static int compare(const void *a, const void *b)
{
	const double *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

static double capacity_of(const struct estimate *estimate, int64_t now_ns)
{
	double kbps[TRAINS];
	int n = 0;

	for (int i = 0; i < TRAINS; i++)
		if (estimate->trains[i].ns && now_ns - estimate->trains[i].ns < TRAIN_OLD_NS)
			kbps[n++] = estimate->trains[i].kbps;
	qsort(kbps, (size_t)n, sizeof(kbps[0]), compare);
	return n ? kbps[n / 2] : 0;
}

static bool is_congested_now(const struct estimate *estimate, int64_t now_ns)
{
	unsigned packets;
	double loss = loss_of(estimate, now_ns, &packets);

	return queue_of(estimate, now_ns) > QUEUE_MS ||
	       (packets >= LOSS_PACKETS && loss > LOSS_PERCENT);
}

static void note_congestion(struct estimate *estimate, bool is_congested, int64_t now_ns)
{
	if (is_congested && !estimate->is_congested)
		estimate->congested_since_ns = now_ns;
	if (is_congested)
		estimate->congested_ns = now_ns;
	estimate->is_congested = is_congested;
}

/* Down to what arrives while there is congestion; up to what has been proved, and beyond it slowly,
 * as far as there is any reason to. */
static void follow(struct estimate *estimate, int64_t now_ns)
{
	double rate = rate_of(estimate, now_ns);
	double seconds = (double)(now_ns - estimate->grown_ns) / NS_PER_S;

	note_congestion(estimate, is_congested_now(estimate, now_ns), now_ns);
	estimate->grown_ns = now_ns;
	if (now_ns - estimate->begun_ns < (RATE_SLICES + 1) * SLICE_NS)
		return;
	if (estimate->is_congested) {
		estimate->kbps = estimate->kbps > 0 ? MIN(estimate->kbps, rate) : rate;
		return;
	}
	double most = MAX(1.5 * rate, 0.85 * capacity_of(estimate, now_ns));

	if (estimate->kbps < most)
		estimate->kbps = MIN(estimate->kbps * (1 + GROWTH * CLAMP(seconds, 0, 1)), most);
	estimate->kbps = MAX(estimate->kbps, rate);
}

/* A feedback was lost: what had not come by the one before may have come by that one. */
static void follow_numbers(struct estimate *estimate, uint8_t number)
{
	int8_t step = (int8_t)(number - estimate->feedback_number);

	if (estimate->is_known && step > 1)
		for (uint16_t seq = estimate->settled_seq; seq != estimate->reported_seq; seq++) {
			uint8_t *fate = &estimate->fates[seq % LOG_PACKETS];
			uint32_t age_us =
				estimate->newest_sent_us - estimate->log[seq % LOG_PACKETS].sent_us;

			if (*fate == FATE_MISSED && (int32_t)age_us < OVERTAKEN_US)
				*fate = FATE_UNKNOWN;
		}
	if (!estimate->is_known || step > 0)
		estimate->feedback_number = number;
}

/* A blackout is no congestion: what was sent into it is not counted. */
static void forgive_blackout(struct estimate *estimate, int64_t now_ns)
{
	if (now_ns - estimate->feedback_ns > SILENCE_NS) {
		estimate->is_forgiving = true;
		estimate->forgiven_seq = estimate->next_seq;
	}
	estimate->feedback_ns = now_ns;
}

void estimate_feedback(struct estimate *estimate, const uint8_t *packet, size_t length,
		       int64_t now_ns)
{
	struct reading reading = {
		.estimate = estimate, .slice = slice_at(estimate, now_ns), .now_ns = now_ns};

	if (length > 19)
		follow_numbers(estimate, twcc_number(packet));
	if (!twcc_read(packet, length, on_fate, &reading))
		return;
	forgive_blackout(estimate, now_ns);
	settle(estimate, reading.slice);
	estimate->is_known = true;
	follow(estimate, now_ns);
}

void estimate_report(struct estimate *estimate, double loss_percent, int64_t now_ns)
{
	if (estimate->is_known)
		return;
	estimate->report_loss = loss_percent;
	note_congestion(estimate, loss_percent > LOSS_PERCENT, now_ns);
}

void estimate_read(const struct estimate *estimate, int64_t now_ns, struct estimate_view *view)
{
	unsigned packets;

	*view = (struct estimate_view){
		.is_known = estimate->is_known,
		.kbps = estimate->kbps,
		.arrived_kbps = rate_of(estimate, now_ns),
		.capacity_kbps = capacity_of(estimate, now_ns),
		.loss_percent = estimate->is_known ? loss_of(estimate, now_ns, &packets)
						   : estimate->report_loss,
		.queue_ms = queue_of(estimate, now_ns),
		.congested_ms =
			estimate->is_congested
				? MAX(1, (now_ns - estimate->congested_since_ns) / NS_PER_MS)
				: 0,
	};
	int64_t since_ns = estimate->congested_ns ? estimate->congested_ns : estimate->begun_ns;

	if (!estimate->is_congested)
		view->calm_ms = (now_ns - since_ns) / NS_PER_MS;
}

bool estimate_has_room(const struct estimate *estimate)
{
	return estimate->is_known && !estimate->is_congested;
}

void estimate_destroy(struct estimate *estimate)
{
	g_free(estimate);
}
