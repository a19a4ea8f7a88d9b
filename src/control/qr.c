/* SPDX-License-Identifier: EUPL-1.2 */
#include "qr.h"

#include <qrencode.h>
#include <stdbool.h>

#define QUIET 2 /* modules around the code; the standard asks for 4, phones read 2 */

static bool is_light(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return true;
	return !(code->data[y * code->width + x] & 1);
}

/* A character is two modules high. Its block is what is lit on the terminal, so a light module. */
static const char *block(bool upper, bool lower)
{
	static const char *const blocks[] = {" ", "▄", "▀", "█"};

	return blocks[2 * upper + lower];
}

void qr_append(GString *out, const char *link)
{
	QRcode *code = QRcode_encodeString8bit(link, 0, QR_ECLEVEL_L);

	if (!code)
		return;
	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		for (int x = -QUIET; x < code->width + QUIET; x++)
			g_string_append(out, block(is_light(code, x, y), is_light(code, x, y + 1)));
		g_string_append_c(out, '\n');
	}
	QRcode_free(code);
}
