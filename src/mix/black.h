/* SPDX-License-Identifier: EUPL-1.2
 *
 * black: how far one bus's picture is faded to black. It goes there and comes back at one rate, from
 * wherever it is, whether anybody looks or not; eased like a transition. PRIVATE to this folder.
 * Thread: the video tick's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct frame_pool;
struct plan_picture_bus;

struct black {
	double part;	  /* of the way to black, 0..1 */
	int64_t since_ns; /* where it was at that time; 0: it rests */
	uint64_t serial;  /* of the last fade that was complete */
};

/* As a bus begins: where its first plan wants it, which is told if that has a serial. */
void black_init(struct black *black, const struct plan_picture_bus *wanted);

/* Once a tick, which takes tick_ms. True: a fade of a new serial is complete now. */
bool black_follow(struct black *black, const struct plan_picture_bus *wanted, int64_t now_ns,
		  double tick_ms);

/* The picture as dark as it shall be, for the caller's reference to the one that is given; a picture
 * that stays as it is goes through, and so does one when the pool is exhausted. `dark` is a black
 * picture of the same size. Not for what is wholly black. */
struct frame *black_lay(const struct black *black, struct frame *picture, const struct frame *dark,
			struct frame_pool *pool);

/* Nothing but black is seen. */
bool black_hides_all(const struct black *black);
