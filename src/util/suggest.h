/* SPDX-License-Identifier: EUPL-1.2
 *
 * suggest: the nearest of some words to a mistyped one, for "did you mean". Pure; any thread.
 */
#pragma once

/* The word of `words` with the fewest insertions, deletions, replacements and swaps of neighbours
 * to `word` (letters' case counts nothing), or NULL if even that is too far to be what was meant
 * (more than a third of its length, at least 1; or all of it). */
const char *suggest_nearest(const char *word, const char *const *words, int n);
