/* SPDX-License-Identifier: EUPL-1.2
 *
 * scene: what the test camera sees and hears: a gradient in a colour of its own, a bar that moves, and at each full second of CLOCK_MONOTONIC
 * a flash (the lower half is white for two pictures) and a beep (1 kHz, 50 ms) that begin at the same moment. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mark.h"

#define SCENE_RATE_HZ 48000

struct scene_look {
	int width, height, fps;
	int hue;     /* 0..359 */
	float noise; /* between the beeps, as a hall has it; 0: digital silence */
};

size_t scene_bytes(const struct scene_look *look);

/* Picture number `n` since a full second, I420 with tight planes; the mark is drawn last. */
void scene_draw(const struct scene_look *look, int64_t n, uint8_t *out);

/* `n` samples (mono, from sample `first` since a full second). */
void scene_sound(const struct scene_look *look, int64_t first, size_t n, float *out);
