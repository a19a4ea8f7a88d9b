/* SPDX-License-Identifier: EUPL-1.2 */
#include "matrix.h"

#include <math.h>

void matrix_add(float *bus, const float *source, size_t frames, float from, float to)
{
	if (from == to) {
		for (size_t i = 0; i < 2 * frames; i++)
			bus[i] += to * source[i];
		return;
	}
	float step = (to - from) / (float)frames;

	for (size_t i = 0; i < frames; i++) {
		float gain = from + step * (float)(i + 1);

		bus[2 * i] += gain * source[2 * i];
		bus[2 * i + 1] += gain * source[2 * i + 1];
	}
}

float matrix_ramp(float gain, float target, float step)
{
	if (fabsf(target - gain) <= step)
		return target;
	return target > gain ? gain + step : gain - step;
}
