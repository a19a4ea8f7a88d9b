/* SPDX-License-Identifier: EUPL-1.2
 *
 * A source writes chunks (10 to 32 ms) and the reader takes 10 ms at a time, so the fill is a
 * sawtooth. What is steered is therefore the fill's mean over SMOOTH_S. With PULL_S and LEARN_S the
 * loop is damped (zeta 1.1); a source 300 ppm off moves the fill by 2 ms until the drift is
 * learned.
 */
#include "steer.h"

#include <glib.h>
#include <stdbool.h>

#define TICKS_PER_S	100
#define SMOOTH_S	2.0	/* time constant of the fill's mean */
#define PULL_S		12.0	/* a lasting error of the fill is worked off in about this time */
#define LEARN_S		60.0	/* the drift is learned in about this time */
#define MOST_RATIO	0.002	/* 2000 ppm: 3.5 cents, nobody hears it */
#define SLEW		(20e-6) /* ratio's greatest change a tick */
#define RISE_MS		10	/* target's step up after an underrun */
#define FALL_MS		5	/* and down, at least */
#define PATIENCE_S	10	/* calm for so long, the target falls; doubled by each trouble */
#define MOST_PATIENCE_S 240
#define EPISODE_S	10 /* underruns so close to each other are one trouble */
#define MOST_TARGET_MS	250
#define NEAR_EMPTY_MS	12 /* less than this left after a read is not calm */

static void look_anew(struct steering *steering)
{
	steering->calm_ticks = 0;
	steering->least_ms = 1e9;
}

void steering_init(struct steering *steering, double base_ms)
{
	*steering = (struct steering){.base_ms = base_ms, .target_ms = base_ms};
	steering->mean_ms = base_ms;
	steering->patience_s = PATIENCE_S;
	look_anew(steering);
}

void steering_start(struct steering *steering, double wanted_ms)
{
	steering->mean_ms = wanted_ms;
	steering->risen_ms = 0;
	look_anew(steering);
}

double steering_follow(struct steering *steering, double fill_ms, double wanted_ms)
{
	steering->mean_ms += (fill_ms - steering->mean_ms) / (SMOOTH_S * TICKS_PER_S);

	double error_s = (wanted_ms - steering->mean_ms) / 1000;
	double pull = error_s / PULL_S + steering->drift;

	/* Learns only while it is free to move: an error that takes minutes at the limit is no
	 * drift. */
	if (pull > -MOST_RATIO && pull < MOST_RATIO)
		steering->drift += error_s / PULL_S / (LEARN_S * TICKS_PER_S);
	pull = CLAMP(pull, -MOST_RATIO, MOST_RATIO);
	steering->ratio += CLAMP(pull - steering->ratio, -SLEW, SLEW);
	return steering->ratio;
}

static void set_target(struct steering *steering, double target_ms)
{
	double most_ms = MAX(MOST_TARGET_MS, steering->base_ms);

	steering->target_ms = CLAMP(target_ms, steering->base_ms, most_ms);
	look_anew(steering);
}

void steering_set_base(struct steering *steering, double base_ms)
{
	steering->base_ms = base_ms;
	if (steering->target_ms < base_ms)
		set_target(steering, base_ms);
}

void steering_rise(struct steering *steering)
{
	double before_ms = steering->target_ms;
	bool is_new_trouble = steering->risen_ticks > EPISODE_S * TICKS_PER_S;

	set_target(steering, before_ms + RISE_MS);
	steering->risen_ms = steering->target_ms - before_ms;
	steering->risen_ticks = 0;
	if (is_new_trouble)
		steering->patience_s = MIN(2 * steering->patience_s, MOST_PATIENCE_S);
}

void steering_excuse(struct steering *steering)
{
	set_target(steering, steering->target_ms - steering->risen_ms);
	if (steering->risen_ms > 0)
		steering->patience_s = MAX(steering->patience_s / 2, PATIENCE_S);
	steering->risen_ms = 0;
}

/* What was not needed in all that time: a hiccup's worth goes, jitter's stays. */
static double fall_of(const struct steering *steering)
{
	return MAX(FALL_MS, steering->least_ms - NEAR_EMPTY_MS);
}

void steering_relax(struct steering *steering, double left_ms)
{
	steering->least_ms = MIN(steering->least_ms, left_ms);
	if (steering->risen_ticks <= EPISODE_S * TICKS_PER_S)
		steering->risen_ticks++;
	if (steering->least_ms < NEAR_EMPTY_MS)
		look_anew(steering);
	else if (++steering->calm_ticks > steering->patience_s * TICKS_PER_S)
		set_target(steering, steering->target_ms - fall_of(steering));
}
