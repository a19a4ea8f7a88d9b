/* SPDX-License-Identifier: EUPL-1.2
 *
 * steer: the control behind ring_read_steered(): from how much waits, 10 ms after 10 ms, by how
 * much to stretch. Pure; no sound in it.
 *
 *   fill -> mean over 2 s -> error against what should wait -> PI controller -> ratio
 *
 * The target is the least that has been seen to suffice: it rises with each underrun (10 ms, at
 * most to 250 ms) and comes down again after 10 s in which the fill never came near empty, by what
 * was not needed in them, 5 ms at least. After each trouble (underruns within 10 s are one) that
 * takes twice as long, at most 4 minutes, so that a source whose jitter is rare does not click for
 * ever. Trouble in its first 10 s is not held against it: a browser that has just begun has hiccups that
 * do not come again.
 */
#pragma once

struct steering {
	double base_ms; /* the target's least */
	/* what should wait when the reader comes, without extra delay */
	double target_ms;
	double mean_ms; /* what has waited, smoothed */
	/* learned: the source's clock against ours, seconds a second */
	double drift;
	/* now: above 0 makes more frames out of fewer, so that the fill grows */
	double ratio;
	/* the least that was left after a read, within calm_ticks */
	double least_ms;
	int calm_ticks;	 /* since the fill came near empty, or the target moved */
	int risen_ticks; /* since the target rose last, or the source began */
	int patience_s;	 /* calm for so long, the target comes down */
	double risen_ms; /* the last rise */
};

/* Knows nothing yet. */
void steering_init(struct steering *steering, double base_ms);

/* The target's least is another. Below it the target rises at once; above it it comes down as it does. */
void steering_set_base(struct steering *steering, double base_ms);

/* Sound begins, or was skipped, so that about `wanted_ms` waits: what was seen before is of no use.
 * The drift stays learned. */
void steering_start(struct steering *steering, double wanted_ms);

/* Once a tick, before the read. Returns the ratio. */
double steering_follow(struct steering *steering, double fill_ms, double wanted_ms);

/* Once a tick, after the read, with what is left of the target (without the extra delay). */
void steering_relax(struct steering *steering, double left_ms);

/* There was an underrun. */
void steering_rise(struct steering *steering);

/* It was a stall, which no target would have bridged: the last rise is taken back. */
void steering_excuse(struct steering *steering);
