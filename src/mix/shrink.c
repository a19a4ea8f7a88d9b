/* SPDX-License-Identifier: EUPL-1.2
 *
 *   4 rows of `from` --weights--> 1 row, still wide --shuffle, weights--> 1 row of `to`
 *
 * The wide row stays in the first-level cache. Across, a block of output samples is made at a time:
 * 16 bytes of the row hold all that a group of them needs, a shuffle brings each sample's 2 or 4
 * inputs together, and one multiplication adds them up.
 */
#include "shrink.h"

#include <glib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define WHOLE	    128 /* what weights add up to */
#define MOST_INPUTS 4
#define GROUP_BYTES 16
#define GROUPS	    4 /* in a block */
#define ROWS_AHEAD  2
#define CACHE_LINE  64
#define AVX2	    __attribute__((target("avx2")))

/* What one output sample is made of. */
struct inputs {
	int n, at[MOST_INPUTS], weight[MOST_INPUTS];
};

/* Groups 0 and 2 lie in the halves of register 0, groups 1 and 3 in those of register 1: so they
 * come out in order after packing. */
struct block {
	uint8_t shuffle[2][2 * GROUP_BYTES];
	int8_t weights[2][2 * GROUP_BYTES];
	int start[GROUPS];
};

struct across {
	int n_inputs; /* 2 or 4 for each output sample */
	int n_blocks;
	struct block *blocks;
};

static int block_samples(int n_inputs)
{
	return GROUPS * GROUP_BYTES / n_inputs;
}

/* A sample's whole weight is one more than a signed byte holds: it comes in two halves. */
static void add_input(struct inputs *inputs, int at, int weight)
{
	int n_halves = weight == WHOLE ? 2 : 1;

	for (int i = 0; i < n_halves && weight > 0; i++) {
		inputs->at[inputs->n] = at;
		inputs->weight[inputs->n++] = weight / n_halves;
	}
}

/* Output sample i of n stands for [i, i + 1) * m / n of the m inputs. A fifth input has the least
 * weight (a twentieth at most): its neighbour gets it. */
static void weigh(int i, int m, int n, struct inputs *inputs)
{
	int64_t begin = (int64_t)i * m, end = begin + m; /* in n-ths of an input */
	int first = (int)(begin / n), last = (int)((end - 1) / n);
	double scale = (double)WHOLE / m;
	int before = 0;

	if (last - first >= MOST_INPUTS) {
		if ((int64_t)(first + 1) * n - begin < end - (int64_t)last * n)
			first++;
		else
			last--;
	}
	inputs->n = 0;
	for (int at = first; at <= last; at++) {
		int64_t reached = MIN((int64_t)(at + 1) * n, end) - begin;
		int sum = at == last ? WHOLE : (int)((double)reached * scale + 0.5);

		add_input(inputs, at, sum - before);
		before = sum;
	}
}

/* ---- across ---- */

static bool add_to_group(struct block *block, int group, int place, const struct inputs *inputs,
			 int n_inputs)
{
	int half = group / 2 * GROUP_BYTES;

	for (int i = 0; i < n_inputs; i++) {
		int k = MIN(i, inputs->n - 1);
		int offset = inputs->at[k] - block->start[group];

		if (offset >= GROUP_BYTES)
			return false;
		block->shuffle[group % 2][half + place * n_inputs + i] = (uint8_t)offset;
		block->weights[group % 2][half + place * n_inputs + i] =
			(int8_t)(i < inputs->n ? inputs->weight[i] : 0);
	}
	return true;
}

static bool fill_block(struct block *block, int first, int m, int n, int n_inputs)
{
	int in_group = GROUP_BYTES / n_inputs;
	struct inputs inputs;

	for (int i = 0; i < GROUPS * in_group; i++) {
		int group = i / in_group;

		weigh(MIN(first + i, n - 1), m, n, &inputs);
		if (inputs.n > n_inputs)
			return false;
		if (i % in_group == 0)
			block->start[group] = inputs.at[0];
		if (!add_to_group(block, group, i % in_group, &inputs, n_inputs))
			return false;
	}
	return true;
}

static bool across_init(struct across *across, int m, int n, int n_inputs)
{
	int samples = block_samples(n_inputs);

	across->n_inputs = n_inputs;
	across->n_blocks = (n + samples - 1) / samples;
	across->blocks = g_new(struct block, across->n_blocks);
	for (int b = 0; b < across->n_blocks; b++)
		if (!fill_block(&across->blocks[b], b * samples, m, n, n_inputs)) {
			g_free(across->blocks);
			return false;
		}
	return true;
}

AVX2 static __m256i two_groups(const uint8_t *row, const struct block *block, int which)
{
	__m256i inputs = _mm256_inserti128_si256(
		_mm256_castsi128_si256(_mm_loadu_si128((const void *)(row + block->start[which]))),
		_mm_loadu_si128((const void *)(row + block->start[which + 2])), 1);

	inputs = _mm256_shuffle_epi8(inputs,
				     _mm256_loadu_si256((const void *)block->shuffle[which]));
	return _mm256_maddubs_epi16(inputs,
				    _mm256_loadu_si256((const void *)block->weights[which]));
}

/* 32 samples of 2 inputs. */
AVX2 static __m256i block_of_2(const uint8_t *row, const struct block *block)
{
	const __m256i half = _mm256_set1_epi16(WHOLE / 2);
	__m256i a = _mm256_add_epi16(two_groups(row, block, 0), half);
	__m256i b = _mm256_add_epi16(two_groups(row, block, 1), half);

	return _mm256_packus_epi16(_mm256_srli_epi16(a, 7), _mm256_srli_epi16(b, 7));
}

/* 16 samples of 4 inputs, in the lower half. */
AVX2 static __m256i block_of_4(const uint8_t *row, const struct block *block)
{
	const __m256i half = _mm256_set1_epi32(WHOLE / 2), one = _mm256_set1_epi16(1);
	__m256i a = _mm256_madd_epi16(two_groups(row, block, 0), one);
	__m256i b = _mm256_madd_epi16(two_groups(row, block, 1), one);

	a = _mm256_srli_epi32(_mm256_add_epi32(a, half), 7);
	b = _mm256_srli_epi32(_mm256_add_epi32(b, half), 7);
	a = _mm256_packs_epi32(a, b);
	return _mm256_permute4x64_epi64(_mm256_packus_epi16(a, a), 0x08);
}

AVX2 static void go_across(const uint8_t *row, const struct across *across, uint8_t *to, int width)
{
	int samples = block_samples(across->n_inputs);
	uint8_t rest[32];

	for (int b = 0; b < across->n_blocks; b++, to += samples, width -= samples) {
		const struct block *block = &across->blocks[b];
		uint8_t *out = width < samples ? rest : to;

		if (across->n_inputs == 2)
			_mm256_storeu_si256((void *)out, block_of_2(row, block));
		else
			_mm_storeu_si128((void *)out,
					 _mm256_castsi256_si128(block_of_4(row, block)));
		if (width < samples)
			memcpy(to, rest, (size_t)width);
	}
}

/* ---- down ---- */

AVX2 static __m256i weighted(__m256i samples, const int *weights)
{
	return _mm256_maddubs_epi16(samples,
				    _mm256_set1_epi16((short)(weights[0] | weights[1] << 8)));
}

AVX2 static __m256i mean_of_rows(const uint8_t *const rows[MOST_INPUTS],
				 const struct inputs *inputs, int x)
{
	__m256i a = _mm256_loadu_si256((const void *)(rows[0] + x));
	__m256i b = _mm256_loadu_si256((const void *)(rows[1] + x));
	__m256i low = weighted(_mm256_unpacklo_epi8(a, b), inputs->weight);
	__m256i high = weighted(_mm256_unpackhi_epi8(a, b), inputs->weight);
	const __m256i half = _mm256_set1_epi16(WHOLE / 2);

	if (inputs->n > 2) {
		__m256i c = _mm256_loadu_si256((const void *)(rows[2] + x));
		__m256i d = _mm256_loadu_si256((const void *)(rows[3] + x));

		low = _mm256_add_epi16(low,
				       weighted(_mm256_unpacklo_epi8(c, d), inputs->weight + 2));
		high = _mm256_add_epi16(high,
					weighted(_mm256_unpackhi_epi8(c, d), inputs->weight + 2));
	}
	low = _mm256_srli_epi16(_mm256_add_epi16(low, half), 7);
	high = _mm256_srli_epi16(_mm256_add_epi16(high, half), 7);
	return _mm256_packus_epi16(low, high);
}

static const uint8_t *row_of(const struct plane *from, int y)
{
	return from->samples + (ptrdiff_t)MIN(y, from->height - 1) * from->stride;
}

/* One row, as wide as `from`: at least 32. The last step overlaps the one before.
 *
 * A picture was written by another thread some pictures ago and is in no near cache; several rows
 * at once are more than the processor fetches by itself. Asked for two output rows ahead, into the
 * second level, they cost half (1080p to a third: 0.24 ms, not 0.53). In a function of its own gcc
 * 12 takes that for something without effect and drops it. */
AVX2 static void go_down(const struct plane *from, const struct inputs *inputs, uint8_t *row)
{
	const uint8_t *rows[MOST_INPUTS], *ahead[MOST_INPUTS];

	for (int i = 0; i < MOST_INPUTS; i++) {
		int y = inputs->at[MIN(i, inputs->n - 1)];

		rows[i] = row_of(from, y);
		ahead[i] = row_of(from, y + ROWS_AHEAD * inputs->n);
	}
	for (int x = 0; x < from->width; x += 32) {
		int at = MIN(x, from->width - 32);

		for (int i = 0; i < inputs->n && x % CACHE_LINE == 0; i++)
			_mm_prefetch((const void *)(ahead[i] + x), _MM_HINT_T1);
		_mm256_storeu_si256((void *)(row + at), mean_of_rows(rows, inputs, at));
	}
}

static void fill_up(struct inputs *inputs)
{
	for (int i = inputs->n; i < MOST_INPUTS; i++)
		inputs->weight[i] = 0;
}

static bool is_for_us(const struct plane *from, const struct plane *to)
{
	bool is_smaller = to->width < from->width || to->height < from->height;
	bool is_larger = to->width > from->width || to->height > from->height;
	bool is_halved = from->width % (2 * to->width) == 0 && from->height % to->height == 0;

	return is_smaller && !is_larger && !is_halved && from->width >= 32 &&
	       3 * from->width <= 10 * to->width && 3 * from->height <= 10 * to->height &&
	       __builtin_cpu_supports("avx2");
}

bool shrink_plane(const struct plane *from, const struct plane *to)
{
	struct across across;

	if (!is_for_us(from, to) || (!across_init(&across, from->width, to->width, 2) &&
				     !across_init(&across, from->width, to->width, 4)))
		return false;
	/* A group's 16 bytes may end beyond the row. */
	g_autofree uint8_t *row = g_malloc0((size_t)from->width + GROUP_BYTES);

	for (int y = 0; y < to->height; y++) {
		struct inputs inputs;

		weigh(y, from->height, to->height, &inputs);
		fill_up(&inputs);
		go_down(from, &inputs, row);
		go_across(row, &across, to->samples + (ptrdiff_t)y * to->stride, to->width);
	}
	g_free(across.blocks);
	return true;
}

#else

bool shrink_plane(const struct plane *from, const struct plane *to)
{
	(void)from;
	(void)to;
	return false;
}

#endif
