/* SPDX-License-Identifier: EUPL-1.2
 *
 * meter: how loud one source or bus is: sample peak and RMS of the last 100 ms, and EBU R128
 * loudness (libebur128) over 400 ms (momentary) and 3 s (short-term); and what the last ten seconds
 * held: loudness, clipping, silence. The audio tick writes, anybody reads; reference-counted,
 * because plans name it.
 */
#pragma once

#include <stddef.h>

#define METER_FLOOR_DB (-120.0) /* what silence reads */
#define METER_WINDOW_S 10

struct meter;

struct meter_levels {
	double peak_db[2]; /* left, right; dBFS, 0 is full scale */
	double held_db;	   /* the highest peak of the last 3 s, of the louder side */
	double rms_db[2];  /* left, right; dBFS, a full-scale sine reads -3 */
	double momentary_lufs;
	double short_term_lufs;
	double window_lufs; /* of the last ten seconds, without what is below -70 LUFS (pauses) */
	/* How often in the last ten seconds a channel stood at full scale (-0.01 dBFS and above)
	 * for 3 samples or more: the wave's top was cut off. */
	unsigned clips;
	double silent_s; /* both channels' peaks are below -60 dBFS for so long; 0: they are not */
};

struct meter *meter_create(void);
struct meter *meter_ref(struct meter *meter);
void meter_unref(struct meter *meter); /* NULL is allowed */

/* Audio tick only. `samples`: frames x 2 interleaved floats. */
void meter_feed(struct meter *meter, const float *samples, size_t frames);

/* Any thread. */
void meter_read(const struct meter *meter, struct meter_levels *levels);
