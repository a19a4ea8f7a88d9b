/* SPDX-License-Identifier: EUPL-1.2
 *
 * eye: whether one source's picture is black, or stands still, and since when. Twice a second it
 * looks at some hundred places of a picture that is held anyway, without scaling: a few
 * microseconds. A lens cap's noise is black, too; a picture that is coded anew and again stands
 * still, a camera's noise does not. It knows nothing of pictures that do not come (that is the
 * source's state), and a still is not for its eye.
 *
 * The video tick looks, anybody reads; reference-counted, because plans name it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct eye;

struct eye_sight {
	bool is_open;	 /* it has looked within the last two seconds */
	double seen_s;	 /* how long it has looked, without a gap of two seconds */
	double black_s;	 /* black for so long; 0: it is not */
	double frozen_s; /* nothing has moved for so long; 0: something does */
	int luma;	 /* mean of what it saw last, limited range: 16 is black */
};

struct eye *eye_create(void);
struct eye *eye_ref(struct eye *eye);
void eye_unref(struct eye *eye); /* NULL is allowed */

/* Video tick only: a new picture of the source. */
void eye_look(struct eye *eye, const struct frame *frame, int64_t now_ns);

/* Any thread. */
void eye_read(const struct eye *eye, int64_t now_ns, struct eye_sight *sight);
