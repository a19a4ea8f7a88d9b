/* SPDX-License-Identifier: EUPL-1.2
 *
 * shrink: one plane made smaller by odd ratios, as 3:2 and 3.16:1, each sample the mean of the area
 * it stands for (weights of 1/128). It is here because libyuv's own ways of that are slow or leave
 * samples out; for 2:1, 4:1 and for larger pictures libyuv is as good, and stays.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct plane {
	uint8_t *samples;
	int stride, width, height;
};

/* False, and nothing is done: this processor (no AVX2) or these sizes (larger, smaller than 3:10, or
 * fewer than 32 samples in a row) are left to libyuv. */
bool shrink_plane(const struct plane *from, const struct plane *to);
