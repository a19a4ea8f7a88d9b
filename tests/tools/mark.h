/* SPDX-License-Identifier: EUPL-1.2
 *
 * mark: a time burnt into a picture, so that whoever sees the picture knows when it was taken. A band across the top, 32 by 2 cells of black or
 * white, each a 32nd of the picture's width in both directions:
 *
 *   upper row   32 bits  CLOCK_MONOTONIC in units of 0.1 ms, modulo 2^32, highest bit on the left
 *   lower row   12 bits  number of the picture, modulo 4096
 *                4 bits  who made it
 *               16 bits  CRC-16/CCITT (0x1021, begins with 0xffff) of the six bytes before
 *
 * Cells of 20 pixels and more survive scaling and a starved encoder; what does not survive fails the checksum. bench/lib/mark.mjs reads the same
 * from a canvas. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MARK_COLUMNS 32
#define MARK_ROWS    2

struct mark {
	uint32_t time; /* 0.1 ms */
	uint16_t number;
	uint8_t maker;
};

/* The least difference of two mark times in ms, signed. */
double mark_ms_between(uint32_t earlier, uint32_t later);
uint32_t mark_time(int64_t monotonic_ns);

/* Into the luma plane of a picture at least 320 wide. */
void mark_draw(const struct mark *mark, uint8_t *luma, int stride, int width);

/* False: there is none, or it did not survive; *mark is then untouched. */
bool mark_read(struct mark *mark, const uint8_t *luma, int stride, int width, int height);
