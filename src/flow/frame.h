/* SPDX-License-Identifier: EUPL-1.2
 *
 * frame: one picture, I420, 8 bits, BT.709 limited range (what comes otherwise is converted at the
 * edge). Plane 0 is Y (width x height), 1 is U and 2 is V ((width+1)/2 x (height+1)/2 each).
 * Reference-counted with an atomic counter, and immutable from the moment that it is shared: the
 * owner of the only reference may draw into it.
 *
 * A frame comes from a pool (ours to draw into) or wraps foreign memory (a decoder's buffer,
 * without a copy).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct frame {
	uint8_t *plane[3]; /* top left sample of Y, U, V */
	int stride[3];	   /* bytes from a row to the next */
	int width, height; /* of plane 0, in pixels; at most 8192 each */
	/* when it is due, CLOCK_MONOTONIC; 0 for a picture without a time (a still) */
	int64_t pts_ns;
	/* when its first byte reached the daemon; 0 if unknown */
	int64_t arrived_ns;
	/* differs between any two pictures of the process: what a cache compares */
	uint64_t serial;
};

struct frame_pool;

/* A pool of pictures of one size. One thread takes; any thread may let go. It grows to what is in
 * use at one time, at most `most` frames. */
struct frame_pool *frame_pool_create(int width, int height, int most);

/* A frame with a reference for the caller, its samples undefined, its serial new, or NULL if all
 * `most` are in use. */
struct frame *frame_pool_take(struct frame_pool *pool);

/* Whether this is a frame of that pool and the caller has its only reference: it may be drawn into. */
bool frame_is_ours(const struct frame *frame, const struct frame_pool *pool);

/* Frees the pool when its last frame is let go of. NULL is allowed. */
void frame_pool_destroy(struct frame_pool *pool);

/* Wraps memory that stays readable until `release(data)` is called, on whichever thread lets go
 * last. */
struct frame *frame_wrap(uint8_t *const plane[3], const int stride[3], int width, int height,
			 void (*release)(void *data), void *data);

/* A new picture of one colour (Y, U, V), for slates, backgrounds and tests. */
struct frame *frame_create_colour(int width, int height, uint8_t y, uint8_t u, uint8_t v);

struct frame *frame_ref(struct frame *frame);

/* NULL is allowed. */
void frame_unref(struct frame *frame);
