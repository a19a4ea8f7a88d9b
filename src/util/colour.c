/* SPDX-License-Identifier: EUPL-1.2 */
#include "colour.h"

#include <stdlib.h>
#include <string.h>

bool colour_read(const char *text, uint32_t *rgba)
{
	size_t digits = *text == '#' ? strspn(text + 1, "0123456789abcdefABCDEF") : 0;

	if ((digits != 6 && digits != 8) || text[1 + digits])
		return false;
	unsigned long number = strtoul(text + 1, NULL, 16);

	*rgba = (uint32_t)(digits == 6 ? number << 8 | 0xff : number);
	return true;
}
