/* SPDX-License-Identifier: EUPL-1.2 */
#include "mark.h"

#include <string.h>

#define BLACK 16
#define WHITE 235

static uint16_t crc16(const uint8_t *bytes, int n)
{
	uint16_t crc = 0xffff;

	for (int i = 0; i < n * 8; i++) {
		int bit = bytes[i / 8] >> (7 - i % 8) & 1;

		crc = (uint16_t)(crc << 1 ^ ((crc >> 15 ^ bit) ? 0x1021 : 0));
	}
	return crc;
}

double mark_ms_between(uint32_t earlier, uint32_t later)
{
	return (double)(int32_t)(later - earlier) / 10;
}

uint32_t mark_time(int64_t monotonic_ns)
{
	return (uint32_t)(monotonic_ns / 100000);
}

void mark_draw(const struct mark *mark, uint8_t *luma, int stride, int width)
{
	uint8_t bytes[8] = {
		(uint8_t)(mark->time >> 24),  (uint8_t)(mark->time >> 16),
		(uint8_t)(mark->time >> 8),   (uint8_t)mark->time,
		(uint8_t)(mark->number >> 4), (uint8_t)(mark->number << 4 | (mark->maker & 15)),
	};
	uint16_t crc = crc16(bytes, 6);
	int side = width / MARK_COLUMNS;

	bytes[6] = (uint8_t)(crc >> 8);
	bytes[7] = (uint8_t)crc;
	for (int y = 0; y < side * MARK_ROWS; y++)
		for (int cell = 0; cell < MARK_COLUMNS; cell++) {
			int i = y / side * MARK_COLUMNS + cell;
			bool is_set = bytes[i / 8] >> (7 - i % 8) & 1;

			memset(luma + (size_t)y * (size_t)stride + cell * side,
			       is_set ? WHITE : BLACK, (size_t)side);
		}
}

/* The mean of the middle of a cell: its edges are blurred. */
static bool is_white(const uint8_t *luma, int stride, double side, int column, int row)
{
	int left = (int)((column + 0.3) * side), right = (int)((column + 0.7) * side);
	int top = (int)((row + 0.3) * side), bottom = (int)((row + 0.7) * side);
	int sum = 0, n = 0;

	for (int y = top; y < bottom; y++)
		for (int x = left; x < right; x++, n++)
			sum += luma[(size_t)y * (size_t)stride + (size_t)x];
	return n && sum > 128 * n;
}

bool mark_read(struct mark *mark, const uint8_t *luma, int stride, int width, int height)
{
	double side = (double)width / MARK_COLUMNS;
	uint8_t bytes[8] = {0};

	if (side < 8 || height < side * MARK_ROWS)
		return false;
	for (int i = 0; i < MARK_COLUMNS * MARK_ROWS; i++)
		if (is_white(luma, stride, side, i % MARK_COLUMNS, i / MARK_COLUMNS))
			bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	if (crc16(bytes, 6) != (bytes[6] << 8 | bytes[7]))
		return false;
	mark->time = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
		     bytes[3];
	mark->number = (uint16_t)(bytes[4] << 4 | bytes[5] >> 4);
	mark->maker = bytes[5] & 15;
	return true;
}
