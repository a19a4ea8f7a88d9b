/* SPDX-License-Identifier: EUPL-1.2
 *
 * resize: a bus's pictures in another size, for a smaller rendition of it. A picture that has not
 * changed is not made again. PRIVATE to this folder. Thread: the video tick's.
 */
#pragma once

#include <stdint.h>

struct frame;
struct frame_pool;

/* Zeroed at first. */
struct resizer {
	int width, height;
	struct frame_pool *pool;
	struct frame *last; /* made of the picture with this serial */
	uint64_t serial;
};

/* The picture in that size with a reference for the caller (the picture itself if it has it), or
 * NULL if the pictures of before are all still in use. */
struct frame *resizer_make(struct resizer *resizer, struct frame *picture, int width, int height);

void resizer_finish(struct resizer *resizer);
