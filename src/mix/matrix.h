/* SPDX-License-Identifier: EUPL-1.2
 *
 * matrix: one row of the gain matrix: bus += gain * source, with the gain going in a straight line
 * from what it was to what it shall be. Pure; one thread.
 */
#pragma once

#include <stddef.h>

/* Adds `frames` x 2 samples of `source`, times a gain that moves from `from` (before the first
 * frame) to `to` (at the last). */
void matrix_add(float *bus, const float *source, size_t frames, float from, float to);

/* The gain a ramp reaches next: at most `step` nearer to `target`. */
float matrix_ramp(float gain, float target, float step);
