/* SPDX-License-Identifier: EUPL-1.2 */
#include "scene.h"

#include <math.h>
#include <string.h>

#define FLASH_PICTURES 2
#define BEEP_SAMPLES   (SCENE_RATE_HZ / 20)
#define BEEP_HZ	       1000
#define WHITE	       235

size_t scene_bytes(const struct scene_look *look)
{
	return (size_t)look->width * (size_t)look->height * 3 / 2;
}

static void draw_luma(const struct scene_look *look, int64_t n, uint8_t *out)
{
	int bar = (int)(n * 8 % look->width), end = bar + 16 < look->width ? bar + 16 : look->width;

	for (int y = 0; y < look->height; y++) {
		uint8_t *row = out + (size_t)y * (size_t)look->width;
		bool is_flash = y >= look->height / 2 && n % look->fps < FLASH_PICTURES;

		memset(row, is_flash ? WHITE : 48 + 64 * y / look->height, (size_t)look->width);
		if (!is_flash)
			memset(row + bar, 160, (size_t)(end - bar));
	}
}

void scene_draw(const struct scene_look *look, int64_t n, uint8_t *out)
{
	size_t luma = (size_t)look->width * (size_t)look->height, chroma = luma / 4;
	double angle = look->hue * M_PI / 180;
	bool is_flash = n % look->fps < FLASH_PICTURES;

	draw_luma(look, n, out);
	memset(out + luma, (int)(128 + 40 * cos(angle)), chroma);
	memset(out + luma + chroma, (int)(128 + 40 * sin(angle)), chroma);
	if (is_flash) {
		memset(out + luma + chroma / 2, 128, chroma / 2);
		memset(out + luma + chroma + chroma / 2, 128, chroma / 2);
	}
}

/* 0..1, the same for the same sample. */
static double noise(int64_t sample)
{
	uint32_t x = (uint32_t)sample * 2654435761U;

	x = (x ^ x >> 15) * 2246822519U;
	return (x ^ x >> 13) / 4294967296.0;
}

void scene_sound(const struct scene_look *look, int64_t first, size_t n, float *out)
{
	for (size_t i = 0; i < n; i++) {
		int64_t at = (first + (int64_t)i) % SCENE_RATE_HZ;

		out[i] =
			at < BEEP_SAMPLES
				? 0.5F * (float)sin(2 * M_PI * BEEP_HZ * (double)at / SCENE_RATE_HZ)
				: look->noise * (float)(noise(first + (int64_t)i) - 0.5);
	}
}
