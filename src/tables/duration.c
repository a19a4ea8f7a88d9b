/* SPDX-License-Identifier: EUPL-1.2 */
#include "duration.h"

#include <stddef.h>
#include <string.h>

#define MOST_MS 1e12

static const struct {
	const char *unit;
	double ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* strtod() would read a comma in some locales, and words like "nan". */
static const char *read_number(const char *word, double *number)
{
	double unit = 1;

	for (*number = 0; is_digit(*word); word++)
		*number = *number * 10 + (*word - '0');
	if (*word == '.' && is_digit(word[1]))
		for (word++; is_digit(*word); word++)
			*number += (unit /= 10) * (*word - '0');
	return word;
}

bool duration_parse(const char *word, int64_t *ms)
{
	double number;
	const char *unit = read_number(word, &number);

	for (size_t i = 0; unit != word && i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(unit, units[i].unit) == 0 && number * units[i].ms < MOST_MS) {
			*ms = (int64_t)(number * units[i].ms + 0.5);
			return true;
		}
	return false;
}
