/* SPDX-License-Identifier: EUPL-1.2
 *
 *   U, V --pairs, multiplied and added--> U', V', and what the 2x2 pixels of that sample get added
 *   Y, twice two rows -----------------------------------------------------------> + --> Y'
 */
#include "colour_matrix.h"

#include <glib.h>
#include <math.h>
#include <stddef.h>

#include "frame.h"

#define KR_709 0.2126
#define KB_709 0.0722

#define LUMA_ONE   (1 << COLOUR_LUMA_BITS)
#define CHROMA_ONE (1 << COLOUR_CHROMA_BITS)
#define DOWN	   (COLOUR_CHROMA_BITS - COLOUR_LUMA_BITS) /* from chroma's bits to luma's */

enum { OF_Y, OF_U, OF_V };

/* Of one chroma row and its luma rows; the second of these is missing below an odd height. */
struct rows {
	const uint8_t *from[3], *from_below;
	uint8_t *to[3], *to_below;
	int width; /* of luma */
};

static int fixed(double value, int one)
{
	return (int)lrint(value * one);
}

/* One of U and V alone, 1 high, as red and blue less luma; what BT.709 makes of that. */
static void weigh(double red, double blue, double kr, double kb, double scale, int16_t of[3])
{
	double green = -(kr * red + kb * blue) / (1 - kr - kb);
	double y = KR_709 * red + (1 - KR_709 - KB_709) * green + KB_709 * blue;

	of[OF_Y] = (int16_t)fixed(y * 219 * scale, CHROMA_ONE);
	of[OF_U] = (int16_t)fixed((blue - y) / (2 - 2 * KB_709) * 224 * scale, CHROMA_ONE);
	of[OF_V] = (int16_t)fixed((red - y) / (2 - 2 * KR_709) * 224 * scale, CHROMA_ONE);
}

void colour_matrix_init(struct colour_matrix *matrix, double kr, double kb, bool is_full_range)
{
	double scale = 1.0 / (is_full_range ? 255 : 224);
	double gain = is_full_range ? 219.0 / 255 : 1;
	int lift = is_full_range ? 16 : 0;

	matrix->gain = fixed(gain, LUMA_ONE);
	/* Rounded twice: to luma's bits, and then with Y. */
	matrix->base[OF_Y] = (lift * LUMA_ONE + LUMA_ONE / 2) * (1 << DOWN) + (1 << DOWN) / 2;
	matrix->base[OF_U] = matrix->base[OF_V] = 128 * CHROMA_ONE + CHROMA_ONE / 2;
	weigh(0, 2 - 2 * kb, kr, kb, scale, matrix->of_u);
	weigh(2 - 2 * kr, 0, kr, kb, scale, matrix->of_v);
}

/* ---- for any processor ---- */

static int add_up(const struct colour_matrix *matrix, int which, int u, int v)
{
	return matrix->of_u[which] * u + matrix->of_v[which] * v + matrix->base[which];
}

static uint8_t luma(int gain, uint8_t y, int added)
{
	return (uint8_t)CLAMP((gain * y + added) >> COLOUR_LUMA_BITS, 0, 255);
}

static uint8_t chroma(int sum)
{
	return (uint8_t)CLAMP(sum >> COLOUR_CHROMA_BITS, 0, 255);
}

/* From pixel x, an even one, to the end. */
static void convert_plain(const struct colour_matrix *matrix, const struct rows *rows, int x)
{
	for (; x < rows->width; x += 2) {
		int at = x / 2, end = MIN(x + 2, rows->width);
		int u = rows->from[OF_U][at] - 128, v = rows->from[OF_V][at] - 128;
		int added = add_up(matrix, OF_Y, u, v) >> DOWN;

		for (int i = x; i < end; i++)
			rows->to[OF_Y][i] = luma(matrix->gain, rows->from[OF_Y][i], added);
		for (int i = x; i < end && rows->to_below; i++)
			rows->to_below[i] = luma(matrix->gain, rows->from_below[i], added);
		rows->to[OF_U][at] = chroma(add_up(matrix, OF_U, u, v));
		rows->to[OF_V][at] = chroma(add_up(matrix, OF_V, u, v));
	}
}

/* ---- 32 pixels at a time ---- */

#if defined(__x86_64__)
#include <immintrin.h>

#define STEP 32
#define AVX2 __attribute__((target("avx2")))

/* 16 samples of U and V: pairs of the numbers 0-3, 8-11 and of 4-7, 12-15, so that packing brings
 * them in order. */
struct pairs {
	__m256i a, b;
};

AVX2 static __m256i widen(const uint8_t *samples)
{
	return _mm256_sub_epi16(_mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)samples)),
				_mm256_set1_epi16(128));
}

AVX2 static struct pairs pair_up(const struct rows *rows, int at)
{
	__m256i u = widen(rows->from[OF_U] + at), v = widen(rows->from[OF_V] + at);

	return (struct pairs){_mm256_unpacklo_epi16(u, v), _mm256_unpackhi_epi16(u, v)};
}

AVX2 static struct pairs add_up_16(const struct colour_matrix *matrix, int which,
				   struct pairs pairs)
{
	__m256i weights = _mm256_set1_epi32((int)((uint32_t)(uint16_t)matrix->of_v[which] << 16 |
						  (uint16_t)matrix->of_u[which]));
	__m256i base = _mm256_set1_epi32(matrix->base[which]);

	return (struct pairs){_mm256_add_epi32(_mm256_madd_epi16(pairs.a, weights), base),
			      _mm256_add_epi32(_mm256_madd_epi16(pairs.b, weights), base)};
}

AVX2 static void write_chroma(struct pairs sums, uint8_t *to)
{
	__m256i wide = _mm256_packs_epi32(_mm256_srai_epi32(sums.a, COLOUR_CHROMA_BITS),
					  _mm256_srai_epi32(sums.b, COLOUR_CHROMA_BITS));

	_mm_storeu_si128((void *)to, _mm_packus_epi16(_mm256_castsi256_si128(wide),
						      _mm256_extracti128_si256(wide, 1)));
}

/* Y gained fills 15 bits; what is then added is cut off where 255 is passed anyway. */
AVX2 static __m256i gained(__m256i y, int gain, __m256i added)
{
	y = _mm256_mullo_epi16(y, _mm256_set1_epi16((short)gain));
	return _mm256_srai_epi16(_mm256_adds_epi16(y, added), COLOUR_LUMA_BITS);
}

/* Unpacking takes both halves of a register alike: so pixels find their sums, and packing ends in
 * order. */
AVX2 static void write_luma(const uint8_t *from, uint8_t *to, int gain, __m256i added)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i y = _mm256_loadu_si256((const void *)from);
	__m256i low =
		gained(_mm256_unpacklo_epi8(y, zero), gain, _mm256_unpacklo_epi16(added, added));
	__m256i high =
		gained(_mm256_unpackhi_epi8(y, zero), gain, _mm256_unpackhi_epi16(added, added));

	_mm256_storeu_si256((void *)to, _mm256_packus_epi16(low, high));
}

/* How far it came. */
AVX2 static int convert_avx2(const struct colour_matrix *matrix, const struct rows *rows)
{
	int x = 0;

	for (; x + STEP <= rows->width; x += STEP) {
		struct pairs pairs = pair_up(rows, x / 2);
		struct pairs sums = add_up_16(matrix, OF_Y, pairs);
		__m256i added = _mm256_packs_epi32(_mm256_srai_epi32(sums.a, DOWN),
						   _mm256_srai_epi32(sums.b, DOWN));

		write_luma(rows->from[OF_Y] + x, rows->to[OF_Y] + x, matrix->gain, added);
		if (rows->to_below)
			write_luma(rows->from_below + x, rows->to_below + x, matrix->gain, added);
		write_chroma(add_up_16(matrix, OF_U, pairs), rows->to[OF_U] + x / 2);
		write_chroma(add_up_16(matrix, OF_V, pairs), rows->to[OF_V] + x / 2);
	}
	return x;
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

static int convert_avx2(const struct colour_matrix *matrix, const struct rows *rows)
{
	(void)matrix;
	(void)rows;
	return 0;
}

static bool has_avx2(void)
{
	return false;
}

#endif

/* ---- pictures ---- */

static uint8_t *row_of(const struct frame *frame, int plane, int y)
{
	return frame->plane[plane] + (ptrdiff_t)y * frame->stride[plane];
}

static struct rows rows_at(const struct frame *from, const struct frame *to, int y)
{
	struct rows rows = {.width = from->width};

	for (int i = 0; i < 3; i++) {
		rows.from[i] = row_of(from, i, i ? y : 2 * y);
		rows.to[i] = row_of(to, i, i ? y : 2 * y);
	}
	if (2 * y + 1 < from->height) {
		rows.from_below = row_of(from, 0, 2 * y + 1);
		rows.to_below = row_of(to, 0, 2 * y + 1);
	}
	return rows;
}

void colour_matrix_apply(const struct colour_matrix *matrix, const struct frame *from,
			 struct frame *to)
{
	bool is_fast = has_avx2();

	for (int y = 0; y < (from->height + 1) / 2; y++) {
		struct rows rows = rows_at(from, to, y);

		convert_plain(matrix, &rows, is_fast ? convert_avx2(matrix, &rows) : 0);
	}
}

void colour_matrix_apply_plain(const struct colour_matrix *matrix, const struct frame *from,
			       struct frame *to)
{
	for (int y = 0; y < (from->height + 1) / 2; y++) {
		struct rows rows = rows_at(from, to, y);

		convert_plain(matrix, &rows, 0);
	}
}
