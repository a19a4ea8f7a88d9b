/* SPDX-License-Identifier: EUPL-1.2
 *
 * colour_matrix: from what Y, U and V mean in another standard to what they mean in a frame
 * (frame.h): ITU-R BT.709's luma, limited range. Not primaries or transfer: those of BT.601 and
 * BT.709 are as good as the same. Any thread.
 *
 * A standard is its weights of red and blue in luma (Kr, Kb; green has the rest):
 *   BT.601-7, 2.5.1: 0.299, 0.114      BT.709-6, 3.2: 0.2126, 0.0722
 * Cb is (B' - Y') / (2 - 2 Kb), Cr is (R' - Y') / (2 - 2 Kr) in both. Limited range has luma in
 * 16 to 235 and chroma in 16 to 240 (BT.709-6, 4.6), full range has all of 0 to 255. So
 *   Y' = gain Y + a U + b V + offset,   U' = c U + d V,   V' = e U + f V   (U, V about 128),
 * each chroma sample for the pixels that it stands for: what lies where does not change.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct frame;

/* In fixed point, of these bits. */
#define COLOUR_LUMA_BITS   7
#define COLOUR_CHROMA_BITS 14

struct colour_matrix {
	int gain;		  /* of Y: luma bits */
	int32_t base[3];	  /* what is added to Y, U, V with rounding: chroma bits */
	int16_t of_u[3], of_v[3]; /* what U and V add to Y, U, V: chroma bits */
};

/* From a standard's weights and range. */
void colour_matrix_init(struct colour_matrix *matrix, double kr, double kb, bool is_full_range);

/* Draws `from` into `to`: another frame of that size, the caller's own. AVX2 where there is. */
void colour_matrix_apply(const struct colour_matrix *matrix, const struct frame *from,
			 struct frame *to);

/* The same, to the bit, for any processor. */
void colour_matrix_apply_plain(const struct colour_matrix *matrix, const struct frame *from,
			       struct frame *to);
