/* SPDX-License-Identifier: EUPL-1.2 */
#include "suggest.h"

#include <glib.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST 64

static int least(int a, int b)
{
	return a < b ? a : b;
}

static bool is_same(char a, char b)
{
	return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/* Optimal string alignment distance: the last three rows are enough. */
static int distance(const char *a, const char *b)
{
	int rows[3][LONGEST + 1];
	int la = (int)strlen(a), lb = (int)strlen(b);
	int *before = rows[0], *above = rows[1], *row = rows[2];

	if (la > LONGEST || lb > LONGEST)
		return INT_MAX;
	for (int j = 0; j <= lb; j++)
		above[j] = j;
	for (int i = 1; i <= la; i++) {
		row[0] = i;
		for (int j = 1; j <= lb; j++) {
			int replaced = above[j - 1] + !is_same(a[i - 1], b[j - 1]);

			row[j] = least(least(above[j] + 1, row[j - 1] + 1), replaced);
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
			    is_same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		int *free_row = before;

		before = above;
		above = row;
		row = free_row;
	}
	return above[lb];
}

const char *suggest_nearest(const char *word, const char *const *words, int n)
{
	const char *nearest = NULL;
	int best = INT_MAX;

	for (int i = 0; i < n; i++) {
		int far = distance(word, words[i]);
		int length = (int)strlen(words[i]), allowed = length / 3;

		/* A name of one letter is like every other one. */
		if (far < best && far < length && far <= (allowed > 1 ? allowed : 1)) {
			best = far;
			nearest = words[i];
		}
	}
	return nearest;
}
