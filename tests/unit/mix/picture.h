/* SPDX-License-Identifier: EUPL-1.2
 *
 * picture: frames for the tests of the picture side.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

uint8_t pixel(const struct frame *frame, int plane, int x, int y);

/* Every sample of plane 0 in the rectangle has this value, or one less: libyuv's box filter rounds
 * down. */
bool is_grey(const struct frame *frame, int x, int y, int width, int height, uint8_t value);

/* The samples of both are the same, wherever they lie. */
bool is_same_picture(const struct frame *a, const struct frame *b);

/* Samples that differ from place to place. */
struct frame *picture_noise(int width, int height, unsigned seed);

/* One that can be locked: whoever reads it then crashes. */
struct frame *picture_lockable(int width, int height, uint8_t grey);
void picture_lock(struct frame *frame, bool is_locked);
